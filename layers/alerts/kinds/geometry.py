"""Shapes and distances of zones, in metres on the WGS 84 ellipsoid.

Distances are taken on the plane tangent at the middle of the two points, which is
right within 0.1 % up to 100 km; no zone here is looked at from farther away.
"""

from __future__ import annotations

import numpy as np
import shapely

from .search import Floats, Objects

EARTH_RADIUS_M = 6_378_137.0
FLATNESS = 0.006_694_379_990_14  # eccentricity squared
KN_M_S = 1_852 / 3_600
# How far beyond a line its far side reaches.
REACH_M = 300_000.0
FAR_DEG = 40.0
# A longer piece bends visibly between degrees and web mercator.
STRAIGHT_DEG = 0.02


def to_mercator(points: Floats) -> Floats:
    """Degrees to web-mercator metres; shape (n, 2)."""
    lon, lat = np.radians(points).T
    y = np.log(np.tan(np.pi / 4 + lat / 2))
    return EARTH_RADIUS_M * np.column_stack([lon, y])


def to_degrees(points: Floats) -> Floats:
    """Web-mercator metres to degrees; shape (n, 2)."""
    x, y = points.T / EARTH_RADIUS_M
    return np.degrees(np.column_stack([x, 2 * np.arctan(np.exp(y)) - np.pi / 2]))


def scale_m(lat: Floats) -> tuple[Floats, Floats]:
    """Metres of one degree of longitude and of latitude at ``lat``."""
    phi = np.radians(lat)
    root = 1 - FLATNESS * np.sin(phi) ** 2
    east = EARTH_RADIUS_M / np.sqrt(root) * np.cos(phi)
    north = EARTH_RADIUS_M * (1 - FLATNESS) / root**1.5
    return np.radians(east), np.radians(north)


def distance_m(lon: Floats, lat: Floats, lon2: Floats, lat2: Floats) -> Floats:
    """Metres between points given in degrees."""
    east, north = scale_m((lat + lat2) / 2)
    return np.hypot((lon2 - lon) * east, (lat2 - lat) * north)


def offset_m(edge: Objects, lon: Floats, lat: Floats) -> Floats:
    """Metres from each point (degrees) to its own line in ``edge`` (web mercator, as
    :func:`edges` gives them), never negative. Shapes (n,)."""
    if not len(lon):
        return np.zeros(0)
    here = shapely.points(to_mercator(np.column_stack([lon, lat])))
    ways = shapely.get_coordinates(shapely.shortest_line(here, edge))
    there = to_degrees(ways[1::2])
    return distance_m(lon, lat, there[:, 0], there[:, 1])


def edges(shapes: Objects) -> Objects:
    """The outlines of areas, and lines themselves, in web mercator.

    Cut into short pieces first, so that straight means straight in degrees.
    """
    lines = np.where(
        shapely.get_dimensions(shapes) == 2, shapely.boundary(shapes), shapes
    )
    return shapely.transform(shapely.segmentize(lines, STRAIGHT_DEG), to_mercator)


def grown(areas: Objects, metres: float) -> Objects:
    """Areas widened by ``metres``, in degrees.

    Web-mercator distances are stretched by 1 / cos(latitude); taken at the middle
    of each area, which is within a few percent for zones up to two degrees high.
    """
    result = []
    for area in areas:
        middle = np.radians((area.bounds[1] + area.bounds[3]) / 2)
        flat = shapely.transform(area, to_mercator)
        wide = shapely.buffer(flat, metres / np.cos(middle))
        result.append(shapely.transform(wide, to_degrees))
    found = np.empty(len(result), dtype=object)
    found[:] = result
    shapely.prepare(found)
    return found


def sides(line: shapely.LineString, beyond: str) -> tuple[shapely.Geometry, ...]:
    """The side of a line that is beyond it: (region, shadow), polygons in degrees.

    ``beyond`` is ``left`` or ``right`` as one goes along the line. The region ends
    REACH_M from the line and square to its ends. The shadow is what lies on that
    side past the ends, where the line says nothing. Raises ValueError for a line
    that crosses itself or has no length.
    """
    flat = shapely.transform(shapely.segmentize(line, STRAIGHT_DEG), to_mercator)
    if flat.is_ring or not flat.is_simple or not flat.length:
        raise ValueError("a line with two sides does not cross or close itself")
    half = _half(flat, beyond)
    middle = np.radians((line.bounds[1] + line.bounds[3]) / 2)
    reach = shapely.buffer(flat, REACH_M / np.cos(middle), cap_style="flat")
    region = shapely.make_valid(shapely.intersection(half, reach))
    shadow = shapely.difference(half, reach)
    return (
        shapely.transform(region, to_degrees),
        shapely.transform(shadow, to_degrees),
    )


def _half(flat: shapely.LineString, beyond: str) -> shapely.Geometry:
    """One half of a wide box that the line, made longer at its ends, divides."""
    points = shapely.get_coordinates(flat)
    far = np.radians(FAR_DEG / 4) * EARTH_RADIUS_M
    before = _onward(points[1], points[0], 4 * far)
    after = _onward(points[-2], points[-1], 4 * far)
    long = shapely.LineString([before, *points, after])
    west, south, east, north = flat.bounds
    box = shapely.box(west - far, south - far, east + far, north + far)
    left = shapely.buffer(long, 1.0, single_sided=True)
    halves = shapely.get_parts(
        shapely.polygonize([shapely.union(shapely.boundary(box), long)])
    )
    touched = [shapely.intersection(half, left).area for half in halves]
    on_left = np.asarray(touched) > max(touched) / 2
    wanted = on_left if beyond == "left" else ~on_left
    return shapely.union_all(halves[wanted])


def _onward(start: Floats, end: Floats, length: float) -> Floats:
    step = end - start
    return end + step / np.hypot(*step) * length


def reachable(
    first: Floats, second: Floats, seconds: Floats, speed_kn: float, slack_m: Floats
) -> Objects:
    """Where something can have been between two fixes: polygons in degrees.

    ``first`` and ``second`` have shape (n, 2), lon and lat; ``seconds`` and
    ``slack_m`` (the errors of both fixes together) shape (n,). The set is an
    ellipse with the fixes as foci, whose long axis is the longest way that
    ``speed_kn`` allows (Hagerstrand's space-time prism seen from above).
    """
    middle = (first + second) / 2
    east, north = scale_m(middle[:, 1])
    scale = np.column_stack([east, north])
    apart = (second - first) * scale
    focal = np.hypot(*apart.T)
    longest = np.maximum(speed_kn * KN_M_S * seconds + slack_m, focal + 1.0)
    major, minor = longest / 2, np.sqrt(longest**2 - focal**2) / 2
    turn = np.arctan2(apart[:, 1], apart[:, 0])
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    # a polygon around the ellipse: it never leaves out what could be reached
    widen = 1 / np.cos(np.pi / len(angle))
    along = np.cos(angle) * major[:, None] * widen
    aside = np.sin(angle) * minor[:, None] * widen
    x = along * np.cos(turn)[:, None] - aside * np.sin(turn)[:, None]
    y = along * np.sin(turn)[:, None] + aside * np.cos(turn)[:, None]
    offsets = np.stack([x, y], axis=2) / scale[:, None, :]
    return shapely.polygons(middle[:, None, :] + offsets)
