"""What part of a year is usually done by a day: the seasonal curve. Pure.

The cumulative share of each past year at the end of each month, and its mean over
the years. Within a month shares grow evenly by days. Lunar New Year falls between
21 January and 20 February and moves work between these two months; the curve takes
no account of it, so shares of January are good to about the spread of past years,
which :attr:`Curve.past` keeps and forecasts show as their range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MONTHS = 12
# One year alone is weather, not a season.
LEAST_YEARS = 2


@dataclass(frozen=True, eq=False)
class Curve:
    """``shares``: 12 cumulative shares at the ends of months, 0 to 1, the last is 1.
    ``past``: those of each year that it was made from; no rows: it is linear."""

    shares: Floats
    past: Floats

    @property
    def seasonal(self) -> bool:
        return len(self.past) > 0


LINEAR = Curve(np.arange(1, MONTHS + 1) / MONTHS, np.empty((0, MONTHS)))


def curve(years: Sequence[Sequence[float]] | Floats) -> Curve:
    """The curve of past years, each 12 monthly values (NaN where missing).

    Years that are not complete, or whose sum is not positive, do not count; with
    fewer than two that do the curve is linear.
    """
    rows = np.asarray(years, dtype=float).reshape(-1, MONTHS)
    return curve_of_totals(np.cumsum(rows, axis=1))


def curve_of_totals(totals: Floats) -> Curve:
    """The same from running totals at the ends of the months, shape (years, 12)."""
    whole = totals[np.isfinite(totals).all(axis=1) & (totals[:, -1:] > 0).all(axis=1)]
    if len(whole) < LEAST_YEARS:
        return LINEAR
    past = whole / whole[:, -1:]
    # a correction may take a month below zero; what was due stays due
    shares = np.clip(np.maximum.accumulate(past.mean(axis=0)), 0, 1)
    return Curve(shares, past)


def due(start: date, end: date, on: date, season: Curve = LINEAR) -> float:
    """The share of the period's plan that is due by the end of ``on``, 0 to 1.

    The season is one of calendar years; any other period is spread evenly.
    """
    if on < start:
        return 0.0
    if on >= end:
        return 1.0
    if not _is_year(start, end):
        return ((on - start).days + 1) / ((end - start).days + 1)
    return float(_at(season.shares, start, on))


def dues(start: date, end: date, on: date, season: Curve) -> list[float]:
    """The share of each past year at the same day; empty for a linear curve."""
    if not _is_year(start, end):
        return []
    return [float(_at(past, start, on)) for past in season.past]


def day_of(start: date, end: date, share: float, season: Curve = LINEAR) -> date:
    """The first day by which ``share`` (0 to 1) is due."""
    if _is_year(start, end):
        days, shares = _edges(start, season.shares)
    else:
        days, shares = np.array([0, (end - start).days + 1]), np.array([0.0, 1.0])
    place = float(np.interp(share, shares, days))
    # the end of day n of the period; rounding must not add a day
    return start + timedelta(days=max(int(np.ceil(place - 1e-9)), 1) - 1)


def _is_year(start: date, end: date) -> bool:
    return (start.month, start.day, end.month, end.day) == (1, 1, 12, 31) and (
        start.year == end.year
    )


def _edges(start: date, shares: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Days passed at the ends of months, from 0, and the shares there."""
    firsts = [date(start.year + n // 12, n % 12 + 1, 1) for n in range(MONTHS + 1)]
    days = np.array([(day - firsts[0]).days for day in firsts])
    return days, np.concatenate(([0.0], shares))


def _at(shares: Floats, start: date, on: date) -> np.float64:
    days, known = _edges(start, shares)
    return np.float64(np.interp((on - start).days + 1, days, known))
