"""Kinds of violations, states of a case, and the steps from one to the next."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    SILENT_6H = "silent_6h", _("Lost signal for more than 6 hours at sea")
    SILENT_10D = "silent_10d", _("Lost signal for more than 10 days at sea")
    BEYOND = "beyond", _("Beyond the outer limit at sea")
    CLOSED_AREA = "closed_area", _("Fishing in a closed area or outside its band")
    REMOVED = "removed", _("Monitoring device removed, carried or tampered with")
    OTHER = "other", pgettext_lazy("violation", "Other")


class Status(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("case", "Draft")
    OPEN = "open", pgettext_lazy("case", "Open")
    FORWARDED = "forwarded", pgettext_lazy("case", "Forwarded")
    DECIDED = "decided", pgettext_lazy("case", "Decided")
    CLOSED = "closed", pgettext_lazy("case", "Closed, no violation")


class Certainty(models.TextChoices):
    """What the data show of it: never more than they do."""

    PROVEN = "proven", _("Proven by data")
    POSSIBLE = "possible", _("Possible, not proven by data")
    UNKNOWN = "unknown", _("Not decided by data")


# Where no alert brings one along; whoever opens the case edits it.
LEGAL_BASIS: dict[str, Promise] = {
    Kind.SILENT_6H: _(
        "Decree 26/2019/ND-CP, article 44, amended by Decree 37/2024/ND-CP: position"
        " by other means every 6 hours while the device does not work"
    ),
    Kind.SILENT_10D: _(
        "Decree 26/2019/ND-CP, article 44, amended by Decree 37/2024/ND-CP: back in"
        " port within 10 days; penalties: Decree 38/2024/ND-CP"
    ),
    Kind.BEYOND: _(
        "Fisheries Law 2017, articles 7 and 60; penalties: Decree 38/2024/ND-CP"
    ),
    Kind.CLOSED_AREA: _(
        "Fisheries Law 2017, article 7; Decree 26/2019/ND-CP, articles 42-43"
    ),
    Kind.REMOVED: _(
        "Decree 26/2019/ND-CP, article 44, amended by Decree 37/2024/ND-CP;"
        " penalties: Decree 38/2024/ND-CP"
    ),
    Kind.OTHER: _("Fisheries Law 2017"),
}

# Kinds of events that a violation is told by.
EVENT_KINDS = {
    "vms.silent_10d": Kind.SILENT_10D,
    "device.overdue": Kind.SILENT_10D,
    "vms.silent_6h": Kind.SILENT_6H,
    "crossing.beyond": Kind.BEYOND,
    "crossing.possible": Kind.BEYOND,
    "zone.enter": Kind.CLOSED_AREA,
    "zone.dwell": Kind.CLOSED_AREA,
    "movement.colocated": Kind.REMOVED,
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a case: from which states, to which; ``label`` of its text."""

    slug: str
    title: Promise
    label: Promise
    sources: tuple[str, ...]
    to: str
    decides: bool = False
    danger: bool = False


STEPS = {
    step.slug: step
    for step in (
        Step("open", _("Open the case"), _("Reason"), (Status.DRAFT,), Status.OPEN),
        Step(
            "forward",
            _("Forward"),
            _("To whom, under which number"),
            (Status.OPEN,),
            Status.FORWARDED,
        ),
        Step(
            "decide",
            _("Enter the decision"),
            _("What was decided"),
            (Status.OPEN, Status.FORWARDED),
            Status.DECIDED,
            decides=True,
        ),
        Step(
            "close",
            _("Close without violation"),
            _("Why it is no violation"),
            (Status.DRAFT, Status.OPEN, Status.FORWARDED),
            Status.CLOSED,
            danger=True,
        ),
        Step(
            "reopen",
            _("Open again"),
            _("Reason"),
            (Status.DECIDED, Status.CLOSED, Status.FORWARDED),
            Status.OPEN,
        ),
    )
}
