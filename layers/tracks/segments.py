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
from layers.vessels.ingest.records import is_noise

from .simplify import DEGREE_M, around, distance_m

KNOT_MS = 1852 / 3600
STILL_KN = 0.5


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

    After a silence of ``doubt_s`` (per fix) a ship that comes back elsewhere than
    where its courses lead, off by more than ``doubt_kn`` of the time, may be another
    one under the same identity: nobody saw it on the way. Infinite: it is believed,
    as for a sealed device of one boat.
    """

    gap_s: Floats
    max_kn: float
    doubt_s: Floats | float = np.inf
    doubt_kn: float = 10.0
    least_s: float = 60.0
    least_m: float = 1_000.0
    stopped_kn: float = 0.5


def breaks(
    track: Ints,
    at: Floats,
    lon: Floats,
    lat: Floats,
    speed_kn: Floats,
    course_deg: Floats,
    rules: Rules,
) -> Ints:
    """Per fix a :class:`Break`; shape n, ordered by track and time. Speed and course
    are those reported, NaN where they are not."""
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
    long = np.flatnonzero((apart_s > rules.doubt_s) & ~first)
    ends = np.stack([long - 1, long])
    off_kn = strayed_kn(*(x[ends] for x in (at, lon, lat, speed_kn, course_deg)))
    found[long[off_kn > rules.doubt_kn]] = Break.GAP
    found[first] = Break.FIRST
    return found


def strayed_kn(
    at: Floats, lon: Floats, lat: Floats, speed_kn: Floats, course_deg: Floats
) -> Floats:
    """How far from where its velocity led a ship came out, per time: knots, shape n.

    Each column has shape (2, n): before a silence and after it. Reckoned is with the
    mean of both velocities, or with the one that is known; NaN without any.
    """
    speed = np.where(is_noise(speed_kn), np.nan, np.round(speed_kn, 2))
    course = np.radians(np.where(speed < STILL_KN, 0.0, np.round(course_deg, 2)))
    seconds = np.maximum(at[1] - at[0], 1.0)
    degrees = around(lon[1] - lon[0]) * np.cos(np.radians(lat.mean(axis=0)))
    moved = np.stack([degrees, lat[1] - lat[0]]) * DEGREE_M / seconds / KNOT_MS
    velocity = speed * np.stack([np.sin(course), np.cos(course)])
    known = ~np.isnan(velocity)
    mean = np.where(known, velocity, 0.0).sum(axis=1) / np.where(
        known.any(axis=1), known.sum(axis=1), np.nan
    )
    return np.hypot(*(moved - mean))


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
