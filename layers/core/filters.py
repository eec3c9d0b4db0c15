"""CQL2 text filters: parsed by the ``cql2`` library, turned into bound SQL.

OGC 21-065r2, Basic CQL2 with LIKE, IN, BETWEEN, IS NULL and S_INTERSECTS.
Only fields that a layer declares with ``filter=True`` may be named.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import cql2
import orjson
from psycopg import sql

from .spec import Field, Layer

MAX_LENGTH = 2_000
MAX_DEPTH = 20
# The parser's time doubles with each bracket that it has to give up on.
MAX_BRACKETS = 10

COMPARISONS = {"=": "=", "<>": "<>", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
GEOMETRY_NAMES = frozenset({"geom", "geometry"})

Fragment = tuple[sql.Composable, list[Any]]


class FilterError(ValueError):
    """The filter cannot be used; the text says where and why."""


def check_brackets(text: str) -> None:
    """Refuse text whose brackets do not match or are nested deeply."""
    depth = 0
    for part in text.split("'")[::2]:  # what stands outside of quotes
        for character in part:
            depth += (character == "(") - (character == ")")
            if depth > MAX_BRACKETS:
                raise FilterError("filter is nested too deeply")
            if depth < 0:
                raise FilterError("filter closes a bracket that it never opened")
    if depth:
        raise FilterError("filter leaves a bracket open")


def parse(text: str) -> dict[str, Any]:
    """CQL2 text (or CQL2 JSON) to its JSON tree."""
    if len(text) > MAX_LENGTH:
        raise FilterError(f"filter is longer than {MAX_LENGTH} characters")
    check_brackets(text)
    try:
        if text.lstrip().startswith("{"):
            return orjson.loads(text)
        return dict(cql2.parse_text(text).to_json())
    except (ValueError, cql2.ParseError, cql2.ValidationError) as error:
        reason = " ".join(str(error).split())
        raise FilterError(f"filter is not valid CQL2: {reason[:300]}") from error


def to_sql(layer: Layer, text: str) -> Fragment:
    """The condition for ``text`` over the layer's relation, values bound."""
    return _Compiler(layer).compile(parse(text), 0)


class _Compiler:
    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.columns = {entry.name: entry for entry in layer.filter_fields}
        self.operators: dict[str, Callable[[str, list[Any], int], Fragment]] = {
            "and": self.junction,
            "or": self.junction,
            "not": self.negation,
            "like": self.like,
            "in": self.membership,
            "between": self.between,
            "isNull": self.is_null,
            "s_intersects": self.intersects,
            **dict.fromkeys(COMPARISONS, self.comparison),
        }

    def compile(self, node: Any, depth: int) -> Fragment:
        if depth > MAX_DEPTH:
            raise FilterError("filter is nested too deeply")
        if isinstance(node, bool):
            return sql.SQL("true" if node else "false"), []
        if not isinstance(node, dict) or "op" not in node:
            raise FilterError("filter must be a comparison or a logical expression")
        name = node["op"]
        operator = self.operators.get(name)
        args = node.get("args")
        if operator is None or not isinstance(args, list):
            raise FilterError(f"operator {name!r} is not supported")
        try:
            return operator(name, args, depth)
        except (IndexError, KeyError, TypeError) as error:
            raise FilterError(f"operator {name!r} has the wrong arguments") from error

    def column(self, node: Any) -> Field:
        if not isinstance(node, dict) or "property" not in node:
            raise FilterError("the left side of a comparison must be a field")
        name = str(node["property"])
        if name not in self.columns:
            known = ", ".join(self.columns) or "none"
            raise FilterError(f"no field {name!r} to filter by; there are: {known}")
        return self.columns[name]

    def value(self, column: Field, node: Any) -> Any:
        if isinstance(node, dict):
            node = node.get("timestamp") or node.get("date") or node
        try:
            return _CASTS[column.type](node)
        except (ValueError, TypeError, KeyError) as error:
            raise FilterError(
                f"{column.name} is {column.type}, {node!r:.80} is not"
            ) from error

    def comparison(self, name: str, args: list[Any], depth: int) -> Fragment:
        column = self.column(args[0])
        fragment = sql.SQL("{} " + COMPARISONS[name] + " %s")
        return fragment.format(sql.Identifier(column.name)), [
            self.value(column, args[1])
        ]

    def junction(self, name: str, args: list[Any], depth: int) -> Fragment:
        parts = [self.compile(arg, depth + 1) for arg in args]
        joined = sql.SQL(f" {name.upper()} ").join(part for part, _ in parts)
        return sql.SQL("({})").format(joined), [v for _, vs in parts for v in vs]

    def negation(self, name: str, args: list[Any], depth: int) -> Fragment:
        inner, values = self.compile(args[0], depth + 1)
        return sql.SQL("(NOT {})").format(inner), values

    def like(self, name: str, args: list[Any], depth: int) -> Fragment:
        column = self.column(args[0])
        if column.type != "text":
            raise FilterError(f"LIKE needs a text field, {column.name} is not")
        return sql.SQL("{} LIKE %s").format(sql.Identifier(column.name)), [str(args[1])]

    def membership(self, name: str, args: list[Any], depth: int) -> Fragment:
        column = self.column(args[0])
        values = [self.value(column, item) for item in args[1]]
        return sql.SQL("{} = ANY(%s)").format(sql.Identifier(column.name)), [values]

    def between(self, name: str, args: list[Any], depth: int) -> Fragment:
        column = self.column(args[0])
        values = [self.value(column, item) for item in args[1:3]]
        if len(values) != 2:
            raise FilterError("BETWEEN needs two bounds")
        return sql.SQL("{} BETWEEN %s AND %s").format(
            sql.Identifier(column.name)
        ), values

    def is_null(self, name: str, args: list[Any], depth: int) -> Fragment:
        column = self.column(args[0])
        return sql.SQL("{} IS NULL").format(sql.Identifier(column.name)), []

    def intersects(self, name: str, args: list[Any], depth: int) -> Fragment:
        if args[0].get("property") not in GEOMETRY_NAMES:
            raise FilterError("S_INTERSECTS needs geom as its first argument")
        shape = args[1]
        if "bbox" in shape:
            return (
                sql.SQL("geom && ST_MakeEnvelope(%s, %s, %s, %s, 4326)"),
                [float(bound) for bound in shape["bbox"][:4]],
            )
        geometry = orjson.dumps(shape).decode()
        return (
            sql.SQL("ST_Intersects(geom, ST_SetSRID(ST_GeomFromGeoJSON(%s), 4326))"),
            [geometry],
        )


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    return float(value)


def _integer(value: Any) -> int | float:
    number = _number(value)
    return int(number) if number.is_integer() else number


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str | int | float):
        raise TypeError
    return str(value)


def _datetime(value: Any) -> datetime:
    moment = datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_CASTS: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "datetime": _datetime,
    "date": lambda value: date.fromisoformat(str(value)),
}
