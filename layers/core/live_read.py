"""How the rows of a live layer leave PostgreSQL: whole columns as bytes.

A row as Python objects costs more than all the rest of an update. Here the server
strings the binary values of a column together, and NumPy reads the result as it
is: 100,000 rows of twelve columns take 4 ms of the client instead of 63 ms.
Texts travel as 64-bit hashes; those that were never seen are asked for by name.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from secrets import randbits
from typing import Any

import numpy as np
from psycopg import AsyncConnection, sql

from .columns import map_fields, value
from .live_columns import HASHED, Bools, Floats, Ints, Kind
from .spec import FieldType, Layer

Connection = AsyncConnection[tuple[Any, ...]]

# A space: no field can have that name.
SCOPE = " scope"
# Names that the arrays have of their own.
TAKEN = ("id", "seq", "x", "y", "at", "title")
# Rows of one answer, about.
CHUNK = 20_000
# Nobody outside can make two texts with one hash.
_SEED = randbits(62)
_NULL_KEY = 0x6E75_6C6C_6E75_6C6C

_KINDS: dict[FieldType, Kind] = {
    "text": "text",
    "date": "text",
    "integer": "integer",
    "datetime": "integer",
    "number": "number",
    "boolean": "boolean",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A column to read: its name, what it holds, and the SQL of its value."""

    name: str
    kind: Kind
    source: sql.Composable


def entries(layer: Layer) -> tuple[Entry, ...]:
    """The coded columns of a layer, scope and ``at`` (whole seconds) first."""
    spec = layer.scope
    scope: sql.Composable = sql.SQL("NULL::bigint")
    if spec.kind != "open":
        cast = "::bigint" if spec.kind == "unit" else "::bigint[]"
        scope = sql.Identifier(spec.column) + sql.SQL(cast)
    return (
        Entry(SCOPE, "units" if spec.kind == "units" else "integer", scope),
        Entry("at", "integer", sql.SQL("trunc(extract(epoch FROM at))::bigint")),
        Entry("title", "text", sql.SQL("title::text")),
        *(
            Entry(field.name, _KINDS[field.type], value(field))
            for field in map_fields(layer, TAKEN)
        ),
    )


@dataclass(slots=True)
class Batch:
    """n rows as they came. ``keys`` and ``nulls`` are by column (no entry in
    ``nulls``: none is null), ``values`` are the texts by their hash."""

    ids: Ints
    seqs: Ints
    x: Floats
    y: Floats
    at: Floats
    keys: dict[str, Ints]
    nulls: dict[str, Bools]
    values: dict[str, dict[int, Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: Any) -> Batch:
        """Some of the rows."""
        return Batch(
            self.ids[rows],
            self.seqs[rows],
            self.x[rows],
            self.y[rows],
            self.at[rows],
            {name: keys[rows] for name, keys in self.keys.items()},
            {name: null[rows] for name, null in self.nulls.items()},
            self.values,
        )


_FRACTION = "float8send(coalesce({}::float8, 'NaN'))"
_HASH = 'int8send(coalesce(hashtextextended({}::text COLLATE "C", {seed}), {none}))'
_SEND: dict[Kind, str] = {
    "integer": "int8send(coalesce({}, 0))",
    "number": _FRACTION,
    "boolean": "int8send(coalesce({}::int, 2)::bigint)",
    "text": _HASH,
    "units": _HASH,
}


def select(layer: Layer, where: sql.Composable, groups: int, *, texts: bool) -> Any:
    """The query of all columns; in ``groups`` rows when that is more than one.

    ``texts``: the texts are sent too, not only their hashes.
    """

    def sent(template: str, source: sql.Composable) -> sql.Composed:
        text = f"string_agg({template}, ''::bytea)"
        own = {"seed": sql.Literal(_SEED), "none": sql.Literal(_NULL_KEY)}
        return sql.SQL(text).format(source, **own)

    columns = [
        sent("int8send({}::bigint)", sql.SQL("id")),
        sent("int8send({}::bigint)", sql.SQL("seq")),
        sent(_FRACTION, sql.SQL("x")),
        sent(_FRACTION, sql.SQL("y")),
        sent(_FRACTION, sql.SQL("extract(epoch FROM at)")),
    ]
    for entry in entries(layer):
        columns.append(sent(_SEND[entry.kind], entry.source))
        if entry.kind == "integer":
            columns.append(sent("boolsend({} IS NULL)", entry.source))
        if texts and entry.kind in HASHED:
            columns.append(sql.SQL("array_agg({}::text)").format(entry.source))
    query = sql.SQL("SELECT {} FROM {} WHERE {}").format(
        sql.SQL(", ").join(columns), sql.Identifier(layer.relation), where
    )
    if groups > 1:
        query += sql.SQL(" GROUP BY id & {}").format(sql.Literal(groups - 1))
    return query


async def read(
    connection: Connection,
    layer: Layer,
    where: sql.Composable,
    values: Sequence[Any] = (),
    *,
    expected: int = 0,
    texts: bool = False,
) -> AsyncIterator[Batch]:
    """The rows in batches of about :data:`CHUNK`, one in memory at a time."""
    groups = 1 << max(0, expected // CHUNK).bit_length()
    query = select(layer, where, groups, texts=texts)
    async with connection.cursor(binary=True) as cursor:
        if groups == 1:
            await cursor.execute(query, values)
            row = await cursor.fetchone()
            if row is not None and row[0] is not None:
                yield parse(layer, row, texts=texts)
            return
        async for row in cursor.stream(query, values):
            yield parse(layer, row, texts=texts)


@asynccontextmanager
async def patient(connection: Connection) -> AsyncIterator[None]:
    """Reading everything may take longer than a tile query may."""
    await connection.execute("SET statement_timeout = '5min'")
    try:
        yield
    finally:
        if not connection.broken:
            await connection.execute("RESET statement_timeout")


def parse(layer: Layer, row: Sequence[Any], *, texts: bool) -> Batch:
    """One answer of :func:`select`."""
    parts = iter(row)

    def numbers(dtype: str) -> Any:
        # from network to native order
        return np.frombuffer(next(parts), dtype).astype(dtype[1:])

    ids, seqs = numbers(">i8"), numbers(">i8")
    x, y, at = (_finite(numbers(">f8")) for _ in range(3))
    found = Batch(ids, seqs, x, y, at, {}, {})
    for entry in entries(layer):
        keys, null = _column(entry.kind, numbers, parts)
        found.keys[entry.name] = keys
        if null.any():
            found.nulls[entry.name] = null
        if texts and entry.kind in HASHED:
            pairs = dict(zip(keys.tolist(), next(parts), strict=True))
            if entry.kind == "units":
                pairs = {key: unit_ids(text) for key, text in pairs.items()}
            found.values[entry.name] = pairs
    return found


def _finite(numbers: Floats) -> Floats:
    numbers[~np.isfinite(numbers)] = np.nan
    return numbers


def _column(kind: Kind, numbers: Any, parts: Any) -> tuple[Ints, Bools]:
    """Keys of one column and which rows are null."""
    if kind == "number":
        fractions = numbers(">f8") + 0.0  # minus zero is zero
        return fractions.view(np.int64), ~np.isfinite(fractions)
    keys = numbers(">i8")
    if kind == "integer":
        return keys, np.frombuffer(next(parts), np.bool_)
    return keys, keys == (2 if kind == "boolean" else _NULL_KEY)


def unit_ids(text: str | None) -> tuple[int, ...] | None:
    """``{1,2}`` as PostgreSQL prints an array of bigint."""
    if text is None:
        return None
    inner = text.strip("{}")
    return tuple(int(part) for part in inner.split(",") if part not in ("", "NULL"))
