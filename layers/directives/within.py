"""Rows of any layer with the unit that each belongs to: by id, or inside an area."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import shapely
from django.db import connection
from psycopg import sql

from layers.core import params
from layers.core.db import execute
from layers.core.params import Wanted
from layers.core.spec import Layer

_INSIDE = (Path(__file__).parent / "sql" / "resolving_inside.sql").read_text()


def _unit_column(layer: Layer) -> sql.Composable:
    """The unit that a row belongs to: none where the layer is open to all."""
    column = sql.Identifier("f", layer.scope.column)
    by_kind: dict[str, Callable[[], sql.Composable]] = {
        "unit": lambda: column,
        "units": lambda: sql.SQL("({})[1]").format(column),
        "open": lambda: sql.SQL("NULL::bigint"),
    }
    return by_kind[layer.scope.kind]()


def owners(layer: Layer, ids: list[int]) -> dict[int, int | None]:
    """The unit that each of some rows belongs to, by id; None where there is none."""
    statement = sql.SQL("SELECT f.id, {} FROM {} AS f WHERE f.id = ANY(%s)").format(
        _unit_column(layer), sql.Identifier(layer.relation)
    )
    with connection.cursor() as cursor:
        execute(cursor, statement, [ids])
        return dict(cursor.fetchall())


def within(
    layer: Layer, area: shapely.Geometry | None, filter: str, most: int
) -> list[tuple[Any, ...]]:
    """(id, title, unit id, lon, lat, metres from the middle) of what lies inside."""
    if area is None:
        return []
    fragment, bound = params.condition(layer, Wanted(filter))
    statement = sql.SQL(_INSIDE).format(
        unit=_unit_column(layer),
        relation=sql.Identifier(layer.relation),
        filter=fragment,
    )
    with connection.cursor() as cursor:
        execute(cursor, statement, [area.wkb, *bound, most])
        return list(cursor.fetchall())
