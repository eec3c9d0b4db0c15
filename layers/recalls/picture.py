"""Where the fishing vessels are with respect to a recall's area, now or at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.db import connection
from psycopg import sql

from layers.core.db import execute
from layers.core.ingest import Bools, Floats, Ints
from layers.core.spec import by_role

from . import havens
from .choices import LEFT, SILENT_STEPS
from .models import Recall
from .moves import KNOT, Plane, Seen, Texts, name_moves, which_way
from .params import RecallParams, params

SQL = Path(__file__).parent / "sql"
VESSELS = (SQL / "vessels.sql").read_text()
EARLIER = (SQL / "earlier.sql").read_text()
# No fishing boat sails faster; positions may be as old as the way is told by.
FASTEST_KN = 20.0
DEGREE_M = 111_000.0


@dataclass(slots=True)
class Picture:
    """n vessels: those that belong on the list by their place, and those asked for.

    Figures as in :class:`.models.Boat`; NaN where unknown. ``wanted``: inside or
    entering.
    """

    vessel_id: Ints
    at: Floats
    lon: Floats
    lat: Floats
    speed_kn: Floats
    course_deg: Floats
    wanted: Bools
    inside: Bools
    silent: Bools
    moves: Texts
    edge_m: Floats
    outward_kn: Floats
    leave_min: Floats
    enter_min: Floats
    haven: list[str]
    haven_m: Floats
    haven_min: Floats
    home_m: Floats

    def __len__(self) -> int:
        return len(self.vessel_id)


def look(recall: Recall, moment: datetime, listed: list[int], past: bool) -> Picture:
    """The picture as of ``moment`` (``past``: not the present one).

    ``listed`` are vessels that are on the list whatever their place.
    """
    wanted = params()
    area = recall.area
    rows = _vessels(recall, area, moment, listed, past, wanted)
    columns = list(zip(*rows, strict=True)) if rows else [()] * 10
    id = np.array(columns[0], dtype=np.int64)
    at, lon, lat, speed, course = (
        np.array(columns[i], dtype=np.float64) for i in range(1, 6)
    )
    at_sea, step = np.array(columns[6], bool), np.array(columns[8], object)
    plane = Plane.around(area)
    seen = _seen(plane, id, at, lon, lat, speed, course, wanted)
    way = which_way(plane.area(area), seen)
    words, belongs = name_moves(way, ~at_sea, recall.ahead_h * 3_600.0, wanted.still_kn)
    gone = ~np.isfinite(seen.x)
    words[gone], way.outward[gone] = LEFT, np.nan
    near = havens.nearest(lon, lat, list(columns[9]), recall.shelters)
    return Picture(
        vessel_id=id,
        at=at,
        lon=lon,
        lat=lat,
        speed_kn=speed,
        course_deg=course,
        wanted=belongs & ~gone,
        inside=way.inside,
        silent=_silent(step, moment.timestamp() - at, wanted) & at_sea,
        moves=words,
        edge_m=way.edge,
        outward_kn=way.outward / KNOT,
        leave_min=way.leave / 60,
        enter_min=way.enter / 60,
        haven=near.title,
        haven_m=near.away_m,
        haven_min=near.away_m / (_homeward(way.speed, wanted) * 60),
        home_m=near.home_m,
    )


def _silent(step: Texts, age_s: Floats, wanted: RecallParams) -> Bools:
    """By the reporting ladder; who owes no reports, by the age of the position."""
    long = age_s > wanted.silent_h * 3_600
    on_ladder = np.isin(step.astype(str), list(SILENT_STEPS))
    return np.asarray(on_ladder | ((step == "") & long), dtype=bool)


def _homeward(speed: Floats, wanted: RecallParams) -> Floats:
    """m/s on the way to shelter: the present speed, or what such a boat makes."""
    service = wanted.service_kn * KNOT
    return np.where(speed >= service / 2, speed, service)


def _vessels(
    recall: Recall,
    area: shapely.Geometry,
    moment: datetime,
    listed: list[int],
    past: bool,
    wanted: RecallParams,
) -> list[tuple[Any, ...]]:
    layer = by_role("vessels")
    source: sql.Composable = sql.Identifier(layer.relation)
    values: list[Any] = []
    if past:
        source = sql.SQL("{}(%s)").format(sql.Identifier(layer.as_of))
        values.append(moment)
    west, south, east, north = area.bounds
    far = recall.ahead_h * FASTEST_KN * KNOT * 3_600 / DEGREE_M
    wide = far / max(np.cos(np.radians(max(abs(south), abs(north)))), 0.1)
    box = [west - wide, south - far, east + wide, north + far]
    oldest = moment - timedelta(days=wanted.oldest_d)
    statement = sql.SQL(VESSELS).format(source=source)
    with connection.cursor() as cursor:
        execute(cursor, statement, [*values, oldest, *box, listed])
        return list(cursor.fetchall())


def _seen(
    plane: Plane,
    id: Ints,
    at: Floats,
    lon: Floats,
    lat: Floats,
    speed: Floats,
    course: Floats,
    wanted: RecallParams,
) -> Seen:
    """The vessels on the plane with their earlier fixes."""
    was_at, was_lon, was_lat = _earlier(id, at, wanted)
    x, y = plane.points(lon, lat)
    before_x, before_y = plane.points(was_lon, was_lat)
    return Seen(
        x=x,
        y=y,
        before_x=before_x,
        before_y=before_y,
        seconds=at - was_at,
        speed=speed * KNOT,
        course=np.radians(course),
    )


def _earlier(
    id: Ints, at: Floats, wanted: RecallParams
) -> tuple[Floats, Floats, Floats]:
    """Time (epoch s) and place of the fix that tells the way; NaN where none is."""
    found = np.full((3, len(id)), np.nan)
    heard = np.isfinite(at)
    if not heard.any():
        return found[0], found[1], found[2]
    apart = timedelta(minutes=wanted.apart_min)
    most = timedelta(hours=wanted.apart_h)
    moments = [datetime.fromtimestamp(t, UTC) for t in at[heard].tolist()]
    values: list[Any] = [id[heard].tolist(), moments, apart, most]
    values += [min(moments) - most, max(moments)]
    with connection.cursor() as cursor:
        cursor.execute(EARLIER, values)
        rows = cursor.fetchall()
    if rows:
        spot = np.searchsorted(id, [row[0] for row in rows])
        found[:, spot] = np.array([row[1:] for row in rows], dtype=np.float64).T
    return found[0], found[1], found[2]
