"""Where the features of a live layer came from: the last places of each, in rings.

A ring holds at most ``points`` places, each at least ``minutes / points`` apart in
time, and the newest, which is replaced until it is that far from the one before.
100,000 features of 60 places take 72 MB when all of them move.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from psycopg import sql

from .live import LiveArrays
from .live_columns import Floats, Ints, Rows
from .live_read import Connection
from .mercator import Bounds
from .spec import TailSpec

# Places are whole centimetres, times whole seconds since 1970: 12 bytes a place.
CM = 100.0
Small = npt.NDArray[np.int32]
Seconds = npt.NDArray[np.uint32]

_SLICE = """
SELECT string_agg(int8send(id), ''::bytea), string_agg(float8send(at), ''::bytea),
       string_agg(float8send(x), ''::bytea), string_agg(float8send(y), ''::bytea)
FROM (
  SELECT DISTINCT ON (id) id, extract(epoch FROM at)::float8 AS at, x, y
  FROM {relation} WHERE at >= %s AND at < %s ORDER BY id, at DESC
) AS last
"""


@dataclass(frozen=True, slots=True)
class TailRows:
    """Tails of m features, oldest place first: ``at``, ``x``, ``y`` have the shape
    (m, points), in seconds and centimetres; at 0 there is nothing. ``slots`` are
    their rows in the snapshot."""

    slots: Rows
    at: Seconds
    x: Small
    y: Small


_MOST = np.iinfo(np.int32)
_NOWHERE = (_MOST.max, _MOST.max, _MOST.min, _MOST.min)


class Tails:
    """The rings of one layer; rows are the slots of its arrays.

    What changes with every fix (the newest place, the one before, the box) lies in
    arrays of its own: the rings are large, and looked at once a minute.
    """

    def __init__(self, spec: TailSpec) -> None:
        self.spec = spec
        self.spacing_s = spec.minutes * 60 / spec.points
        self._make(0)

    def _make(self, size: int) -> None:
        kept = self.spec.points - 1
        self.arrays: dict[str, npt.NDArray[Any]] = {
            "ring_at": np.zeros((size, kept), np.uint32),
            "ring_x": np.zeros((size, kept), np.int32),
            "ring_y": np.zeros((size, kept), np.int32),
            "next": np.zeros(size, np.int32),  # where the next one goes
            "at": np.zeros((size, 2), np.uint32),  # newest, before
            "x": np.zeros((size, 2), np.int32),
            "y": np.zeros((size, 2), np.int32),
            # west, south, east, north of all places
            "box": np.full((size, 4), _NOWHERE, np.int32),
        }

    def __len__(self) -> int:
        return len(self.arrays["next"])

    def _reserve(self, size: int) -> None:
        held = len(self)
        if size > held:
            before = self.arrays
            self._make(max(size, 2 * held, 256))
            for name, array in before.items():
                self.arrays[name][:held] = array

    def settle(self, slots: Rows) -> None:
        """The features have new slots: row k is what ``slots[k]`` was (-1: new)."""
        known = np.flatnonzero((slots >= 0) & (slots < len(self)))
        before = self.arrays
        self._make(len(slots))
        for name, array in before.items():
            self.arrays[name][known] = array[slots[known]]

    def follow(self, arrays: LiveArrays, slots: Rows) -> Floats:
        """:meth:`add` the places that some rows have now."""
        now = arrays.numbers
        return self.add(slots, now["at"][slots], now["x"][slots], now["y"][slots])

    def add(self, slots: Rows, at: Floats, x: Floats, y: Floats) -> Floats:
        """Newer places of some features, each feature once (shape n, metres,
        seconds since 1970); what is not newer is passed over.

        Returns the boxes (k, 4) in metres of what was drawn anew.
        """
        given = np.isfinite(at) & np.isfinite(x) & np.isfinite(y) & (at > 0)
        slots, at = slots[given], at[given]
        if not len(slots):
            return np.empty((0, 4))
        self._reserve(int(slots.max()) + 1)
        newer = at.astype(np.uint32) > self.arrays["at"][slots, 0]
        slots = slots[newer]
        fresh: dict[str, Any] = {
            "at": at[newer].astype(np.uint32),
            "x": np.rint(x[given][newer] * CM).astype(np.int32),
            "y": np.rint(y[given][newer] * CM).astype(np.int32),
        }
        held = {name: self.arrays[name][slots] for name in ("at", "x", "y")}
        last, before = held["at"].T
        opens = (last > 0) & ((before == 0) | (last - before >= self.spacing_s))
        old = _span(held)
        self._keep(slots[opens], {name: pair[opens] for name, pair in held.items()})
        for name, pair in held.items():
            pair[opens, 1] = pair[opens, 0]
            pair[:, 0] = fresh[name]
            self.arrays[name][slots] = pair
        here = np.stack([fresh["x"], fresh["y"]] * 2, 1)
        self.arrays["box"][slots] = _joined(self.arrays["box"][slots], here)
        return _joined(old, _span(held)) / CM

    def _keep(self, slots: Rows, held: dict[str, Any]) -> None:
        """Put the newest places into the rings, for good; boxes are taken anew
        where that drops a place."""
        arrays = self.arrays
        place = arrays["next"][slots]
        full = slots[arrays["ring_at"][slots, place] > 0]
        for name, pair in held.items():
            arrays[f"ring_{name}"][slots, place] = pair[:, 0]
        arrays["next"][slots] = (place + 1) % (self.spec.points - 1)
        x, y = arrays["ring_x"][full], arrays["ring_y"][full]
        ends = (x.min(1), y.min(1), x.max(1), y.max(1)) if len(full) else ()
        for column, end in enumerate(ends):
            arrays["box"][full, column] = end

    def crossing(self, bounds: Bounds) -> TailRows | None:
        """Copies of the tails whose box meets (west, south, east, north) in metres;
        None when there are more than the layer wants drawn at once."""
        west, south, east, north = (bound * CM for bound in bounds)
        box = self.arrays["box"]
        slots = np.flatnonzero(
            (box[:, 0] <= east)
            & (box[:, 2] >= west)
            & (box[:, 1] <= north)
            & (box[:, 3] >= south)
            & (box[:, 0] <= box[:, 2])
        )
        if len(slots) > self.spec.most:
            return None
        kept = self.spec.points - 1
        order = (self.arrays["next"][slots, None] + np.arange(kept)) % kept
        at, x, y = (
            np.column_stack(
                [
                    self.arrays[f"ring_{name}"][slots[:, None], order],
                    self.arrays[name][slots, 0],
                ]
            )
            for name in ("at", "x", "y")
        )
        return TailRows(slots, at, x, y)


def _span(held: dict[str, Any]) -> Small:
    """The box (k, 4) of the newest place and the one before, as far as there are."""
    box = np.full((len(held["at"]), 4), _NOWHERE, np.int32)
    for number in (0, 1):
        there = held["at"][:, number] > 0
        x, y = held["x"][there, number], held["y"][there, number]
        box[there] = _joined(box[there], np.stack([x, y, x, y], 1))
    return box


def _joined(one: Small, other: Small) -> Small:
    """The box (k, 4) around both."""
    low = np.minimum(one[:, :2], other[:, :2])
    return np.concatenate([low, np.maximum(one[:, 2:], other[:, 2:])], axis=1)


async def read_slices(connection: Connection, spec: TailSpec) -> Any:
    """What was stored of the last minutes, oldest first: (ids, at, x, y), one place
    a feature and slice of time, so that a busy hour is not read at once."""
    query = sql.SQL(_SLICE).format(relation=sql.Identifier(spec.relation))
    spacing = timedelta(minutes=spec.minutes) / spec.points
    begin = datetime.fromtimestamp(time.time(), UTC) - spec.points * spacing
    for number in range(spec.points):
        since = begin + number * spacing
        async with connection.cursor(binary=True) as cursor:
            await cursor.execute(query, [since, since + spacing])
            row = await cursor.fetchone()
        if row is not None and row[0] is not None:
            ids: Ints = np.frombuffer(row[0], ">i8").astype(np.int64)
            yield ids, *(np.frombuffer(part, ">f8").astype(float) for part in row[1:])
