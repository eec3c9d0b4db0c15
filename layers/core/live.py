"""Live arrays: the newest row of every feature of a moving layer, in memory.

Each web process keeps one :class:`LiveArrays` per live layer. Columns are
dictionary-encoded: an ``int32`` code per row into a table of distinct values,
so that tiles and deltas copy numbers and touch each distinct value once.
Reading goes through an immutable :class:`Snapshot`; writing happens in the event
loop only. Nothing here knows where the rows come from (see ``live_sync``).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from .live_columns import (
    HASHED,
    Bools,
    Coded,
    Column,
    Floats,
    Ints,
    Rows,
    decode_keys,
)
from .live_read import SCOPE, Batch, entries
from .mercator import Bounds
from .scope import Grant
from .spec import Layer

# Numbers of every row: identity, sequence, mercator metres, epoch seconds.
BASE = ("id", "seq", "x", "y", "at")
_SLABS = 65_535

T = TypeVar("T")


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

        def look() -> Bools:
            units = grant.units or frozenset()
            values = self.scope.table.values
            if self.layer.scope.kind == "unit":
                seen = [value in units for value in values]
            else:
                seen = [not units.isdisjoint(value) for value in values]
            return np.array([*seen, False], bool)

        return self.once(f"scope:{grant.units_key}", look)

    def _between(self, west: float, east: float) -> Rows:
        """A superset of the rows with west <= x <= east, from the x index."""
        index = self.once("index", lambda: _SlabIndex(self.x))
        return index.between(west, east)

    def once(self, key: str, make: Callable[[], T]) -> T:
        """What ``make`` gives, made once for this snapshot."""
        if key not in self._memo:
            self._memo[key] = make()
        return self._memo[key]


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


@dataclass(frozen=True, slots=True)
class Change:
    """Rows that differ from what was held: their slots, and where they were
    (metres, NaN: nowhere) before."""

    slots: Rows
    x: Floats
    y: Floats

    def __len__(self) -> int:
        return len(self.slots)


class LiveArrays:
    """The growing columns behind the snapshots of one layer."""

    def __init__(self, layer: Layer, generation: int = 0) -> None:
        self.layer = layer
        self.generation = generation
        self.seq = 0
        self.count = 0
        self.columns = {entry.name: Column(entry.kind) for entry in entries(layer)}
        self.numbers: dict[str, npt.NDArray[Any]] = {
            name: np.zeros(256, np.int64 if name in ("id", "seq") else np.float64)
            for name in BASE
        }
        self._ids = np.empty(0, np.int64)  # sorted
        self._slots = np.empty(0, np.intp)
        self._snapshot: Snapshot | None = None

    def apply(self, batch: Batch, stamp: int | None = None) -> Change:
        """Insert or replace rows; tells which differ from what was held.

        With ``stamp``, rows that differ get at least that sequence number and the
        others keep theirs. The batch must bring the texts that are new.
        """
        slots, differs = self._place(batch.ids)
        numbers = self.numbers
        fresh = {"x": batch.x, "y": batch.y, "at": batch.at}
        before = {name: numbers[name][slots] for name in fresh}
        for name, new in fresh.items():
            old = before[name]
            differs |= (old != new) & ~(np.isnan(old) & np.isnan(new))
        for name, column in self.columns.items():
            self._put(column, slots, batch, name, differs)
        seqs = batch.seqs
        if stamp is not None:
            seqs = np.where(differs, np.maximum(seqs, stamp), numbers["seq"][slots])
        numbers["id"][slots], numbers["seq"][slots] = batch.ids, seqs
        for name, new in fresh.items():
            numbers[name][slots] = new
        self._snapshot = None
        rows = np.flatnonzero(differs)
        return Change(slots[rows], before["x"][rows], before["y"][rows])

    def _put(
        self, column: Column, slots: Rows, batch: Batch, name: str, differs: Bools
    ) -> None:
        """Set one column, and mark the rows in which it is another than before."""
        keys, null = batch.keys[name], batch.nulls.get(name)
        rows = np.flatnonzero(column.changed(slots, keys, null))
        if not len(rows):
            return
        differs[rows] = True
        values = batch.values.get(name, {})

        def decode(fresh: Ints) -> list[Any]:
            if column.kind in HASHED:
                return [values[key] for key in fresh.tolist()]
            return decode_keys(column.kind, fresh)

        absent = None if null is None else null[rows]
        column.put(slots[rows], keys[rows], absent, decode)
        column.forget(self.count)

    def unknown(self, batch: Batch) -> Bools:
        """Rows (shape n) with a text that was never seen and is not in the batch."""
        found = np.zeros(len(batch), bool)
        for name, column in self.columns.items():
            if column.kind not in HASHED or name in batch.values:
                continue
            keys, null = batch.keys[name], batch.nulls.get(name)
            strange = column.table.find(keys) < 0
            found |= strange if null is None else strange & ~null
        return found

    def reached(self, seq: int) -> None:
        """Everything up to ``seq`` is held, whether rows changed or not."""
        if seq > self.seq:
            self.seq = seq
            self._snapshot = None

    def renewed(self) -> None:
        """Readers must take all rows again."""
        self.generation += 1
        self._snapshot = None

    def snapshot(self) -> Snapshot:
        """An immutable copy, made once per change and shared by all readers."""
        if self._snapshot is None:
            n = self.count
            numbers = {name: array[:n].copy() for name, array in self.numbers.items()}
            coded = {
                name: Coded(column.codes[:n].copy(), column.table)
                for name, column in self.columns.items()
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
                scope=coded.pop(SCOPE),
                columns=coded,
            )
        return self._snapshot

    @property
    def ids(self) -> Ints:
        """The id of every row, in the order of the slots."""
        return self.numbers["id"][: self.count]

    def find(self, ids: Ints) -> Rows:
        """Slots of the ids (shape n), -1 for those that are not held."""
        if not len(self._ids):
            return np.full(len(ids), -1, np.intp)
        places = np.searchsorted(self._ids, ids)
        np.minimum(places, len(self._ids) - 1, out=places)
        return np.where(self._ids[places] == ids, self._slots[places], -1)

    def _place(self, ids: Ints) -> tuple[Rows, Bools]:
        """Slots of the ids (new ones are appended) and which are new."""
        slots = self.find(ids)
        new = slots < 0
        if new.any():
            fresh, places = np.unique(ids[new], return_inverse=True)
            slots[new] = self.count + places
            where = np.searchsorted(self._ids, fresh)
            added = np.arange(self.count, self.count + len(fresh))
            self._ids = np.insert(self._ids, where, fresh)
            self._slots = np.insert(self._slots, where, added)
            self.count += len(fresh)
            self._grow(self.count)
            for name in ("x", "y", "at"):
                self.numbers[name][added] = np.nan
        return slots, new

    def _grow(self, wanted: int) -> None:
        size = len(self.numbers["id"])
        if wanted <= size:
            return
        extra = max(wanted, 2 * size) - size
        for name, array in self.numbers.items():
            self.numbers[name] = np.pad(array, (0, extra))
        for column in self.columns.values():
            column.grow(extra)
