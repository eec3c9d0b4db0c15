"""Why a figure of a file is refused or doubted."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from layers.core.uploads.contract import Reason

NO_UNIT = Reason(
    "no_unit",
    _("No such unit"),
    _("No administrative unit has ever had the code %(code)s."),
)
OTHER_TIME = Reason(
    "unit_of_another_time",
    _("Unit of another time"),
    _("On %(day)s no unit of this level had the code %(code)s. It is: %(units)s."),
)
SEVERAL_UNITS = Reason(
    "several_units",
    _("Code of several units"),
    _("On %(day)s the code %(code)s names %(units)s. Fill in the level."),
)
OTHER_NAME = Reason(
    "other_name",
    _("Code and name do not belong together"),
    _("The code %(code)s is %(title)s. Have names or codes been moved?"),
)
NOT_YOURS = Reason(
    "not_yours",
    _("Unit of others"),
    _("You may not report figures of %(title)s."),
)
NO_INDICATOR = Reason(
    "no_indicator",
    _("No such indicator"),
    _("The catalogue has no indicator %(code)s."),
)
COMPUTED = Reason(
    "computed_indicator",
    _("Computed indicator"),
    _("%(code)s is computed (%(formula)s); report what it is computed from."),
)
WRONG_LEVEL = Reason(
    "wrong_level",
    _("Indicator of another level"),
    _("%(code)s is measured for: %(levels)s."),
)
NO_PART = Reason(
    "no_part", _("No such part"), _("%(code)s has these parts: %(parts)s.")
)
NO_PERIOD = Reason(
    "no_period",
    _("Period missing"),
    _("Say which period the figures are of, above the headings or in the form."),
)
BAD_PERIOD = Reason(
    "bad_period",
    _("Not a period"),
    _("Write 2024, 2024-H1, 2024-Q3, 2024-11, 2024-01..11 or 2024-11-22."),
)
SHORT_PERIOD = Reason(
    "short_period",
    _("Period too short"),
    _("%(code)s is measured by: %(period)s. %(given)s is shorter."),
)
NOT_BEGUN = Reason(
    "not_begun",
    _("Period has not begun"),
    _("%(period)s begins on %(start)s: until then there are plans only."),
)
NOT_ENDED = Reason(
    "not_ended",
    _("Period has not ended"),
    _("%(period)s ends on %(end)s: until then there are plans and estimates only."),
)
OLD_TEMPLATE = Reason(
    "old_template",
    _("Template out of date"),
    _("The set has changed since the template was made (%(changes)s). Get a new one."),
)
NO_SET = Reason(
    "no_set",
    _("Set unknown"),
    _("The template is of the set %(set)s, which does not exist any more."),
)
TWICE = Reason(
    "twice",
    _("Figure twice in the file"),
    _("The same figure stands at %(first)s already."),
)
OUTRANKED = Reason(
    "outranked",
    _("A more settled figure stands"),
    _("The %(standing)s figure is %(value)s; a %(vintage)s one does not replace it."),
)
SAME = Reason(
    "same_value",
    _("Published before"),
    _("This value was published on %(day)s; nothing changes."),
    "warning",
)
JUMP = Reason(
    "jump",
    _("Unlikely jump"),
    _("%(period)s was %(value)s. Is the unit of measure right?"),
    "warning",
)

ALL = tuple(value for value in list(globals().values()) if isinstance(value, Reason))
