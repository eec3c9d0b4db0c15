"""What the wall counts. Which layers are counted follows from what they declare."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.cache import cache
from django.db import connection
from psycopg import sql

from layers.core.db import execute
from layers.core.scope import Grant, condition
from layers.core.spec import Layer

COUNTED_FOR_S = 5


@dataclass(frozen=True, slots=True)
class Freshness:
    """How many features of a layer were heard of within its freshness."""

    slug: str
    title: str
    icon: str
    fresh: int
    stale: int


def measured(grant: Grant) -> list[Layer]:
    """Layers that feeds write and whose rows grow old, in menu order."""
    found = [
        layer
        for layer in grant.visible_layers
        if layer.ingest and layer.freshness is not None and layer.time_field
    ]
    return sorted(found, key=lambda layer: layer.order)


def count(layer: Layer, grant: Grant) -> tuple[int, int]:
    """(heard of within the freshness, silent for longer).

    What was never heard of is not silent: most boats carry no device.
    """
    where, values = condition(layer, grant)
    statement = sql.SQL(
        "SELECT count(*) FILTER (WHERE {time} >= now() - %s), count({time})"
        " FROM {relation} WHERE {scope}"
    ).format(
        time=sql.Identifier(layer.time_field),
        relation=sql.Identifier(layer.relation),
        scope=where,
    )
    with connection.cursor() as cursor:
        execute(cursor, statement, [layer.freshness, *values])
        fresh, total = cursor.fetchone()
    return int(fresh), int(total) - int(fresh)


def freshness(grant: Grant) -> list[dict[str, Any]]:
    """Counts of every measured layer, read at most every few seconds."""
    found = []
    for layer in measured(grant):
        key = f"wall:{layer.slug}:{grant.cache_key(layer)}"
        counted: Any = cache.get_or_set(
            key, partial(count, layer, grant), COUNTED_FOR_S
        )
        row = Freshness(layer.slug, str(layer.title), layer.icon, *counted)
        found.append({name: getattr(row, name) for name in Freshness.__slots__})
    return found
