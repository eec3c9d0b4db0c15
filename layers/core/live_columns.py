"""Columns of live arrays: a code per row into a table of distinct values.

Values arrive as 64-bit keys (see ``live_read``): the number itself, the bits of a
fraction, the hash of a text. Codes are looked up in one sorted search per column,
and only for rows whose key is not the one that is held already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

Kind = Literal["text", "units", "integer", "number", "boolean"]
# Kinds whose keys are hashes: their values have to be sent besides.
HASHED = ("text", "units")


class Dictionary:
    """The distinct values of a column, append-only; null has the code -1."""

    __slots__ = ("__weakref__", "_codes", "_keys", "values")

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._keys = np.empty(0, np.int64)  # sorted
        self._codes = np.empty(0, np.int32)

    def __len__(self) -> int:
        return len(self.values)

    def find(self, keys: Ints) -> Codes:
        """Codes of the keys (shape n); -1 for those that are not in the table."""
        if not len(self._keys):
            return np.full(len(keys), -1, np.int32)
        places = np.searchsorted(self._keys, keys)
        np.minimum(places, len(self._keys) - 1, out=places)
        return np.where(self._keys[places] == keys, self._codes[places], -1)

    def add(self, keys: Ints, values: Sequence[Any]) -> None:
        """New entries; the keys must be distinct and not in the table."""
        first = len(self.values)
        self.values.extend(values)
        order = np.argsort(keys, kind="stable")
        fresh = keys[order]
        places = np.searchsorted(self._keys, fresh)
        codes = (first + order).astype(np.int32)
        self._keys = np.insert(self._keys, places, fresh)
        self._codes = np.insert(self._codes, places, codes)

    def encode(self, keys: Ints, decode: Callable[[Ints], Sequence[Any]]) -> Codes:
        """Codes of the keys; ``decode`` gives the values of those that are new."""
        codes = self.find(keys)
        unknown = codes < 0
        if unknown.any():
            fresh = np.unique(keys[unknown])
            self.add(fresh, decode(fresh))
            codes[unknown] = self.find(keys[unknown])
        return codes

    def compact(self, codes: Codes) -> tuple[Dictionary, Codes]:
        """A table of the values in use only, and the codes into it."""
        used = np.zeros(len(self) + 1, bool)
        used[codes] = True  # null is -1: the last entry
        used[-1] = False
        kept = np.flatnonzero(used)
        places = np.full(len(self) + 1, -1, np.int32)
        places[kept] = np.arange(len(kept), dtype=np.int32)
        smaller = Dictionary()
        smaller.values = [self.values[code] for code in kept.tolist()]
        known = used[self._codes]
        smaller._keys = self._keys[known]
        smaller._codes = places[self._codes[known]]
        return smaller, places[codes]


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


def decode_keys(kind: Kind, keys: Ints) -> list[Any]:
    """The values of keys that are no hashes."""
    if kind == "number":
        return keys.view(np.float64).tolist()
    if kind == "boolean":
        return (keys != 0).tolist()
    return keys.tolist()


class Column:
    """One growing column: what was delivered (keys), and its codes."""

    def __init__(self, kind: Kind) -> None:
        self.kind: Kind = kind
        self.table = Dictionary()
        self.codes = np.full(256, -1, np.int32)
        self._keys = np.zeros(256, np.int64)

    def changed(self, slots: Rows, keys: Ints, null: Bools | None) -> Bools:
        """Which of the rows (shape n) have another value than before."""
        old = self.codes[slots]
        if null is None:
            return (self._keys[slots] != keys) | (old < 0)
        return np.where(null, old >= 0, (self._keys[slots] != keys) | (old < 0))

    def put(
        self,
        slots: Rows,
        keys: Ints,
        null: Bools | None,
        decode: Callable[[Ints], Sequence[Any]],
    ) -> None:
        """Set the rows (those of :meth:`changed` suffice)."""
        codes = np.full(len(slots), -1, np.int32)
        given = slice(None) if null is None else ~null
        codes[given] = self.table.encode(keys[given], decode)
        self.codes[slots] = codes
        self._keys[slots] = keys

    def grow(self, extra: int) -> None:
        self.codes = np.pad(self.codes, (0, extra), constant_values=-1)
        self._keys = np.pad(self._keys, (0, extra))

    def forget(self, count: int) -> None:
        """Start a smaller table where most values are no longer in use."""
        if len(self.table) > 2 * count + 10_000:
            self.table, self.codes[:count] = self.table.compact(self.codes[:count])
