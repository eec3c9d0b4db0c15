"""Reading features of any layer: one way for API, search, export and drawers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from django.db import connection, transaction
from psycopg import sql

from . import params
from .db import execute
from .params import EVERYTHING, Wanted
from .scope import Grant, condition, readable
from .spec import Layer

MAX_LIMIT = 10_000
CHUNK = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureQuery:
    """What to read. ``bbox`` is (west, south, east, north) in degrees; ``since``
    and ``until`` bound the layer's time field, both included."""

    bbox: tuple[float, float, float, float] | None = None
    at: datetime | None = None
    filter: str = ""
    limit: int = 1_000
    after: int | None = None
    fields: tuple[str, ...] | None = None
    ids: tuple[int, ...] | None = None
    language: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            self.filter, self.language, self.at, since=self.since, until=self.until
        )


# The last version of every row that was known at the time, by django-pghistory.
_HISTORY = (
    "(SELECT * FROM (SELECT DISTINCT ON (pgh_obj_id) *"
    " FROM {table} WHERE pgh_created_at <= %s"
    " ORDER BY pgh_obj_id, pgh_created_at DESC, pgh_id DESC) AS known"
    " WHERE pgh_label <> 'delete')"
)


class NoHistory(LookupError):
    """The layer cannot be asked as of a past time."""


def relation(layer: Layer, at: datetime | None) -> tuple[sql.Composable, list[Any]]:
    """The layer's rows now, or as they stood at ``at``."""
    if at is None:
        return sql.Identifier(layer.relation), []
    if layer.as_of:
        return sql.SQL("{}(%s)").format(sql.Identifier(layer.as_of)), [at]
    if layer.history:
        return sql.SQL(_HISTORY).format(table=sql.Identifier(layer.history)), [at]
    raise NoHistory(f"layer {layer.slug} keeps no history")


def names(layer: Layer, grant: Grant, wanted: tuple[str, ...] | None) -> list[str]:
    allowed = readable(layer, grant)
    if wanted is None:
        return allowed
    return [name for name in allowed if name in wanted]


def compose(
    layer: Layer, grant: Grant, query: FeatureQuery
) -> tuple[sql.Composed, list[Any], list[str]]:
    """SELECT id, title, unit_id?, geometry as GeoJSON, then the readable fields."""
    columns = names(layer, grant, query.fields)
    source, values = relation(layer, query.at)
    where, scope_values = condition(layer, grant)
    conditions: list[sql.Composable] = [where]
    values = [*values, *scope_values]
    if query.bbox is not None:
        conditions.append(sql.SQL("geom && ST_MakeEnvelope(%s, %s, %s, %s, 4326)"))
        values += query.bbox
    wanted = query.wanted if query.ids is None else replace(query.wanted, named=True)
    fragment, bound = params.condition(layer, wanted, grant.masks)
    conditions.append(fragment)
    values += bound
    if query.after is not None:
        conditions.append(sql.SQL("id > %s"))
        values.append(query.after)
    if query.ids is not None:
        conditions.append(sql.SQL("id = ANY(%s)"))
        values.append(list(query.ids))
    statement = sql.SQL(
        "SELECT id, title, ST_AsGeoJSON(geom, 6) AS geojson{columns} FROM {source} AS f"
        " WHERE {conditions} ORDER BY id LIMIT %s"
    ).format(
        columns=sql.SQL("").join(
            sql.SQL(", {}").format(sql.Identifier(name)) for name in columns
        ),
        source=source,
        conditions=sql.SQL(" AND ").join(conditions),
    )
    return statement, [*values, query.limit], columns


def features(layer: Layer, grant: Grant, query: FeatureQuery) -> list[dict[str, Any]]:
    """GeoJSON features, ordered by id."""
    statement, values, columns = compose(layer, grant, query)
    with connection.cursor() as cursor:
        execute(cursor, statement, values)
        return [_feature(row, columns) for row in cursor.fetchall()]


def feature(
    layer: Layer, grant: Grant, feature_id: int, at: datetime | None = None
) -> dict[str, Any] | None:
    """One feature, or None when it is not there or not the caller's to see."""
    found = features(layer, grant, FeatureQuery(ids=(feature_id,), at=at, limit=1))
    return found[0] if found else None


def rows(
    layer: Layer, grant: Grant, query: FeatureQuery
) -> Iterator[tuple[tuple[Any, ...], list[str]]]:
    """Every matching row (id, title, geojson, fields …), streamed by chunks."""
    statement, values, columns = compose(layer, grant, query)
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        execute(cursor, statement, values)
        while chunk := cursor.fetchmany(CHUNK):
            for row in chunk:
                yield row, columns


def count(layer: Layer, grant: Grant) -> int:
    """How many rows the caller may see."""
    where, values = condition(layer, grant)
    recent, bound = params.condition(layer, EVERYTHING)
    statement = sql.SQL("SELECT count(*) FROM {} WHERE {} AND {}").format(
        sql.Identifier(layer.relation), where, recent
    )
    with connection.cursor() as cursor:
        execute(cursor, statement, [*values, *bound])
        (number,) = cursor.fetchone()
    return int(number)


def newest(layer: Layer, grant: Grant) -> datetime | None:
    """How new the newest row is that the caller may see, by the layer's time field;
    ``None``: there is none, or the layer has no such field. What lies ahead (a
    deadline, a beginning) does not count."""
    field = layer.columns.get(layer.time_field)
    if field is None or (field.mask and field.mask not in grant.masks):
        return None
    where, values = condition(layer, grant)
    recent, bound = params.condition(layer, EVERYTHING)
    time = sql.Identifier(layer.time_field)
    statement = sql.SQL(
        "SELECT max({time})::timestamptz FROM {relation}"
        " WHERE {time} <= now() AND {where} AND {recent}"
    ).format(
        time=time, relation=sql.Identifier(layer.relation), where=where, recent=recent
    )
    with connection.cursor() as cursor:
        execute(cursor, statement, [*values, *bound])
        (found,) = cursor.fetchone()
    return found  # type: ignore[no-any-return]


def _feature(row: tuple[Any, ...], columns: list[str]) -> dict[str, Any]:
    feature_id, title, geojson, *values = row
    return {
        "type": "Feature",
        "id": feature_id,
        "geometry": orjson.loads(geojson) if geojson else None,
        "properties": {"title": title, **dict(zip(columns, values, strict=True))},
    }
