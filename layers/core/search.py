"""Search over every layer, forgiving missing diacritics and small mistakes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.module_loading import import_string
from psycopg import sql

from .db import execute
from .scope import Grant, condition
from .spec import Layer

MIN_LENGTH = 2
MAX_LENGTH = 100
_ESCAPED = re.compile(r"[\\%_]")

_ONE = (
    "(SELECT {slug} AS layer, {order} AS place, id, title, {unit} AS unit_id,"
    " ST_X(ST_PointOnSurface(geom)) AS lon, ST_Y(ST_PointOnSurface(geom)) AS lat,"
    " CASE WHEN ioc_fold(title) = q.folded THEN 3"
    " WHEN ioc_fold(title) LIKE q.folded || '%%' THEN 2"
    " WHEN search_text LIKE '%%' || q.escaped || '%%' THEN 1.5"
    " WHEN search_text LIKE ANY(%s) THEN 1.2"
    " ELSE word_similarity(q.folded, search_text) END AS score"
    " FROM {relation}, q"
    " WHERE (search_text LIKE '%%' || q.escaped || '%%'"
    " OR search_text LIKE ANY(%s) OR q.folded <%% search_text) AND {scope}"
    " ORDER BY score DESC, title LIMIT %s)"
)
_ALL = (
    "WITH q AS (SELECT ioc_fold(%s) AS folded,"
    " regexp_replace(ioc_fold(%s), '([\\\\%%_])', '\\\\\\1', 'g') AS escaped)"
    " SELECT layer, id, title, unit_id, lon, lat, score FROM ({union}) AS found"
    " ORDER BY score DESC, place, title LIMIT %s"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found. ``score`` 3 is an exact name, below 1 a similar one."""

    layer: str
    id: int
    title: str
    unit_id: int | None
    lon: float | None
    lat: float | None
    score: float


def search(
    text: str, grant: Grant, *, limit: int = 20, only: list[str] | None = None
) -> list[Hit]:
    """The best ``limit`` features whose names or codes resemble ``text``."""
    text = " ".join(text.split())[:MAX_LENGTH]
    layers = [
        layer
        for layer in grant.visible_layers
        if layer.search_fields and (only is None or layer.slug in only)
    ]
    if len(text) < MIN_LENGTH or not layers:
        return []
    parts: list[sql.Composable] = []
    values: list[Any] = [text, text]
    for layer in layers:
        part, bound = _one(layer, grant, text, limit)
        parts.append(part)
        values += bound
    statement = sql.SQL(_ALL).format(union=sql.SQL(" UNION ALL ").join(parts))
    with connection.cursor() as cursor:
        execute(cursor, statement, [*values, limit])
        return [Hit(*row) for row in cursor.fetchall()]


def _patterns(layer: Layer, text: str) -> list[str]:
    """Other spellings of the text that the layer knows, to be found anywhere."""
    if not layer.spellings:
        return []
    others = import_string(layer.spellings)(text)
    escaped = (_ESCAPED.sub(r"\\\g<0>", other.lower()) for other in others)
    return [f"%{other}%" for other in escaped]


def _one(
    layer: Layer, grant: Grant, text: str, limit: int
) -> tuple[sql.Composable, list[Any]]:
    where, values = condition(layer, grant)
    patterns = _patterns(layer, text)
    unit: sql.Composable = sql.SQL("NULL::bigint")
    if layer.scope.kind == "unit":
        unit = sql.Identifier(layer.scope.column)
    return (
        sql.SQL(_ONE).format(
            slug=sql.Literal(layer.slug),
            order=sql.Literal(layer.order),
            unit=unit,
            relation=sql.Identifier(layer.relation),
            scope=where,
        ),
        [patterns, patterns, *values, limit],
    )
