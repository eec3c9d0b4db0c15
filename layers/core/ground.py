"""The ground of printed maps: what they show around something, and the land in it."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from math import cos, radians
from typing import Any

import orjson
import shapely
from django.conf import settings
from shapely.geometry import mapping, shape

LEAST_DEG = 0.06
MARGIN = 0.18
# Width to height of the printed map.
RATIO = 170 / 125
# The overview of the whole gulf, west south east north.
OVERVIEW = (103.5, 15.5, 111.5, 22.5)
GRID_DEG = 1e-4

Box = tuple[float, float, float, float]


def land_in(extent: tuple[float, ...], tolerance: float) -> dict[str, Any]:
    """Land within ``extent`` (west, south, east, north) as GeoJSON; ``tolerance``
    degrees of simplification."""
    found = shapely.clip_by_rect(_land(extent), *extent)
    if tolerance:
        found = shapely.simplify(found, tolerance)
    found = shapely.set_precision(found, GRID_DEG)
    plain: dict[str, Any] = orjson.loads(orjson.dumps(mapping(found)))
    return plain


def padded(bounds: tuple[float, ...]) -> Box:
    """The bounds with a margin, in the shape of the printed map."""
    west, south, east, north = bounds
    x, y = (west + east) / 2, (south + north) / 2
    # a degree of longitude is narrower than one of latitude
    scale = max(0.2, cos(radians(y)))
    width = max((east - west) * scale, LEAST_DEG) * (1 + 2 * MARGIN)
    height = max(north - south, LEAST_DEG / RATIO) * (1 + 2 * MARGIN)
    width = max(width, height * RATIO)
    height = width / RATIO
    half_x, half_y = width / scale / 2, height / 2
    return x - half_x, y - half_y, x + half_x, y + half_y


@cache
def _bands() -> list[shapely.Geometry]:
    """Land of the basemap (GSHHG, simplified), the finest level of detail first."""
    path = settings.PATHS["fixtures"] / "basemap" / "land.geojson"
    found: dict[str, list[shapely.Geometry]] = defaultdict(list)
    for feature in orjson.loads(path.read_bytes())["features"]:
        found[feature["properties"]["band"]].append(shape(feature["geometry"]))
    bands = [shapely.union_all(shapes) for shapes in found.values()]
    return sorted(bands, key=lambda land: shapely.box(*land.bounds).area)


def _land(extent: tuple[float, ...]) -> shapely.Geometry:
    """The finest land that reaches over the whole extent."""
    bands = _bands()
    window = shapely.box(*extent)
    whole = [land for land in bands if shapely.box(*land.bounds).contains(window)]
    return (whole or bands)[0 if whole else -1]
