"""The public API over every layer: one set of addresses for all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from django.db import DataError, InternalError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field as Param

from . import catalog, nearby, params, queries
from .export import FORMATS, MAX_ROWS
from .filters import LANGUAGES, FilterError
from .params import ParamError
from .queries import MAX_LIMIT, FeatureQuery, NoHistory
from .scope import Grant, readable
from .search import search as find
from .spec import Layer, registry

router = Router(tags=["layers"])

# What only the database could judge (a shape of its own that GEOS cannot compare)
# is the filter's fault too.
REFUSED = (FilterError, NoHistory, DataError, InternalError)


class FeatureParams(Schema):
    bbox: str = Param("", description="west,south,east,north in degrees")
    limit: int = Param(1_000, ge=1, le=MAX_LIMIT)
    at: str = Param("", description="as of this time, ISO 8601 with zone")
    datetime: str = Param(
        "", description="a moment (the same as at), or a span a/b, a/.., ../b"
    )
    filter: str = Param("", description="CQL2 over the layer's filter fields")
    filter_lang: str = Param(
        "", alias="filter-lang", description=" or ".join(LANGUAGES)
    )
    fields: str = Param("", description="comma-separated names")
    after: int | None = Param(None, description="continue after this id")


class NearestParams(Schema):
    lon: float = Param(..., ge=-180, le=180)
    lat: float = Param(..., ge=-85, le=85)
    count: int = Param(5, ge=1, le=nearby.MOST)
    within_km: float | None = Param(None, gt=0, le=20_000)
    filter: str = Param("", description="CQL2 over the layer's filter fields")


class SearchParams(Schema):
    q: str = Param(..., max_length=100)
    limit: int = Param(20, ge=1, le=100)
    layers: str = ""


def grant_of(request: HttpRequest) -> Grant:
    return request.grant  # type: ignore[attr-defined, no-any-return]


def layer_or_404(request: HttpRequest, slug: str) -> Layer:
    """The layer; one that the caller may not see does not exist for them."""
    layer = registry.get(slug)
    if layer is None or not grant_of(request).allows(layer):
        raise HttpError(404, f"no layer {slug!r:.60}")
    return layer


def parse_bbox(text: str) -> tuple[float, float, float, float] | None:
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise HttpError(400, "bbox must be west,south,east,north in degrees") from None
    inside = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    if not inside:  # also refuses NaN
        raise HttpError(400, "bbox is out of range or turned around")
    return west, south, east, north


def parse_at(text: str) -> datetime | None:
    try:
        return params.parse_moment(text) if text else None
    except ParamError as error:
        raise HttpError(400, str(error)) from None


def to_query(layer: Layer, grant: Grant, given: FeatureParams) -> FeatureQuery:
    """The same parameters as tiles have, and a box and a place to continue."""
    texts = {
        "at": given.at,
        "datetime": given.datetime,
        "filter": given.filter,
        "filter-lang": given.filter_lang,
        "fields": given.fields,
    }
    try:
        known = ["title", *readable(layer, grant)]
        wanted = params.parse(texts, layer, known, MAX_LIMIT)
    except ParamError as error:
        raise HttpError(400, str(error)) from None
    return FeatureQuery(
        bbox=parse_bbox(given.bbox),
        at=wanted.at,
        since=wanted.since,
        until=wanted.until,
        filter=wanted.filter,
        language=wanted.language,
        limit=given.limit,
        after=given.after,
        fields=wanted.fields,
    )


def json(body: Any, content_type: str = "application/json") -> HttpResponse:
    return HttpResponse(orjson.dumps(body, default=str), content_type=content_type)


@router.get("/layers")
def list_layers(request: HttpRequest) -> HttpResponse:
    """Every layer that the caller may see, with counts, style and legend."""
    grant = grant_of(request)
    return json([catalog.describe(layer, grant) for layer in grant.visible_layers])


@router.get("/layers/{slug}")
def show_layer(request: HttpRequest, slug: str) -> HttpResponse:
    """One layer of the catalogue."""
    layer = layer_or_404(request, slug)
    return json(catalog.describe(layer, grant_of(request)))


@router.get("/layers/{slug}/features")
def list_features(
    request: HttpRequest, slug: str, given: Query[FeatureParams]
) -> HttpResponse:
    """Features as GeoJSON, ordered by id; ``after`` continues a long list."""
    layer = layer_or_404(request, slug)
    query = to_query(layer, grant_of(request), given)
    try:
        found = queries.features(layer, grant_of(request), query)
    except REFUSED as error:
        raise HttpError(400, str(error).splitlines()[0]) from None
    body: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": found,
        "numberReturned": len(found),
    }
    if len(found) == query.limit:
        body["next_after"] = found[-1]["id"]
    return json(body, "application/geo+json")


@router.get("/layers/{slug}/features/{feature_id}")
def show_feature(
    request: HttpRequest, slug: str, feature_id: int, at: str = ""
) -> HttpResponse:
    """One feature as GeoJSON."""
    layer = layer_or_404(request, slug)
    try:
        found = queries.feature(layer, grant_of(request), feature_id, parse_at(at))
    except NoHistory as error:
        raise HttpError(400, str(error)) from None
    if found is None:
        raise HttpError(404, f"no feature {feature_id} in {slug}")
    return json(found, "application/geo+json")


@router.get("/layers/{slug}/nearest")
def list_nearest(
    request: HttpRequest, slug: str, given: Query[NearestParams]
) -> HttpResponse:
    """The features nearest to a point, with ``distance_m`` and ``bearing_deg``."""
    layer = layer_or_404(request, slug)
    try:
        found = nearby.nearest(
            layer,
            grant_of(request),
            given.lon,
            given.lat,
            count=given.count,
            within_m=None if given.within_km is None else given.within_km * 1_000,
            filter=given.filter,
        )
    except REFUSED as error:
        raise HttpError(400, str(error).splitlines()[0]) from None
    rows = []
    for near in found:
        far = {"distance_m": round(near.distance_m), "bearing_deg": near.bearing_deg}
        rows.append(near.feature | {"properties": near.feature["properties"] | far})
    body = {"type": "FeatureCollection", "features": rows}
    return json(body, "application/geo+json")


@router.get("/layers/{slug}/features/{feature_id}/catchment")
def show_catchment(
    request: HttpRequest, slug: str, feature_id: int, filter: str = ""
) -> HttpResponse:
    """The area nearer to a point feature than to any other that ``filter`` lets
    through: by straight lines, its people estimated by the area of communes."""
    layer = layer_or_404(request, slug)
    own = queries.feature(layer, grant_of(request), feature_id)
    if own is None or layer.geometry != "point":
        raise HttpError(404, f"no point feature {feature_id} in {slug}")
    try:
        found = nearby.catchment(layer, feature_id, filter=filter)
    except REFUSED as error:
        raise HttpError(400, str(error).splitlines()[0]) from None
    if found is None:
        raise HttpError(404, "it has no place on the map")
    body = {
        "type": "Feature",
        "id": feature_id,
        "geometry": found.geometry,
        "properties": {
            "title": own["properties"]["title"],
            "area_km2": found.area_km2,
            "people_estimate": found.people,
            "rivals": found.rivals,
            "communes": found.communes,
        },
    }
    return json(body, "application/geo+json")


@router.get("/layers/{slug}/export.{fmt}")
def export_layer(
    request: HttpRequest, slug: str, fmt: str, given: Query[FeatureParams]
) -> StreamingHttpResponse:
    """The layer as a file: geojson, csv, gpkg or xlsx."""
    layer = layer_or_404(request, slug)
    if fmt not in FORMATS:
        raise HttpError(404, f"formats are: {', '.join(FORMATS)}")
    query = to_query(layer, grant_of(request), given)
    every = tuple(entry.name for entry in layer.fields if entry.export)
    whole = replace(query, fields=query.fields or every, limit=MAX_ROWS, after=None)
    try:
        queries.compose(layer, grant_of(request), whole)
    except (FilterError, NoHistory) as error:
        raise HttpError(400, str(error)) from None
    request.audit("export", layer=slug, format=fmt, filter=query.filter)  # type: ignore[attr-defined]
    chosen = FORMATS[fmt]
    response = StreamingHttpResponse(
        chosen.write(layer, grant_of(request), whole), content_type=chosen.content_type
    )
    response["Content-Disposition"] = f'attachment; filename="{slug}.{fmt}"'
    return response


@router.get("/search")
def search_features(request: HttpRequest, params: Query[SearchParams]) -> HttpResponse:
    """Features of all layers whose names or codes resemble ``q``."""
    only = params.layers.split(",") if params.layers else None
    hits = find(params.q, grant_of(request), limit=params.limit, only=only)
    request.audit("search", q=params.q, hits=len(hits))  # type: ignore[attr-defined]
    return json(
        [
            {
                "layer": hit.layer,
                "layer_title": str(registry[hit.layer].title),
                "id": hit.id,
                "title": hit.title,
                "lon": hit.lon,
                "lat": hit.lat,
                "score": round(float(hit.score), 3),
            }
            for hit in hits
        ]
    )
