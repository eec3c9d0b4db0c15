"""Rows of a vector layer in memory: columns, shapes, points, and tiles of them.

Everything is held as arrays. Attributes are dictionary-encoded, so a value that
many rows share is kept once; points are two columns of numbers and no objects.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from layers.core.mercator import EXTENT, Bounds, tile_bounds, tile_size_m
from tiles.mvt import PointColumn, encode_points, encode_value
from tiles.shapes import Shape, encode_shapes

BUFFER = 64
# Beyond this the smallest shapes are left out, and points that lie together.
MAX_FEATURES = 50_000
# Points are thinned to one per cell of a grid of so many cells per tile.
GRIDS = (1024, 512, 256, 128, 64, 32, 16)
POINT_BYTES, SHAPE_BYTES, VALUE_BYTES = 24, 350, 90

Geometries = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

log = logging.getLogger(__name__)


@lru_cache(maxsize=1024)
def _say_once(name: str, what: str) -> None:
    log.info("%s: some tiles show %s: over %d features", name, what, MAX_FEATURES)


@dataclass(frozen=True)
class Column:
    """An attribute of n rows: ``codes`` (-1 is null) into ``values``."""

    name: str
    codes: Codes
    values: npt.NDArray[Any]

    def __len__(self) -> int:
        return len(self.values)

    def join(self, codes: npt.NDArray[Any]) -> bytes:
        """The entries of a tile's value table, in the order of ``codes``."""
        return b"".join(map(encode_value, self.values[codes].tolist()))

    def take(self, rows: npt.NDArray[Any]) -> Column:
        return Column(self.name, self.codes[rows], self.values)

    def among(self, wanted: frozenset[int]) -> Bools:
        """Whether each row holds one of these whole numbers; null holds none."""
        hits = [
            not isinstance(value, (bool, str)) and value in wanted
            for value in self.values.tolist()
        ]
        return np.array([*hits, False])[self.codes]  # the code of null is -1

    @property
    def cost(self) -> int:
        """About how many bytes it takes."""
        each = VALUE_BYTES if self.values.dtype == object else self.values.itemsize
        return self.codes.nbytes + len(self.values) * each


@dataclass(frozen=True)
class Features:
    """Lines, areas and mixed geometries in mercator metres, n rows.

    ``ids`` are feature ids, negative where there is none.
    """

    geometries: Geometries
    ids: Ints
    columns: list[Column]

    @cached_property
    def tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.geometries)

    @cached_property
    def sizes(self) -> Floats:
        """The longer side of each one's box in metres; infinite for points."""
        box = shapely.bounds(self.geometries)
        longer = np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1])
        return np.where(shapely.get_dimensions(self.geometries) == 0, np.inf, longer)

    @property
    def cost(self) -> int:
        vertices = int(shapely.get_num_coordinates(self.geometries).sum())
        rows = len(self.geometries) * SHAPE_BYTES
        return 16 * vertices + rows + sum(column.cost for column in self.columns)

    def subset(self, rows: npt.NDArray[Any]) -> Features:
        columns = [column.take(rows) for column in self.columns]
        return Features(self.geometries[rows], self.ids[rows], columns)

    def bounds(self, allowed: Bools | None = None) -> Bounds | None:
        """The box of the rows, in metres; None without rows."""
        found = self.geometries if allowed is None else self.geometries[allowed]
        if not len(found):
            return None
        west, south, east, north = shapely.total_bounds(found).tolist()
        return west, south, east, north

    def cut(
        self, area: shapely.Geometry, tolerance: float, rows: Rows | None = None
    ) -> list[Shape]:
        """What lies in ``area``, clipped, without detail below ``tolerance``."""
        hits = np.sort(self.tree.query(area)) if rows is None else rows
        if not len(hits):
            return []
        found = self.geometries[hits]
        if area.equals(area.envelope):
            clipped = shapely.clip_by_rect(found, *area.bounds)
        else:
            clipped = shapely.intersection(found, area)
        simple = shapely.simplify(
            _same_kind(found, clipped), tolerance, preserve_topology=False
        )
        left = ~shapely.is_empty(simple)
        return [
            Shape(geometry, values, number)
            for geometry, values, number in zip(
                simple[left],
                self.properties(hits[left]),
                self.ids[hits[left]].tolist(),
                strict=True,
            )
        ]

    def properties(self, rows: Rows) -> list[dict[str, Any]]:
        """Attributes of some rows, without nulls."""
        found: list[dict[str, Any]] = [{} for _ in rows]
        for column in self.columns:
            codes = column.codes[rows]
            held = np.flatnonzero(codes >= 0)
            values = column.values[codes[held]].tolist()
            for place, value in zip(held.tolist(), values, strict=True):
                found[place][column.name] = value
        return found

    def encode(
        self, name: str, z: int, x: int, y: int, allowed: Bools | None = None
    ) -> bytes:
        """The tile's layer; ``allowed`` are the rows that the caller may see."""
        area = shapely.box(*tile_bounds(z, x, y, BUFFER / EXTENT))
        unit = tile_size_m(z) / EXTENT
        hits = np.sort(self.tree.query(area))
        if allowed is not None:
            hits = hits[allowed[hits]]
        hits = hits[self.sizes[hits] >= unit]
        if len(hits) > MAX_FEATURES:
            _say_once(name, "the largest shapes")
            largest = np.argpartition(-self.sizes[hits], MAX_FEATURES)[:MAX_FEATURES]
            hits = np.sort(hits[largest])
        return encode_shapes(name, self.cut(area, unit, hits), tile_bounds(z, x, y))


def _same_kind(before: Geometries, after: Geometries) -> Geometries:
    """Cutting an area may leave lines and points on its edge; those go."""
    mixed = np.flatnonzero(shapely.get_type_id(after) == 7)
    if len(mixed):
        after = after.copy()
        for row in mixed.tolist():
            parts = shapely.get_parts(after[row])
            kept = shapely.get_dimensions(parts) == shapely.get_dimensions(before[row])
            after[row] = shapely.union_all(parts[kept])
    return after


@dataclass(frozen=True)
class Points:
    """Single points, n rows, in the order of ``x`` (mercator metres)."""

    x: Floats
    y: Floats
    ids: Ints
    columns: list[Column]

    @classmethod
    def ordered(cls, x: Floats, y: Floats, ids: Ints, columns: list[Column]) -> Points:
        order = np.argsort(x, kind="stable")
        return cls(x[order], y[order], ids[order], [c.take(order) for c in columns])

    @property
    def cost(self) -> int:
        return POINT_BYTES * len(self.x) + sum(column.cost for column in self.columns)

    def bounds(self, allowed: Bools | None = None) -> Bounds | None:
        """The box of the rows, in metres; None without rows."""
        x, y = (
            (self.x, self.y) if allowed is None else (self.x[allowed], self.y[allowed])
        )
        if not len(x):
            return None
        return float(x.min()), float(y.min()), float(x.max()), float(y.max())

    def inside(self, bounds: Bounds) -> Rows:
        """Rows within (west, south, east, north), edges included."""
        west, south, east, north = bounds
        first, last = (
            np.searchsorted(self.x, west),
            np.searchsorted(self.x, east, "right"),
        )
        y = self.y[first:last]
        return np.flatnonzero((y >= south) & (y <= north)) + first

    def encode(
        self, name: str, z: int, x: int, y: int, allowed: Bools | None = None
    ) -> bytes:
        """The tile's layer; ``allowed`` are the rows that the caller may see."""
        rows = self.inside(tile_bounds(z, x, y, BUFFER / EXTENT))
        if allowed is not None:
            rows = rows[allowed[rows]]
        west, _south, east, north = tile_bounds(z, x, y)
        scale = EXTENT / (east - west)
        px = np.rint((self.x[rows] - west) * scale).astype(np.int32)
        py = np.rint((north - self.y[rows]) * scale).astype(np.int32)
        if len(rows) > MAX_FEATURES:
            _say_once(name, "one point per grid cell")
            kept = thinned(px, py, MAX_FEATURES)
            rows, px, py = rows[kept], px[kept], py[kept]
        columns = [
            PointColumn(column.name, column.codes[rows], column)
            for column in self.columns
        ]
        return encode_points(name, self.ids[rows], px, py, columns)


def thinned(px: npt.NDArray[Any], py: npt.NDArray[Any], most: int) -> Rows:
    """At most ``most`` of the points (tile units), one per cell of a grid."""
    kept = np.arange(len(px))
    for cells in GRIDS:
        side = EXTENT // cells
        place = (px[kept] // side + cells).astype(np.int64) * 4 * cells
        _, first = np.unique(place + py[kept] // side + cells, return_index=True)
        kept = kept[np.sort(first)]
        if len(kept) <= most:
            return kept
    return kept[:most]


Layer = Features | Points


def rows_of(layer: Layer, name: str, units: frozenset[int]) -> Bools:
    """The rows whose attribute ``name`` is one of ``units``; none without it."""
    for column in layer.columns:
        if column.name == name:
            return column.among(units)
    return np.zeros(len(layer.ids), bool)
