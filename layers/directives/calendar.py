"""The working calendar: which days and hours count towards a legal deadline.

Monday to Friday, in the office hours of ``settings.IOC_WORKING_HOURS``; not on the
days of Labour Code 45/2019/QH14, article 112 (lunar New Year, Hung Kings …), nor on
the days off in lieu of article 111, as the package ``holidays`` knows them. What the
government decides for a year (bridge days, worked Saturdays) and the package does
not know yet are rows of ``FreeDay``: they win.

Times are aware; minutes are minutes of office hours in the local time zone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache

import holidays
from django.conf import settings
from django.utils import timezone

from .models import FreeDay

COUNTRY = "VN"
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
# Without a working day in so many days the calendar is wrong, not the year.
LONGEST_REST = 60

Span = tuple[time, time]


class CalendarError(ValueError):
    """The calendar cannot answer; the text says why."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """``hours``: spans of a working day, in order. ``given``: days that differ from
    the computed ones, True for worked."""

    hours: Sequence[Span]
    given: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        """Whether offices are open on a (local) day."""
        decided = self.given.get(day)
        if decided is not None:
            return decided
        return bool(_computed(day.year).is_working_day(day))

    def spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Office hours from ``start`` on, without end."""
        zone = timezone.get_default_timezone()
        start = start.astimezone(zone)
        day, rested = start.date(), 0
        while rested < LONGEST_REST:
            rested += 1
            if self.is_working(day):
                rested = 0
                for opens, closes in self.hours:
                    begin = max(start, datetime.combine(day, opens, zone))
                    end = datetime.combine(day, closes, zone)
                    if begin < end:
                        yield begin, end
            day += DAY
        raise CalendarError(f"no working day in the {LONGEST_REST} days to {day}")

    @property
    def day_minutes(self) -> int:
        """How many minutes a working day has."""
        base = date.min
        parts = (
            datetime.combine(base, closes) - datetime.combine(base, opens)
            for opens, closes in self.hours
        )
        return sum(parts, timedelta(0)) // MINUTE

    def add(self, start: datetime, minutes: int) -> datetime:
        """When so many working minutes have passed since ``start``."""
        left = MINUTE * minutes
        if left <= timedelta(0):
            return start
        for begin, end in self.spans(start):
            if left <= end - begin:
                return begin + left
            left -= end - begin
        raise AssertionError("spans() does not end")

    def between(self, start: datetime, end: datetime) -> int:
        """Whole working minutes from one time to another; negative backwards."""
        if end < start:
            return -self.between(end, start)
        passed = timedelta(0)
        for opens, closes in self.spans(start):
            if opens >= end:
                break
            passed += min(closes, end) - opens
        return passed // MINUTE

    def next(self, at: datetime) -> datetime:
        """The time itself in office hours, else when they next begin."""
        return next(self.spans(at))[0]

    def title(self, day: date) -> str:
        """Name of a public holiday, "" for other days."""
        return str(_computed(day.year).get(day) or "")


@cache
def _computed(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays(COUNTRY, years=[year])


def hours_of(texts: Sequence[str]) -> tuple[Span, ...]:
    """``07:30-11:30`` as times. Raises CalendarError for what is not in order."""
    found: list[Span] = []
    for text in texts:
        opens, _dash, closes = text.partition("-")
        try:
            span = time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())
        except ValueError as error:
            raise CalendarError(f"working hours {text!r}: {error}") from error
        if span[0] >= span[1] or (found and found[-1][1] > span[0]):
            raise CalendarError(f"working hours {text!r} are not in order")
        found.append(span)
    if not found:
        raise CalendarError("a working day has no hours")
    return tuple(found)


def current() -> Calendar:
    """The calendar with the days decided so far: ask once for many deadlines."""
    return Calendar(
        hours_of(settings.IOC_WORKING_HOURS),
        dict(FreeDay.objects.values_list("day", "working")),
    )


def add_working(start: datetime, minutes: int) -> datetime:
    """When so many minutes of office hours have passed since ``start``."""
    return current().add(start, minutes)


def working_minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes of office hours from one time to another."""
    return current().between(start, end)


def is_working(day: date) -> bool:
    """Whether offices are open on a (local) day."""
    return current().is_working(day)


def next_working(at: datetime) -> datetime:
    """The time itself in office hours, else when they next begin."""
    return current().next(at)
