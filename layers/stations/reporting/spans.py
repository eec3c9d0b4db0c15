"""Stretches in arrays of times: exceedances, calibrations, outages. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
# States of an instrument further apart, in averaging times, are told one by one.
APART_STATES = 2.5


@dataclass(frozen=True, slots=True)
class Stretch:
    """Points ``first`` to ``last`` of arrays, both of it."""

    first: int
    last: int


def stretches(at: Floats, marked: Mask, most_s: float) -> list[Stretch]:
    """Runs of marked points (times in seconds, ascending); a point that is not marked
    ends one, and so does a gap of more than ``most_s`` seconds."""
    rows = np.flatnonzero(marked)
    if not len(rows):
        return []
    breaks = (np.diff(rows) > 1) | (np.diff(at[rows]) > most_s)
    firsts = np.concatenate([[0], np.flatnonzero(breaks) + 1])
    lasts = np.concatenate([np.flatnonzero(breaks), [len(rows) - 1]])
    return [
        Stretch(int(rows[first]), int(rows[last]))
        for first, last in zip(firsts, lasts, strict=True)
    ]


def gaps(
    at: Floats, since: float, until: float, least_s: float
) -> list[tuple[float, float]]:
    """Spans of more than ``least_s`` seconds of [since, until] without a time."""
    edges = np.concatenate([[since], at, [until]])
    rows = np.flatnonzero(np.diff(edges) > least_s)
    return [(float(edges[row]), float(edges[row + 1])) for row in rows]


def rolling(
    ends: Floats, mean: Floats, enough: Mask, hours: int
) -> tuple[Floats, Floats]:
    """Means over ``hours`` hours that end at each hour of which at least three quarters
    have enough values: (ends, means). ``ends`` are whole hours in seconds."""
    if not len(ends):
        return np.zeros(0), np.zeros(0)
    slot = np.round((ends - ends[0]) / 3_600).astype(np.int64)
    size = int(slot[-1]) + 1
    value, counted = np.zeros(size), np.zeros(size)
    value[slot] = np.where(enough, mean, 0.0)
    counted[slot] = enough
    kernel = np.ones(hours)
    total = np.convolve(value, kernel)[:size]
    number = np.round(np.convolve(counted, kernel)[:size])
    rows = np.flatnonzero(number >= 0.75 * hours)
    return ends[0] + rows * 3_600.0, total[rows] / number[rows]
