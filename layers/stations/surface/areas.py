"""A surface as areas of equal class, clipped to where it may be drawn. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from contourpy import FillType, contour_generator

from .idw import KM_PER_DEGREE, Floats, interpolate, plane

CELL_KM = 2.0
# Nobody knows the air further than this from a station, km.
REACH_KM = 25.0
GRID_DEG = 1e-4


@dataclass(frozen=True, slots=True)
class Class:
    """Values from ``least`` to below ``most``."""

    least: float
    most: float
    title: str
    colour: str


def reach(lon: Floats, lat: Floats, outline: shapely.Geometry) -> shapely.Geometry:
    """The part of ``outline`` (degrees) within REACH_KM of a station."""
    lat0 = float(lat.mean())
    wide = KM_PER_DEGREE * np.cos(np.radians(lat0))
    circles = shapely.buffer(
        shapely.points(lon * wide, lat * KM_PER_DEGREE), REACH_KM, quad_segs=12
    )
    near = shapely.transform(
        shapely.union_all(circles), lambda xy: xy / [wide, KM_PER_DEGREE]
    )
    return shapely.intersection(shapely.make_valid(outline), near)


def areas(
    lon: Floats,
    lat: Floats,
    values: Floats,
    where: shapely.Geometry,
    classes: list[Class],
) -> list[dict[str, Any]]:
    """GeoJSON features of the classes that occur within ``where``; lon, lat."""
    if where.is_empty:
        return []
    west, south, east, north = where.bounds
    lat0 = float(lat.mean())
    step = CELL_KM / KM_PER_DEGREE
    wide = step / np.cos(np.radians(lat0))
    x = np.arange(west - wide, east + 2 * wide, wide)
    y = np.arange(south - step, north + 2 * step, step)
    grid_x, grid_y = np.meshgrid(x, y)
    asked = plane(grid_x.ravel(), grid_y.ravel(), lat0)
    z = interpolate(plane(lon, lat, lat0), values, asked).reshape(grid_x.shape)
    contours = contour_generator(x, y, z, fill_type=FillType.OuterOffset)
    found = []
    for entry in classes:
        if entry.most <= z.min() or entry.least > z.max():
            continue
        parts = _polygons(*contours.filled(entry.least, entry.most))
        area = shapely.intersection(shapely.union_all(parts), where)
        area = shapely.set_precision(_only_areas(area), GRID_DEG)
        if area.is_empty:
            continue
        found.append(
            {
                "type": "Feature",
                "geometry": shapely.geometry.mapping(area),
                "properties": {
                    "least": entry.least,
                    "most": entry.most if np.isfinite(entry.most) else None,
                    "title": entry.title,
                    "colour": entry.colour,
                },
            }
        )
    return found


def _polygons(rings: list[Any], offsets: list[Any]) -> list[shapely.Geometry]:
    """contourpy's outer boundaries with their holes."""
    found = []
    for points, ends in zip(rings, offsets, strict=True):
        parts = [points[start:end] for start, end in pairwise(ends)]
        parts = [part for part in parts if len(part) > 3]
        if parts:
            found.append(shapely.make_valid(shapely.Polygon(parts[0], parts[1:])))
    return found


def _only_areas(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return shapely.union_all(
        [part for part in parts if part.geom_type in ("Polygon", "MultiPolygon")]
    )
