"""Live arrays: the newest row of every feature of a moving layer, in memory.

Each web process keeps one :class:`LiveArrays` per live layer. Columns are
dictionary-encoded: an ``int32`` code per row into a table of distinct values,
so that tiles and deltas copy numbers and touch each distinct value once.
Reading goes through an immutable :class:`Snapshot`; writing happens in the event
loop only. Nothing here knows where the rows come from (see ``live_sync``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from .columns import map_fields
from .mercator import Bounds
from .scope import Grant
from .spec import Layer

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

# Columns of every live layer, in the order in which rows are delivered:
# id, seq, x, y, at (epoch seconds), scope, title, then the layer's own.
BASE = ("id", "seq", "x", "y", "at")
TAKEN = ("id", "seq", "x", "y", "at", "title")
_SLABS = 65_535


class Dictionary:
    """The distinct values of a column, append-only; null has the code -1."""

    __slots__ = ("__weakref__", "_index", "values")

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._index: dict[Any, int] = {None: -1}

    def __len__(self) -> int:
        return len(self.values)

    def encode(self, raw: Sequence[Any]) -> Codes:
        """Codes of the values (shape n), new ones are added to the table."""
        index = self._index
        for value in dict.fromkeys(raw):
            if value not in index:
                index[value] = len(self.values)
                self.values.append(value)
        return np.fromiter(map(index.__getitem__, raw), np.int32, len(raw))


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of n rows: ``codes`` into ``table``, -1 is null."""

    codes: Codes
    table: Dictionary

    def take(self, rows: Rows) -> list[Any]:
        """The values of some rows as Python objects."""
        values = self.table.values
        return [
            None if code < 0 else values[code] for code in self.codes[rows].tolist()
        ]


@dataclass(frozen=True)
class Snapshot:
    """The layer at one moment. Arrays have n rows and are never written again.

    ``x``/``y`` are web-mercator metres (NaN without a position), ``at`` seconds
    since 1970 UTC (NaN when unknown). ``generation`` grows when rows were read
    anew: whoever kept a copy by ``seq`` must take all rows again.
    """

    layer: Layer
    seq: int
    generation: int
    ids: Ints
    seqs: Ints
    x: Floats
    y: Floats
    at: Floats
    scope: Coded
    columns: dict[str, Coded]
    _memo: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def inside(self, bounds: Bounds) -> Rows:
        """Rows within (west, south, east, north), in metres, edges included."""
        west, south, east, north = bounds
        rows = self._between(west, east)
        x, y = self.x[rows], self.y[rows]
        return rows[(x >= west) & (x <= east) & (y >= south) & (y <= north)]

    def changed_since(self, seq: int) -> Rows:
        """Rows whose sequence number is greater than ``seq``."""
        return np.flatnonzero(self.seqs > seq)

    def visible(self, grant: Grant, rows: Rows) -> Rows:
        """Those of ``rows`` that the grant allows."""
        if not grant.allows(self.layer):
            return rows[:0]
        if self.layer.scope.kind == "open" or grant.units is None:
            return rows
        return rows[self._allowed(grant)[self.scope.codes[rows]]]

    def _allowed(self, grant: Grant) -> Bools:
        """Per code whether it may be seen; the last entry is that of null."""
        key = f"scope:{grant.units_key}"
        found = self._memo.get(key)
        if found is None:
            units = grant.units or frozenset()
            values = self.scope.table.values
            if self.layer.scope.kind == "unit":
                seen = [value in units for value in values]
            else:
                seen = [not units.isdisjoint(value) for value in values]
            found = self._memo[key] = np.array([*seen, False], bool)
        return found

    def _between(self, west: float, east: float) -> Rows:
        """A superset of the rows with west <= x <= east, from the x index."""
        index = self._memo.get("index")
        if index is None:
            index = self._memo["index"] = _SlabIndex(self.x)
        return index.between(west, east)


class _SlabIndex:
    """Rows in order of ``x``, by 65,536 equal slabs: a radix sort of uint16."""

    def __init__(self, x: Floats) -> None:
        known = np.flatnonzero(~np.isnan(x))
        self.low = float(x[known].min()) if len(known) else 0.0
        high = float(x[known].max()) if len(known) else 0.0
        self.scale = _SLABS / max(high - self.low, 1e-9)
        slabs = ((x[known] - self.low) * self.scale).astype(np.uint16)
        order = np.argsort(slabs, kind="stable")
        self.rows = known[order]
        self.slabs = slabs[order]

    def between(self, west: float, east: float) -> Rows:
        first = (west - self.low) * self.scale
        last = (east - self.low) * self.scale
        if last < 0 or first > _SLABS + 1 or not len(self.rows):
            return self.rows[:0]
        start, stop = math.floor(max(first, 0)), math.floor(min(last, _SLABS))
        begin, end = np.searchsorted(self.slabs, np.array([start, stop + 1]))
        return self.rows[begin:end]


class LiveArrays:
    """The growing columns behind the snapshots of one layer."""

    def __init__(self, layer: Layer, generation: int = 0) -> None:
        self.layer = layer
        self.generation = generation
        self.seq = 0
        self.names = ("at", "title", *(f.name for f in map_fields(layer, TAKEN)))
        self.count = 0
        self._slots: dict[int, int] = {}
        self._numbers: dict[str, npt.NDArray[Any]] = {
            name: np.zeros(256, np.int64 if name in ("id", "seq") else np.float64)
            for name in BASE
        }
        self._codes = {name: np.full(256, -1, np.int32) for name in self._coded}
        self._tables = {name: Dictionary() for name in self._coded}
        self._snapshot: Snapshot | None = None

    @property
    def _coded(self) -> tuple[str, ...]:
        return (" scope", *self.names)  # a space: no field can have that name

    def apply(self, rows: Sequence[Sequence[Any]], stamp: int | None = None) -> int:
        """Insert or replace rows; returns how many differ from what was held.

        Each row is id, seq, x, y, at, scope, title, fields (``SELECT`` of
        ``live_sync``). With ``stamp``, rows that differ get at least that
        sequence number, so that readers of ``changed_since`` see them.
        """
        if not rows:
            return 0
        given = dict(zip((*BASE, *self._order), zip(*rows, strict=True), strict=True))
        slots, known = self._place(given["id"])
        fresh = {
            name: np.array(given[name], dtype=array.dtype)
            for name, array in self._numbers.items()
        }
        codes = {
            name: self._tables[name].encode(self._normal(name, given))
            for name in self._coded
        }
        differs = ~known
        for name in ("x", "y", "at"):
            old, new = self._numbers[name][slots], fresh[name]
            differs |= (old != new) & ~(np.isnan(old) & np.isnan(new))
        for name, column in codes.items():
            differs |= self._codes[name][slots] != column
        if stamp is not None:
            fresh["seq"] = np.where(
                differs, np.maximum(fresh["seq"], stamp), self._numbers["seq"][slots]
            )
        for name, array in self._numbers.items():
            array[slots] = fresh[name]
        for name, column in codes.items():
            self._codes[name][slots] = column
        self.seq = max(self.seq, int(fresh["seq"].max()))
        self._forget_old_values()
        self._snapshot = None
        return int(differs.sum())

    def reached(self, seq: int) -> None:
        """Everything up to ``seq`` is held, whether rows changed or not."""
        if seq > self.seq:
            self.seq = seq
            self._snapshot = None

    def snapshot(self) -> Snapshot:
        """An immutable copy, made once per change and shared by all readers."""
        if self._snapshot is None:
            n = self.count
            numbers = {name: array[:n].copy() for name, array in self._numbers.items()}
            coded = {
                name: Coded(self._codes[name][:n].copy(), self._tables[name])
                for name in self._coded
            }
            self._snapshot = Snapshot(
                layer=self.layer,
                seq=self.seq,
                generation=self.generation,
                ids=numbers["id"],
                seqs=numbers["seq"],
                x=numbers["x"],
                y=numbers["y"],
                at=numbers["at"],
                scope=coded.pop(" scope"),
                columns=coded,
            )
        return self._snapshot

    @property
    def _order(self) -> tuple[str, ...]:
        return (" scope", *self.names[1:])

    def _normal(self, name: str, given: dict[str, Any]) -> list[Any]:
        """Values that can be compared and sent: no NaN, no lists."""
        if name == "at":
            return [None if value is None else int(value) for value in given["at"]]
        return [
            None
            if isinstance(value, float) and not math.isfinite(value)
            else tuple(value)
            if isinstance(value, list)
            else value
            for value in given[name]
        ]

    def _place(self, ids: Iterable[int]) -> tuple[Rows, Bools]:
        """Slots of the ids (new ones are appended) and which were known."""
        slots, known = [], []
        for feature_id in ids:
            slot = self._slots.get(feature_id)
            known.append(slot is not None)
            if slot is None:
                slot = self._slots[feature_id] = self.count
                self.count += 1
            slots.append(slot)
        self._grow(self.count)
        return np.array(slots, np.intp), np.array(known, bool)

    def _grow(self, wanted: int) -> None:
        size = len(self._numbers["id"])
        if wanted <= size:
            return
        extra = max(wanted, 2 * size) - size
        for name, array in self._numbers.items():
            self._numbers[name] = np.pad(array, (0, extra))
        for name, column in self._codes.items():
            self._codes[name] = np.pad(column, (0, extra), constant_values=-1)

    def _forget_old_values(self) -> None:
        """Start a smaller table where most values are no longer in use."""
        for name, table in self._tables.items():
            if len(table) > 2 * self.count + 10_000:
                codes = self._codes[name][: self.count]
                values = [None if c < 0 else table.values[c] for c in codes.tolist()]
                self._tables[name] = Dictionary()
                self._codes[name][: self.count] = self._tables[name].encode(values)
