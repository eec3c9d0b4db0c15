"""The ground of the map, frozen with the evidence: what part of the sea it shows and
the land in it. The map itself is drawn by :mod:`.chart`."""

from __future__ import annotations

from typing import Any

import shapely
from django.conf import settings
from shapely.geometry import shape

from layers.core.ground import OVERVIEW, land_in, padded


def ground(document: dict[str, Any]) -> dict[str, Any]:
    """``extent`` (west, south, east, north) and ``land`` within it as GeoJSON."""
    extent = extent_of(document)
    return {
        "extent": [round(value, 4) for value in extent],
        "land": land_in(extent, 0.0),
        "overview": land_in(OVERVIEW, 0.01),
    }


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
    return padded(shapely.MultiPoint(points).bounds)


def shown(fixes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the map is about: credible fixes in the span; where there are hardly any,
    those around it too, since a silence has two ends."""
    credible = [fix for fix in fixes if not fix["suspect"]]
    inside = [fix for fix in credible if fix["inside"]]
    return inside if len(inside) > 2 else credible or fixes
