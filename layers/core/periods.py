"""When something holds: validity by days and yearly seasons, as spans of time.

Pure. Days are those of the local calendar (Asia/Ho_Chi_Minh): law names days.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from math import inf

from django.utils import timezone

Span = tuple[float, float]


def in_season(day: date, season_from: str, season_to: str) -> bool:
    """True when ``day`` lies in a yearly season of month-day texts, both included.

    No season means all year; a season may pass the new year (11-01 to 02-28).
    """
    if not season_from or not season_to:
        return True
    now = day.strftime("%m-%d")
    if season_from <= season_to:
        return season_from <= now <= season_to
    return now >= season_from or now <= season_to


def in_force(
    day: date,
    valid_from: date | None,
    valid_to: date | None,
    season_from: str = "",
    season_to: str = "",
) -> bool:
    """True when it is valid on ``day`` and in its season."""
    valid = (valid_from is None or valid_from <= day) and (
        valid_to is None or day <= valid_to
    )
    return valid and in_season(day, season_from, season_to)


def spans(
    years: Iterable[int],
    valid_from: date | None,
    valid_to: date | None,
    season_from: str = "",
    season_to: str = "",
) -> list[Span]:
    """Spans [start, end) in seconds since 1970 UTC, in order, in which it holds.

    Without a season there is one, open (infinite) where no day is given. With one,
    those that begin in ``years``; spans that meet are one.
    """
    first = -inf if valid_from is None else midnight(valid_from)
    end = inf if valid_to is None else midnight(valid_to + timedelta(days=1))
    if not season_from or not season_to:
        return [(first, end)] if first < end else []
    found: list[Span] = []
    for year in sorted(years):
        closing = year if season_from <= season_to else year + 1
        start = max(first, midnight(_day(year, season_from)))
        after = _day(closing, season_to, last=True) + timedelta(days=1)
        stop = min(end, midnight(after))
        if start >= stop:
            continue
        if found and found[-1][1] >= start:
            start = found.pop()[0]
        found.append((start, stop))
    return found


def midnight(day: date) -> float:
    """The beginning of a local day, seconds since 1970 UTC."""
    zone = timezone.get_default_timezone()
    return datetime.combine(day, time.min, tzinfo=zone).timestamp()


def _day(year: int, month_day: str, *, last: bool = False) -> date:
    """The day of a year; 29 February stands in for a neighbour in other years."""
    try:
        return date.fromisoformat(f"{year}-{month_day}")
    except ValueError:
        return date(year, 2, 28) if last else date(year, 3, 1)
