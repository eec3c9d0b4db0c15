"""Is a plan kept: what is due, what was reached, how the year will end. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from .curves import LINEAR, Curve, day_of, due, dues

# reached, will_reach, will_miss: a plan to be reached. exceeded, will_exceed,
# will_keep: a ceiling. unknown: too early in the year, or nothing was reported.
Outcome = Literal[
    "reached",
    "will_reach",
    "will_miss",
    "exceeded",
    "will_exceed",
    "will_keep",
    "unknown",
]
# Before a twentieth of the year is due, a forecast multiplies chance by twenty.
EARLIEST_SHARE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """A plan on a day, values in the unit of the plan.

    ``value`` was reached by the end of ``until``, when ``expected`` was due;
    ``expected_today`` is due ``on`` the day asked for. ``share`` is value / plan,
    ``ahead`` value / expected. ``forecast`` is the value at the end of the period if
    the rest of the year goes as past years did, ``low`` and ``high`` the least and
    most that any one of them would give (None: the curve is linear). ``hits_on``
    is the day on which the plan is (or a ceiling will be) reached; ``misses_by``
    what will be missing at the end. None: not known, or it will not happen.
    """

    plan: float
    start: date
    end: date
    on: date
    expected_today: float | None
    seasonal: bool
    years: int
    value: float | None = None
    until: date | None = None
    expected: float | None = None
    share: float | None = None
    ahead: float | None = None
    forecast: float | None = None
    low: float | None = None
    high: float | None = None
    hits_on: date | None = None
    misses_by: float | None = None
    outcome: Outcome = "unknown"


def assess(
    plan: float,
    start: date,
    end: date,
    value: float | None,
    until: date | None,
    on: date,
    season: Curve = LINEAR,
    direction: str = "up",
) -> Pace:
    """Where a plan for ``start`` to ``end`` stands ``on`` a day.

    ``value`` is the running total from ``start`` to ``until``. ``direction`` "down"
    makes the plan a ceiling.
    """
    common = Pace(
        plan=plan,
        start=start,
        end=end,
        on=on,
        expected_today=plan * due(start, end, on, season),
        seasonal=season.seasonal,
        years=len(season.past),
    )
    if value is None or until is None or until < start:
        return common
    passed = due(start, end, until, season)
    forecast, low, high = _forecast(value, passed, dues(start, end, until, season))
    ceiling = direction == "down"
    hits_on = _hits_on(plan, start, end, value, until, forecast, season)
    expected = plan * passed
    return Pace(
        plan=plan,
        start=start,
        end=end,
        on=on,
        expected_today=common.expected_today,
        seasonal=common.seasonal,
        years=common.years,
        value=value,
        until=until,
        expected=expected,
        share=value / plan if plan else None,
        ahead=value / expected if expected else None,
        forecast=forecast,
        low=low,
        high=high,
        hits_on=hits_on,
        misses_by=_missing(plan, forecast) if not ceiling else None,
        outcome=_outcome(plan, value, forecast, ceiling),
    )


def standing(
    plan: float,
    start: date,
    end: date,
    value: float | None,
    until: date | None,
    on: date,
    direction: str = "up",
) -> Pace:
    """The same for a figure that does not add up (a rate, a stock): all of the plan
    is due at the end, nothing is foretold; reached is what stands there now."""
    kept = value is not None and (
        value <= plan if direction == "down" else value >= plan
    )
    return Pace(
        plan=plan,
        start=start,
        end=end,
        on=on,
        expected_today=None,
        seasonal=False,
        years=0,
        value=value,
        until=until,
        share=value / plan if plan and value is not None else None,
        misses_by=abs(plan - value) if value is not None and not kept else None,
        outcome="reached" if kept else "unknown",
    )


def _forecast(
    value: float, passed: float, past: list[float]
) -> tuple[float | None, float | None, float | None]:
    if passed < EARLIEST_SHARE:
        return None, None, None
    ends = [value / share for share in past if share >= EARLIEST_SHARE]
    if not ends or len(ends) < len(past):
        return value / passed, None, None
    forecast = value / passed
    # the mean of shares may give an end beyond that of every year by rounding
    return forecast, min(*ends, forecast), max(*ends, forecast)


def _hits_on(
    plan: float,
    start: date,
    end: date,
    value: float,
    until: date,
    forecast: float | None,
    season: Curve,
) -> date | None:
    if not forecast or plan <= 0 or forecast < plan:
        return None
    day = day_of(start, end, plan / forecast, season)
    # reached already: by the curve on that day, at the latest when it was reported
    return min(day, until) if value >= plan else max(day, until)


def _missing(plan: float, forecast: float | None) -> float | None:
    return plan - forecast if forecast is not None and forecast < plan else None


def _outcome(
    plan: float, value: float, forecast: float | None, ceiling: bool
) -> Outcome:
    if ceiling:
        if value > plan:
            return "exceeded"
        if forecast is None:
            return "unknown"
        return "will_exceed" if forecast > plan else "will_keep"
    if value >= plan:
        return "reached"
    if forecast is None:
        return "unknown"
    return "will_reach" if forecast >= plan else "will_miss"
