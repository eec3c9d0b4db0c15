"""What is nearest to a place, and what area is nearest to a feature.

Distances are geodesic on WGS 84, in metres, as the crow flies: there is no road
network to measure along. The catchment of a feature is the part of the province that
is nearer to it than to any other like it (a Voronoi cell); its people are those of
the communes by the share of their area, an estimate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from django.db import connection
from psycopg import sql

from . import params, queries
from .db import execute
from .params import Wanted
from .queries import FeatureQuery
from .scope import Grant, condition
from .spec import Layer, by_role
from .units import ROLE

MOST = 100
# How many others a drawer names.
ALIKE = 3
# Mercator tells near from far well enough to choose these; the exact distance sorts.
SPARE = 20
# A cell is bounded by its neighbours: of so many, none can be missing.
NEIGHBOURS = 200
_SQL = Path(__file__).parent / "sql"
_NEAREST = (_SQL / "nearby_nearest.sql").read_text()
_CATCHMENT = (_SQL / "nearby_catchment.sql").read_text()


@dataclass(frozen=True, slots=True)
class Near:
    """A feature and how far it is: metres, and degrees clockwise from north."""

    feature: dict[str, Any]
    distance_m: float
    bearing_deg: float

    @property
    def distance_km(self) -> float:
        return self.distance_m / 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Catchment:
    """``geometry`` (GeoJSON, lon/lat) is nearer to the feature than to the
    ``rivals`` others. ``people`` None: no commune says how many it has."""

    geometry: dict[str, Any] | None
    area_km2: float
    people: int | None
    communes: list[dict[str, Any]]
    rivals: int


def nearest(
    layer: Layer,
    grant: Grant,
    lon: float,
    lat: float,
    *,
    count: int = 5,
    within_m: float | None = None,
    filter: str = "",
    language: str = "",
    since: datetime | None = None,
) -> list[Near]:
    """The features nearest to a point, nearest first, as far as the caller sees.

    ``filter`` is CQL2; ``since``: only those of that time or later, by the layer's
    time field. Raises filters.FilterError.
    """
    count = max(1, min(count, MOST))
    where, scoped = condition(layer, grant)
    wanted = Wanted(filter, language, since=since)
    fragment, bound = params.condition(layer, wanted, grant.masks)
    statement = sql.SQL(_NEAREST).format(
        relation=sql.Identifier(layer.relation), scope=where, filter=fragment
    )
    limits = [count + SPARE, within_m, within_m, count]
    with connection.cursor() as cursor:
        here = [lon, lat, lon, lat]
        execute(cursor, statement, [*here, *scoped, *bound, lon, lat, *limits])
        found = {row[0]: (row[1], row[2]) for row in cursor.fetchall()}
    rows = queries.features(
        layer, grant, FeatureQuery(ids=tuple(found), limit=len(found) or 1)
    )
    near = [Near(row, *found[row["id"]]) for row in rows]
    return sorted(near, key=lambda entry: (entry.distance_m, entry.feature["id"]))


def catchment(
    layer: Layer, feature_id: int, *, filter: str = "", language: str = ""
) -> Catchment | None:
    """The area nearest to a feature; None when it is not there or has no place.

    The others count whoever asks, since an area drawn from a part of them would be
    wrong; nothing but their number is told. Raises filters.FilterError.
    """
    fragment, bound = params.condition(layer, Wanted(filter, language))
    statement = sql.SQL(_CATCHMENT).format(
        relation=sql.Identifier(layer.relation),
        units=sql.Identifier(by_role(ROLE).relation),
        filter=fragment,
    )
    with connection.cursor() as cursor:
        execute(cursor, statement, [feature_id, feature_id, *bound, NEIGHBOURS])
        row = cursor.fetchone()
    if row is None or row[0] is None:
        return None
    geojson, area_km2, people, communes, rivals = row
    return Catchment(
        geometry=orjson.loads(geojson),
        area_km2=round(area_km2, 2),
        people=None if people is None else round(people),
        communes=communes or [],
        rivals=rivals,
    )


def around(layer: Layer, grant: Grant, feature_id: int) -> dict[str, Any] | None:
    """For drawers: the nearest features alike and the catchment among them."""
    own = queries.feature(layer, grant, feature_id)
    if own is None or own["geometry"] is None:
        return None
    value = own["properties"].get(layer.alike)
    if value is None:
        return None
    entry = layer.columns[layer.alike]
    same = orjson.dumps(
        {"op": "=", "args": [{"property": layer.alike}, value]}, default=str
    ).decode()
    lon, lat = own["geometry"]["coordinates"]
    found = nearest(layer, grant, lon, lat, count=ALIKE + 1, filter=same)
    return {
        "layer": layer,
        "feature": own,
        "kind": dict(entry.choices).get(str(value), value),
        "near": [near for near in found if near.feature["id"] != feature_id][:ALIKE],
        "catchment": catchment(layer, feature_id, filter=same),
        "filter": same,
    }
