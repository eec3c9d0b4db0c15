"""Patterns in the values of days that need a look. Pure.

Each function says where a pattern is and what it saw. None of them knows why: an
instrument that sticks, a logger that sends old files again, a range set too low and
a hand on the values look alike from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from .single import DAY_S, Floats

Ints = npt.NDArray[np.int64]
MEASURING, CALIBRATING = 0, 1
GAP_S = 1_800.0


@dataclass(frozen=True, slots=True)
class Pattern:
    """``since`` to ``until`` in seconds since 1970; ``evidence`` for people."""

    since: float
    until: float
    evidence: dict[str, Any] = field(default_factory=dict)


def repeating_blocks(
    at: Floats, value: Floats, values: int, distinct: int
) -> list[Pattern]:
    """Stretches of ``values`` or more values that are exactly those of an earlier
    stretch, with at least ``distinct`` different ones (a flat line is no repetition).
    """
    if len(value) < 2 * values:
        return []
    windows = np.lib.stride_tricks.sliding_window_view(value, values)
    ordered = np.sort(windows, axis=1)
    varied = (np.diff(ordered, axis=1) != 0).sum(axis=1) + 1 >= distinct
    kinds = np.ascontiguousarray(windows).view(f"V{8 * values}").ravel()
    _names, first, row = np.unique(kinds, return_index=True, return_inverse=True)
    earlier = first[row]
    place = np.arange(len(windows))
    again = np.flatnonzero(varied & (place - earlier >= values))
    found: list[Pattern] = []
    for stretch in _runs(again):
        start, stop = int(stretch[0]), int(stretch[-1]) + values - 1
        source = int(earlier[start])
        count = stop - start + 1
        found.append(
            Pattern(
                float(at[start]),
                float(at[stop]),
                {
                    "values": count,
                    "first_seen": float(at[source]),
                    "first_seen_until": float(at[min(source + count, len(at)) - 1]),
                    "different": len(np.unique(value[start : stop + 1])),
                },
            )
        )
    return found


def _runs(places: Ints) -> list[Ints]:
    if not len(places):
        return []
    return np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)


def clipped(
    at: Floats, value: Floats, limit: float, percent: float, share: float, least: int
) -> Pattern | None:
    """Many values just under a limit, hardly any over it, and far fewer in the band
    of the same width below: values pile up where they may end."""
    if len(value) < least or limit <= 0:
        return None
    width = limit * percent / 100
    over = value > limit
    near = (value > limit - width) & ~over
    below = (value > limit - 2 * width) & (value <= limit - width)
    count = int(near.sum())
    if count < max(least // 2, share / 100 * len(value)):
        return None
    if over.sum() > 0.01 * len(value) or count < 3 * below.sum():
        return None
    times = at[near]
    return Pattern(
        float(times.min()),
        float(times.max()),
        {
            "limit": limit,
            "near": count,
            "of": len(value),
            "over": int(over.sum()),
            "band_below": int(below.sum()),
            "percent": percent,
        },
    )


@dataclass(frozen=True, slots=True)
class Calibration:
    """One stretch with status 01; ``before``: the last measured value within half an
    hour before it, None without."""

    since: float
    until: float
    before: float | None


def calibrations(at: Floats, value: Floats, status: Ints) -> list[Calibration]:
    """Stretches with status 01, ordered; a gap of half an hour ends one."""
    mine = status == CALIBRATING
    if not mine.any():
        return []
    joined = np.zeros(len(at), bool)
    joined[1:] = mine[1:] & mine[:-1] & (np.diff(at) <= GAP_S)
    starts = np.flatnonzero(mine & ~joined)
    ends = np.append(starts[1:], len(at))
    found = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        inside = start + np.flatnonzero(mine[start:end])
        before = start - 1
        known = (
            before >= 0
            and status[before] == MEASURING
            and at[start] - at[before] <= GAP_S
            and not np.isnan(value[before])
        )
        found.append(
            Calibration(
                float(at[start]),
                float(at[inside[-1]]),
                float(value[before]) if known else None,
            )
        )
    return found


def long_calibrations(found: Sequence[Calibration], minutes: float) -> list[Pattern]:
    """Those that last longer than ``minutes``."""
    return [
        Pattern(
            entry.since,
            entry.until,
            {"minutes": round((entry.until - entry.since) / 60)},
        )
        for entry in found
        if entry.until - entry.since > minutes * 60
    ]


def calibration_on_exceedance(
    found: Sequence[Calibration], limit: float, percent: float, times: int
) -> Pattern | None:
    """Several calibrations that begin right after a value close to the limit, and
    most of all that have a value before them."""
    known = [entry for entry in found if entry.before is not None]
    near = [
        entry
        for entry in known
        if entry.before is not None and entry.before >= limit * percent / 100
    ]
    if len(near) < times or 2 * len(near) <= len(known):
        return None
    return Pattern(
        near[0].since,
        near[-1].until,
        {
            "limit": limit,
            "percent": percent,
            "times": len(near),
            "of": len(known),
            "before": [entry.before for entry in near][:12],
            "at": [entry.since for entry in near][:12],
        },
    )


def apart(
    hours: Floats,
    mine: Floats,
    others: npt.NDArray[np.float64],
    times: float,
    least: int,
) -> list[Pattern]:
    """At least ``least`` hours in a row in which a mean is ``times`` that of the others
    or less than that part of it. ``others``: one row per neighbour, NaN = none; two
    must be known and agree."""
    known = (~np.isnan(others)).sum(axis=0) >= 2
    middle = np.full(len(hours), np.nan)
    if known.any():
        middle[known] = np.nanmedian(others[:, known], axis=0)
    with np.errstate(invalid="ignore"):
        # two that contradict each other say nothing about a third
        agree = (others <= times * middle) & (others * times >= middle)
        off = (mine > times * middle) | (mine * times < middle)
        off &= agree.sum(axis=0) >= 2
    place = np.flatnonzero(off)
    steps = np.flatnonzero((np.diff(place) > 1) | (np.diff(hours[place]) > 3_600)) + 1
    found = []
    for stretch in np.split(place, steps):
        if len(stretch) < least:
            continue
        found.append(
            Pattern(
                float(hours[stretch[0]]) - 3_600,
                float(hours[stretch[-1]]),
                {
                    "hours": len(stretch),
                    "mean": round(float(mine[stretch].mean()), 3),
                    "others": round(float(middle[stretch].mean()), 3),
                    "neighbours": len(others),
                },
            )
        )
    return found


def clock(at: Floats, lag: Floats, behind_s: float, drift_s: float) -> Pattern | None:
    """A clock that is behind, or drifts. ``lag``: seconds from the time of a value to
    its reception. Values that waited for a connection come in heaps with lags that
    differ; a clock that is wrong is wrong by the same for all."""
    if len(at) < 24:
        return None
    days = np.floor(at / DAY_S)
    names = np.unique(days)
    least = np.array([np.percentile(lag[days == day], 10) for day in names])
    usual = np.array([np.percentile(lag[days == day], 75) for day in names])
    steady = usual - least < 300
    evidence: dict[str, Any] = {"lag_s": round(float(least[-1])), "days": len(names)}
    if len(names) >= 4 and steady.all():
        slope = float(np.polyfit(names, least, 1)[0])
        if abs(slope) > drift_s:
            evidence["drift_s_per_day"] = round(slope, 1)
            return Pattern(float(at.min()), float(at.max()), evidence)
    if steady[-1] and least[-1] > behind_s:
        return Pattern(float(at[days == names[-1]].min()), float(at.max()), evidence)
    return None
