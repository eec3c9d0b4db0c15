"""Deadlines of reports: hours around the clock, or working days. Pure.

Days off are Saturday, Sunday and the public holidays of the Labour Code 2019,
article 112. The lunar ones (Tet, Hung Kings) are listed year by year, since the
government fixes their days off; beyond the list only the fixed ones are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY_ENDS = time(17, 0)

FIXED = ((1, 1), (4, 30), (5, 1), (9, 1), (9, 2))
# (first day of the lunar year, day of the Hung Kings): Vietnamese calendar, UTC+7
LUNAR = {
    2025: (date(2025, 1, 29), date(2025, 4, 7)),
    2026: (date(2026, 2, 17), date(2026, 4, 26)),
    2027: (date(2027, 2, 6), date(2027, 4, 16)),
    2028: (date(2028, 1, 26), date(2028, 4, 4)),
}


@dataclass(frozen=True, slots=True)
class Allowance:
    """How long an answer may take: ``amount`` hours, or working days."""

    unit: Literal["hours", "days"]
    amount: int


@lru_cache(maxsize=16)
def holidays(year: int) -> tuple[date, ...]:
    """Public holidays of a year. Tet is five days, from the eve on; one that falls
    on a weekend is given back on the next working day."""
    days = [date(year, month, day) for month, day in FIXED]
    if year in LUNAR:
        new_year, kings = LUNAR[year]
        days += [new_year + timedelta(days=offset) for offset in range(-1, 4)]
        days.append(kings)
    off: set[date] = set(days)
    for day in sorted(days):
        if day.weekday() >= 5:
            off.add(_next_free(day, off))
    return tuple(sorted(off))


def _next_free(day: date, taken: set[date]) -> date:
    while day.weekday() >= 5 or day in taken:
        day += timedelta(days=1)
    return day


def due_at(received: datetime, allowance: Allowance) -> datetime:
    """When the answer is due. ``received`` is aware; so is the result.

    Working days are counted from the day after (Civil Code 2015, article 147) and
    end with the office day.
    """
    if allowance.unit == "hours":
        return received + timedelta(hours=allowance.amount)
    day = received.astimezone(ZONE).date()
    off = [*holidays(day.year), *holidays(day.year + 1)]
    last = np.busday_offset(
        np.datetime64(day), allowance.amount, roll="preceding", holidays=off
    )
    return datetime.combine(last.astype(date), DAY_ENDS, tzinfo=ZONE)
