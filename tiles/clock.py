"""Since when is each tile of a layer as it is: exact invalidation.

A change marks the tiles that its old and new geometry touch, buffer included,
with its sequence number; the version of a tile is the newest number that marked
it. Nothing is dropped: a cached tile whose version is no longer the tile's is
made again when somebody asks for it.

A box is marked tile by tile at every zoom at which it covers few tiles. At the
last of them (``deep``) the mark counts for all tiles below as well, so a
province costs as little as a point.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from layers.core.live_sync import LiveLayer, LiveStore
from layers.core.mercator import EXTENT, HALF_M, Bounds, tile_size_m
from layers.core.spec import registry
from layers.core.watch import Watcher

DEEPEST = 16
# A box is followed down to the zoom at which it covers at most this many tiles.
MANY = 16
LOW_ZOOM = 5
# Low zooms show everything, so every change touches them: not oftener than this.
REFRESH_S = 1.0
# Beyond this many marks the layer as a whole counts as changed.
MAX_MARKS = 400_000

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Tile = tuple[int, int, int]


def covered(z: int, box: Bounds, buffer: int) -> tuple[int, int, int, int]:
    """(x0, y0, x1, y1) of the tiles at ``z`` whose buffered square meets a box."""
    west, south, east, north = box
    size, last = tile_size_m(z), 2**z - 1
    pad = size * buffer / EXTENT

    def clamp(number: float) -> int:
        return min(max(int(number // 1), 0), last)

    return (
        clamp((west - pad + HALF_M) / size),
        clamp((HALF_M - north - pad) / size),
        clamp((east + pad + HALF_M) / size),
        clamp((HALF_M - south + pad) / size),
    )


def touched(box: Bounds, buffer: int) -> Iterator[tuple[Tile, bool]]:
    """Tiles that a box touches, from zoom 0 down; True: and all tiles below it."""
    for z in range(DEEPEST + 1):
        x0, y0, x1, y1 = covered(z, box, buffer)
        deep = z == DEEPEST
        if not deep:
            a, b, c, d = covered(z + 1, box, buffer)
            deep = (c - a + 1) * (d - b + 1) > MANY
        for x in range(x0, x1 + 1):
            for y in range(y0, y1 + 1):
                yield (z, x, y), deep
        if deep:
            return


def number(z: int, x: int, y: int) -> int:
    """One integer per tile, unique to zoom 24 and beyond."""
    return z << 58 | x << 29 | y


class TileClock:
    """The marks of one layer. Not for use from several threads."""

    def __init__(self, buffer: int) -> None:
        self.buffer = buffer
        self.whole = 0  # the number of the last change of everything
        self._own: dict[int, int] = {}
        self._deep: dict[int, int] = {}
        self._deep_zooms: tuple[int, ...] = ()
        self._waiting: dict[int, int] = {}
        self._merged_at = 0.0

    def version(self, z: int, x: int, y: int) -> int:
        """The sequence number of the last change that touched the tile."""
        if z <= LOW_ZOOM and self._waiting:
            self._merge()
        found = self._own.get(number(z, x, y), 0)
        deep = self._deep
        for zoom in self._deep_zooms:
            if zoom > z:
                break
            up = z - zoom
            mark = deep.get(number(zoom, x >> up, y >> up), 0)
            found = max(found, mark)
        return max(found, self.whole)

    def mark_all(self, seq: int) -> None:
        """Everything may have changed."""
        self.whole = max(self.whole, seq)
        self._own.clear()
        self._deep.clear()
        self._waiting.clear()
        self._deep_zooms = ()

    def mark_boxes(self, seq: int, boxes: Iterable[Bounds]) -> None:
        """Boxes in mercator metres that changed with ``seq``."""
        for box in boxes:
            for (z, x, y), deep in touched(box, self.buffer):
                where = number(z, x, y)
                self._put(z, where, seq)
                if deep:
                    self._deep[where] = seq
                    if z not in self._deep_zooms:
                        self._deep_zooms = tuple(sorted((*self._deep_zooms, z)))
        self._bound(seq)

    def mark_points(self, seqs: Ints, x: Floats, y: Floats) -> None:
        """Points in mercator metres, each with its sequence number (shape n)."""
        known = ~(np.isnan(x) | np.isnan(y))
        if not known.all():
            seqs, x, y = seqs[known], x[known], y[known]
        if not len(seqs):
            return
        order = np.argsort(seqs, kind="stable")  # the newest mark stays
        seqs, x, y = seqs[order], x[order], y[order]
        for z in range(DEEPEST + 1):
            for where in _cells(z, x, y, self.buffer):
                self._put_many(z, where, seqs)
                if z == DEEPEST:
                    self._deep.update(zip(where.tolist(), seqs.tolist(), strict=True))
        if DEEPEST not in self._deep_zooms:
            self._deep_zooms = tuple(sorted((*self._deep_zooms, DEEPEST)))
        self._bound(int(seqs[-1]))

    def _put(self, z: int, where: int, seq: int) -> None:
        target = self._waiting if z <= LOW_ZOOM else self._own
        target[where] = seq

    def _put_many(self, z: int, where: Ints, seqs: Ints) -> None:
        target = self._waiting if z <= LOW_ZOOM else self._own
        target.update(zip(where.tolist(), seqs.tolist(), strict=True))

    def _merge(self) -> None:
        now = time.monotonic()
        if now - self._merged_at >= REFRESH_S:
            self._own.update(self._waiting)
            self._waiting.clear()
            self._merged_at = now

    def _bound(self, seq: int) -> None:
        if len(self._own) + len(self._deep) > MAX_MARKS:
            self.mark_all(seq)


def _cells(z: int, x: Floats, y: Floats, buffer: int) -> Iterator[Ints]:
    """Numbers of the tiles at ``z`` that each point touches: its own, and those
    in whose buffer it lies (repeated where it is its own)."""
    size, last = tile_size_m(z), 2**z - 1
    pad = buffer / EXTENT
    across, down = (x + HALF_M) / size, (HALF_M - y) / size
    seen: list[Any] = []
    for dx, dy in ((-pad, -pad), (pad, -pad), (-pad, pad), (pad, pad)):
        column = np.clip(np.floor(across + dx).astype(np.int64), 0, last)
        row = np.clip(np.floor(down + dy).astype(np.int64), 0, last)
        cells = z << 58 | column << 29 | row
        if not any(np.array_equal(cells, other) for other in seen):
            seen.append(cells)
            yield cells


class Clocks:
    """The clock of every layer by slug."""

    def __init__(self, clocks: Mapping[str, TileClock]) -> None:
        self._clocks = dict(clocks)

    @classmethod
    def of_layers(cls, watcher: Watcher, store: LiveStore) -> Clocks:
        """One clock per registered layer, told of every change."""
        clocks = cls(
            {layer.slug: TileClock(layer.tile.buffer) for layer in registry.values()}
        )
        watcher.on_layer.append(lambda slug, seq: clocks.changed(slug, seq, store))
        store.on_tick.append(clocks.ticked)
        return clocks

    def __getitem__(self, slug: str) -> TileClock:
        return self._clocks[slug]

    def get(self, slug: str) -> TileClock | None:
        return self._clocks.get(slug)

    def changed(self, slug: str, seq: int, store: LiveStore) -> None:
        """A layer has reached ``seq``; live layers say so when they have read it."""
        clock = self.get(slug)
        if clock is not None and slug not in store:
            clock.mark_all(seq)

    def ticked(self, live: LiveLayer) -> None:
        self[live.layer.slug].mark_all(live.arrays.seq)
