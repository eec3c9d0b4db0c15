"""What flags of tests and states of instruments are called, and their shapes."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from layers.stations.kinds import Status
from layers.stations.parameters import FAIL, GOOD, MISSING, NOT_EVALUATED, SUSPECT

# QARTOD: flag -> word, shape of the icon sheet.
FLAGS = {
    GOOD: ("good", gettext_noop("good"), "shape-circle"),
    NOT_EVALUATED: ("unchecked", gettext_noop("not checked"), "shape-ring"),
    SUSPECT: ("suspect", gettext_noop("suspect"), "shape-diamond"),
    FAIL: ("fail", gettext_noop("implausible"), "shape-cross"),
    MISSING: ("missing", gettext_noop("missing"), "shape-square"),
}
STATUSES = {
    Status.CALIBRATING: ("calibrating", "shape-hexagon"),
    Status.FAULT: ("fault", "shape-ring"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """``slug`` for styles, ``word`` for people, ``icon`` its shape."""

    slug: str
    word: str
    icon: str


def flag_mark(flag: int | None) -> Mark | None:
    """The mark of a QARTOD flag; None without a value."""
    if flag not in FLAGS:
        return None
    slug, word, icon = FLAGS[flag]
    return Mark(slug, _(word), icon)


def status_mark(status: int | None) -> Mark | None:
    """The mark of an instrument that does not measure; None when it does."""
    if status not in STATUSES:
        return None
    slug, icon = STATUSES[Status(status)]
    return Mark(slug, str(Status(status).label), icon)
