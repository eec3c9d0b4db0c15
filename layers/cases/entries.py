"""What people enter of a case, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from .choices import Kind
from .models import Case

LONGEST_DAYS = 400
MAX_TEXT = 8_000


class RefusedError(ValueError):
    """It makes no sense, or something is missing; the text says what."""


class NotFoundError(LookupError):
    """No such case or vessel, or not the caller's to see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What people enter of a case. ``since`` and ``until`` bound the evidence."""

    kind: str
    legal_basis: str
    since: datetime
    until: datetime
    zone_id: int | None = None
    summary: str = ""
    decision: str = ""
    decision_no: str = ""
    decided_on: date | None = None
    penalty_vnd: int | None = None


# What changes the evidence when it changes.
BOUNDS = ("since", "until", "zone_id")


def check(entered: Entered) -> None:
    """Raises RefusedError, whose text says what is wrong."""
    if entered.kind not in Kind.values:
        raise RefusedError(_("There is no such kind of violation."))
    if entered.since >= entered.until:
        raise RefusedError(_("The end is before the beginning."))
    if (entered.until - entered.since).days > LONGEST_DAYS:
        raise RefusedError(
            _("A case covers at most %(days)s days.") % {"days": LONGEST_DAYS}
        )
    if entered.until > timezone.now():
        raise RefusedError(_("The time lies ahead of now."))
    if not entered.legal_basis.strip():
        raise RefusedError(_("A violation needs its legal basis."))


def entered_of(case: Case) -> Entered:
    """What people have entered of the case by now."""
    return Entered(**{name: getattr(case, name) for name in Entered.__slots__})


def enter(case: Case, entered: Entered) -> None:
    """Put the entries into the case; saves nothing."""
    for name in Entered.__slots__:
        setattr(case, name, getattr(entered, name))
