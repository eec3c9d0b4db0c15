"""Mapbox Vector Tile 2.1: lines and polygons, for sources that hold shapely."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from layers.core.mercator import EXTENT, Bounds

from .mvt import (
    FEATURE_GEOMETRY,
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

Path = npt.NDArray[np.int64]

POINT, LINE, POLYGON = 1, 2, 3
MOVE_TO, LINE_TO, CLOSE = 1, 2, 7
_SMALL = [varint(number) for number in range(1 << 14)]


@dataclass(frozen=True, slots=True)
class Shape:
    """A geometry in mercator metres and its properties."""

    geometry: shapely.Geometry
    properties: dict[str, Any]


def encode_shapes(name: str, shapes: Iterable[Shape], tile: Bounds) -> bytes:
    """A tile with one layer; ``tile`` is its box in metres without the buffer.

    Geometries must be clipped already. Parts smaller than a tile unit vanish.
    """
    keys: dict[str, int] = {}
    values: dict[bytes, int] = {}
    features = []
    for shape in shapes:
        kind, commands = _commands(shape.geometry, tile)
        if not commands:
            continue
        tags = b"".join(
            varint(keys.setdefault(key, len(keys)))
            + varint(values.setdefault(encode_value(value), len(values)))
            for key, value in shape.properties.items()
            if value is not None
        )
        body = (
            delimited(bytes([FEATURE_TAGS]), tags)
            + bytes([FEATURE_TYPE, kind])
            + delimited(bytes([FEATURE_GEOMETRY]), commands)
        )
        features.append(delimited(LAYER_FEATURE, body))
    if not features:
        return b""
    layer = [delimited(LAYER_NAME, name.encode()), *features]
    layer += [delimited(LAYER_KEY, key.encode()) for key in keys]
    return delimited(TILE_LAYER, b"".join([*layer, *values, LAYER_TAIL]))


def _commands(geometry: shapely.Geometry, tile: Bounds) -> tuple[int, bytes]:
    """Geometry type and command integers; empty when nothing is left."""
    parts = shapely.get_parts(geometry)
    dimension = shapely.get_dimensions(geometry)
    cursor = np.zeros(2, np.int64)
    if dimension == 0:
        points = _quantise(shapely.get_coordinates(parts), tile)
        return POINT, _draw(points, cursor, MOVE_TO)
    out = []
    for path in _paths(parts, tile):
        out.append(_draw(path[:1], cursor, MOVE_TO))
        out.append(_draw(path[1:], cursor, LINE_TO))
        if dimension == 2:
            out.append(varint(CLOSE | 1 << 3))
    return (POLYGON if dimension == 2 else LINE), b"".join(out)


def _paths(parts: Iterable[shapely.Geometry], tile: Bounds) -> Iterator[Path]:
    for part in parts:
        if part.geom_type != "Polygon":
            line = _quantise(shapely.get_coordinates(part), tile)
            if len(line) >= 2:
                yield line
            continue
        outer = _ring(part.exterior, tile, clockwise=True)
        if outer is None:
            continue
        yield outer
        for interior in part.interiors:
            inner = _ring(interior, tile, clockwise=False)
            if inner is not None:
                yield inner


def _ring(ring: shapely.LinearRing, tile: Bounds, *, clockwise: bool) -> Path | None:
    """An open ring in the winding that the format asks for (y down)."""
    path = _quantise(shapely.get_coordinates(ring), tile)[:-1]
    if len(path) < 3:
        return None
    x, y = path[:, 0], path[:, 1]
    doubled = int(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
    if doubled == 0:
        return None
    return path if (doubled > 0) == clockwise else path[::-1]


def _quantise(coordinates: npt.NDArray[np.float64], tile: Bounds) -> Path:
    """Metres to tile units, y down, without repeated points."""
    west, _south, east, north = tile
    scale = EXTENT / (east - west)
    units = np.rint((coordinates - (west, north)) * (scale, -scale)).astype(np.int64)
    if len(units) < 2:
        return units
    moved = np.any(np.diff(units, axis=0) != 0, axis=1)
    return units[np.concatenate(([True], moved))]


def _draw(path: Path, cursor: Path, command: int) -> bytes:
    """One command with the steps to every point; moves the cursor."""
    if not len(path):
        return b""
    steps = zigzag(np.diff(path, axis=0, prepend=cursor[None, :])).ravel()
    cursor[:] = path[-1]
    return varint(command | len(path) << 3) + b"".join(
        _SMALL[step] if step < len(_SMALL) else varint(step) for step in steps.tolist()
    )
