"""The tests as they are run: over many series at once, each with its settings. Pure.

What a test says of a value depends on the values within its reach alone, never on what
another delivery brought or on the order: :func:`reach` says how far that is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from layers.core.shown import Params
from layers.stations.parameters import GOOD, SUSPECT

from . import params as of
from . import single, windows
from .settings import USUAL_STEP_S, Subject
from .single import DAY_S, Flags, Floats

Ints = npt.NDArray[np.int64]
LOCAL_S = 7 * 3_600.0  # Asia/Ho_Chi_Minh
# Values missing for so long separate what is before from what is after.
SPIKE_GAP_S, GAP_S = 3 * USUAL_STEP_S, 6 * USUAL_STEP_S


@dataclass(frozen=True, slots=True)
class Column:
    """Values of some series under one setting, ordered by series and time; ``slow``
    is their :attr:`.settings.Subject.slowness`."""

    series: Ints
    at: Floats
    value: Floats
    received: Floats
    slow: float


@dataclass(frozen=True, slots=True)
class Run:
    """``alone``: it looks at the value by itself, before all others; what it fails is
    no neighbour for them. ``reach``: seconds back and ahead that it looks."""

    flags: Callable[[Column, Params], Flags]
    reach: Callable[[Params], tuple[float, float]]
    alone: bool = False


def _nothing(params: Params) -> tuple[float, float]:
    return 0.0, 0.0


def _gross_range(rows: Column, params: Params) -> Flags:
    p = cast(of.GrossRange, params)
    suspect = (
        p.low if p.suspect_low is None else p.suspect_low,
        p.high if p.suspect_high is None else p.suspect_high,
    )
    flags = single.gross_range(rows.value, (p.low, p.high), suspect)
    if p.negative_to_zero:
        flags[zeroed(rows.value, params)] = SUSPECT
    return flags


def zeroed(value: Floats, params: Params) -> npt.NDArray[np.bool_]:
    """Which values count as 0: a gas cannot be negative, its instrument can drift."""
    p = cast(of.GrossRange, params)
    if not p.negative_to_zero:
        return np.zeros(len(value), bool)
    return (value < 0) & (value >= p.low)


def _impossible_date(rows: Column, params: Params) -> Flags:
    p = cast(of.ImpossibleDate, params)
    return single.impossible_date(rows.at, rows.received + p.ahead_minutes * 60)


def _climatology(rows: Column, params: Params) -> Flags:
    p = cast(of.Climatology, params)
    seasons = [
        single.Season(
            entry.period,
            entry.first,
            entry.last,
            (entry.low, entry.high),
            None
            if entry.fail_low is None or entry.fail_high is None
            else (entry.fail_low, entry.fail_high),
        )
        for entry in p.seasons
    ]
    return single.climatology(rows.value, rows.at, seasons, LOCAL_S)


def _percentile_range(rows: Column, params: Params) -> Flags:
    p = cast(of.PercentileRange, params)
    day = np.floor((rows.at + LOCAL_S) / DAY_S)
    begins = np.r_[True, (np.diff(day) != 0) | (np.diff(rows.series) != 0)]
    starts = np.flatnonzero(begins[: len(day)])
    parts = [
        single.percentile_range(part, p.low, p.high, p.pad)
        for part in np.split(rows.value, starts[1:])
    ]
    return np.concatenate(parts)


def _spike(rows: Column, params: Params) -> Flags:
    p = cast(of.Spike, params)
    gap_s = SPIKE_GAP_S * rows.slow
    fail = np.inf if p.fail is None else p.fail
    if p.measure == "value":
        return windows.spike(
            rows.value, rows.at, p.suspect, fail, p.method, rows.series, gap_s
        )
    distance = windows.spike_distance(rows.value, rows.at, p.method, rows.series, gap_s)
    with np.errstate(invalid="ignore"):
        some = np.flatnonzero(distance > p.suspect * p.least)
    window_s = p.beside * USUAL_STEP_S * rows.slow
    middle, mad = windows.local_mad(
        rows.value, rows.at, some, p.beside, window_s, rows.series
    )
    # of values that hardly change any deviation would be a large one
    floor = np.maximum(p.least, np.abs(middle) * p.least_percent / 100)
    scale = np.full(len(distance), np.inf)
    scale[some] = np.where(np.isnan(mad), np.inf, np.maximum(mad, floor))
    return windows.spike(
        rows.value, rows.at, p.suspect * scale, fail * scale, p.method, rows.series,
        gap_s,
    )  # fmt: skip


def _spike_reach(params: Params) -> tuple[float, float]:
    p = cast(of.Spike, params)
    around = max(p.beside * USUAL_STEP_S, SPIKE_GAP_S)
    return around, around


def _rate_of_change(rows: Column, params: Params) -> Flags:
    p = cast(of.RateOfChange, params)
    seconds = p.minutes * 60
    return windows.rate_of_change(
        rows.value,
        rows.at,
        p.suspect / seconds,
        None if p.fail is None else p.fail / seconds,
        rows.series,
        GAP_S * rows.slow,
    )


def _flat_line(rows: Column, params: Params) -> Flags:
    p = cast(of.FlatLine, params)
    flags = windows.flat_line(
        rows.value,
        rows.at,
        p.suspect_minutes * 60 * rows.slow,
        p.fail_minutes * 60 * rows.slow,
        p.tolerance,
        rows.series,
        GAP_S * rows.slow,
    )
    flags[np.isin(rows.value, p.exempt)] = GOOD
    return flags


def _flat_reach(params: Params) -> tuple[float, float]:
    return cast(of.FlatLine, params).fail_minutes * 60 + GAP_S, 0.0


def _attenuated(rows: Column, params: Params) -> Flags:
    p = cast(of.AttenuatedSignal, params)
    return windows.attenuated_signal(
        rows.value, rows.at, p.suspect, p.fail, p.minutes * 60 * rows.slow, p.least,
        p.check, rows.series,
    )  # fmt: skip


def _attenuated_reach(params: Params) -> tuple[float, float]:
    return cast(of.AttenuatedSignal, params).minutes * 60, 0.0


RUNS = {
    "gross_range": Run(_gross_range, _nothing, alone=True),
    "impossible_date": Run(_impossible_date, _nothing, alone=True),
    "climatology": Run(_climatology, _nothing),
    "percentile_range": Run(_percentile_range, lambda _p: (DAY_S, DAY_S)),
    "spike": Run(_spike, _spike_reach),
    "rate_of_change": Run(_rate_of_change, lambda _p: (GAP_S, 0.0)),
    "flat_line": Run(_flat_line, _flat_reach),
    "attenuated_signal": Run(_attenuated, _attenuated_reach),
}


def reach(chosen: dict[str, Params], subject: Subject) -> tuple[float, float]:
    """Seconds that the tests of a series look back and ahead."""
    found = [RUNS[test].reach(params) for test, params in chosen.items()]
    back = max((one for one, _two in found), default=0.0)
    ahead = max((two for _one, two in found), default=0.0)
    return back * subject.slowness, ahead * subject.slowness


# Tests of two series of a station against each other: (of, against), and whether the
# other one becomes suspect as well.
PAIRS = {
    "pm_ratio": ("PM2.5", "PM10", True),
    "bod_cod": ("BOD5", "COD", True),
    "do_saturation": ("DO", "Temp", False),
}


def too_high(test: str, value: Floats, other: Floats, percent: float) -> Flags:
    """Suspect where a value is more than ``percent`` of what the other one allows.

    ``bod_cod`` and ``pm_ratio``: of the other value itself. ``do_saturation``: of the
    oxygen (mg/L) that water of the other value (degrees Celsius) holds at saturation.
    """
    allowed = saturation(other) if test == "do_saturation" else other
    return single.flagged(value, value > allowed * percent / 100, False)


def saturation(temperature: Floats) -> Floats:
    """Dissolved oxygen at saturation, mg/L, by water temperature in degrees Celsius
    (Decision 1460/QD-TCMT)."""
    t = temperature
    return 14.652 - 0.41022 * t + 0.0079910 * t**2 - 0.000077774 * t**3
