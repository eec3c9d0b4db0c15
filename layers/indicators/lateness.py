"""Is a publication late: has the next period been over for longer than its rhythm
allows. Pure.

The rhythm is that of the newest figure itself: whoever published months owes the
next month. ``GRACE_DAYS`` is how long after the end of a period a figure may take:
habit of the statistics offices, not law.
"""

from __future__ import annotations

from datetime import date, timedelta

from . import spans

GRACE_DAYS: dict[spans.Kind, int] = {
    "day": 2,
    "week": 7,
    "month": 20,
    "months": 20,
    "quarter": 30,
    "half": 45,
    "year": 120,
    "school": 60,
}


def regular(start: date, end: date, period: str) -> bool:
    """Whether another figure is to follow. ``period`` is how often the catalogue
    says that it is published: a count on one day, as of a census, is no daily one."""
    return start != end or "day" in period


def due(start: date, end: date) -> date | None:
    """The last day on which the figure after this one is in time; None for a period
    without rhythm."""
    kind = spans.kind(start, end)
    if kind not in GRACE_DAYS:
        return None
    return following_end(start, end) + timedelta(days=GRACE_DAYS[kind])


def following_end(start: date, end: date) -> date:
    """The last day of the period after."""
    match spans.kind(start, end):
        case "day":
            return end + timedelta(days=1)
        case "week":
            return end + timedelta(weeks=1)
        case "year" | "school":
            return spans.month_end(end.year + 1, end.month)
        case "half":
            months = 6
        case "quarter":
            months = 3
        case _:
            months = 1
    place = end.year * 12 + end.month - 1 + months
    return spans.month_end(place // 12, place % 12 + 1)


def late_days(start: date, end: date, today: date) -> int:
    """How many days the next figure is overdue; 0 when it is not."""
    last = due(start, end)
    return max((today - last).days, 0) if last else 0
