"""Repairing and judging a set of unit outlines. Pure geometry, no database.

Areas are geodesic on WGS 84 in m², so they do not depend on a projection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely
from pyproj import Geod

GEOD = Geod(ellps="WGS84")
Polygon = Any  # a shapely Polygon or MultiPolygon, lon/lat


@dataclass(frozen=True, slots=True)
class Flaw:
    """Where two outlines overlap, or a hole between them. ``area_m2`` > 0."""

    kind: str
    units: tuple[int, ...]
    area_m2: float
    lon: float
    lat: float


@dataclass(slots=True)
class Report:
    """What was found: outlines repaired (by index) and flaws, largest first."""

    repaired: list[int] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)


def area_m2(shape: Polygon) -> float:
    """Geodesic area of a lon/lat polygon, m²."""
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(shape))[0])


def repair(shape: Polygon) -> Polygon:
    """A valid multipolygon of the same area; lines and points fall away.

    Raises ValueError when nothing with an area is left.
    """
    valid = shapely.make_valid(shapely.force_2d(shape), method="structure")
    parts = [p for p in shapely.get_parts(valid) if p.geom_type == "Polygon"]
    if not parts:
        raise ValueError("the outline has no area")
    return shapely.multipolygons(parts)


def check(shapes: Sequence[Polygon], least_m2: float = 100.0) -> Report:
    """Overlaps between neighbours and holes inside the whole, from ``least_m2``.

    ``shapes`` are repaired outlines; sea between islands is no hole, since a hole
    is enclosed by outlines.
    """
    report = Report()
    tree = shapely.STRtree(shapes)
    for i, j in zip(*tree.query(shapes, predicate="intersects"), strict=True):
        if i < j:
            common = shapely.intersection(shapes[i], shapes[j])
            if common.area > 0:
                report.flaws.append(_flaw("overlap", (int(i), int(j)), common))
    whole = shapely.union_all(shapes)
    for part in shapely.get_parts(whole):
        for ring in part.interiors:
            hole = shapely.Polygon(ring)
            around = tuple(int(i) for i in tree.query(hole, predicate="intersects"))
            report.flaws.append(_flaw("gap", around, hole))
    report.flaws = [flaw for flaw in report.flaws if flaw.area_m2 >= least_m2]
    report.flaws.sort(key=lambda flaw: -flaw.area_m2)
    return report


def _flaw(kind: str, units: tuple[int, ...], shape: Polygon) -> Flaw:
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    point = shape.representative_point()
    return Flaw(
        kind,
        units,
        sum(area_m2(part) for part in parts),
        round(point.x, 5),
        round(point.y, 5),
    )
