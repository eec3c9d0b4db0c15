"""Fewer points of a track, none of the truth that a tolerance is asked for.

Top-down time ratio (Meratnia and de By, EDBT 2004): the line from one kept fix to
the next is what the ship is said to have done, at the time it is said to have done
it. A fix is dropped while its *synchronised* distance, to where that line is at the
fix's own time, stays within the tolerance. So a stop in the middle of a straight
line is not lost, as it is with Douglas and Peucker.

All tracks of a batch are split at once, so the loop runs as often as the deepest of
them, not once per track.
"""

from __future__ import annotations

import numpy as np

from layers.core.ingest import Bools, Floats, Ints
from layers.core.mercator import RADIUS_M

DEGREE_M = np.pi * RADIUS_M / 180


def around(degrees: Floats) -> Floats:
    """Differences of longitude the short way round, -180 to 180."""
    return (degrees + 180.0) % 360.0 - 180.0


def distance_m(lon1: Floats, lat1: Floats, lon2: Floats, lat2: Floats) -> Floats:
    """Metres between places by the haversine formula; arrays of one shape."""
    a, b = np.radians(lat1), np.radians(lat2)
    half = (
        np.sin((b - a) / 2) ** 2
        + np.cos(a) * np.cos(b) * np.sin(np.radians(around(lon2 - lon1)) / 2) ** 2
    )
    return 2 * RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))


def synchronised_m(
    at: Floats, lon: Floats, lat: Floats, first: Ints, last: Ints, rows: Ints
) -> Floats:
    """Metres from fix ``rows[i]`` to the line from fix ``first[i]`` to ``last[i]``
    at the fix's own time; shape n each."""
    begin = at[first]
    span = at[last] - begin
    share = np.divide(at[rows] - begin, span, out=np.zeros(len(rows)), where=span > 0)
    east = around(lon[rows] - lon[first]) - share * around(lon[last] - lon[first])
    north = (lat[rows] - lat[first]) - share * (lat[last] - lat[first])
    return np.hypot(east * np.cos(np.radians(lat[rows])), north) * DEGREE_M


def keep(
    track: Ints,
    at: Floats,
    lon: Floats,
    lat: Floats,
    tolerance_m: float,
    forced: Bools | None = None,
) -> Bools:
    """Which fixes to keep, shape n.

    ``track`` says which fixes are one track: equal values that follow each other,
    in order of time. The first and last of each and those ``forced`` are kept.
    """
    kept = np.zeros(len(at), dtype=bool)
    if not len(at):
        return kept
    change = np.flatnonzero(track[1:] != track[:-1])
    kept[0] = kept[-1] = True
    kept[change] = kept[change + 1] = True
    if forced is not None:
        kept |= forced
    anchors = np.flatnonzero(kept)
    same = track[anchors[:-1]] == track[anchors[1:]]
    first, last = anchors[:-1][same], anchors[1:][same]
    while True:
        wide = last - first > 1
        first, last = first[wide], last[wide]
        if not len(first):
            return kept
        worst, off = _worst(at, lon, lat, first, last)
        split = off > tolerance_m
        kept[worst[split]] = True
        first, middle, last = first[split], worst[split], last[split]
        first, last = np.concatenate([first, middle]), np.concatenate([middle, last])


def _worst(
    at: Floats, lon: Floats, lat: Floats, first: Ints, last: Ints
) -> tuple[Ints, Floats]:
    """Of every span the fix between its ends that is farthest off, and how far."""
    counts = last - first - 1
    starts = np.cumsum(counts) - counts
    span = np.repeat(np.arange(len(first)), counts)
    rows = np.arange(len(span)) - starts[span] + first[span] + 1
    off = synchronised_m(at, lon, lat, first[span], last[span], rows)
    most = np.maximum.reduceat(off, starts)
    found = np.flatnonzero(off == most[span])
    lead = np.ones(len(found), dtype=bool)
    lead[1:] = span[found[1:]] != span[found[:-1]]
    return rows[found[lead]], most
