"""Berth, band and outer limit of places: arrays in, arrays out.

Which zones are ports, bands, national waters and outer limit is said by CQL2 texts
over the layer of zones, in the setting ``IOC_PLACES``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from django.conf import settings
from django.db import connection
from django.utils import timezone
from psycopg import sql

from layers.core import filters, periods
from layers.core.db import execute
from layers.core.ingest import Bools, Floats, Ints
from layers.core.mercator import from_lonlat
from layers.core.spec import by_role
from layers.core.versions import cached_by_version

ROLE = "zones"
Objects = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class PlaceParams:
    """Zones as CQL2; metres. A vessel is in port from ``enter_m`` on and has left it
    beyond ``leave_m`` (Global Fishing Watch: 3 and 4 km from an anchorage)."""

    ports: str = "kind IN ('port', 'anchorage', 'storm_shelter')"
    bands: str = "kind = 'band'"
    band_field: str = "band"
    waters: str = "kind = 'national_waters'"
    limit: str = "kind = 'offshore_limit'"
    enter_m: float = 3_000.0
    leave_m: float = 4_000.0
    limit_m: float = 1_000.0


def params() -> PlaceParams:
    return PlaceParams(**settings.IOC_PLACES)


@dataclass(slots=True)
class Areas:
    """Shapes in web-mercator metres, with their id and what is shown of each."""

    shape: Objects
    id: Ints
    title: list[str]
    tree: shapely.STRtree = field(init=False)

    def __post_init__(self) -> None:
        shapely.prepare(self.shape)
        self.tree = shapely.STRtree(self.shape)

    def __len__(self) -> int:
        return len(self.id)


@dataclass(slots=True)
class Known:
    """The zones in force today."""

    ports: Areas
    bands: Areas
    waters: Areas
    limit: Areas


@cached_by_version(ROLE)
def zones() -> Known:
    """Read once per version of the layer (and, by its callers, per day)."""
    wanted = params()
    return Known(
        ports=_read(wanted.ports, "title"),
        bands=_read(wanted.bands, wanted.band_field),
        waters=_read(wanted.waters, "title"),
        limit=_read(wanted.limit, "title"),
    )


def _read(text: str, shown: str) -> Areas:
    layer = by_role(ROLE)
    where, values = filters.to_sql(layer, text)
    spec = layer.zone
    times = (spec.valid_from, spec.valid_to, spec.season_from, spec.season_to)
    columns = sql.SQL(", ").join(
        sql.Identifier(name) if name else sql.SQL("NULL") for name in times
    )
    statement = sql.SQL(
        "SELECT id, {shown}, ST_AsBinary(shape), {columns} FROM {relation}"
        " WHERE shape IS NOT NULL AND {where} ORDER BY id"
    ).format(
        shown=sql.Identifier(shown),
        columns=columns,
        relation=sql.Identifier(layer.relation),
        where=where,
    )
    today = timezone.localdate()
    rows: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        execute(cursor, statement, values)
        for number, title, wkb, start, end, opens, closes in cursor.fetchall():
            if periods.in_force(today, start, end, opens or "", closes or ""):
                rows.append((number, str(title or ""), shapely.from_wkb(bytes(wkb))))
    shapes = np.empty(len(rows), dtype=object)
    shapes[:] = [row[2] for row in rows]
    return Areas(shapes, np.array([r[0] for r in rows], np.int64), [r[1] for r in rows])


@dataclass(slots=True)
class Placed:
    """What is known of n places: index of the port (-1: at sea), of the band (-1:
    none), and whether it lies beyond the outer limit."""

    port: Ints
    band: Ints
    beyond: Bools


def place(
    lon: Floats, lat: Floats, error_m: Floats, port_id: Ints, known: Known
) -> Placed:
    """``port_id``: the port that the vessel was in (0: none), for the hysteresis.

    ``error_m``: 95 % radius of the position; within it nobody is told to be beyond.
    """
    wanted = params()
    held = np.clip(lat, -85.0, 85.0)
    x, y = from_lonlat(lon, held)
    points = shapely.points(x, y)
    # web-mercator metres are stretched by 1 / cos(latitude)
    stretch = 1 / np.cos(np.radians(held))
    return Placed(
        port=_ports(points, stretch, port_id, known.ports, wanted),
        band=_within(points, known.bands),
        beyond=_beyond(points, stretch, np.nan_to_num(error_m), known, wanted),
    )


def _ports(
    points: Objects, stretch: Floats, port_id: Ints, ports: Areas, wanted: PlaceParams
) -> Ints:
    found = np.full(len(points), -1, dtype=np.int64)
    if not len(ports):
        return found
    near, which = ports.tree.query_nearest(
        points, max_distance=float(wanted.leave_m * stretch.max()), all_matches=False
    )
    away = shapely.distance(points[near], ports.shape[which]) / stretch[near]
    was = np.isin(port_id[near], ports.id)
    inside = (away <= wanted.enter_m) | (was & (away <= wanted.leave_m))
    found[near[inside]] = which[inside]
    return found


def _within(points: Objects, areas: Areas) -> Ints:
    found = np.full(len(points), -1, dtype=np.int64)
    x, y = shapely.get_x(points), shapely.get_y(points)
    for number, (west, south, east, north) in enumerate(shapely.bounds(areas.shape)):
        # boxes first, then the prepared area
        near = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
        inside = shapely.intersects_xy(areas.shape[number], x[near], y[near])
        found[near[inside]] = number
    return found


def _beyond(
    points: Objects, stretch: Floats, error_m: Floats, known: Known, wanted: PlaceParams
) -> Bools:
    """Outside national waters, and the way back to them leads over the outer limit
    (up a river one is outside as well)."""
    beyond = np.zeros(len(points), dtype=bool)
    if not len(known.waters) or not len(known.limit):
        return beyond
    outside = np.flatnonzero(_within(points, known.waters) < 0)
    if not len(outside):
        return beyond
    _row, nearest = known.waters.tree.query_nearest(points[outside], all_matches=False)
    way = shapely.shortest_line(points[outside], known.waters.shape[nearest])
    away = shapely.length(way) / stretch[outside]
    landing = shapely.get_point(way, -1)
    _row, line = known.limit.tree.query_nearest(landing, all_matches=False)
    over = shapely.distance(landing, known.limit.shape[line]) / stretch[outside]
    beyond[outside] = (over <= wanted.limit_m) & (away > error_m[outside])
    return beyond
