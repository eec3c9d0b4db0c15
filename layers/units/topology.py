"""Repairing and judging a set of unit outlines. Pure geometry, no database.

Areas are geodesic on WGS 84 in m², so they do not depend on a projection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from pyproj import Geod, Proj

GEOD = Geod(ellps="WGS84")
# Lambert's cylindrical equal-area projection, true to scale at 20 degrees
PLANE = Proj("+proj=cea +lat_ts=20 +ellps=WGS84")
METRES_PER_DEGREE = 111_320.0  # of latitude, and of longitude at the equator
GAP_M = 20.0
LEAST_M2 = 1.0  # smaller flaws come from rounding
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


@dataclass(slots=True)
class Cleaned:
    """Outlines without overlaps that share their borders.

    ``closed`` are the flaws that were there and were repaired, ``left`` those that
    are there still; largest first.
    """

    shapes: list[Polygon]
    closed: list[Flaw]
    left: list[Flaw]


class CoveredError(ValueError):
    """Others cover the outline with this ``index`` wholly."""

    def __init__(self, index: int) -> None:
        super().__init__(f"outline {index} is covered by others")
        self.index = index


def area_m2(shape: Polygon) -> float:
    """Geodesic area of a lon/lat polygon, m²."""
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(shape))[0])


def flat(shapes: Sequence[Polygon]) -> Any:
    """Lon/lat shapes on an equal-area plane in metres, where ``shapely.area`` is the
    geodesic area of many of them at once."""

    def project(points: Any) -> Any:
        return np.column_stack(PLANE(points[:, 0], points[:, 1]))

    return shapely.transform(_array(shapes), project)


def lonlat(shape: Polygon) -> Polygon:
    """The reverse of :func:`flat`, for one shape."""

    def project(points: Any) -> Any:
        return np.column_stack(PLANE(points[:, 0], points[:, 1], inverse=True))

    return shapely.transform(shape, project)


def repair(shape: Polygon) -> Polygon:
    """A valid multipolygon of the same area; lines and points fall away.

    Raises ValueError when nothing with an area is left.
    """
    if shapely.get_dimensions(shape) < 2:
        raise ValueError(
            _("a %s has no area: an outline is a polygon") % shape.geom_type
        )
    valid = shapely.make_valid(shapely.force_2d(shape), method="structure")
    parts = polygons(valid)
    if not parts:
        raise ValueError(_("the outline has no area"))
    return shapely.multipolygons(parts)


def _array(shapes: Sequence[Any]) -> Any:
    return np.asarray(shapes, dtype=object)


def of_geos(geom: Any) -> Polygon:
    """A geometry of GeoDjango as one of shapely; None is an empty polygon."""
    return shapely.from_wkb(bytes(geom.wkb)) if geom else shapely.Polygon()


def polygons(shape: Any) -> list[Polygon]:
    """The polygons in a geometry of any kind."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    return [p for p in parts if p.geom_type == "Polygon" and not p.is_empty]


def clean(shapes: Sequence[Polygon], gap_m: float = GAP_M) -> Cleaned:
    """Give every place to one outline: overlaps, and gaps narrower than ``gap_m``,
    go to the neighbour with the longest common border.

    ``shapes`` are repaired outlines. Vertices within about a millimetre become one.
    The same input gives the same result. Raises CoveredError for the first outline
    of which nothing is left.
    """
    before = _flaws(shapes)
    given = _array(shapes)
    made = shapely.coverage_clean(given, gap_width=gap_m / METRES_PER_DEGREE)
    parts = [polygons(shape) for shape in made]
    if covered := [index for index, found in enumerate(parts) if not found]:
        raise CoveredError(covered[0])
    whole = [shapely.multipolygons(found) for found in parts]
    left = _flaws(whole)
    # a flaw was closed when its place lies in none of those that are left
    tree = shapely.STRtree([shape for _flaw, shape in left])
    points = _array([shapely.Point(flaw.lon, flaw.lat) for flaw, _shape in before])
    still = set(tree.query(points, predicate="intersects")[0])
    return Cleaned(
        whole,
        closed=[flaw for at, (flaw, _shape) in enumerate(before) if at not in still],
        left=[flaw for flaw, _shape in left],
    )


def check(shapes: Sequence[Polygon], least_m2: float = 100.0) -> Report:
    """Overlaps between neighbours and holes inside the whole, from ``least_m2``.

    ``shapes`` are repaired outlines; sea between islands is no hole, since a hole
    is enclosed by outlines.
    """
    found = (flaw for flaw, _shape in _flaws(shapes))
    return Report(flaws=[flaw for flaw in found if flaw.area_m2 >= least_m2])


def _flaws(shapes: Sequence[Polygon]) -> list[tuple[Flaw, Polygon]]:
    """Every flaw of at least 1 m² with its shape, largest first."""
    given = _array(shapes)
    tree = shapely.STRtree(given)
    first, second = tree.query(given, predicate="intersects")
    pairs = first < second
    first, second = first[pairs], second[pairs]
    common = shapely.intersection(given[first], given[second])
    found = []
    for at in np.flatnonzero(shapely.area(common) > 0):
        units = (int(first[at]), int(second[at]))
        found.append((_flaw("overlap", units, common[at]), common[at]))
    whole = polygons(shapely.union_all(given))
    holes = _array([shapely.Polygon(ring) for part in whole for ring in part.interiors])
    around: dict[int, list[int]] = {}
    for pair in tree.query(holes, predicate="intersects").T:
        around.setdefault(int(pair[0]), []).append(int(pair[1]))
    for number, hole in enumerate(holes):
        neighbours = tuple(sorted(around.get(number, [])))
        found.append((_flaw("gap", neighbours, hole), hole))
    found = [entry for entry in found if entry[0].area_m2 >= LEAST_M2]
    return sorted(found, key=lambda e: (-e[0].area_m2, e[0].lon, e[0].lat))


def _flaw(kind: str, units: tuple[int, ...], shape: Polygon) -> Flaw:
    parts = polygons(shape)
    point = shape.representative_point()
    return Flaw(
        kind,
        units,
        sum(area_m2(part) for part in parts),
        round(point.x, 5),
        round(point.y, 5),
    )
