"""CQL2 filters over live arrays: which rows a condition keeps, without the database.

A condition is evaluated once per distinct value of its column and taken over by
code, so it costs next to nothing per row, and new values only are looked at again
when the arrays move. The meaning is that of the SQL of ``filters``, three-valued
logic included; what cannot mean the same here (order of texts, which is the
database's, whole seconds of times other than ``at``, functions) is ``NotHeld``,
and the caller asks the database.

A point that lies on the very edge of a given shape, within a micrometre, may count
as inside or outside: the arrays hold mercator metres, not the degrees.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import shapely

from . import filters, literals
from .live import Snapshot
from .live_columns import Bools, Dictionary
from .mercator import to_lonlat
from .operators import COMPARISONS
from .spec import Field, Layer

# Rows (shape n) for which a condition is true, and for which it is false. Neither:
# it is unknown, as SQL says of what is compared with null.
Truth = tuple[Bools, Bools]
Node = Callable[[Snapshot], Truth]
Test = Callable[[Any], Any]  # of one value, and of ``at`` of an array

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
# How a point lies to a shape; a point has no boundary.
_PLACES: dict[str, tuple[Callable[..., Any], bool]] = {
    "s_intersects": (shapely.intersects_xy, True),
    "s_disjoint": (shapely.intersects_xy, False),
    "s_within": (shapely.contains_xy, True),
}


class NotHeld(LookupError):
    """The condition needs what the arrays do not hold: ask the database."""


class Mask:
    """A filter that is ready to be asked of one snapshot after the other.

    Raises filters.FilterError, and NotHeld. Not for use from several threads.
    """

    def __init__(self, layer: Layer, text: str, language: str = "") -> None:
        filters.to_sql(layer, text, language=language)  # says what is wrong with it
        self._node = _Compiler(layer).compile(filters.parse(text, language))
        self._last: tuple[Snapshot, Bools] | None = None

    def rows(self, snapshot: Snapshot) -> Bools:
        """Which rows the filter keeps, shape n."""
        if self._last is None or self._last[0] is not snapshot:
            self._last = snapshot, self._node(snapshot)[0]
        return self._last[1]


class _Values:
    """A test of the distinct values of one column."""

    def __init__(self, name: str, test: Test) -> None:
        self.name = name
        self.test = test
        self._table: Dictionary | None = None
        self._passed = np.empty(0, bool)

    def __call__(self, snapshot: Snapshot) -> Truth:
        coded = snapshot.columns[self.name]
        if self._table is not coded.table:
            self._table, self._passed = coded.table, np.empty(0, bool)
        fresh = coded.table.values[len(self._passed) :]
        if fresh:
            tested = np.fromiter(map(self.test, fresh), bool, len(fresh))
            self._passed = np.concatenate([self._passed, tested])
        known = coded.codes >= 0
        # the code of null takes the last entry
        passed = np.append(self._passed, False)[coded.codes]
        return passed, known & ~passed


class _Compiler:
    def __init__(self, layer: Layer) -> None:
        self.columns = layer.columns
        self.held = {entry.name for entry in layer.tile_fields} | {"title"}
        self.operators: dict[str, Callable[[str, list[Any]], Node]] = {
            "and": self.junction,
            "or": self.junction,
            "not": self.negation,
            "like": self.like,
            "in": self.membership,
            "between": self.between,
            "isnull": self.is_null,
            **dict.fromkeys(COMPARISONS, self.comparison),
            **dict.fromkeys(_PLACES, self.place),
        }

    def compile(self, node: Any) -> Node:
        if isinstance(node, bool):
            return lambda snapshot: _constant(snapshot, true=node)
        if "property" in node:
            return self.test(self.column(node), bool)
        name = str(node["op"]).lower()
        if name not in self.operators:
            raise NotHeld(name)
        return self.operators[name](name, node["args"])

    def column(self, node: Any) -> Field:
        if not isinstance(node, dict) or "property" not in node:
            raise NotHeld("a function of a field")
        entry = self.columns[node["property"]]
        if entry.type == "date" or (entry.type == "datetime" and entry.name != "at"):
            raise NotHeld(entry.name)
        if entry.name != "at" and entry.name not in self.held:
            raise NotHeld(entry.name)
        return entry

    def value(self, entry: Field, node: Any) -> Any:
        """The literal; moments in seconds since 1970."""
        if isinstance(node, dict) and {"property", "op"} & set(node):
            raise NotHeld("a field on both sides")
        found = literals.CASTS[entry.type](literals.plain(node))
        return found.timestamp() if isinstance(found, datetime) else found

    def test(self, entry: Field, test: Test) -> Node:
        return _moments(test) if entry.name == "at" else _Values(entry.name, test)

    def comparison(self, name: str, args: list[Any]) -> Node:
        left, right = args
        if not isinstance(left, dict) or not {"property", "op"} & set(left):
            left, right, name = right, left, COMPARISONS[name]
        entry = self.column(left)
        if entry.type == "text" and name not in ("=", "<>"):
            raise NotHeld("the order of texts")
        value, compare = self.value(entry, right), _COMPARE[name]
        return self.test(entry, lambda own: compare(own, value))

    def between(self, name: str, args: list[Any]) -> Node:
        entry = self.column(args[0])
        if entry.type == "text":
            raise NotHeld("the order of texts")
        low, high = (self.value(entry, node) for node in args[1:])
        return _all([
            self.test(entry, lambda own: own >= low),
            self.test(entry, lambda own: own <= high),
        ])  # fmt: skip

    def membership(self, name: str, args: list[Any]) -> Node:
        entry = self.column(args[0])
        values = [self.value(entry, item) for item in args[1]]
        if entry.name == "at":
            return _moments(lambda own: np.isin(own, values))
        return self.test(entry, lambda own: own in values)

    def like(self, name: str, args: list[Any]) -> Node:
        entry = self.column(args[0])
        if isinstance(args[1], dict):
            raise NotHeld("a function of a pattern")
        fits = re.compile(_expression(literals.pattern(args[1])), re.DOTALL).fullmatch
        return self.test(entry, lambda own: fits(own) is not None)

    def is_null(self, name: str, args: list[Any]) -> Node:
        node = self.test(self.column(args[0]), lambda own: True)

        def evaluate(snapshot: Snapshot) -> Truth:
            known, _ = node(snapshot)
            return ~known, known

        return evaluate

    def junction(self, name: str, args: list[Any]) -> Node:
        nodes = [self.compile(arg) for arg in args]
        if name == "and":
            return _all(nodes)
        return _not(_all([_not(node) for node in nodes]))

    def negation(self, name: str, args: list[Any]) -> Node:
        return _not(self.compile(args[0]))

    def place(self, name: str, args: list[Any]) -> Node:
        own, other = args
        if "property" not in own:
            raise NotHeld("a shape on the left")
        (wkb,) = literals.shape(other)[1]
        shape = shapely.from_wkb(wkb)
        if shapely.get_dimensions(shape) < 2:
            raise NotHeld("a shape that is all edge")
        shapely.prepare(shape)
        lies, wanted = _PLACES[name]

        def evaluate(snapshot: Snapshot) -> Truth:
            lon, lat = to_lonlat(snapshot.x, snapshot.y)
            known = ~np.isnan(lon)
            found = lies(shape, lon, lat) == wanted
            return known & found, known & ~found

        return evaluate


def _constant(snapshot: Snapshot, *, true: bool) -> Truth:
    rows = np.full(len(snapshot), true)
    return rows, ~rows


def _not(node: Node) -> Node:
    def evaluate(snapshot: Snapshot) -> Truth:
        true, false = node(snapshot)
        return false, true

    return evaluate


def _all(nodes: list[Node]) -> Node:
    def evaluate(snapshot: Snapshot) -> Truth:
        true, false = _constant(snapshot, true=True)
        for node in nodes:
            one_true, one_false = node(snapshot)
            true, false = true & one_true, false | one_false
        return true, false

    return evaluate


def _moments(test: Test) -> Node:
    """A test of ``at``, which is held to the microsecond, of all rows at once."""

    def evaluate(snapshot: Snapshot) -> Truth:
        known = ~np.isnan(snapshot.at)
        passed = known & test(snapshot.at)
        return passed, known & ~passed

    return evaluate


def _expression(pattern: str) -> str:
    """The pattern of LIKE as a regular expression."""
    found, escaped = [], False
    for character in pattern:
        if escaped or character not in "%_\\":
            found.append(re.escape(character))
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            found.append(".*" if character == "%" else ".")
    return "".join(found)
