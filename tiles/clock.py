"""Since when is each tile of a layer as it is: exact invalidation.

A change marks the tiles that its old and new geometry touch, buffer included,
with its sequence number; the version of a tile is the newest number that marked
it. Nothing is dropped: a cached tile whose version is no longer the tile's is
made again when somebody asks for it.

A box is marked tile by tile at every zoom at which it covers few tiles. At the
last of them (``deep``) the mark counts for all tiles below as well, so a
province costs as little as a point.

Numbers are those of the database, so clocks of several processes agree on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from time import monotonic, time_ns

import numpy as np
import numpy.typing as npt

from layers.core.live_sync import LiveLayer, LiveStore
from layers.core.mercator import EXTENT, HALF_M, Bounds, tile_size_m
from layers.core.spec import registry
from layers.core.touched import Change
from layers.core.watch import Watcher

DEEPEST = 16
# A box is followed down to the zoom at which it covers at most this many tiles.
MANY = 16
LOW_ZOOM = 5
# More places at a time cost more than they save: all is marked.
MANY_POINTS, MANY_BOXES = 20_000, 200
# Beyond this many marks the older half counts as one change of everything.
MAX_MARKS = 200_000

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
    """Tiles that a box touches, from zoom 0 down; True: and all tiles below it.

    Geometry is rounded to whole units of a tile before it is clipped, so what lies
    half a unit outside the buffer can be drawn: one unit more is marked.
    """
    for z in range(DEEPEST + 1):
        x0, y0, x1, y1 = covered(z, box, buffer + 1)
        deep = z == DEEPEST
        if LOW_ZOOM <= z < DEEPEST:
            a, b, c, d = covered(z + 1, box, buffer + 1)
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
    """The marks of one layer. Not for use from several threads.

    Every change touches the low zooms, so their marks wait and are taken over at
    most every ``refresh_s`` seconds.
    """

    def __init__(self, buffer: int, refresh_s: float = 1.0) -> None:
        self.buffer = buffer
        self.refresh_s = refresh_s
        # The number of the last change of everything. Before the first is known,
        # one that no other process and no earlier life has.
        self.whole = -time_ns()
        self._low_whole = self.whole
        self._low: dict[int, int] = {}
        self._own: dict[int, int] = {}
        self._deep: dict[int, int] = {}
        self._deep_zooms: tuple[int, ...] = ()
        self._waiting: dict[int, int] = {}
        self._merged_at = -refresh_s

    def __len__(self) -> int:
        """How many marks are kept."""
        kept = (self._low, self._own, self._deep, self._waiting)
        return sum(map(len, kept))

    def version(self, z: int, x: int, y: int) -> int:
        """The sequence number of the last change that touched the tile."""
        if z <= LOW_ZOOM:
            self._merge()
            found = self._low.get(number(z, x, y), self._low_whole)
            return max(found, self._low_whole)
        found = self._own.get(number(z, x, y), self.whole)
        deep = self._deep
        for zoom in self._deep_zooms:
            if zoom > z:
                break
            up = z - zoom
            mark = deep.get(number(zoom, x >> up, y >> up))
            if mark is not None and mark > found:
                found = mark
        return max(found, self.whole)

    def mark_all(self, seq: int) -> None:
        """Everything may have changed."""
        self.whole = max(self.whole, seq)
        self._own.clear()
        self._deep.clear()
        self._waiting.clear()
        self._deep_zooms = ()

    def mark_boxes(self, seq: int, boxes: Iterable[Bounds]) -> None:
        """Boxes in mercator metres that changed with ``seq``, which must not be
        less than any number before."""
        for box in boxes:
            for (z, x, y), deep in touched(box, self.buffer):
                where = number(z, x, y)
                (self._waiting if z <= LOW_ZOOM else self._own)[where] = seq
                if deep:
                    self._deep[where] = seq
                    if z not in self._deep_zooms:
                        self._deep_zooms = tuple(sorted((*self._deep_zooms, z)))
        self._bound()

    def mark_points(self, seq: int, x: Floats, y: Floats) -> None:
        """Points in mercator metres (shape n, NaN: nowhere) changed with ``seq``,
        which must be greater than every number before."""
        known = ~(np.isnan(x) | np.isnan(y))
        if not known.any():
            return
        if len(x) > MANY_POINTS:
            self.mark_all(seq)
            return
        unit = tile_size_m(DEEPEST) / EXTENT
        last = (EXTENT << DEEPEST) - 1
        across = np.clip((x[known] + HALF_M) / unit, 0, last).astype(np.int64)
        down = np.clip((HALF_M - y[known]) / unit, 0, last).astype(np.int64)
        for z in range(DEEPEST + 1):
            where = dict.fromkeys(_cells(z, across, down, self.buffer).tolist(), seq)
            (self._waiting if z <= LOW_ZOOM else self._own).update(where)
        self._deep.update(where)
        if DEEPEST not in self._deep_zooms:
            self._deep_zooms = tuple(sorted((*self._deep_zooms, DEEPEST)))
        self._bound()

    def _merge(self) -> None:
        if not self._waiting and self._low_whole == self.whole:
            return
        now = monotonic()
        if now - self._merged_at < self.refresh_s:
            return
        if self._low_whole < self.whole:
            self._low_whole = self.whole
            self._low.clear()
        self._low.update(self._waiting)
        self._waiting.clear()
        self._merged_at = now

    def _bound(self) -> None:
        """Forget the older half of the marks when there are too many."""
        if len(self._own) + len(self._deep) <= MAX_MARKS:
            return
        marks = np.array([*self._own.values(), *self._deep.values()])
        cut = int(np.partition(marks, len(marks) // 2)[len(marks) // 2])
        self.whole = max(self.whole, cut)
        self._own = {where: seq for where, seq in self._own.items() if seq > cut}
        self._deep = {where: seq for where, seq in self._deep.items() if seq > cut}


def _cells(z: int, across: Ints, down: Ints, buffer: int) -> Ints:
    """Numbers of the tiles at ``z`` that the points touch: their own, and those in
    whose buffer they lie. Points are in units of 1/4096 tile of the deepest zoom."""
    shift = EXTENT.bit_length() - 1 + DEEPEST - z
    # One unit more for what was lost by rounding down.
    pad = (buffer << DEEPEST - z) + 1
    west, east = across - pad >> shift, across + pad >> shift
    north, south = down - pad >> shift, down + pad >> shift
    cells = west << 29 | north
    # Next to the edge of the world this names tiles that nobody can ask for.
    near = np.flatnonzero((west != east) | (north != south))
    if len(near):
        west, east, north, south = west[near], east[near], north[near], south[near]
        others = (east << 29 | north, west << 29 | south, east << 29 | south)
        cells = np.concatenate([cells, *others])
    return z << 58 | np.unique(cells)


class Clocks:
    """The clock of every layer by slug, and of published tables by name."""

    def __init__(self, watcher: Watcher, clocks: Mapping[str, TileClock]) -> None:
        self._watcher = watcher
        self._clocks = dict(clocks)

    @classmethod
    def of_layers(cls, watcher: Watcher, store: LiveStore) -> Clocks:
        """One clock per registered layer, told of every change."""
        clocks = cls(
            watcher,
            {
                layer.slug: TileClock(layer.tile.buffer, layer.tile.overview_s)
                for layer in registry.values()
            },
        )
        watcher.on_touched.append(clocks.touched)
        store.on_tick.append(clocks.ticked)
        return clocks

    def __getitem__(self, slug: str) -> TileClock:
        return self._clocks[slug]

    def get(self, slug: str) -> TileClock | None:
        return self._clocks.get(slug)

    def named(self, name: str, buffer: int = 64) -> TileClock:
        """The clock of any table, ``schema.table``; made when first asked for.

        It knows of changes when an administrator has run ``ioc_touch`` on the
        table; :meth:`exact` says whether.
        """
        clock = self._clocks.get(name)
        if clock is None:
            clock = self._clocks[name] = TileClock(buffer)
            if name in self._watcher.seqs:
                clock.mark_all(self._watcher.seqs[name])
        return clock

    def exact(self, name: str) -> bool:
        """Whether changes of a layer or table are told, row by row."""
        return name in self._watcher.touches.traced

    def touched(self, change: Change) -> None:
        """Mark what changed in a layer that is not live."""
        clock = self.get(change.slug)
        if clock is None:
            return
        if change.whole:
            clock.mark_all(change.seq)
            return
        for seq, places in groupby(change.places, key=lambda place: place.seq):
            clock.mark_boxes(seq, [place.box for place in places if place.box])

    def ticked(self, live: LiveLayer) -> None:
        """A live layer has read a change: mark where its rows were and are."""
        clock, moved = self[live.layer.slug], live.moved
        if moved.everything or len(moved.boxes) > MANY_BOXES:
            clock.mark_all(moved.seq)
        else:
            clock.mark_points(moved.seq, moved.x, moved.y)
            clock.mark_boxes(moved.seq, moved.boxes)
