"""Rows of a live layer as bytes: little-endian columns of what a client lacks.

A frame is ``b"IOC1"``, the length of the header (uint32), the header (JSON, padded to
a multiple of 8 bytes) and the blocks that it names, each at a multiple of 8 bytes
from the first; docs/api.md describes it. Everything is NumPy: no row is a Python
object. What a client holds is a :class:`Held` that is never changed, so clients with
the same view and rights who hold the same are sent the same bytes, made once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import numpy as np
import orjson

from layers.core.live import Snapshot
from layers.core.live_columns import Bools, Coded, Codes, Dictionary, Rows
from layers.core.mercator import HALF_M, Bounds
from layers.core.scope import Grant

MAGIC = b"IOC1"
MAX_ROWS = 150_000
# A place is a part of the world's square in 1/2**32: 9 mm at the equator.
STEPS = 2.0**32
# Values that no row in view has any more, before the client is told all anew.
SPARE_VALUES = 20_000
_ALIGN = 8
# Fewer rows than this part: a list of them is shorter than all values.
_SPARSE = 0.4

_serials = count()


@dataclass(frozen=True, slots=True)
class Told:
    """The values of one column that a client knows: ``places`` (by the server's
    code) are their numbers in the client's own list of ``size``, -1: not told."""

    table: Dictionary
    places: Codes
    size: int = 0

    @classmethod
    def nothing(cls, table: Dictionary) -> Told:
        return cls(table, np.empty(0, np.int32))

    def with_codes(self, codes: Codes) -> tuple[Told, Codes, list[Any]]:
        """After telling what ``codes`` (shape n, -1: null) need: what is known then,
        the client's numbers of the codes, and the values to append."""
        # the last place stands for null, whose code is -1
        places = np.full(len(self.table) + 1, -1, np.int32)
        places[: len(self.places)] = self.places
        used = np.zeros(len(places), bool)
        used[codes] = True
        used[-1] = False
        fresh = np.flatnonzero(used & (places < 0))
        if not len(fresh):
            return self, places[codes], []
        size = self.size + len(fresh)
        places[fresh] = np.arange(self.size, size, dtype=np.int32)
        values = self.table.values
        told = Told(self.table, places[:-1], size)
        return told, places[codes], [values[code] for code in fresh.tolist()]


@dataclass(frozen=True, slots=True)
class Held:
    """What a client holds: the rows (a flag per slot) as of ``seq``."""

    generation: int
    seq: int
    bounds: Bounds
    rows: Bools
    columns: dict[str, Coded]
    told: dict[str, Told]
    serial: int = field(default_factory=lambda: next(_serials))

    def fits(self, snapshot: Snapshot) -> bool:
        """Whether a delta can lead from here to ``snapshot``."""
        if self.generation != snapshot.generation:
            return False
        here = int(self.rows.sum())
        return all(
            told.table is snapshot.columns[name].table
            and told.size <= 2 * here + SPARE_VALUES
            for name, told in self.told.items()
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """One message: None when nothing in view differs; ``count`` rows are held after
    it, and ``held`` is None when those are more than may be."""

    content: bytes | None
    held: Held | None
    count: int


def column_names(snapshot: Snapshot) -> tuple[str, ...]:
    """Columns besides id, place and time."""
    return tuple(name for name in snapshot.columns if name != "at")


def frame(
    snapshot: Snapshot,
    grant: Grant,
    bounds: Bounds,
    names: tuple[str, ...],
    held: Held | None,
) -> Frame:
    """What leads from ``held`` (None: nothing) to ``snapshot`` within ``bounds``."""
    if held is not None and not held.fits(snapshot):
        held = None
    scope = grant.cache_key(snapshot.layer)
    serial = -1 if held is None else held.serial
    key = f"binary:{scope}:{bounds}:{names}:{serial}"
    return snapshot.once(key, lambda: _frame(snapshot, grant, bounds, names, held))


def _frame(
    snapshot: Snapshot,
    grant: Grant,
    bounds: Bounds,
    names: tuple[str, ...],
    held: Held | None,
) -> Frame:
    before = np.zeros(len(snapshot), bool)
    if held is None or held.bounds != bounds:
        here = snapshot.visible(grant, snapshot.inside(bounds))
        after = np.zeros(len(snapshot), bool)
        after[here] = True
    if held is None:
        rows, gone = here, here[:0]
    else:
        before[: len(held.rows)] = held.rows
        if held.bounds == bounds:
            rows, gone, after = _moved(snapshot, grant, bounds, held.seq, before)
        else:
            rows = here[~before[here] | (snapshot.seqs[here] > held.seq)]
            gone = np.flatnonzero(before & ~after)
    total = int(after.sum())
    if total > MAX_ROWS:
        return Frame(None, None, total)
    blocks = Blocks()
    told = _put_rows(blocks, snapshot, rows, names, held, ~before[rows])
    kept = Held(
        snapshot.generation, snapshot.seq, bounds, after, snapshot.columns, told
    )
    if held is not None and not len(rows) and not len(gone):
        return Frame(None, kept, total)
    blocks.put("gone", _ids(snapshot.ids[gone]))
    header = {
        "type": "snapshot" if held is None else "delta",
        "layer": snapshot.layer.slug,
        "seq": snapshot.seq,
        "count": len(rows),
    }
    return Frame(blocks.message(header), kept, total)


def _moved(
    snapshot: Snapshot, grant: Grant, bounds: Bounds, seq: int, before: Bools
) -> tuple[Rows, Rows, Bools]:
    """Rows in view that changed, rows that left it, and which are there now."""
    changed = snapshot.changed_since(seq)
    west, south, east, north = bounds
    x, y = snapshot.x[changed], snapshot.y[changed]
    near = changed[(x >= west) & (x <= east) & (y >= south) & (y <= north)]
    rows = snapshot.visible(grant, near)
    after = before.copy()
    after[changed] = False
    after[rows] = True
    return rows, changed[before[changed] & ~after[changed]], after


def _put_rows(
    blocks: Blocks,
    snapshot: Snapshot,
    rows: Rows,
    names: Sequence[str],
    held: Held | None,
    new: Bools,
) -> dict[str, Told]:
    """Write the columns of ``rows``; ``new`` are those the client does not hold."""
    blocks.put("id", _ids(snapshot.ids[rows]))
    blocks.put("x", steps((snapshot.x[rows] + HALF_M) / (2 * HALF_M)))
    blocks.put("y", steps((HALF_M - snapshot.y[rows]) / (2 * HALF_M)))
    blocks.put("at", snapshot.at[rows])
    told = {}
    for name in names:
        column = snapshot.columns[name]
        codes = column.codes[rows]
        known = Told.nothing(column.table) if held is None else held.told[name]
        wanted = new
        if held is not None:
            wanted = new.copy()
            old = np.flatnonzero(~new)
            wanted[old] = held.columns[name].codes[rows[old]] != codes[old]
        there = np.flatnonzero(wanted)
        known, numbers, values = known.with_codes(codes[there])
        told[name] = known
        if len(there) > _SPARSE * len(rows) and len(there) < len(rows):
            there = np.arange(len(rows))
            _known, numbers, _values = known.with_codes(codes)
        if len(there):
            some = {} if len(there) == len(rows) else {"rows": there}
            blocks.put_coded(name, numbers, known.size, values, **some)
    return told


class Blocks:
    """The columns of a frame, and where each lies."""

    def __init__(self) -> None:
        self.columns: list[dict[str, Any]] = []
        self._parts: list[bytes] = []
        self._size = 0

    def put(self, name: str, array: np.ndarray, **more: Any) -> None:
        self.columns.append({"name": name, **self._place(array), **more})

    def put_coded(
        self,
        name: str,
        numbers: Codes,
        size: int,
        values: list[Any],
        rows: Rows | None = None,
    ) -> None:
        """Numbers into the client's list of values, which is ``size`` long with the
        ``values`` appended; of all rows, or of some."""
        kind = "<i1" if size < 128 else "<i2" if size < 32_768 else "<i4"
        more: dict[str, Any] = {"values": values, "from": size - len(values)}
        if rows is not None:
            more["rows"] = self._place(rows.astype("<u4"))
        self.put(name, numbers.astype(kind), **more)

    def _place(self, array: np.ndarray) -> dict[str, Any]:
        little = array.astype(array.dtype.newbyteorder("<"), copy=False)
        found = {"kind": little.dtype.str[1:], "at": self._size, "count": len(array)}
        content = little.tobytes()
        self._parts += [content, b"\0" * (-len(content) % _ALIGN)]
        self._size += len(content) + -len(content) % _ALIGN
        return found

    def message(self, header: dict[str, Any]) -> bytes:
        text = orjson.dumps({**header, "columns": self.columns})
        text += b" " * (-len(text) % _ALIGN)
        size = len(text).to_bytes(4, "little")
        return b"".join([MAGIC, size, text, *self._parts])


def steps(part: np.ndarray) -> np.ndarray:
    """Parts of the world's side (0 to 1) as whole 1/2**32, uint32."""
    return np.clip(np.rint(part * STEPS), 0, STEPS - 1).astype(np.uint32)


def _ids(ids: np.ndarray) -> np.ndarray:
    """As uint32 where they fit, else float64, exact up to 2**53."""
    fits = not len(ids) or (int(ids.min()) >= 0 and int(ids.max()) < 2**32)
    return ids.astype(np.uint32 if fits else np.float64)
