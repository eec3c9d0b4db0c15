"""Whether places are in a port: the harbours among the zones, read when they change."""

from __future__ import annotations

import numpy as np
import shapely
from django.db import connection
from psycopg import sql

from layers.core.db import execute
from layers.core.ingest import Bools, Floats
from layers.core.spec import by_role
from layers.core.versions import cached_by_version

ROLE = "zones"
KINDS = ("port", "anchorage")


@cached_by_version(ROLE)
def harbours() -> shapely.Geometry:
    """All of them as one prepared geometry, in degrees."""
    statement = sql.SQL(
        "SELECT ST_AsBinary(geom) FROM {} WHERE kind = ANY(%s) AND geom IS NOT NULL"
    ).format(sql.Identifier(by_role(ROLE).relation))
    with connection.cursor() as cursor:
        execute(cursor, statement, [list(KINDS)])
        shapes = [shapely.from_wkb(bytes(shape)) for (shape,) in cursor.fetchall()]
    whole = shapely.union_all(shapes) if shapes else shapely.MultiPolygon()
    shapely.prepare(whole)
    return whole


def inside(lon: Floats, lat: Floats) -> Bools:
    """Per place (degrees, shape n) whether it is in a port."""
    whole = harbours()
    if whole.is_empty:
        return np.zeros(len(lon), dtype=bool)
    return np.asarray(shapely.intersects_xy(whole, lon, lat), dtype=bool)
