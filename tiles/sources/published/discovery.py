"""What the configured schemas hold, read from the system catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
from psycopg import AsyncConnection, sql

_FOLDER = Path(__file__).parent / "sql"
_TABLES = (_FOLDER / "tables.sql").read_text()
_FUNCTIONS = (_FOLDER / "functions.sql").read_text()

OWN = "own"
NO_RIGHTS = "GRANT SELECT on it to the database role of the tile service"
WHOLE_NUMBERS = frozenset({"int2", "int4", "int8"})


@dataclass(frozen=True)
class Column:
    """``type`` is what TileJSON says, ``base`` what a domain is made of."""

    name: str
    type: str
    base: str
    typmod: int


@dataclass(frozen=True)
class Shape:
    """A geometry or geography column. ``crs`` is WKT or PROJ text, if needed."""

    name: str
    base: str
    type: str
    srid: int
    indexed: bool
    crs: str


@dataclass(frozen=True)
class Table:
    """A relation as the catalogue has it; ``columns`` and ``shapes`` are read from
    JSON when asked for. Equal values: nothing has changed."""

    schema: str
    name: str
    relkind: str
    comment: str | None
    primary_key: str | None
    touched: bool
    columns_json: str | None
    shapes_json: str | None

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return tuple(Column(*row) for row in orjson.loads(self.columns_json or "[]"))

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        return tuple(Shape(*row) for row in orjson.loads(self.shapes_json or "[]"))


@dataclass(frozen=True)
class Variant:
    """One signature. ``query_type``: json, jsonb or empty."""

    comment: str | None
    usable: bool
    query_type: str


@dataclass(frozen=True)
class Function:
    """A tile function: without a query argument, with one, or both."""

    schema: str
    name: str
    plain: Variant | None
    query: Variant | None

    @property
    def variants(self) -> tuple[Variant, ...]:
        return tuple(variant for variant in (self.plain, self.query) if variant)


@dataclass(frozen=True)
class Found:
    """``problems``: what is wrong with a whole schema; ``unreadable``: tables whose
    geometry the role may not read."""

    tables: tuple[Table, ...]
    functions: tuple[Function, ...]
    problems: dict[str, str]
    unreadable: dict[str, str]


async def discover(
    connection: AsyncConnection[tuple[Any, ...]], schemas: list[str]
) -> Found:
    """Two queries, however many tables there are."""
    values = {"schemas": schemas}
    cursor = await connection.execute(sql.SQL(_TABLES), values)  # type: ignore[arg-type]
    rows = await cursor.fetchall()
    problems = {row[0]: row[1] for row in rows if row[1]}
    tables = tuple(Table(row[0], *row[2:]) for row in rows if row[2] is not None)
    cursor = await connection.execute(sql.SQL(_FUNCTIONS), values)  # type: ignore[arg-type]
    unreadable = {
        f"{table.schema}.{table.name}": NO_RIGHTS
        for table in tables
        if not table.shapes_json and table.schema not in problems
    }
    functions = _functions(await cursor.fetchall())
    return Found(tables, functions, problems, unreadable)


def _functions(rows: list[tuple[Any, ...]]) -> tuple[Function, ...]:
    """A name with and without a query argument is one function; further overloads
    stand for themselves, as in Martin."""
    named: dict[tuple[str, str], list[Variant]] = {}
    for schema, name, comment, usable, query_type in rows:
        variant = Variant(comment, usable, query_type)
        named.setdefault((schema, name), []).append(variant)
    found = []
    for (schema, name), variants in named.items():
        plain = next((v for v in variants if not v.query_type), None)
        queries = [v for v in variants if v.query_type]
        first = queries.pop(0) if queries else None
        found.append(Function(schema, name, plain, first))
        found.extend(Function(schema, name, None, other) for other in queries)
    return tuple(found)
