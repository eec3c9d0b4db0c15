"""``/ogc``: every layer as a collection of OGC API - Features."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

import orjson
from django.db import DataError, InternalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from ninja.errors import HttpError
from pydantic import ValidationError

from layers.core import api, queries
from layers.core.filters import FilterError
from layers.core.queries import MAX_LIMIT, NoHistory
from layers.core.scope import readable
from layers.core.spec import Layer

from . import documents

DEFAULT_LIMIT = 100
GEOJSON = "application/geo+json"
REFUSED = (FilterError, NoHistory, DataError, InternalError)
SAME_CRS = ("bbox-crs", "crs", "filter-crs")
View = Callable[..., HttpResponse]


def told(view: View) -> View:
    """A view whose mistakes are told in the form of the standard (RFC 7807)."""

    @require_safe
    @wraps(view)
    def wrapped(request: HttpRequest, **given: Any) -> HttpResponse:
        try:
            return view(request, **given)
        except HttpError as error:
            return problem(error.status_code, str(error))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            return problem(400, f"{where}: {first['msg']}")
        except REFUSED as error:
            return problem(400, str(error).splitlines()[0])

    return wrapped


def problem(status: int, text: str) -> HttpResponse:
    body = orjson.dumps({"status": status, "title": text, "detail": text})
    response = HttpResponse(
        body, status=status, content_type="application/problem+json"
    )
    if status == 401:
        response["WWW-Authenticate"] = 'Basic realm="API key"'
    return response


def base_of(request: HttpRequest) -> str:
    return request.build_absolute_uri("/ogc")


def known(request: HttpRequest, *names: str) -> None:
    """Refuse parameters that mean nothing here: a misspelt one would be overlooked."""
    for name in request.GET:
        if name not in (*names, "f", "lang"):
            raise HttpError(400, f"unknown parameter {name!r:.40}")
    if request.GET.get("f", "json") not in ("json", "geojson"):
        raise HttpError(400, "f must be json")


def layer_of(request: HttpRequest, slug: str) -> Layer:
    """A layer that the caller may see; 401 for those who did not say who they are."""
    signed_in(request)
    return api.layer_or_404(request, slug)


def signed_in(request: HttpRequest) -> None:
    if not request.user.is_authenticated:
        raise HttpError(401, "sign in, or send an API key")


@told
def landing(request: HttpRequest) -> HttpResponse:
    known(request)
    return api.json(documents.landing(base_of(request)))


@told
def openapi(request: HttpRequest) -> HttpResponse:
    form = "application/vnd.oai.openapi+json;version=3.0"
    return api.json(documents.openapi(base_of(request)), form)


@told
def conformance(request: HttpRequest) -> HttpResponse:
    known(request)
    return api.json({"conformsTo": list(documents.CONFORMANCE)})


@told
def collections(request: HttpRequest) -> HttpResponse:
    known(request)
    signed_in(request)
    base = base_of(request)
    listed = api.grant_of(request).visible_layers
    return api.json(
        {
            "links": [documents.link(f"{base}/collections", "self")],
            "collections": [documents.collection(base, layer) for layer in listed],
        }
    )


@told
def collection(request: HttpRequest, slug: str) -> HttpResponse:
    known(request)
    layer = layer_of(request, slug)
    return api.json(documents.collection(base_of(request), layer))


@told
def queryables(request: HttpRequest, slug: str) -> HttpResponse:
    known(request)
    layer = layer_of(request, slug)
    names = readable(layer, api.grant_of(request))
    fields = [entry for entry in layer.filter_fields if entry.name in names]
    body = documents.queryables(base_of(request), layer, fields)
    return api.json(body, "application/schema+json")


@told
def items(request: HttpRequest, slug: str) -> HttpResponse:
    """A page of features, ordered by id."""
    known(request, *documents.PARAMETERS)
    layer = layer_of(request, slug)
    for name in SAME_CRS:
        if request.GET.get(name, documents.CRS84) != documents.CRS84:
            raise HttpError(400, f"{name} must be {documents.CRS84}")
    given = api.FeatureParams.model_validate(_parameters(request))
    grant = api.grant_of(request)
    query = api.to_query(layer, grant, given)
    found = queries.features(layer, grant, query)
    body = {
        "type": "FeatureCollection",
        "features": found,
        "numberReturned": len(found),
        "timeStamp": timezone.now().isoformat(),
        "links": _links(request, slug, found, given.limit),
    }
    return api.json(body, GEOJSON)


def _parameters(request: HttpRequest) -> dict[str, Any]:
    """Those of the API, by their names there. A limit above the greatest is that."""
    names = ("bbox", "datetime", "filter", "filter-lang", "after")
    given: dict[str, Any] = {
        name: request.GET[name] for name in names if request.GET.get(name)
    }
    text = request.GET.get("limit") or str(DEFAULT_LIMIT)
    given["limit"] = min(int(text), MAX_LIMIT) if text.isdecimal() else text
    given["fields"] = request.GET.get("properties", "")
    if given.get("bbox", "").count(",") == 5:  # with heights, which are not looked at
        west, south, _low, east, north, _high = given["bbox"].split(",")
        given["bbox"] = ",".join((west, south, east, north))
    return given


def _links(
    request: HttpRequest, slug: str, found: list[dict[str, Any]], limit: int
) -> list[dict[str, str]]:
    base = base_of(request)
    address = f"{base}/collections/{slug}"
    mine = request.build_absolute_uri()
    links = [
        documents.link(mine, "self", slug, GEOJSON),
        documents.link(address, "collection", slug),
    ]
    if found and len(found) == limit:
        options = request.GET.dict() | {"after": str(found[-1]["id"])}
        text = urlencode(options)
        links.append(documents.link(f"{address}/items?{text}", "next", slug, GEOJSON))
    return links


@told
def item(request: HttpRequest, slug: str, feature_id: int) -> HttpResponse:
    """One feature."""
    known(request, "crs")
    layer = layer_of(request, slug)
    found = queries.feature(layer, api.grant_of(request), feature_id)
    if found is None:
        raise HttpError(404, f"no feature {feature_id} in {slug}")
    address = f"{base_of(request)}/collections/{slug}"
    links = [
        documents.link(f"{address}/items/{feature_id}", "self", slug, GEOJSON),
        documents.link(address, "collection", slug),
    ]
    return api.json(found | {"links": links}, GEOJSON)
