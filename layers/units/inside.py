"""What lies inside a unit: how much of each layer, and which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection
from psycopg import sql

from layers.core import params, units
from layers.core.db import execute
from layers.core.params import EVERYTHING
from layers.core.scope import Grant, condition
from layers.core.spec import Layer

# So many are listed; the map and the export have the rest.
LISTED = 60


@dataclass(frozen=True, slots=True)
class Inside:
    """How many features of a layer lie in a unit, as far as the caller sees; of those
    that pass (alerts, directives, reports) the open ones."""

    layer: Layer
    count: int
    open_only: bool


def counts(grant: Grant, unit_id: int) -> list[Inside]:
    """Layers with something in the unit or below it, in the catalogue's order; one
    query for all of them."""
    narrowed = within(grant, unit_id)
    known = {layer.slug: layer for layer in _layers(grant)}
    parts, values = [], []
    for layer in known.values():
        where, bound = _where(layer, narrowed)
        parts.append(
            sql.SQL("SELECT {} AS slug, count(*) FROM {} AS f WHERE {}").format(
                sql.Literal(layer.slug), sql.Identifier(layer.relation), where
            )
        )
        values += bound
    if not parts:
        return []
    with connection.cursor() as cursor:
        execute(cursor, sql.SQL(" UNION ALL ").join(parts), values)
        found = dict(cursor.fetchall())
    return [
        Inside(layer, found[slug], bool(layer.scope.over))
        for slug, layer in known.items()
        if found.get(slug)
    ]


def listed(
    grant: Grant, unit_id: int, layer: Layer
) -> tuple[list[dict[str, Any]], int]:
    """The first features of the layer in the unit by name, (id, title, unit), and how
    many there are. Raises LookupError for a layer that is not listed by unit."""
    if layer not in _layers(grant):
        raise LookupError(layer.slug)
    where, values = _where(layer, within(grant, unit_id))
    statement = sql.SQL(
        "SELECT id, title, unit_id, count(*) OVER () FROM {} AS f WHERE {}"
        " ORDER BY title, id LIMIT %s"
    ).format(sql.Identifier(layer.relation), where)
    with connection.cursor() as cursor:
        execute(cursor, statement, [*values, LISTED])
        rows = cursor.fetchall()
    tree = units.tree()
    found = [
        {"id": pk, "title": title, "unit": tree.title(of) if of != unit_id else ""}
        for pk, title, of, _total in rows
    ]
    return found, rows[0][3] if rows else 0


def within(grant: Grant, unit_id: int) -> Grant:
    """The grant narrowed to the unit and those below it."""
    wanted = units.tree().expand([unit_id])
    granted = wanted if grant.units is None else wanted & grant.units
    return Grant(layers=grant.layers, units=granted)


def _layers(grant: Grant) -> Iterator[Layer]:
    """Points that belong to a unit, and whatever is open for a while."""
    for layer in grant.visible_layers:
        point = layer.geometry == "point" and layer.scope.kind == "unit"
        passing = bool(layer.scope.over) and layer.scope.kind != "open"
        if point or passing:
            yield layer


def _where(layer: Layer, grant: Grant) -> tuple[sql.Composable, list[Any]]:
    where, values = condition(layer, grant)
    recent, bound = params.condition(layer, EVERYTHING)
    conditions = [where, recent]
    if layer.scope.over:
        table = sql.Identifier(apps.get_model(layer.model)._meta.db_table)
        is_open = sql.SQL("id IN (SELECT id FROM {} WHERE {} IS NULL)")
        conditions.append(is_open.format(table, sql.Identifier(layer.scope.over)))
    return sql.SQL(" AND ").join(conditions), [*values, *bound]
