"""How far places are from the ports of their day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from django.db import connection
from psycopg import sql

from layers.core import filters, mercator, periods
from layers.core.db import execute
from layers.core.ingest import Floats, Ints
from layers.core.spec import Layer, by_role
from layers.core.versions import cached_by_version

from . import params

ROLE = "zones"


@dataclass(frozen=True, slots=True)
class Ports:
    """p ports: ids, names, spans of validity (epoch seconds), web-mercator shapes."""

    id: Ints
    title: list[str]
    since: Floats
    until: Floats
    tree: shapely.STRtree

    def nearest(
        self, lon: Floats, lat: Floats, at: Floats, within_m: float
    ) -> tuple[Ints, Floats]:
        """(id, metres) of the nearest port of each place at its time; shape n each.
        Farther than ``within_m``: 0 and infinity."""
        port, metres = np.zeros(len(lon), dtype=np.int64), np.full(len(lon), np.inf)
        if not len(self.id) or not len(lon):
            return port, metres
        x, y = mercator.from_lonlat(lon, lat)
        scale = np.cos(np.radians(lat))
        reach = within_m / scale
        # most places are at sea: only those in a box around a port are looked at
        boxed = np.zeros(len(lon), dtype=bool)
        for west, south, east, north in shapely.bounds(self.tree.geometries):
            boxed |= (
                (x >= west - reach)
                & (x <= east + reach)
                & ((y >= south - reach) & (y <= north + reach))
            )
        rows = np.flatnonzero(boxed)
        points = shapely.points(np.asarray(x)[rows], np.asarray(y)[rows])
        spot, which = self.tree.query(points, "dwithin", reach[rows])
        place = rows[spot]
        valid = (at[place] >= self.since[which]) & (at[place] < self.until[which])
        spot, place, which = spot[valid], place[valid], which[valid]
        shapes = self.tree.geometries[which]
        far = shapely.distance(points[spot], shapes) * scale[place]
        # the nearest stands last of each place, the lower id of equals
        order = np.lexsort((-self.id[which], -far, place))
        port[place[order]], metres[place[order]] = self.id[which[order]], far[order]
        return port, metres

    def name(self, port_id: int) -> str:
        found = np.flatnonzero(self.id == port_id)
        return self.title[int(found[0])] if len(found) else ""


@cached_by_version(ROLE)
def ports() -> Ports:
    """The zones that the filter of the parameters chooses."""
    layer = by_role(ROLE)
    condition, values = filters.to_sql(layer, params.current().ports)
    names = [layer.zone.valid_from, layer.zone.valid_to]
    days = [sql.Identifier(name) if name else sql.SQL("NULL::date") for name in names]
    statement = sql.SQL(
        "SELECT id, title, {}, {}, ST_AsBinary(shape) FROM {}"
        " WHERE shape IS NOT NULL AND {} ORDER BY id"
    ).format(*days, sql.Identifier(layer.relation), condition)
    with connection.cursor() as cursor:
        execute(cursor, statement, values)
        rows = cursor.fetchall()
    spans = [_span(row[2], row[3]) for row in rows]
    return Ports(
        id=np.array([row[0] for row in rows], dtype=np.int64),
        title=[row[1] for row in rows],
        since=np.array([span[0] for span in spans], dtype=float),
        until=np.array([span[1] for span in spans], dtype=float),
        tree=shapely.STRtree([shapely.from_wkb(bytes(row[4])) for row in rows]),
    )


def _span(first: date | None, last: date | None) -> tuple[float, float]:
    found = periods.spans((), first, last)
    return found[0] if found else (np.inf, -np.inf)


SHORE = (
    "SELECT (SELECT ST_Distance(u.geom::geography, ST_Point(w.lon, w.lat, 4326)"
    "::geography) FROM {} u WHERE u.geom IS NOT NULL AND u.valid_to IS NULL"
    " ORDER BY u.geom <-> ST_Point(w.lon, w.lat, 4326) LIMIT 1)"
    " FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS w (lon, lat, n)"
    " ORDER BY w.n"
)


def shore_m(lon: list[float], lat: list[float]) -> list[float | None]:
    """Metres from each place to the units ashore that are known; None: there are
    none. Other coasts may be nearer."""
    if not lon:
        return []
    units: Layer = by_role("administrative-units")
    with connection.cursor() as cursor:
        statement = sql.SQL(SHORE).format(sql.Identifier(units.relation))
        execute(cursor, statement, [lon, lat])
        return [metres for (metres,) in cursor.fetchall()]
