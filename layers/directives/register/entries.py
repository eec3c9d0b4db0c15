"""A task as the provincial register has it, and when it had to be entered. Pure.

The regulation of 2025 on following tasks: a paper is entered the same day when it is
urgent, within one working day else, within two when it holds many tasks; what is
entered late counts as not done.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from layers.directives import rules
from layers.directives.calendar import Calendar

URGENT = "urgent"
# Our states in the words of the exchange, and those that it may say.
STATES = (rules.ISSUED, rules.RECEIVED, rules.IN_PROGRESS, rules.REPORTED, rules.CLOSED)
ENDED = frozenset({rules.REPORTED, rules.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row. ``status`` is one of :data:`..rules.STATUSES`; ``done_on`` with the
    ended ones. ``entered_on``: when the register got it."""

    register_no: str
    document_no: str
    paper_date: date
    text: str
    unit_id: int
    co_units: tuple[int, ...] = ()
    deadline: date | None = None
    urgency: str = "ordinary"
    status: str = rules.ISSUED
    done_on: date | None = None
    entered_on: date | None = None


def enter_by(paper_date: date, urgency: str, tasks: int, days: Calendar) -> date:
    """The last day to enter a paper of so many tasks."""
    if urgency == URGENT:
        return paper_date
    wanted = 2 if tasks > 1 else 1
    end = days.add(end_of(paper_date), wanted * days.day_minutes)
    return timezone.localtime(end).date()


def end_of(day: date) -> datetime:
    """The last second of a local day: a deadline of the register is a whole day. In
    UTC, as the database gives it back: an undo compares the texts of both."""
    end = timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
    return end.astimezone(UTC)


def begin_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def minutes(start: datetime, end: datetime) -> int:
    return max(int((end - start) / timedelta(minutes=1)), 1)
