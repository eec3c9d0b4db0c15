"""Web mercator (EPSG:3857) and its tile grid, for scalars and NumPy arrays."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

RADIUS_M = 6_378_137.0
HALF_M = math.pi * RADIUS_M
MAX_LAT = 85.051_128_779_806_6
EXTENT = 4096
MAX_ZOOM = 24

Bounds = tuple[float, float, float, float]
Floats = npt.NDArray[np.float64]


def from_lonlat(lon: Any, lat: Any) -> tuple[Any, Any]:
    """Degrees to metres; latitudes beyond the square are moved to its edge."""
    lat = np.clip(lat, -MAX_LAT, MAX_LAT)
    x = np.radians(lon) * RADIUS_M
    y = np.arctanh(np.sin(np.radians(lat))) * RADIUS_M
    return x, y


def to_lonlat(x: Any, y: Any) -> tuple[Any, Any]:
    """Metres to degrees."""
    lon = np.degrees(np.asarray(x) / RADIUS_M)
    lat = np.degrees(np.arctan(np.sinh(np.asarray(y) / RADIUS_M)))
    return lon, lat


def tile_size_m(z: int) -> float:
    """Length of a tile's side in mercator metres."""
    return 2 * HALF_M / 2**z


def tile_bounds(z: int, x: int, y: int, margin: float = 0.0) -> Bounds:
    """(west, south, east, north) in metres; ``margin`` in parts of the side."""
    size = tile_size_m(z)
    west, north = x * size - HALF_M, HALF_M - y * size
    pad = margin * size
    return west - pad, north - size - pad, west + size + pad, north + pad


def in_grid(z: int, x: int, y: int) -> bool:
    """Whether the tile exists at all."""
    return 0 <= z <= MAX_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z
