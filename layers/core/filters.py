"""CQL2 filters: parsed by the ``cql2`` library, turned into bound SQL.

OGC 21-065r2: comparisons, LIKE, IN, BETWEEN, IS NULL, CASEI and ACCENTI, the
spatial and the temporal functions. Not: arithmetic, arrays, functions of one's
own. Only fields that a layer declares with ``filter=True`` may be named, and
masked ones only by who holds the permission.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import cql2
import orjson
from psycopg import sql

from . import literals
from .operators import COMPARISONS, FOLDS, SPATIAL, TEMPORAL
from .spec import Field, Layer

MAX_LENGTH = 2_000
MAX_DEPTH = 20
# The parser's time doubles with each bracket that it has to give up on.
MAX_BRACKETS = 10
LANGUAGES = ("cql2-text", "cql2-json")

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


def parse(text: str, language: str = "") -> dict[str, Any]:
    """CQL2 text or JSON (told by its first character) to its tree."""
    if len(text) > MAX_LENGTH:
        raise FilterError(f"filter is longer than {MAX_LENGTH} characters")
    if language and language not in LANGUAGES:
        raise FilterError(f"filter-lang must be {' or '.join(LANGUAGES)}")
    try:
        if (language or _language(text)) == "cql2-json":
            return orjson.loads(text)
        check_brackets(text)
        return cql2.parse_text(text).to_json()
    except FilterError:
        raise
    except (ValueError, cql2.ParseError, cql2.ValidationError) as error:
        reason = " ".join(str(error).split())
        raise FilterError(f"filter is not valid CQL2: {reason[:300]}") from error


def _language(text: str) -> str:
    return "cql2-json" if text.lstrip().startswith("{") else "cql2-text"


def to_sql(
    layer: Layer, text: str, masks: Collection[str] = (), language: str = ""
) -> Fragment:
    """The condition for ``text`` over the layer's relation, values bound.

    ``masks`` are the permissions for masked fields that the caller holds; tiles
    are shared, so they are asked for without any.
    """
    return _Compiler(layer, masks).compile(parse(text, language), 0)


class _Compiler:
    def __init__(self, layer: Layer, masks: Collection[str]) -> None:
        self.columns = {
            entry.name: entry
            for entry in layer.filter_fields
            if not entry.mask or entry.mask in masks
        }
        self.operators: dict[str, Callable[[str, list[Any], int], Fragment]] = {
            "and": self.junction,
            "or": self.junction,
            "not": self.negation,
            "like": self.like,
            "in": self.membership,
            "between": self.between,
            "isnull": self.is_null,
            **dict.fromkeys(COMPARISONS, self.comparison),
            **dict.fromkeys(SPATIAL, self.spatial),
            **dict.fromkeys(TEMPORAL, self.temporal),
        }

    def compile(self, node: Any, depth: int) -> Fragment:
        if depth > MAX_DEPTH:
            raise FilterError("filter is nested too deeply")
        if isinstance(node, bool):
            return sql.SQL("true" if node else "false"), []
        if not isinstance(node, dict):
            raise FilterError("filter must be a comparison or a logical expression")
        if "property" in node:
            return self.flag(node)
        name, args = str(node.get("op")), node.get("args")
        operator = self.operators.get(name.lower())
        if operator is None or not isinstance(args, list):
            raise FilterError(f"operator {name[:40]!r} is not supported")
        try:
            return operator(name.lower(), args, depth)
        except FilterError:
            raise
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            reason = f"operator {name!r} has the wrong arguments"
            raise FilterError(reason) from None

    def column(self, node: Any) -> Field:
        if not isinstance(node, dict) or "property" not in node:
            raise FilterError("one side of a comparison must be a field")
        name = str(node["property"])
        if name not in self.columns:
            known = ", ".join(self.columns) or "none"
            raise FilterError(
                f"no field {name[:60]!r} to filter by; there are: {known}"
            )
        return self.columns[name]

    def value(self, column: Field, node: Any) -> Any:
        if node is None:
            raise FilterError("compare with NULL by IS NULL or IS NOT NULL")
        try:
            return literals.CASTS[column.type](literals.plain(node))
        except (ArithmeticError, TypeError, ValueError) as error:
            reason = f"{column.name} is {column.type}, {node!r:.80} is not"
            raise FilterError(reason) from error

    def folded(self, node: Any) -> tuple[sql.Composable, Field, str]:
        """A field, perhaps within CASEI or ACCENTI, and the wrapping it has."""
        wrap = "{}"
        while isinstance(node, dict) and str(node.get("op")).lower() in FOLDS:
            wrap = wrap.format(FOLDS[str(node["op"]).lower()])
            (node,) = node["args"]
        column = self.column(node)
        if wrap != "{}" and column.type != "text":
            raise FilterError(f"CASEI and ACCENTI need text, {column.name} is not")
        return sql.SQL(wrap).format(sql.Identifier(column.name)), column, wrap

    def other(self, column: Field, node: Any) -> Fragment:
        """The other side of a comparison: a value, or a field of the same type."""
        if isinstance(node, dict) and ("property" in node or "op" in node):
            inner = node["args"][0] if "op" in node else node
            if not isinstance(inner, dict) and column.type == "text":
                wrap = FOLDS[str(node["op"]).lower()]
                return sql.SQL(wrap).format(sql.SQL("%s")), [self.value(column, inner)]
            text, second, _wrap = self.folded(node)
            if second.type != column.type:
                raise FilterError(f"{column.name} and {second.name} differ in type")
            return text, []
        return sql.SQL("%s"), [self.value(column, node)]

    def flag(self, node: Any) -> Fragment:
        column = self.column(node)
        if column.type != "boolean":
            raise FilterError(f"{column.name} alone is no condition")
        return sql.SQL("{}").format(sql.Identifier(column.name)), []

    def comparison(self, name: str, args: list[Any], depth: int) -> Fragment:
        left, right = args
        if not isinstance(left, dict) or not {"property", "op"} & set(left):
            left, right, name = right, left, COMPARISONS[name]
        text, column, _wrap = self.folded(left)
        second, values = self.other(column, right)
        return sql.SQL(f"{{}} {name} {{}}").format(text, second), values

    def junction(self, name: str, args: list[Any], depth: int) -> Fragment:
        parts = [self.compile(arg, depth + 1) for arg in args]
        if not parts:
            raise FilterError(f"{name.upper()} needs conditions")
        joined = sql.SQL(f" {name.upper()} ").join(part for part, _ in parts)
        return sql.SQL("({})").format(joined), [v for _, vs in parts for v in vs]

    def negation(self, name: str, args: list[Any], depth: int) -> Fragment:
        (inner,) = args
        text, values = self.compile(inner, depth + 1)
        return sql.SQL("(NOT {})").format(text), values

    def like(self, name: str, args: list[Any], depth: int) -> Fragment:
        left, right = args
        text, column, wrap = self.folded(left)
        if column.type != "text":
            raise FilterError(f"LIKE needs a text field, {column.name} is not")
        while isinstance(right, dict):  # CASEI('…') means the same as CASEI(field)
            (right,) = right["args"]
        pattern = sql.SQL(wrap).format(sql.SQL("%s"))
        return sql.SQL("{} LIKE {}").format(text, pattern), [literals.pattern(right)]

    def membership(self, name: str, args: list[Any], depth: int) -> Fragment:
        left, items = args
        if not isinstance(items, list) or not items:
            raise FilterError("IN needs a list of values")
        text, column, _wrap = self.folded(left)
        parts = [self.other(column, item) for item in items]
        listed = sql.SQL(", ").join(part for part, _ in parts)
        values = [value for _, found in parts for value in found]
        return sql.SQL("{} IN ({})").format(text, listed), values

    def between(self, name: str, args: list[Any], depth: int) -> Fragment:
        left, low, high = args
        text, column, _wrap = self.folded(left)
        values = [self.value(column, low), self.value(column, high)]
        return sql.SQL("{} BETWEEN %s AND %s").format(text), values

    def is_null(self, name: str, args: list[Any], depth: int) -> Fragment:
        column = self.column(args[0])
        return sql.SQL("{} IS NULL").format(sql.Identifier(column.name)), []

    def spatial(self, name: str, args: list[Any], depth: int) -> Fragment:
        left, right = args
        if left.get("property") in GEOMETRY_NAMES:
            place, values = literals.shape(right)
            sides = [sql.SQL("geom"), place]
        elif right.get("property") in GEOMETRY_NAMES:
            place, values = literals.shape(left)
            sides = [place, sql.SQL("geom")]
        else:
            raise FilterError(f"{name.upper()} needs geom as one of its arguments")
        return sql.SQL(SPATIAL[name] + "({}, {})").format(*sides), values

    def temporal(self, name: str, args: list[Any], depth: int) -> Fragment:
        left, right = args
        kind = self.time_type([*_ends(left), *_ends(right)])
        ends = zip(("b1", "e1", "b2", "e2"), [*_ends(left), *_ends(right)], strict=True)
        places = {key: self.moment(node, kind, key) for key, node in ends}
        template, values = TEMPORAL[name], []
        for key in _order(template):
            values += places[key][1]
        texts = {key: text for key, (text, _) in places.items()}
        return sql.SQL("(" + template + ")").format(**texts), values

    def time_type(self, nodes: list[Any]) -> Field:
        """The field that is compared; it says what the literals must be."""
        for node in nodes:
            if isinstance(node, dict) and "property" in node:
                column = self.column(node)
                if column.type not in ("datetime", "date"):
                    raise FilterError(f"{column.name} is no time")
                return column
        raise FilterError("a temporal function needs a field")

    def moment(self, node: Any, kind: Field, key: str) -> Fragment:
        if node == "..":
            return sql.SQL("'{}infinity'".format("-" if key[0] == "b" else "")), []
        return self.other(kind, node)


def _ends(node: Any) -> tuple[Any, Any]:
    """Begin and end of an operand of a temporal function."""
    if isinstance(node, dict) and "interval" in node:
        begin, end = node["interval"]
        return begin, end
    return node, node


def _order(template: str) -> list[str]:
    """The names in braces as they occur: values are bound in this order."""
    return [part.split("}")[0] for part in template.split("{")[1:]]
