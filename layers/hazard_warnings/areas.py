"""The shape of a warning's areas: what they draw, else the units that they name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from math import cos, radians
from pathlib import Path
from typing import Any

import shapely
from django.db import connection
from psycopg import sql

from layers.core import units
from layers.core.cap.model import Area, Circle
from layers.core.db import execute
from layers.core.spec import by_role

OUTLINES = (Path(__file__).parent / "sql" / "outlines.sql").read_text()
GEOCODE = re.compile(r"^VN:GSO:([a-z]+):(\d{4}-\d\d-\d\d)$")
KM_PER_DEG = 111.32
# A circle of radius 0 is a place; it is drawn as a spot of a kilometre.
LEAST_KM = 1.0
CORNERS = 24


def shape_of(areas: Iterable[Area]) -> Any | None:
    """(Multi)Polygon in WGS 84, or None when nothing is drawn and nothing known named.
    Drawn and named parts are joined."""
    parts: list[Any] = []
    named: set[int] = set()
    for area in areas:
        drawn = [shapely.Polygon(ring) for ring in area.polygons]
        drawn += [disc(circle) for circle in area.circles]
        parts += drawn
        if not drawn:
            named |= {unit for code in area.geocodes if (unit := unit_of(*code))}
    parts += _outlines(named)
    whole = shapely.union_all([shapely.make_valid(part) for part in parts])
    polygons = [p for p in _flat(whole) if p.geom_type == "Polygon"]
    return shapely.MultiPolygon(polygons) if polygons else None


def _flat(shape: Any) -> Iterable[Any]:
    for part in shapely.get_parts(shape):
        if part.geom_type.startswith(("Multi", "GeometryCollection")):
            yield from _flat(part)
        else:
            yield part


def disc(circle: Circle) -> Any:
    """The circle in degrees, its width by the latitude."""
    radius = max(circle.radius_km, LEAST_KM) / KM_PER_DEG
    round_one = shapely.Point(0, 0).buffer(radius, quad_segs=CORNERS // 4)
    scale = max(cos(radians(circle.lat)), 0.01)
    return shapely.transform(
        round_one,
        lambda xy: xy / [scale, 1] + [circle.lon, circle.lat],
    )


def unit_of(name: str, code: str) -> int | None:
    """The unit with a code of a dated list; None for other lists and codes."""
    match = GEOCODE.match(name)
    if match is None:
        return None
    kind, since = match.groups()
    try:
        return units.tree().codes(kind, date.fromisoformat(since)).get(code)
    except ValueError:
        return None


def _outlines(unit_ids: set[int]) -> list[Any]:
    if not unit_ids:
        return []
    relation = sql.Identifier(by_role(units.ROLE).relation)
    with connection.cursor() as cursor:
        execute(cursor, sql.SQL(OUTLINES).format(units=relation), [sorted(unit_ids)])
        return [shapely.from_wkb(bytes(row[0])) for row in cursor.fetchall()]
