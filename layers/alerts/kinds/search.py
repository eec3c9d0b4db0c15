"""Which points lie in which areas, a million of them in a second.

A grid over all areas knows of every cell which areas hold it whole and which cut
it. A point in a whole cell needs no geometry; one in a cut cell is tested against
the prepared polygons that cut it there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Objects = npt.NDArray[np.object_]

# Cells along one side of the grid: per area, and within bounds.
SIDE_PER_AREA, SIDE_LEAST, SIDE_MOST = 24, 64, 640
# Degrees; an edge so near to the border of a cell counts for both.
NEAR_DEG = 1e-9
NEIGHBOURS = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if (x, y) != (0, 0)]


@dataclass(frozen=True, slots=True)
class Cells:
    """Areas by cell: those of cell c are ``area[start[c] : start[c + 1]]``."""

    start: Ints
    area: Ints

    def of(self, cell: Ints) -> tuple[Ints, Ints]:
        """Every (place in ``cell``, place in ``area``). Shapes: (k,), (k,)."""
        first = self.start[cell]
        count = self.start[cell + 1] - first
        point = np.repeat(np.arange(len(cell)), count)
        offset = np.arange(len(point)) - np.repeat(np.cumsum(count) - count, count)
        return point, np.repeat(first, count) + offset


class Search:
    """An index over areas (polygons in degrees, prepared). Immutable."""

    def __init__(self, areas: Objects) -> None:
        self.areas = areas
        self.empty = not len(areas)
        if self.empty:
            return
        side = SIDE_PER_AREA * np.sqrt(len(areas))
        self.side = int(np.clip(side, SIDE_LEAST, SIDE_MOST))
        west, south, east, north = shapely.total_bounds(areas)
        self.west, self.south = west - NEAR_DEG, south - NEAR_DEG
        self.step_x = max(east - west + 2 * NEAR_DEG, 1e-6) / self.side
        self.step_y = max(north - south + 2 * NEAR_DEG, 1e-6) / self.side
        cut = self._cut()
        whole = self._whole(cut)
        self.cut, self.whole = self._by_cell(cut), self._by_cell(whole)
        self.deep = self._deep(whole)

    @property
    def step_m(self) -> float:
        """The shorter side of a cell, metres, rounded down."""
        if self.empty:
            return 0.0
        middle = np.radians(self.south + self.step_y * self.side / 2)
        return 110_000.0 * min(self.step_x * float(np.cos(middle)), self.step_y)

    def column(self, lon: Floats) -> Ints:
        return np.floor((lon - self.west) / self.step_x).astype(np.int64)

    def row(self, lat: Floats) -> Ints:
        return np.floor((lat - self.south) / self.step_y).astype(np.int64)

    def _cut(self) -> Ints:
        """Codes (area, cell) of the cells that an outline passes, sorted."""
        short = min(self.step_x, self.step_y) / 2
        parts, owner = shapely.get_parts(
            shapely.boundary(self.areas), return_index=True
        )
        points, part = shapely.get_coordinates(
            shapely.segmentize(parts, short), return_index=True
        )
        joined = np.flatnonzero(part[1:] == part[:-1])
        ends = np.stack([points[joined], points[joined + 1]])
        low, high = ends.min(axis=0) - NEAR_DEG, ends.max(axis=0) + NEAR_DEG
        columns = [self._held(self.column(edge[:, 0])) for edge in (low, high)]
        rows = [self._held(self.row(edge[:, 1])) for edge in (low, high)]
        base = owner[part[joined]] * self.side * self.side
        codes = [base + r * self.side + c for r in rows for c in columns]
        return np.unique(np.concatenate(codes))

    def _held(self, place: Ints) -> Ints:
        return np.clip(place, 0, self.side - 1)

    def _whole(self, cut: Ints) -> Ints:
        """Codes (area, cell) of the cells that lie in an area altogether, sorted."""
        cells = self.side * self.side
        found = []
        edge = np.searchsorted(cut, np.arange(len(self.areas) + 1) * cells)
        for number, (west, south, east, north) in enumerate(shapely.bounds(self.areas)):
            span_x = self._held(self.column(np.array([west, east])))
            span_y = self._held(self.row(np.array([south, north])))
            columns = np.arange(span_x[0], span_x[1] + 1)
            rows = np.arange(span_y[0], span_y[1] + 1)
            cell = (rows[:, None] * self.side + columns).ravel()
            mine = cut[edge[number] : edge[number + 1]] - number * cells
            cell = cell[~np.isin(cell, mine, assume_unique=True)]
            x = self.west + (cell % self.side + 0.5) * self.step_x
            y = self.south + (cell // self.side + 0.5) * self.step_y
            inside = shapely.intersects_xy(self.areas[number], x, y)
            found.append(number * cells + cell[inside])
        return np.concatenate(found)

    def _by_cell(self, codes: Ints) -> Cells:
        area, cell = np.divmod(codes, self.side * self.side)
        order = np.argsort(cell, kind="stable")
        start = np.zeros(self.side * self.side + 1, dtype=np.int64)
        np.cumsum(np.bincount(cell, minlength=self.side * self.side), out=start[1:])
        return Cells(start, area[order])

    def _deep(self, whole: Ints) -> Bools:
        """Of the entries of ``whole``: all cells around are whole as well, so every
        point in it is at least one cell away from the outline."""
        column, row = whole % self.side, whole // self.side % self.side
        deep = (column > 0) & (column < self.side - 1)
        deep &= (row > 0) & (row < self.side - 1)
        for x, y in NEIGHBOURS if len(whole) else ():
            place = np.searchsorted(whole, whole + y * self.side + x)
            place = np.minimum(place, len(whole) - 1)
            deep &= whole[place] == whole + y * self.side + x
        order = np.argsort(whole % (self.side * self.side), kind="stable")
        return np.asarray(deep[order])

    def _cell(self, lon: Floats, lat: Floats) -> tuple[Ints, Ints]:
        """The points on the grid and their cells."""
        x, y = (lon - self.west) / self.step_x, (lat - self.south) / self.step_y
        on = np.flatnonzero((x >= 0) & (x < self.side) & (y >= 0) & (y < self.side))
        return on, y[on].astype(np.int64) * self.side + x[on].astype(np.int64)

    def points(self, lon: Floats, lat: Floats) -> tuple[Ints, Ints, Bools]:
        """Which points lie in which areas, borders included: (point, area, deep).

        Shapes (k,) each; NaN lies nowhere. ``deep``: at least ``step_m`` inside.
        """
        nothing = np.zeros(0, dtype=np.int64)
        if self.empty:
            return nothing, nothing, np.zeros(0, dtype=bool)
        on, cell = self._cell(lon, lat)
        sure, entry = self.whole.of(cell)
        maybe, cutting = self.cut.of(cell)
        maybe, area = on[maybe], self.cut.area[cutting]
        hit = shapely.intersects_xy(self.areas[area], lon[maybe], lat[maybe])
        near = np.zeros(int(hit.sum()), dtype=bool)
        return (
            np.concatenate([on[sure], maybe[hit]]),
            np.concatenate([self.whole.area[entry], area[hit]]),
            np.concatenate([self.deep[entry], near]),
        )

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.areas)

    @cached_property
    def _cut_until(self) -> Ints:
        """Summed table of the cells that any outline cuts, one longer each way."""
        cut = (np.diff(self.cut.start) > 0).reshape(self.side, self.side)
        table = np.zeros((self.side + 1, self.side + 1), dtype=np.int64)
        table[1:, 1:] = cut.cumsum(axis=0).cumsum(axis=1)
        return table

    def boxes(self, low: Floats, high: Floats) -> Ints:
        """Boxes (shape (n, 2) lon/lat of two corners) in which an outline may run."""
        if self.empty or not len(low):
            return np.zeros(0, dtype=np.int64)
        size = np.array([self.side, self.side])
        corner, step = np.array([self.west, self.south]), [self.step_x, self.step_y]
        first = np.floor((low - corner) / step)
        last = np.floor((high - corner) / step)
        on = ((last >= 0) & (first < size)).all(axis=1)
        on &= np.isfinite(first).all(axis=1) & np.isfinite(last).all(axis=1)
        rows = np.flatnonzero(on)
        x0, y0 = np.clip(first[rows], 0, size - 1).astype(np.int64).T
        x1, y1 = np.clip(last[rows], 0, size - 1).astype(np.int64).T + 1
        t = self._cut_until
        return rows[(t[y1, x1] - t[y0, x1] - t[y1, x0] + t[y0, x0]) > 0]

    def shapes(self, shapes: Objects) -> tuple[Ints, Ints]:
        """Every (shape, area) that meet."""
        return tuple(self._tree.query(shapes, predicate="intersects"))  # type: ignore[return-value]
