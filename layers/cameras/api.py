"""``/api/v1/cameras/cones``: the ground that cameras see, for the map."""

from __future__ import annotations

from typing import Any

import orjson
from django.db import connection
from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.errors import HttpError
from psycopg import sql

from layers.core import filters
from layers.core.api import parse_bbox
from layers.core.db import execute
from layers.core.scope import condition
from layers.core.spec import registry

PREFIX = "cameras"
LIMIT = 500

router = Router(tags=["cameras"])

_CONES = (
    "SELECT id, title, state, ST_AsGeoJSON(cone, 6) FROM {relation}"
    " WHERE cone && ST_MakeEnvelope(%s, %s, %s, %s, 4326) AND {scope} AND {filter}"
    " ORDER BY id LIMIT %s"
)


@router.get("/cones")
def cones(request: HttpRequest, bbox: str, filter: str = "") -> HttpResponse:
    """View cones inside ``bbox`` as GeoJSON, in the caller's scope; at most 500."""
    layer = registry[PREFIX]
    grant = request.grant  # type: ignore[attr-defined]
    if not grant.allows(layer):
        raise HttpError(404, f"no layer {PREFIX!r}")
    box = parse_bbox(bbox)
    if box is None:
        raise HttpError(400, "bbox must be west,south,east,north in degrees")
    scope, scope_values = condition(layer, grant)
    where: sql.Composable = sql.SQL("true")
    values: list[Any] = []
    if filter:
        try:
            where, values = filters.to_sql(layer, filter)
        except filters.FilterError as error:
            raise HttpError(400, str(error)) from None
    statement = sql.SQL(_CONES).format(
        relation=sql.Identifier(layer.relation), scope=scope, filter=where
    )
    with connection.cursor() as cursor:
        execute(cursor, statement, [*box, *scope_values, *values, LIMIT])
        found = [_feature(row) for row in cursor.fetchall()]
    body = {"type": "FeatureCollection", "features": found}
    return HttpResponse(orjson.dumps(body), content_type="application/geo+json")


def _feature(row: tuple[int, str, str, str]) -> dict[str, Any]:
    camera_id, title, state, geojson = row
    return {
        "type": "Feature",
        "id": camera_id,
        "geometry": orjson.loads(geojson),
        "properties": {"title": title, "state": state},
    }
