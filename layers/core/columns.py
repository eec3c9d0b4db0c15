"""How a layer's columns leave the database for tiles and live deltas."""

from __future__ import annotations

from psycopg import sql

from .spec import Field, FieldType, Layer

# One SQL type per declared type, so that clients get JSON-like values: numeric
# would become text in ST_AsMVT, and map styles cannot compute with dates.
_CASTS: dict[FieldType, str] = {
    "text": "{}::text",
    "integer": "{}::bigint",
    "number": "{}::float8",
    "boolean": "{}::boolean",
    "datetime": "floor(extract(epoch FROM {}))::bigint",
    "date": "{}::text",
}

# Names of the PostgreSQL types above, as TileJSON shows them.
TYPE_NAMES: dict[FieldType, str] = {
    "text": "text",
    "integer": "int8",
    "number": "float8",
    "boolean": "bool",
    "datetime": "int8",
    "date": "text",
}


def cast(entry: Field, term: sql.Composable) -> sql.Composed:
    """``term``, which has the field's type, as it leaves the database."""
    return sql.SQL(_CASTS[entry.type]).format(term)


def value(entry: Field) -> sql.Composed:
    """The field as text, bigint, float8, boolean; datetimes as epoch seconds."""
    return cast(entry, sql.Identifier(entry.name))


def map_fields(layer: Layer, taken: tuple[str, ...]) -> tuple[Field, ...]:
    """The tile fields that do not repeat one of the names ``taken``."""
    return tuple(entry for entry in layer.tile_fields if entry.name not in taken)
