"""Mapbox Vector Tile 2.1: lines and polygons, for sources that hold shapely.

All coordinates of a tile go through NumPy at once; Python runs per feature only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from layers.core.mercator import EXTENT, Bounds

from .mvt import (
    FEATURE_GEOMETRY,
    FEATURE_ID,
    FEATURE_TAGS,
    FEATURE_TYPE,
    LAYER_FEATURE,
    LAYER_KEY,
    LAYER_NAME,
    LAYER_TAIL,
    TILE_LAYER,
    delimited,
    encode_value,
    varint,
    zigzag,
)

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Geometries = npt.NDArray[np.object_]

POINT, LINE, POLYGON = 1, 2, 3
MOVE_TO, LINE_TO, CLOSE = 1, 2, 7
_SMALL = [varint(number) for number in range(1 << 14)]


@dataclass(frozen=True, slots=True)
class Shape:
    """A geometry in mercator metres and its properties. A negative id is none."""

    geometry: shapely.Geometry
    properties: dict[str, Any]
    id: int = -1


def encode_shapes(name: str, shapes: Iterable[Shape], tile: Bounds) -> bytes:
    """A tile with one layer; ``tile`` is its box in metres without the buffer.

    Geometries must be clipped already. Parts smaller than a tile unit vanish.
    """
    listed = list(shapes)
    geometries = _on_grid(np.array([shape.geometry for shape in listed], object), tile)
    kinds = (shapely.get_dimensions(geometries) + 1).tolist()
    tags = _Tags()
    features = []
    commands = _commands(geometries, tile)
    for shape, kind, drawn in zip(listed, kinds, commands, strict=True):
        if drawn:
            own_id = bytes([FEATURE_ID]) + varint(shape.id) if shape.id >= 0 else b""
            body = (
                own_id
                + delimited(bytes([FEATURE_TAGS]), tags.encode(shape.properties))
                + bytes([FEATURE_TYPE, kind])
                + delimited(bytes([FEATURE_GEOMETRY]), drawn)
            )
            features.append(delimited(LAYER_FEATURE, body))
    if not features:
        return b""
    layer = [delimited(LAYER_NAME, name.encode()), *features, *tags.tables()]
    return delimited(TILE_LAYER, b"".join([*layer, LAYER_TAIL]))


class _Tags:
    """The keys and values of a layer, numbered as they come."""

    def __init__(self) -> None:
        self._keys: dict[str, int] = {}
        self._values: dict[bytes, int] = {}
        self._numbers: dict[tuple[type, Any], int] = {}

    def encode(self, properties: dict[str, Any]) -> bytes:
        """Pairs of numbers; null has none."""
        out = []
        for key, value in properties.items():
            if value is None:
                continue
            out.append(_varint(self._keys.setdefault(key, len(self._keys))))
            known = (value.__class__, value)  # True and 1 are equal, but not the same
            number = self._numbers.get(known)
            if number is None:
                entry = encode_value(value)
                number = self._values.setdefault(entry, len(self._values))
                self._numbers[known] = number
            out.append(_varint(number))
        return b"".join(out)

    def tables(self) -> list[bytes]:
        return [
            *(delimited(LAYER_KEY, key.encode()) for key in self._keys),
            *self._values,
        ]


def _varint(number: int) -> bytes:
    return _SMALL[number] if number < len(_SMALL) else varint(number)


@dataclass(frozen=True)
class _Paths:
    """m paths of n points in tile units, y down, one after the other.

    Shape m: ``owner`` is the feature, ``ring`` whether it is closed, ``outer``
    whether it is a ring around an area, ``count`` how many points it has.
    """

    points: Ints
    owner: Ints
    ring: Bools
    outer: Bools
    count: Ints

    @property
    def start(self) -> Ints:
        return np.cumsum(self.count) - self.count

    def take(self, kept: Bools) -> _Paths:
        return _Paths(
            self.points[np.repeat(kept, self.count)],
            self.owner[kept],
            self.ring[kept],
            self.outer[kept],
            self.count[kept],
        )


def _on_grid(geometries: Geometries, tile: Bounds) -> Geometries:
    """Areas with their corners on the tile's grid and still valid: outlines that
    cross themselves are refused by readers that cut tiles with GEOS, such as GDAL.
    """
    west, _south, east, _north = tile
    area = shapely.get_dimensions(geometries) == 2
    valid = shapely.make_valid(
        geometries[area], method="structure", keep_collapsed=False
    )
    found = geometries.copy()
    found[area] = shapely.set_precision(valid, (east - west) / EXTENT)
    return found


def _commands(geometries: Geometries, tile: Bounds) -> list[bytes]:
    """The command integers of every geometry; empty when nothing is left."""
    paths = _drawable(_paths(geometries, tile))
    drawn = _draw(paths, len(geometries))
    for row in np.flatnonzero(shapely.get_dimensions(geometries) == 0).tolist():
        points = _quantise(shapely.get_coordinates(geometries[row]), tile)
        moved = np.ones(len(points), bool)
        moved[1:] = np.any(np.diff(points, axis=0) != 0, axis=1)
        steps = zigzag(np.diff(points[moved], axis=0, prepend=0))
        numbers = [MOVE_TO | len(steps) << 3, *steps.ravel().tolist()]
        drawn[row] = b"".join(map(_varint, numbers)) if len(steps) else b""
    return drawn


def _quantise(coordinates: npt.NDArray[np.float64], tile: Bounds) -> Ints:
    """Metres to tile units, y down."""
    west, _south, east, north = tile
    scale = EXTENT / (east - west)
    return np.rint((coordinates - (west, north)) * (scale, -scale)).astype(np.int64)


def _paths(geometries: Geometries, tile: Bounds) -> _Paths:
    """All lines and rings, without repeated points; rings without their last."""
    parts, part_owner = shapely.get_parts(geometries, return_index=True)
    wanted = shapely.get_dimensions(geometries)[part_owner]
    fits = (shapely.get_dimensions(parts) == wanted) & (wanted > 0)
    parts, part_owner = parts[fits], part_owner[fits]
    area = shapely.get_dimensions(parts) == 2
    rings, ring_part = shapely.get_rings(parts[area], return_index=True)
    ring_part = np.flatnonzero(area)[ring_part]
    line_part = np.flatnonzero(~area)
    part = np.concatenate([ring_part, line_part])
    order = np.argsort(part, kind="stable")
    lines = np.concatenate([rings, parts[~area]])[order]
    part = part[order]
    ring = area[part]
    outer = ring.copy()
    outer[1:] &= part[1:] != part[:-1]

    coordinates, index = shapely.get_coordinates(lines, return_index=True)
    points = _quantise(coordinates, tile)
    kept = np.ones(len(points), bool)
    same_path = index[1:] == index[:-1]
    kept[1:] = ~same_path | np.any(points[1:] != points[:-1], axis=1)
    points, index = points[kept], index[kept]
    last = np.ones(len(points), bool)
    last[:-1] = index[1:] != index[:-1]
    kept = ~(last & ring[index])
    count = np.bincount(index[kept], minlength=len(lines))
    return _Paths(points[kept], part_owner[part], ring, outer, count)


def _drawable(paths: _Paths) -> _Paths:
    """Without what has no length or no area, wound as the format asks for."""
    long_enough = paths.count >= np.where(paths.ring, 3, 2)
    doubled = np.zeros(len(paths.count), np.int64)
    x, y = paths.points.T
    following = np.arange(1, len(x) + 1)
    start, some = paths.start, paths.count > 0
    following[(start + paths.count - 1)[some]] = start[some]
    if len(x):
        cross = x * y[following] - x[following] * y
        doubled[some] = np.add.reduceat(cross, start[some])
    kept = long_enough & ((doubled != 0) | ~paths.ring)
    # The holes of an area that is gone go with it.
    outer = np.maximum.accumulate(
        np.where(paths.outer | ~paths.ring, np.arange(len(kept)), 0)
    )
    kept &= kept[outer]
    turned = paths.ring & ((doubled > 0) != paths.outer)
    place = np.arange(len(x))
    first = np.repeat(start, paths.count)
    mirrored = 2 * first + np.repeat(paths.count, paths.count) - 1 - place
    place = np.where(np.repeat(turned, paths.count), mirrored, place)
    wound = _Paths(
        paths.points[place], paths.owner, paths.ring, paths.outer, paths.count
    )
    return wound.take(kept)


def _draw(paths: _Paths, features: int) -> list[bytes]:
    """The commands of every feature as bytes."""
    begins = np.ones(len(paths.owner), bool)
    begins[1:] = paths.owner[1:] != paths.owner[:-1]
    start = paths.start
    before = np.zeros_like(paths.points)
    before[1:] = paths.points[:-1]
    before[start[begins]] = 0  # every feature starts at the corner of the tile
    steps = zigzag(paths.points - before)

    length = 2 * paths.count + 2 + paths.ring
    offset = np.cumsum(length) - length
    stream = np.empty(int(length.sum()), np.int64)
    stream[offset] = MOVE_TO | 1 << 3
    stream[offset + 3] = LINE_TO | (paths.count - 1) << 3
    stream[(offset + length - 1)[paths.ring]] = CLOSE | 1 << 3
    nth = np.arange(len(steps)) - np.repeat(start, paths.count)
    place = np.repeat(offset, paths.count) + 1 + 2 * nth + (nth > 0)
    stream[place], stream[place + 1] = steps[:, 0], steps[:, 1]

    content, ends = _varints(stream)
    drawn = [b""] * features
    at = np.append(ends[offset[begins] - 1] if len(offset) else [], len(content))
    if len(offset):
        at[0] = 0
    edges = at.astype(int).tolist()
    for number, owner in enumerate(paths.owner[begins].tolist()):
        drawn[owner] = content[edges[number] : edges[number + 1]]
    return drawn


def _varints(numbers: Ints) -> tuple[bytes, Ints]:
    """Unsigned integers as varints, and where each of them ends."""
    width = np.ones(len(numbers), np.int64)
    rest = numbers >> 7
    while rest.any():
        width += rest > 0
        rest >>= 7
    ends = np.cumsum(width)
    out = np.empty(int(width.sum()), np.uint8)
    for byte in range(int(width.max(initial=0))):
        wide = np.flatnonzero(width > byte)
        more = np.where(width[wide] > byte + 1, 0x80, 0)
        out[ends[wide] - width[wide] + byte] = numbers[wide] >> (7 * byte) & 0x7F | more
    return out.tobytes(), ends
