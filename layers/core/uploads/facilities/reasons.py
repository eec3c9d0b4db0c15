"""What may be wrong with a row of a list of facilities."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from layers.core.uploads.contract import Reason

# A point this far outside its commune may be a coarse border; farther is a mistake.
NEAR_M = 2_000.0

NO_NAME = Reason("no_name", _("No name"), _("%(code)s is new and needs a name."))
NO_PLACE = Reason(
    "no_place", _("No place"), _("%(code)s is new: give its commune or coordinates.")
)
NO_UNIT = Reason(
    "no_unit", _("No such commune"), _("No commune has the code %(unit)s today.")
)
NOT_YOURS = Reason(
    "not_yours", _("Outside your area"), _("%(title)s is not one of your units.")
)
HALF_PLACE = Reason(
    "half_place", _("Half a place"), _("Longitude and latitude belong together.")
)
SWAPPED = Reason(
    "swapped", _("Coordinates turned round"), _("This looks like latitude, longitude.")
)
OUTSIDE = Reason("outside", _("Outside its commune"), _("%(km)s km outside %(title)s."))
AT_THE_EDGE = Reason(
    "at_the_edge",
    _("At the edge of its commune"),
    _("%(km)s km outside %(title)s: is the point right?"),
    "warning",
)
AMBIGUOUS = Reason(
    "ambiguous", _("Code used twice"), _("Several records have the code %(code)s.")
)
OLDER = Reason(
    "older",
    _("Older figures"),
    _("Newer figures are known (%(known)s): these go into the history only."),
    "warning",
)
REASONS = (
    NO_NAME,
    NO_PLACE,
    NO_UNIT,
    NOT_YOURS,
    HALF_PLACE,
    SWAPPED,
    OUTSIDE,
    AT_THE_EDGE,
    AMBIGUOUS,
    OLDER,
)
