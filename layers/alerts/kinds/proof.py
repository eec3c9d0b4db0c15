"""What shows that something was beyond: errors of fixes, ways between, evidence."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from .areas import Zones
from .columns import Batch
from .geometry import offset_m, reachable
from .search import Floats, Ints, Objects, Search

# 95 % radius of a GPS fix of which nothing else is said (IMO A.915: 10 m; a margin
# for the antenna's place on board).
GPS_M = 15.0
BEFORE = ("before_at", "before_lon", "before_lat")


def errors_m(batch: Batch) -> Floats:
    """95 % radius of every fix, metres."""
    said = batch.column("error_m")
    return np.where(np.isnan(said), GPS_M, said)


def ways_into(
    search: Search, batch: Batch, reach: bool, max_speed_kn: float
) -> tuple[Ints, Ints, Objects]:
    """(row, area, way) where the way from the fix before may have led into an area:
    the straight one, or with ``reach`` all places within reach between the fixes."""
    lon, lat = batch.column("before_lon"), batch.column("before_lat")
    seconds = batch.at - batch.column("before_at")
    usable = np.flatnonzero(
        (seconds > 0) & ~np.isnan(lon) & ~np.isnan(lat) & ~np.isnan(batch.lon)
    )
    first = np.column_stack([lon, lat])[usable]
    second = np.column_stack([batch.lon, batch.lat])[usable]
    low, high = np.minimum(first, second), np.maximum(first, second)
    if reach:
        slack = 2 * errors_m(batch)[usable]
        ways = reachable(first, second, seconds[usable], max_speed_kn, slack)
        bounds = shapely.bounds(ways)
        low, high = bounds[:, :2], bounds[:, 2:]
    near = search.boxes(low, high)
    if reach:
        shapes = ways[near]
    else:
        shapes = shapely.linestrings(np.stack([first[near], second[near]], axis=1))
    way, area = search.shapes(shapes)
    return usable[near[way]], area, shapes[way]


def farthest_m(zones: Zones, entry: Ints, shapes: Objects) -> Floats:
    """How far beyond its zone's edge each shape reaches, metres."""
    if not len(shapes):
        return np.zeros(0)
    inside = shapely.intersection(shapes, zones.area[entry])
    points, which = shapely.get_coordinates(
        shapely.segmentize(inside, 0.01), return_index=True
    )
    far = np.zeros(len(shapes))
    offsets = offset_m(zones.edge[entry[which]], points[:, 0], points[:, 1])
    np.maximum.at(far, which, offsets)
    return far


def evidence(
    max_speed_kn: float,
    zones: Zones,
    batch: Batch,
    entry: Ints,
    row: Ints,
    *,
    proven: bool = True,
) -> list[dict[str, Any] | None]:
    """For (entry, row) pairs: both fixes, and how far beyond it was at least and at
    most between them. None where no fix of this batch tells it."""
    told: list[dict[str, Any] | None] = [None] * len(row)
    known = np.flatnonzero((row >= 0) & (entry >= 0))
    entry, row = entry[known], row[known]
    error = errors_m(batch)[row]
    lon, lat, at = batch.lon[row], batch.lat[row], batch.at[row]
    was_at, was_lon, was_lat = (batch.column(name)[row] for name in BEFORE)
    offset = offset_m(zones.edge[entry], lon, lat)
    is_beyond = shapely.intersects_xy(zones.area[entry], lon, lat)
    most = np.where(is_beyond, offset + error, 0.0)
    way = np.flatnonzero(at > was_at)
    ways = reachable(
        np.column_stack([was_lon, was_lat])[way],
        np.column_stack([lon, lat])[way],
        (at - was_at)[way],
        max_speed_kn,
        2 * error[way],
    )
    most[way] = np.maximum(most[way], farthest_m(zones, entry[way], ways))
    least = np.where(is_beyond, np.maximum(offset - error, 0.0), 0.0)
    for spot, place in enumerate(known):
        told[place] = {
            "certainty": "proven" if proven else "possible",
            "from": _fix(was_at[spot], was_lon[spot], was_lat[spot]),
            "to": _fix(at[spot], lon[spot], lat[spot]),
            "beyond_least_m": round(least[spot]),
            "beyond_most_m": round(most[spot]),
            "error_m": round(error[spot]),
            "max_speed_kn": max_speed_kn,
        }
    return told


def _fix(at: float, lon: float, lat: float) -> dict[str, float] | None:
    if not np.isfinite([at, lon, lat]).all():
        return None
    return {
        "at": round(float(at), 3),
        "lon": round(float(lon), 6),
        "lat": round(float(lat), 6),
    }
