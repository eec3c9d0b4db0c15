"""Alarm levels of the demo's river stations, and the reaches that they speak for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import cos, radians
from typing import TYPE_CHECKING, Any

import shapely
import shapely.affinity
import shapely.ops
from django.contrib.gis.geos import LineString, MultiLineString

from layers.stations.kinds import Kind
from layers.stations.models import AlarmLevel, Reach, Station

if TYPE_CHECKING:
    from fixtures import Demo

REACH_KM = 15.0
# A river of the basemap that is farther from the station is another one.
NEAR_KM = 3.0
KM_PER_DEGREE = 111.32
SOURCE = "GSHHG (basemap), simplified"


def load(demo: Demo, stations: Sequence[Station]) -> None:
    """Alarm levels as far as they are published; a reach where the basemap has the
    river by its name."""
    rivers = [station for station in stations if station.kind == Kind.RIVER]
    AlarmLevel.objects.bulk_create(
        level for station in rivers for level in _levels(demo, station)
    )
    lines = demo.basemap("rivers")
    found = (_reach(station, lines) for station in rivers)
    Reach.objects.bulk_create(reach for reach in found if reach is not None)


def _levels(demo: Demo, station: Station) -> list[AlarmLevel]:
    table = demo.table("river_alarm_levels")
    row = next((r for r in table if station.title.endswith(r["station"])), {})
    return [
        AlarmLevel(
            station=station,
            number=number,
            value_m=float(row[f"level{number}_m"]),
            legal_source=row["legal_source"],
            note=row["evidence"],
            valid_from=date.fromisoformat(row["valid_from"]),
        )
        for number in (1, 2, 3)
        if row.get(f"level{number}_m")
    ]


def _reach(station: Station, features: list[dict[str, Any]]) -> Reach | None:
    """About 15 km of the named river, the station in the middle; None: no such line."""
    if station.geom is None or not station.river:
        return None
    place = shapely.Point(station.geom.x, station.geom.y)
    lines = [
        (str(row["name"]), row["geometry"])
        for row in features
        if row["band"] == "local" and row.get("name", "").endswith(f" {station.river}")
    ]
    near = [(line.distance(place), name, line) for name, line in lines]
    if not near:
        return None
    away, name, line = min(near, key=lambda entry: entry[0])
    if away * KM_PER_DEGREE > NEAR_KM:
        return None
    part = cut(line, place, REACH_KM)
    return Reach(
        station=station,
        title=name,
        kind=Reach.Kind.RIVER,
        geom=MultiLineString(LineString(list(part.coords)), srid=4326),
        source=SOURCE,
    )


def cut(
    line: shapely.LineString, place: shapely.Point, km: float
) -> shapely.LineString:
    """So many kilometres of a line (degrees) around the point of it nearest to
    ``place``, measured as at the latitude of the place."""
    squeeze = cos(radians(place.y))
    flat = shapely.affinity.scale(line, squeeze, 1.0, origin=(0, 0))
    spot = shapely.affinity.scale(place, squeeze, 1.0, origin=(0, 0))
    middle, half = flat.project(spot), km / KM_PER_DEGREE / 2
    part = shapely.ops.substring(flat, max(middle - half, 0.0), middle + half)
    return shapely.affinity.scale(part, 1 / squeeze, 1.0, origin=(0, 0))
