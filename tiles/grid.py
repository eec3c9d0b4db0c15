"""Grid aggregation of live points: one point per occupied cell of a tile.

Cells are numbered over the whole world, so a point belongs to one cell of one tile
and neighbouring tiles agree (see ``GridSpec`` for what a cell shows).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from layers.core.live import Snapshot
from layers.core.live_columns import Coded, Codes, Floats, Ints, Rows
from layers.core.mercator import EXTENT, HALF_M, tile_size_m
from layers.core.spec import GridSpec
from tiles.mvt import PointColumn, Small, encode_points, encode_value

Tile = tuple[int, int, int]
COUNT = "count"
# Up to this size a table of all pairs is faster than sorting those that occur.
MAX_TABLE = 1_000_000


class Listed:
    """A few values, each encoded when it is needed."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def join(self, codes: npt.NDArray[Any]) -> bytes:
        return b"".join(encode_value(self.values[code]) for code in codes.tolist())


@dataclass(frozen=True, slots=True)
class Cells:
    """The rows in a tile's own square and the cell of each (shape n), and how many
    rows there are per cell."""

    rows: Rows
    cells: Ints
    counts: Ints

    @property
    def alone(self) -> Rows:
        """The rows that share their cell with no other."""
        return self.rows[self.counts[self.cells] == 1]


def cells_of(grid: GridSpec, snapshot: Snapshot, rows: Rows, tile: Tile) -> Cells:
    """Which of ``rows`` lie in the tile, buffer not counted, and in which cells."""
    z, tile_x, tile_y = tile
    size, side = tile_size_m(z), grid.cells

    def within(metres: Floats, number: int) -> Ints:
        return np.floor(metres / size * side).astype(np.int64) - number * side

    column = within(snapshot.x[rows] + HALF_M, tile_x)
    row = within(HALF_M - snapshot.y[rows], tile_y)
    own = (column >= 0) & (column < side) & (row >= 0) & (row < side)
    cells = row[own] * side + column[own]
    return Cells(rows[own], cells, np.bincount(cells, minlength=side * side))


def encode_grid(
    name: str,
    grid: GridSpec,
    snapshot: Snapshot,
    found: Cells,
    tile: Tile,
    fields: Collection[str],
) -> bytes:
    """The vector layer of the cells with more than one row."""
    shared = found.counts[found.cells] > 1
    rows, cells = found.rows[shared], found.cells[shared]
    occupied = np.flatnonzero(found.counts > 1)
    if not len(occupied):
        return b""
    # cells numbered 0 to k - 1
    places = np.zeros(len(found.counts), np.int64)
    places[occupied] = np.arange(len(occupied))
    cells = places[cells]
    counts = found.counts[occupied]
    px, py = _means(snapshot, rows, cells, counts, tile)
    columns = [_counts(counts)]
    if grid.worst in fields:
        coded = snapshot.columns[grid.worst]
        ranked = _worst(grid.ranks, coded, rows, cells, len(counts))
        columns.append(PointColumn(grid.worst, ranked, Listed(grid.ranks)))
    if grid.dominant in fields:
        columns.append(
            _dominant(
                grid.dominant,
                snapshot.columns[grid.dominant],
                rows,
                cells,
                len(counts),
            )
        )
    return encode_points(name, np.full(len(counts), -1), px, py, columns)


def _means(
    snapshot: Snapshot, rows: Rows, cells: Ints, counts: Ints, tile: Tile
) -> tuple[Small, Small]:
    """Tile coordinates of the mean place of each cell's rows (shape k)."""
    z, tile_x, tile_y = tile
    size = tile_size_m(z)
    k = len(counts)
    x = np.bincount(cells, snapshot.x[rows], k) / counts
    y = np.bincount(cells, snapshot.y[rows], k) / counts
    px = np.rint(((x + HALF_M) / size - tile_x) * EXTENT)
    py = np.rint(((HALF_M - y) / size - tile_y) * EXTENT)
    return px.astype(np.int32), py.astype(np.int32)


def _counts(counts: Ints) -> PointColumn:
    distinct, codes = np.unique(counts, return_inverse=True)
    return PointColumn(COUNT, codes.astype(np.int32), Listed(distinct.tolist()))


def _worst(
    ranks: Sequence[Any], coded: Coded, rows: Rows, cells: Ints, k: int
) -> Codes:
    """Per cell the place in ``ranks`` of its worst value, -1 when it has none."""
    known = {value: rank for rank, value in enumerate(ranks)}
    by_code = [known.get(value, -1) for value in coded.table.values]
    rank = np.array([*by_code, -1], np.int64)[coded.codes[rows]]
    found = np.bincount(
        cells * (len(ranks) + 1) + rank + 1, minlength=k * (len(ranks) + 1)
    ).reshape(k, -1)
    # the last that occurs; the first column stands for none
    last = found.shape[1] - 1 - np.argmax(found[:, ::-1] > 0, axis=1)
    return (last - 1).astype(np.int32)


def _dominant(key: str, coded: Coded, rows: Rows, cells: Ints, k: int) -> PointColumn:
    """Per cell its most frequent value; of equals the least."""
    codes = coded.codes[rows]
    known = np.flatnonzero(codes >= 0)
    used, places = np.unique(codes[known], return_inverse=True)
    values = [coded.table.values[code] for code in used.tolist()]
    order = sorted(range(len(values)), key=values.__getitem__)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    m = max(len(order), 1)
    pairs, times = _counted(cells[known] * m + rank[places], k * m)
    cell, value = np.divmod(pairs, m)
    best = np.full(k, -1, np.int32)
    if len(pairs):
        # the most frequent has the highest score, of equals the least value
        score = times * m + (m - 1 - value)
        begins = np.flatnonzero(np.diff(cell, prepend=-1))
        best[cell[begins]] = m - 1 - np.maximum.reduceat(score, begins) % m
    return PointColumn(key, best, Listed([values[n] for n in order]))


def _counted(numbers: Ints, size: int) -> tuple[Ints, Ints]:
    """The distinct numbers (0 to size), rising, and how often each occurs."""
    if size > MAX_TABLE:
        return np.unique(numbers, return_counts=True)
    times = np.bincount(numbers, minlength=size)
    distinct = np.flatnonzero(times)
    return distinct, times[distinct]
