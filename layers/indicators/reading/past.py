"""The periods before a figure's, for its trend and for what past years say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from layers.indicators import judging, spans

from . import facts
from .facts import Series, Span

HISTORY = facts.statement("history")


@dataclass(frozen=True, slots=True)
class Past:
    """A value of a period."""

    start: date
    end: date
    value: float


@dataclass(frozen=True, slots=True)
class Steps:
    """How to go back: a step in months and days, so many one by one (``near``), and
    so many in a year, by which it goes on for as many years as judging looks at."""

    months: int
    days: int
    near: int
    years: int

    @property
    def far(self) -> int:
        return max(self.near, self.years * judging.HISTORY_YEARS)


# A period that is no usual one (January to November) has its like a year before.
YEARLY = Steps(12, 0, 6, 1)
STEPS: dict[spans.Kind, Steps] = {
    "month": Steps(1, 0, 12, 12),
    "quarter": Steps(3, 0, 8, 4),
    "half": Steps(6, 0, 7, 2),
    "week": Steps(0, 7, 13, 52),
    "day": Steps(0, 1, 14, 366),
}


def histories(
    wanted: Mapping[Series, Span], known: datetime | None
) -> dict[Series, list[Past]]:
    """The figure's own period and those before it, oldest first."""
    if not wanted:
        return {}
    found: dict[Series, list[Past]] = defaultdict(list)
    for row in facts.fetch(HISTORY, question(wanted, known)):
        found[row[:3]].append(Past(*row[3:]))
    for listed in found.values():
        listed.sort(key=lambda past: past.end)
    return found


def question(wanted: Mapping[Series, Span], known: datetime | None) -> dict[str, Any]:
    """The parameters of ``history.sql``."""
    steps = [STEPS.get(spans.kind(*span), YEARLY) for span in wanted.values()]
    return {
        **facts.columns(wanted),
        "starts": [span[0] for span in wanted.values()],
        "ends": [span[1] for span in wanted.values()],
        "months": [step.months for step in steps],
        "days": [step.days for step in steps],
        "near": [step.near for step in steps],
        "years": [step.years for step in steps],
        "far": [step.far for step in steps],
        "known": known,
    }


def near(listed: list[Past], span: Span) -> list[Past]:
    """Those that were gone back to one by one: what a trend is drawn of."""
    step = STEPS.get(spans.kind(*span), YEARLY)
    length = step.months * 31 + step.days
    first = span[1].toordinal() - step.near * length
    return [past for past in listed if past.end.toordinal() >= first]


def like(listed: list[Past], end: date) -> tuple[float, ...]:
    """Values of the periods of past years that end as the one of ``end`` does,
    oldest first."""
    by_end = {past.end: past.value for past in listed}
    days = []
    for _ in range(judging.HISTORY_YEARS):
        end = spans.a_year_before(end, end)[1]
        days.append(end)
    return tuple(by_end[day] for day in reversed(days) if day in by_end)
