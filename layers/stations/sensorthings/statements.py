"""Statements that read entities: a collection, one thing, what hangs on many rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from psycopg import sql

from layers.core.db import execute
from layers.core.scope import Grant

from .compiling import Compiler, fill
from .entities import OBSERVATION, Binder, Entity, Link, relation, visible
from .expressions import Path
from .options import Options
from .rows import Row, columns, read


@dataclass(frozen=True, slots=True)
class Start:
    """Where a collection begins: at a link of a row, or nowhere."""

    link: Link | None = None
    entity: Entity | None = None
    id: int = 0


@dataclass
class Select:
    """A statement being put together over the rows ``e`` of an entity."""

    grant: Grant
    entity: Entity
    bind: Binder = field(default_factory=Binder)

    def __post_init__(self) -> None:
        self.visible = visible(self.grant, self.bind)

    @property
    def source(self) -> sql.Composable:
        return relation(self.entity.relation, self.visible)

    def related(self, entity: Entity) -> sql.Composable:
        return relation(entity.relation, self.visible)

    def conditions(self, start: Start, options: Options) -> list[sql.Composable]:
        found: list[sql.Composable] = []
        if start.link is not None and start.entity is not None:
            found.append(
                sql.SQL("EXISTS (SELECT 1 FROM {} p WHERE {} AND {})").format(
                    self.related(start.entity),
                    by_id(start.entity, start.id, "p"),
                    fill(start.link.template, s="p", t="e"),
                )
            )
        if options.filter is not None:
            compiler = Compiler(self.entity, "e", self.visible, self.bind)
            found.append(compiler.condition(options.filter))
        return found

    def orders(self, options: Options) -> sql.Composable:
        """By what was asked for, then by id, so that pages do not overlap."""
        terms: list[sql.Composable] = []
        for node, descends in options.orders:
            compiler = Compiler(self.entity, "e", self.visible, self.bind, "$orderby")
            way = "{} DESC NULLS LAST" if descends else "{} ASC NULLS LAST"
            terms.append(sql.SQL(way).format(compiler.value(node)))  # type: ignore[arg-type]
        if self.entity is OBSERVATION:  # the columns of its key
            terms += [sql.SQL("e.series_id"), sql.SQL("e.at")]
        else:
            terms.append(fill(self.entity.properties["id"].template, a="e"))
        return sql.SQL(", ").join(terms)

    def run(self, text: sql.Composable) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            execute(cursor, text, self.bind.values)
            return cursor.fetchall()


def where_all(conditions: Sequence[sql.Composable]) -> sql.Composable:
    if not conditions:
        return sql.SQL("true")
    return sql.SQL(" AND ").join(conditions)


def page(grant: Grant, entity: Entity, start: Start, options: Options) -> list[Row]:
    """A page of a collection and one row more when there are more."""
    select = Select(grant, entity)
    text = sql.SQL(
        "SELECT {} FROM {} e WHERE {} ORDER BY {} LIMIT {} OFFSET {}"
    ).format(
        sql.SQL(", ").join(columns(entity, options, "e")),
        select.source,
        where_all(select.conditions(start, options)),
        select.orders(options),
        select.bind(options.top + 1),
        select.bind(options.skip),
    )
    return [read(entity, options, record) for record in select.run(text)]


def count(grant: Grant, entity: Entity, start: Start, options: Options) -> int:
    """How many rows a collection has, all pages together."""
    select = Select(grant, entity)
    text = sql.SQL("SELECT count(*) FROM {} e WHERE {}").format(
        select.source, where_all(select.conditions(start, options))
    )
    return int(select.run(text)[0][0])


def one(
    grant: Grant, entity: Entity, start: Start, number: int | None, options: Options
) -> Row | None:
    """The row with an id, or the one that a link leads to."""
    select = Select(grant, entity)
    conditions = select.conditions(start, options)
    if number is not None:
        conditions.append(by_id(entity, number))
    text = sql.SQL("SELECT {} FROM {} e WHERE {} LIMIT 1").format(
        sql.SQL(", ").join(columns(entity, options, "e")),
        select.source,
        where_all(conditions),
    )
    found = select.run(text)
    return read(entity, options, found[0]) if found else None


def by_id(entity: Entity, number: int, alias: str = "e") -> sql.Composable:
    """The condition for one row; an id of an observation is a series and a time."""
    if entity is not OBSERVATION:
        text = sql.SQL("{} = {}")
        return text.format(sql.Identifier(alias, "id"), sql.Literal(number))
    series, second = divmod(number, 2**32)
    return sql.SQL(
        "{series} = {number} AND {at} >= to_timestamp({second})"
        " AND {at} < to_timestamp({second} + 1)"
    ).format(
        series=sql.Identifier(alias, "series_id"),
        at=sql.Identifier(alias, "at"),
        number=sql.Literal(series),
        second=sql.Literal(second),
    )


def _parents(
    select: Select, entity: Entity, rows: list[Row], link: Link
) -> sql.Composable:
    """The rows that were read, as a table with what their link needs."""
    bind = select.bind
    ids = bind([row.id for row in rows])
    if link.template.count("{s}.") == link.template.count("{s}.id"):
        return sql.SQL("(SELECT * FROM unnest({}::bigint[]) q(id))").format(ids)
    if entity is not OBSERVATION:
        return sql.SQL("(SELECT * FROM {} q WHERE q.id = ANY({}::bigint[]))").format(
            select.related(entity), ids
        )
    series, stations, times = (
        list(part) for part in zip(*(row.key for row in rows), strict=True)
    )
    return sql.SQL(
        "(SELECT * FROM unnest({}::bigint[], {}::bigint[], {}::bigint[],"
        " {}::timestamptz[]) q(id, series_id, station_id, at))"
    ).format(ids, bind(series), bind(stations), bind(times))


def _latest_only(entity: Entity, options: Options) -> bool:
    """Whether the newest value is all that is asked for: then its table is read."""
    if entity is not OBSERVATION or options.filter is not None or options.skip:
        return False
    return options.top == 1 and [
        (node.parts if isinstance(node, Path) else (), way)
        for node, way in options.orders
    ] == [(("phenomenonTime",), True)]


def hanging(
    grant: Grant, parent: Entity, rows: list[Row], link: Link, options: Options
) -> dict[int, list[Row]]:
    """By id of the parent, the rows that its link leads to; of a collection the
    first page and one more."""
    select = Select(grant, link.entity)
    latest = _latest_only(link.entity, options)
    source = relation("latest", select.visible) if latest else select.source
    conditions = [fill(link.template, s="p", t="e")]
    conditions += select.conditions(Start(), options)
    parents = _parents(select, parent, rows, link)
    names = columns(link.entity, options, "e")
    listed = sql.SQL(", ").join(
        sql.SQL("{} AS {}").format(name, sql.Identifier(f"c{place}"))
        for place, name in enumerate(names)
    )
    text = sql.SQL(
        "SELECT p.id, x.* FROM {} p CROSS JOIN LATERAL (SELECT {} FROM {} e WHERE {}"
        " ORDER BY {} LIMIT {} OFFSET {}) x"
    ).format(
        parents,
        listed,
        source,
        where_all(conditions),
        sql.SQL("1") if latest else select.orders(options),
        select.bind(options.top + 1 if link.many else 1),
        select.bind(options.skip if link.many else 0),
    )
    found: dict[int, list[Row]] = {}
    for number, *record in select.run(text):
        row = read(link.entity, options, tuple(record))
        found.setdefault(int(number), []).append(row)
    return found


def counts(
    grant: Grant, parent: Entity, rows: list[Row], link: Link, options: Options
) -> dict[int, int]:
    """By id of the parent, how many rows its link leads to."""
    select = Select(grant, link.entity)
    conditions = [fill(link.template, s="p", t="e")]
    conditions += select.conditions(Start(), options)
    text = sql.SQL(
        "SELECT p.id, count(*) FROM {} p JOIN {} e ON {} GROUP BY p.id"
    ).format(_parents(select, parent, rows, link), select.source, where_all(conditions))
    return {int(number): int(total) for number, total in select.run(text)}
