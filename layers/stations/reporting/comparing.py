"""Values of a month against the limits that held: how many, when, how far. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from layers.stations.pages.bounds import Bound

from .spans import Floats, Mask, rolling, stretches

HOUR, DAY = 60, 1_440
ENOUGH = 0.75
# Points further apart are not one exceedance, in steps between two points.
APART = 2.5


@dataclass(frozen=True, slots=True)
class Points:
    """What is compared with a limit: ends of the averaging times (seconds since 1970)
    and means; ``step_s`` between two points."""

    at: Floats
    value: Floats
    step_s: float


@dataclass(frozen=True, slots=True)
class Measured:
    """A series in a month: valid values, its hours (seven more before the month) and
    its days; arrays of one length each. ``hour_valid``/``day_valid``: counts."""

    averaging_minutes: int
    since: float
    at: Floats
    value: Floats
    hour_at: Floats
    hour_mean: Floats
    hour_valid: Floats
    day_at: Floats
    day_mean: Floats
    day_valid: Floats


def points(series: Measured, minutes: int) -> Points | None:
    """The series averaged over ``minutes``; None where a month cannot tell (a year,
    or what is no whole number of hours)."""
    step = series.averaging_minutes
    if minutes <= step:
        return Points(series.at, series.value, step * 60.0)
    if minutes == DAY:
        kept = series.day_valid * step >= ENOUGH * DAY
        return Points(series.day_at[kept], series.day_mean[kept], DAY * 60.0)
    if minutes % HOUR or minutes > DAY:
        return None
    enough = series.hour_valid * step >= ENOUGH * HOUR
    at, value = rolling(series.hour_at, series.hour_mean, enough, minutes // HOUR)
    mine = at > series.since
    return Points(at[mine], value[mine], HOUR * 60.0)


def against(series: Measured, bound: Bound) -> dict[str, Any]:
    """What a report says of one limit: values compared and over, and each exceedance
    with begin, end and peak. ``compared`` None: a month does not tell."""
    found: dict[str, Any] = {
        "averaging_minutes": bound.limit.averaging_minutes,
        "direction": bound.limit.direction,
        "value": bound.limit.value,
        "unit": bound.limit.unit,
        "legal_source": bound.limit.legal_source,
        "permit": bound.limit.permit_number,
        "factor": bound.limit.factor,
        "since": bound.since.isoformat(),
        "until": (bound.until - timedelta(days=1)).isoformat(),
        "compared": None,
        "over": None,
        "episodes": [],
    }
    measured = points(series, bound.limit.averaging_minutes)
    if measured is None:
        return found
    mine = (measured.at > _midnight(bound.since)) & (
        measured.at <= _midnight(bound.until)
    )
    at, value = measured.at[mine], measured.value[mine]
    over = (
        value < bound.limit.value
        if bound.limit.direction == "lower"
        else value > bound.limit.value
    )
    found["compared"], found["over"] = len(at), int(over.sum())
    length = max(measured.step_s, bound.limit.averaging_minutes * 60.0)
    found["episodes"] = _episodes(at, value, over, measured.step_s, length, bound)
    return found


def _episodes(
    at: Floats, value: Floats, over: Mask, step_s: float, length_s: float, bound: Bound
) -> list[dict[str, Any]]:
    """From the beginning of the first averaging time over the limit to the end of the
    last one."""
    pick = np.argmin if bound.limit.direction == "lower" else np.argmax
    found = []
    for run in stretches(at, over, APART * step_s):
        part = value[run.first : run.last + 1]
        peak = run.first + int(pick(part))
        found.append(
            {
                "since": float(at[run.first] - length_s),
                "until": float(at[run.last]),
                "peak": round(float(value[peak]), 6),
                "peak_at": float(at[peak]),
                "values": run.last - run.first + 1,
            }
        )
    return found


def _midnight(day: date) -> float:
    return timezone.make_aware(datetime.combine(day, datetime.min.time())).timestamp()
