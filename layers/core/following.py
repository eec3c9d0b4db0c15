"""Rows of layers go on with the units that follow theirs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.apps import apps
from django.db import connection, models
from psycopg import sql

from .db import execute
from .fields import UnitRefField
from .spec import Layer, by_role, registry
from .units import ROLE, Descent, Follower, followers
from .versions import begin_change

FOLLOW = (Path(__file__).parent / "sql" / "units_follow.sql").read_text()


def follow(day: date, heirs: dict[int, list[Descent]]) -> int:
    """Move what is not past of every layer whose rows belong to one unit; how many
    rows. Histories are kept by the tables' own triggers."""
    # locks in the order of ingest: first what is observed, then what comes of it
    layers = sorted(registry.values(), key=lambda layer: not layer.ingest)
    return sum(_layer(layer, heirs) for layer in layers)


def _layer(layer: Layer, heirs: dict[int, list[Descent]]) -> int:
    model = apps.get_model(layer.model)
    columns = [
        str(field.column)
        for field in model._meta.concrete_fields
        if isinstance(field, UnitRefField) and not field.generated
    ]
    if layer.scope.kind != "unit" or not model._meta.managed or not columns:
        return 0
    if not any(_waiting(model, column, heirs) for column in columns):
        return 0
    # copies in memory know no change of a unit by itself: they are read anew
    begin_change(layer.slug, removed=layer.tile.kind == "live")
    return sum([move(model, column, heirs, layer.scope.over) for column in columns])


def _waiting(
    model: type[models.Model], column: str, heirs: dict[int, list[Descent]]
) -> bool:
    found = model._default_manager.filter(**{f"{column}__in": list(heirs)})
    return found.exists()


def move(
    model: type[models.Model],
    column: str,
    heirs: dict[int, list[Descent]],
    over: str = "",
) -> int:
    """Set ``column`` of the table's rows to the successor of the unit it names: the
    one that holds the row's ``geom``, else the first. Rows with ``over`` stay."""
    lines = [
        (one, n, line.new_id) for one in heirs for n, line in enumerate(heirs[one])
    ]
    has_place = any(field.column == "geom" for field in model._meta.concrete_fields)
    place = "ST_PointOnSurface(t.geom)" if has_place else "NULL::geometry"
    is_open = sql.SQL("true")
    if over:
        is_open = sql.SQL("t.{} IS NULL").format(sql.Identifier(over))  # type: ignore[assignment]
    statement = sql.SQL(FOLLOW).format(
        units=sql.Identifier(by_role(ROLE).relation),
        table=sql.Identifier(model._meta.db_table),
        column=sql.Identifier(column),
        place=sql.SQL(place),
        open=is_open,
    )
    values = {
        "old": [old for old, _rank, _new in lines],
        "new": [new for _old, _rank, new in lines],
        "rank": [rank for _old, rank, _new in lines],
    }
    with connection.cursor() as cursor:
        execute(cursor, statement, values)
        return int(cursor.rowcount)


FOLLOWER = followers.register(Follower(slug="rows", order=10, run=follow))
