"""The ground of the map, frozen with the evidence: what part of the sea it shows and
the land in it. The map itself is drawn by :mod:`.chart`."""

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


def ground(document: dict[str, Any]) -> dict[str, Any]:
    """``extent`` (west, south, east, north) and ``land`` within it as GeoJSON."""
    extent = extent_of(document)
    return {
        "extent": [round(value, 4) for value in extent],
        "land": _clipped(extent, 0.0),
        "overview": _clipped(OVERVIEW, 0.01),
    }


def _clipped(extent: tuple[float, ...], tolerance: float) -> dict[str, Any]:
    found = shapely.clip_by_rect(_land(extent), *extent)
    if tolerance:
        found = shapely.simplify(found, tolerance)
    found = shapely.set_precision(found, GRID_DEG)
    plain: dict[str, Any] = orjson.loads(orjson.dumps(mapping(found)))
    return plain


def extent_of(document: dict[str, Any]) -> tuple[float, float, float, float]:
    """Around the credible fixes, and the nearest edge of the zones of the case."""
    fixes = shown(document["fixes"])
    points = [(fix["lon"], fix["lat"]) for fix in fixes]
    if not points:
        west, south, east, north = settings.IOC_HOME_BBOX
        return float(west), float(south), float(east), float(north)
    way = shapely.MultiPoint(points)
    for zone in document["zones"]:
        if zone["geometry"]:
            edge = shape(zone["geometry"])
            edge = edge.boundary if edge.geom_type.endswith("Polygon") else edge
            near = shapely.shortest_line(way, edge)
            if near is not None:
                points += [(float(x), float(y)) for x, y in near.coords]
    return _padded(shapely.MultiPoint(points).bounds)


def shown(fixes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the map is about: credible fixes in the span; where there are hardly any,
    those around it too, since a silence has two ends."""
    credible = [fix for fix in fixes if not fix["suspect"]]
    inside = [fix for fix in credible if fix["inside"]]
    return inside if len(inside) > 2 else credible or fixes


def _padded(bounds: tuple[float, ...]) -> tuple[float, float, float, float]:
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
