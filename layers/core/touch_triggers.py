"""Triggers on every table that a layer's relation reads (``sql/touched.sql``)."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.utils import CursorWrapper

from .spec import Layer, Touch, by_role, registry

# Columns of every feature that no tile shows, unless a field says so.
UNDRAWN = frozenset({"created_at", "updated_at", "search_text"})
TABLES = frozenset({"r", "p"})
# Views, and functions that PostgreSQL can look into.
TRANSPARENT = frozenset({"v", "b"})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """The arguments of one call of ``ioc_touch``, which explains them."""

    target: str
    slug: str
    part: str
    shapes: list[str]
    column: str | None = None
    base: str | None = None
    feature: str = "id"
    units: str | None = ""
    drawn: list[str] | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        return self.target, self.slug, self.part


@dataclass(frozen=True, slots=True)
class Reads:
    """What a relation reads: columns by table; ``clock``: the time as well;
    ``opaque``: names of things that have no triggers or hide what they read."""

    tables: Mapping[str, frozenset[str]]
    clock: bool
    opaque: tuple[str, ...]


def columns(cursor: CursorWrapper, table: str) -> frozenset[str]:
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s)"
        " AND attnum > 0 AND NOT attisdropped",
        [table],
    )
    return frozenset(name for (name,) in cursor.fetchall())


def reads(cursor: CursorWrapper, relation: str) -> Reads:
    """Follow a table or view to the tables behind it; nothing if it is not there."""
    cursor.execute(
        "SELECT r.name, r.kind, r.clock FROM to_regclass(%s) AS t (relation)"
        " CROSS JOIN ioc_reads(t.relation) AS r WHERE t.relation IS NOT NULL",
        [relation],
    )
    found = cursor.fetchall()
    tables = [name for name, kind, _clock in found if kind in TABLES]
    return Reads(
        {name: columns(cursor, name) for name in tables},
        any(clock for _name, _kind, clock in found),
        tuple(n for n, kind, _c in found if kind not in TABLES | TRANSPARENT),
    )


def own_table(layer: Layer, read: Reads) -> str:
    """The table with the layer's features and their shapes, or "" when a view makes
    them up: the model's, the relation itself, or one that is declared so."""
    declared = [table_of(touch) for touch in layer.touched_by if touch.shape]
    for name in (model_table(layer), layer.relation, *declared):
        if {"id", "shape"} <= read.tables.get(name, frozenset()):
            return name
    return ""


def model_table(layer: Layer) -> str:
    return str(apps.get_model(layer.model)._meta.db_table)


def table_of(touch: Touch) -> str:
    return touch.table or model_table(by_role(touch.role))


def touches(layer: Layer, own: str, read: Reads) -> Iterator[Touch]:
    """Those declared, the table of the features itself, and of every other table
    that it changes the whole layer."""
    declared = {table_of(touch) for touch in layer.touched_by}
    if own and not any(t.shape and table_of(t) == own for t in layer.touched_by):
        yield Touch(table=own, shape="shape")
    yield from (touch for touch in layer.touched_by if not touch.late)
    for name in sorted(set(read.tables) - declared - {own}):
        yield Touch(table=name)


def plan(cursor: CursorWrapper, layer: Layer) -> list[Trigger]:
    """The triggers of one layer; none when its changes cannot be followed."""
    read = reads(cursor, layer.relation)
    hidden = [name for name in read.opaque if not layer.touched_by]
    if layer.tile.kind != "table" or hidden or not read.tables:
        if hidden:
            log.warning("layer %s: changes of %s cannot be seen", layer.slug, hidden)
        return []
    own = own_table(layer, read)
    base = own or layer.relation
    return [
        _trigger(layer, read, Base(own, base, columns(cursor, base)), touch, number)
        for number, touch in enumerate(touches(layer, own, read))
    ]


@dataclass(frozen=True, slots=True)
class Base:
    """Where features are looked up: their own table, or else the relation."""

    own: str
    name: str
    columns: frozenset[str]


def _trigger(
    layer: Layer, read: Reads, base: Base, touch: Touch, number: int
) -> Trigger:
    table = table_of(touch)
    # Triggers fire in the order of their names: a table's own layer is locked first.
    part = f"{'0' if table == model_table(layer) else '1'}{number}"
    common: dict[str, Any] = {"target": table, "slug": layer.slug, "part": part}
    if touch.column:
        return Trigger(
            **common,
            shapes=["shape"],
            column=touch.column,
            base=base.name,
            feature=touch.feature,
            units=_units(layer, base.columns),
        )
    if not touch.shape:
        return Trigger(**common, shapes=[], units=None)
    there = read.tables.get(table, frozenset())
    drawn = _drawn(layer, base) if table == base.own else None
    return Trigger(
        **common, shapes=[touch.shape], units=_units(layer, there), drawn=drawn
    )


def _units(layer: Layer, there: frozenset[str]) -> str | None:
    """The scope column; "" where everyone sees all, None where it is not known."""
    if layer.scope.kind == "open":
        return ""
    return layer.scope.column if layer.scope.column in there else None


def _drawn(layer: Layer, base: Base) -> list[str]:
    """Columns of the features' own table that a tile or its filter may show."""
    shown = {entry.name for entry in layer.fields if entry.tile or entry.filter}
    if layer.relation != base.own:
        return sorted(base.columns - (UNDRAWN - shown))
    always = {"id", "title", "geom", "shape", layer.scope.column}
    return sorted(base.columns & (shown | always))


_INSTALL = (
    "SELECT ioc_touch(%s::regclass, %s, %s, %s::text[], %s, %s::regclass, %s, %s,"
    " %s::text[])"
)


def install(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Bring the triggers of all layers in line with what they declare.

    Gives a line per change; nothing is locked when nothing has to change. Triggers
    that an administrator put on other tables (their name is ``schema.table``) stay.
    """
    said: list[str] = []
    wanted: set[tuple[str, str, str]] = set()
    for layer in registry.values():
        with transaction.atomic(using), connections[using].cursor() as cursor:
            for trigger in plan(cursor, layer):
                wanted.add(trigger.key)
                if _make(cursor, trigger):
                    said.append(f"{layer.slug}: {trigger.target}")
    with transaction.atomic(using), connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT target::text, slug, part FROM ioc_touch_installed"
            " WHERE position('.' IN slug) = 0 ORDER BY slug"
        )
        for target, slug, part in cursor.fetchall():
            if (target, slug, part) not in wanted:
                cursor.execute("SELECT ioc_untouch(%s, %s, %s)", [target, slug, part])
                said.append(f"{slug}: {target} no more")
    return said


def _make(cursor: CursorWrapper, trigger: Trigger) -> bool:
    cursor.execute(_INSTALL, [getattr(trigger, part.name) for part in fields(Trigger)])
    return bool(cursor.fetchone()[0])


def after_migrate(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Signal ``post_migrate`` of core: also after a flush, which keeps triggers."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT to_regclass('core_touched') IS NOT NULL")
        (there,) = cursor.fetchone()
    if there:
        install(using)
