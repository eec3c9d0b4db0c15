"""The columns of a table as properties of features."""

from __future__ import annotations

from psycopg import sql

from .discovery import Column, Shape, Table

# Not in tiles: large, and nothing that a map could show.
LEFT_OUT = frozenset({"geometry", "geography", "raster", "bytea", "tsvector"})
TIMES = frozenset({"timestamp", "timestamptz", "date"})
FLOAT_DIGITS = 15  # whole numbers that float8 holds exactly
EXACT_DIGITS = 18  # and those that surely fit int8
SAFE_DIGITS = 300  # that surely fit the range of float8
LARGEST_FLOAT = "1e308"


def quoted(*names: str) -> sql.SQL:
    """An identifier for the text of a query with placeholders, ``%`` included."""
    text = sql.Identifier(*names).as_string(None)
    return sql.SQL(text.replace("%", "%%"))  # type: ignore[arg-type]


def literal(text: str) -> sql.SQL:
    """A string constant for the text of a query with placeholders."""
    return sql.SQL(sql.Literal(text).as_string(None).replace("%", "%%"))  # type: ignore[arg-type]


def properties(
    table: Table, wanted: list[str] | None, shape: Shape
) -> tuple[list[Column], list[str]]:
    """The columns that become properties, and names asked for that are none."""
    found = {c.name: c for c in table.columns if c.base not in LEFT_OUT}
    found.pop(shape.name, None)
    if wanted is None:
        return list(found.values()), []
    kept = [found[name] for name in dict.fromkeys(wanted) if name in found]
    return kept, [name for name in wanted if name not in found]


def field_type(column: Column) -> str:
    """The type as Martin's TileJSON names it."""
    return column.type.lstrip("_")


def value(column: Column) -> sql.Composable:
    """What stands in the tile: numbers as numbers, times as ISO 8601."""
    name = quoted(column.name)
    if column.base == "numeric":
        return _number(column.typmod, name)
    if column.base in TIMES:
        return sql.SQL("to_json(f.{}) #>> '{{}}'").format(name)
    return sql.SQL("f.{}").format(name)


def free_name(wanted: str, table: Table) -> str:
    """A name that no column of the table has."""
    taken = {column.name for column in table.columns}
    while wanted in taken:
        wanted += "_"
    return wanted


def _number(typmod: int, name: sql.SQL) -> sql.Composable:
    """``numeric``, which ST_AsMVT would write as text. A value that float8 or int8
    cannot hold (it may be NaN too) is left out, for an error would cost the tile."""
    precision, scale = ((typmod - 4) >> 16 & 0xFFFF, (typmod - 4) & 0x7FF)
    if typmod < 0 or precision > SAFE_DIGITS:
        text = f"CASE WHEN abs(f.{{0}}) < {LARGEST_FLOAT} THEN f.{{0}}::float8 END"
    elif scale == 0 and FLOAT_DIGITS < precision <= EXACT_DIGITS:
        text = "CASE WHEN f.{0} <> 'NaN' THEN f.{0}::int8 END"
    else:
        text = "f.{0}::float8"
    return sql.SQL(text).format(name)  # type: ignore[arg-type]
