"""Where a track breaks: silence, a leg that no ship can have made, a port, a change
of the vessel that the device speaks for.

Pure functions on arrays: what comes out depends on the fixes only, not on the order
in which they came.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from layers.core.ingest import Bools, Floats, Ints

from .simplify import distance_m

KNOT_MS = 1852 / 3600


class Break(IntEnum):
    """Why a segment begins at a fix; NONE where it goes on."""

    NONE = 0
    FIRST = 1  # nothing was heard before
    GAP = 2
    SPEED = 3
    PORT = 4
    FITTING = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Parameters of a batch. ``gap_s`` per fix (AIS and VMS differ), shape n.

    ``max_kn`` is the speed above which the leg between two fixes is not credible
    where they are ``least_s`` and ``least_m`` apart: fixes of one second differ by
    the error of the receiver.
    """

    gap_s: Floats
    max_kn: float
    least_s: float = 60.0
    least_m: float = 1_000.0
    stopped_kn: float = 0.5


def breaks(track: Ints, at: Floats, lon: Floats, lat: Floats, rules: Rules) -> Ints:
    """Per fix a :class:`Break`; shape n, ordered by track and time."""
    found = np.zeros(len(at), dtype=np.int64)
    if not len(at):
        return found
    before = np.r_[0, np.arange(len(at) - 1)]
    first = np.r_[True, track[1:] != track[:-1]]
    apart_s = at - at[before]
    apart_m = distance_m(lon[before], lat[before], lon, lat)
    limit_m = rules.max_kn * KNOT_MS * np.maximum(apart_s, rules.least_s)
    fast = (apart_m > limit_m) & (apart_m > rules.least_m)
    found[fast] = Break.SPEED
    found[np.abs(lon - lon[before]) > 180] = Break.SPEED  # cut at the date line
    found[apart_s > rules.gap_s] = Break.GAP
    found[first] = Break.FIRST
    return found


def left_port(
    track: Ints, inside: Bools, speed_kn: Floats, stopped: Bools, limit_kn: float
) -> tuple[Bools, Bools]:
    """Where a voyage begins: the first fix outside a port in which it had stopped.

    ``inside``: within a port; ``stopped`` is read at the first fix of each track
    only (it had stopped in the port before what is known here). Returns the breaks
    and, per fix, whether it has stopped in the port where it is; shape n each.
    """
    count = len(track)
    if not count:
        return np.zeros(0, dtype=bool), np.zeros(0, dtype=bool)
    first = np.r_[True, track[1:] != track[:-1]]
    run = np.cumsum(first | np.r_[True, inside[1:] != inside[:-1]]) - 1
    halted = inside & ((speed_kn <= limit_kn) | (first & stopped))
    # how many halts there were in this run so far
    total = np.cumsum(halted)
    begins = np.flatnonzero(np.r_[True, run[1:] != run[:-1]])
    before = (total - halted)[begins][run]
    had = (total - before) > 0
    out = np.zeros(count, dtype=bool)
    out[1:] = ~inside[1:] & had[:-1] & inside[:-1] & ~first[1:]
    return out, had & inside


def changed_hands(track: Ints, at: Floats, moments: dict[int, Floats]) -> Bools:
    """Where the device speaks for another vessel than at the fix before.

    ``moments`` are the ends of fittings by track, ascending; ``track`` ascends too.
    """
    found = np.zeros(len(at), dtype=bool)
    for which, ends in moments.items():
        begin, end = np.searchsorted(track, [which, which + 1])
        place = np.searchsorted(ends, at[begin:end], side="right")
        found[begin + 1 : end] = place[1:] != place[:-1]
    return found


def ordinals(track: Ints, starts: Bools, base: Ints) -> Ints:
    """Numbers of segments within each track, from ``base`` of its first fix on."""
    if not len(track):
        return np.zeros(0, dtype=np.int64)
    first = np.r_[True, track[1:] != track[:-1]]
    counted = np.cumsum(starts & ~first)
    lead = np.flatnonzero(first)
    which = np.cumsum(first) - 1
    return base[lead][which] + counted - counted[lead][which]
