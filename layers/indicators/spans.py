"""Periods as texts: a year, half, quarter, month, week, day, or part of a year.

Pure. A period is its first and last day, both included; its text follows from them.

====================  ==============================================
``2024``              the year
``2024-H1``           half a year
``2024-Q3``           a quarter
``2024-11``           a month
``2024-01..11``       January to November, from the first of a month
``2024-W47``          an ISO week, Monday to Sunday
``2024-11-22``        a day
``2023/2024``         a school year, 1 September to 31 August
``2024-11-22..12-05`` any other span
====================  ==============================================
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Literal

Kind = Literal[
    "year", "half", "quarter", "month", "months", "week", "day", "school", "span"
]
Span = tuple[date, date]
# Years that a figure may be of: readers go back and forth by years from it.
YEARS = range(1900, 2300)


def month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def kind(start: date, end: date) -> Kind:
    """What sort of period it is."""
    if start == end:
        return "day"
    whole_months = start.day == 1 and end == month_end(end.year, end.month)
    if whole_months and start.year == end.year:
        first, count = start.month, end.month - start.month + 1
        if count == 12:
            return "year"
        if count == 6 and first in (1, 7):
            return "half"
        if count == 3 and first % 3 == 1:
            return "quarter"
        return "month" if count == 1 else "months"
    if whole_months and (start.month, end.month) == (9, 8):
        return "school" if end.year == start.year + 1 else "span"
    if start.weekday() == 0 and end - start == timedelta(days=6):
        return "week"
    return "span"


def name(start: date, end: date) -> str:
    """The text of a period; :func:`parse` reads it back."""
    year = f"{start.year:04d}"
    match kind(start, end):
        case "year":
            return year
        case "half":
            return f"{year}-H{1 + start.month // 7}"
        case "quarter":
            return f"{year}-Q{(start.month + 2) // 3}"
        case "month":
            return f"{year}-{start.month:02d}"
        case "months":
            return f"{year}-{start.month:02d}..{end.month:02d}"
        case "day":
            return start.isoformat()
        case "week":
            iso = start.isocalendar()
            return f"{iso.year:04d}-W{iso.week:02d}"
        case "school":
            return f"{year}/{end.year:04d}"
    same = start.year == end.year
    return f"{start.isoformat()}..{end:%m-%d}" if same else f"{start}..{end}"


_TEXT = re.compile(
    r"(?P<year>\d{4})"
    r"(?:-H(?P<half>[12])|-Q(?P<quarter>[1-4])|-W(?P<week>\d{2})|/(?P<next>\d{4})"
    r"|-(?P<month>\d{2})(?:\.\.(?P<last>\d{2})|-(?P<day>\d{2})(?P<to>\.\..+)?)?)?"
)


def parse(text: str) -> Span:
    """First and last day of a period's text. Raises ValueError."""
    found = _TEXT.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"no period: {text!r:.40}")
    part = found.groupdict()
    year = int(part["year"])
    if not YEARS.start <= year < YEARS.stop:
        raise ValueError(f"no period of a year that figures are of: {text!r:.40}")
    if part["half"]:
        first = 1 if part["half"] == "1" else 7
        return date(year, first, 1), month_end(year, first + 5)
    if part["quarter"]:
        last = 3 * int(part["quarter"])
        return date(year, last - 2, 1), month_end(year, last)
    if part["week"]:
        monday = date.fromisocalendar(year, int(part["week"]), 1)
        return monday, monday + timedelta(days=6)
    if part["next"]:
        return _school(year, int(part["next"]), text)
    if part["day"]:
        return _days(part, text)
    if part["month"]:
        first, last = int(part["month"]), int(part["last"] or part["month"])
        if last < first:
            raise ValueError(f"the last month is before the first: {text!r:.40}")
        return date(year, first, 1), month_end(year, last)
    return date(year, 1, 1), date(year, 12, 31)


def _school(year: int, following: int, text: str) -> Span:
    if following != year + 1:
        raise ValueError(f"no school year: {text!r:.40}")
    return date(year, 9, 1), date(following, 8, 31)


def _days(part: dict[str, str | None], text: str) -> Span:
    start = date.fromisoformat(f"{part['year']}-{part['month']}-{part['day']}")
    if not part["to"]:
        return start, start
    rest = part["to"].removeprefix("..")
    end = date.fromisoformat(rest if len(rest) > 5 else f"{part['year']}-{rest}")
    if end < start:
        raise ValueError(f"the last day is before the first: {text!r:.40}")
    if end.year not in YEARS:
        raise ValueError(f"no period of a year that figures are of: {text!r:.40}")
    return start, end


def a_year_before(start: date, end: date) -> Span:
    """The same period of the year before; weeks go back 52 weeks."""
    if kind(start, end) == "week":
        return start - timedelta(weeks=52), end - timedelta(weeks=52)
    return _shifted(start, first=True), _shifted(end, first=False)


def _shifted(day: date, *, first: bool) -> date:
    if not first and day == month_end(day.year, day.month):
        return month_end(day.year - 1, day.month)
    return day.replace(
        year=day.year - 1, day=min(day.day, 28 if day.month == 2 else 31)
    )


def length_days(start: date, end: date) -> int:
    return (end - start).days + 1
