"""What the editor's map shows: the features that the rule would look at, its zones."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from psycopg import sql

from layers.core import filters
from layers.core.api import json
from layers.core.db import execute
from layers.core.filters import FilterError
from layers.core.queries import FeatureQuery
from layers.core.queries import features as read
from layers.core.scope import Grant, condition
from layers.core.spec import Layer, registry

from . import access

MOST_FEATURES, MOST_ZONES = 3_000, 500


def count(layer: Layer, grant: Grant, text: str) -> tuple[int, int]:
    """How many of the rows that the caller may see pass the filter, and of how many.
    Raises FilterError."""
    scope, values = condition(layer, grant)
    fragment: sql.Composable = sql.SQL("true")
    bound: list[Any] = []
    if text:
        fragment, bound = filters.to_sql(layer, text)
    statement = sql.SQL(
        "SELECT count(*) FILTER (WHERE {}), count(*) FROM {} WHERE {}"
    ).format(fragment, sql.Identifier(layer.relation), scope)
    with connection.cursor() as cursor:
        execute(cursor, statement, [*bound, *values])
        passed, whole = cursor.fetchone()
    return passed, whole


def _collection(found: list[dict[str, Any]], **more: Any) -> HttpResponse:
    return json({"type": "FeatureCollection", "features": found, **more})


def _problem(error: FilterError) -> HttpResponse:
    response = json({"problem": str(error)})
    response.status_code = 400
    return response


@login_required
@require_GET
def features(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The features that pass ``filter``, with how many they are."""
    grant = access.grant_of(request)
    layer = registry[access.draft_of(request, draft_id).body["layer"]]
    text = request.GET.get("filter", "").strip()
    try:
        passed, whole = count(layer, grant, text)
        query = FeatureQuery(filter=text, limit=MOST_FEATURES, fields=())
        found = read(layer, grant, query)
    except FilterError as error:
        return _problem(error)
    placed = [feature for feature in found if feature["geometry"]]
    return _collection(placed, passed=passed, whole=whole)


@login_required
@require_GET
def zones(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The zones of ``layer`` that pass ``filter``; ``zone``: only that one."""
    access.draft_of(request, draft_id)
    grant = access.grant_of(request)
    layer = registry.get(request.GET.get("layer", ""))
    if layer is None or not grant.allows(layer):
        return _collection([])
    text, zone = request.GET.get("filter", "").strip(), request.GET.get("zone", "")[:18]
    ids = (int(zone),) if zone.isdecimal() else None
    try:
        query = FeatureQuery(filter=text, limit=MOST_ZONES, fields=(), ids=ids)
        return _collection(read(layer, grant, query))
    except FilterError as error:
        return _problem(error)
