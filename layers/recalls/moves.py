"""Which way vessels move with respect to an area: arrays in, arrays out.

Everything is in metres of one local plane and in metres a second. An edge is a
boundary of the area, that of a hole too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer

from layers.core.ingest import Bools, Floats

from . import choices

KNOT = 1_852.0 / 3_600.0
Texts = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Plane:
    """Metres around the middle of an area (azimuthal equidistant, WGS 84): distances
    from the middle are true, others within 1 % up to 500 km from it."""

    transformer: Transformer

    @classmethod
    def around(cls, area: shapely.Geometry) -> Plane:
        """``area`` in degrees."""
        middle = area.envelope.centroid
        crs = CRS.from_proj4(
            f"+proj=aeqd +lat_0={middle.y} +lon_0={middle.x} +datum=WGS84 +units=m"
        )
        return cls(Transformer.from_crs(4326, crs, always_xy=True))

    def points(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Degrees to metres; NaN stays NaN."""
        x, y = self.transformer.transform(np.asarray(lon), np.asarray(lat))
        gone = np.isnan(lon) | np.isnan(lat)
        return np.where(gone, np.nan, x), np.where(gone, np.nan, y)

    def area(self, shape: shapely.Geometry) -> shapely.Geometry:
        """A shape in degrees as one in metres; its edges are divided to 5 km, as a
        straight line on the map is none on the plane."""
        divided = shapely.segmentize(shape, 0.05)
        return shapely.transform(
            divided,
            lambda at: np.column_stack(self.transformer.transform(at[:, 0], at[:, 1])),
        )


@dataclass(slots=True)
class Seen:
    """n vessels: place now and before (metres, NaN: none), seconds between the two,
    speed (m/s) and course (radians from north, clockwise) as told, NaN: not told."""

    x: Floats
    y: Floats
    before_x: Floats
    before_y: Floats
    seconds: Floats
    speed: Floats
    course: Floats


@dataclass(slots=True)
class Way:
    """Per vessel: ``inside``; ``edge`` metres to the nearest edge (negative outside);
    ``outward`` m/s at which that distance shrinks (negative: it grows; NaN: unknown);
    ``leave`` and ``enter``: seconds at present course and speed until the edge is
    crossed (inf: never, NaN: not known or not meant)."""

    inside: Bools
    edge: Floats
    outward: Floats
    leave: Floats
    enter: Floats
    speed: Floats


def which_way(area: shapely.Geometry, seen: Seen) -> Way:
    """How vessels move with respect to ``area`` (valid polygons, metres).

    The way is told by two fixes. Without an earlier one, by speed and course.
    """
    shapely.prepare(area)
    edges = area.boundary
    shapely.prepare(edges)
    here = shapely.points(seen.x, seen.y)
    inside = np.asarray(shapely.intersects_xy(area, seen.x, seen.y), dtype=bool)
    edge = _depth(edges, here, inside)
    there = np.isfinite(seen.before_x) & (seen.seconds > 0)
    was = _depth(
        edges,
        shapely.points(seen.before_x, seen.before_y),
        np.asarray(shapely.intersects_xy(area, seen.before_x, seen.before_y), bool),
    )
    seconds = np.where(there, seen.seconds, np.nan)
    east, north = _velocity(seen, seconds)
    ahead = _depth_ahead(area, edges, seen, east, north)
    outward = np.where(there, (was - edge) / seconds, (edge - ahead) / LOOK_S)
    speed = np.hypot(east, north)
    crossing = _crossing(edges, here, seen, east, north, speed)
    return Way(
        inside=inside,
        edge=edge,
        outward=outward,
        leave=np.where(inside, crossing, np.nan),
        enter=np.where(inside, np.nan, crossing),
        speed=speed,
    )


LOOK_S = 60.0


def _depth(edges: shapely.Geometry, points: Texts, inside: Bools) -> Floats:
    """Metres to the nearest edge, negative outside, NaN without a place."""
    known = np.isfinite(shapely.get_x(points))
    away = np.full(len(points), np.nan)
    away[known] = shapely.distance(edges, points[known])
    return np.where(inside, away, -away)


def _depth_ahead(
    area: shapely.Geometry,
    edges: shapely.Geometry,
    seen: Seen,
    east: Floats,
    north: Floats,
) -> Floats:
    """The depth a minute later at this velocity."""
    x, y = seen.x + east * LOOK_S, seen.y + north * LOOK_S
    inside = np.asarray(shapely.intersects_xy(area, x, y), dtype=bool)
    return _depth(edges, shapely.points(x, y), inside)


def _velocity(seen: Seen, seconds: Floats) -> tuple[Floats, Floats]:
    """Metres a second east and north: as told, else by the two fixes."""
    told = np.isfinite(seen.speed) & np.isfinite(seen.course)
    east = np.where(
        told, seen.speed * np.sin(seen.course), (seen.x - seen.before_x) / seconds
    )
    north = np.where(
        told, seen.speed * np.cos(seen.course), (seen.y - seen.before_y) / seconds
    )
    return east, north


def _crossing(
    edges: shapely.Geometry,
    here: Texts,
    seen: Seen,
    east: Floats,
    north: Floats,
    speed: Floats,
) -> Floats:
    """Seconds until the first edge ahead; inf when none lies ahead or at rest."""
    west, south, right, top = shapely.bounds(edges)
    reach = np.hypot(right - west, top - south) + np.abs(
        _depth(edges, here, np.ones(len(here), bool))
    )
    found = np.full(len(here), np.nan)
    known = np.isfinite(speed) & np.isfinite(seen.x)
    found[known] = np.inf
    going = np.flatnonzero(known & (speed > 0))
    if not len(going):
        return found
    scale = reach[going] / speed[going]
    start = np.column_stack([seen.x[going], seen.y[going]])
    end = start + np.column_stack([east[going], north[going]]) * scale[:, None]
    rays = shapely.linestrings(np.stack([start, end], axis=1))
    met = shapely.intersection(rays, edges)
    crosses = ~shapely.is_empty(met)
    away = shapely.distance(here[going], met)
    found[going[crosses]] = away[crosses] / speed[going[crosses]]
    return found


def name_moves(
    way: Way, in_port: Bools, ahead_s: float, still_kn: float
) -> tuple[Texts, Bools]:
    """The word of ``choices.MOVES`` per vessel, and whether it belongs on the list:
    inside now, or entering within ``ahead_s``."""
    entering = ~way.inside & (way.enter <= ahead_s) & (way.speed >= still_kn * KNOT)
    moving = np.where(np.isnan(way.speed), np.abs(way.outward), way.speed)
    still = moving < still_kn * KNOT
    words = np.select(
        [
            way.inside & in_port,
            entering,
            ~way.inside,
            np.isnan(way.outward) & np.isnan(moving),
            still,
            way.outward > 0,
        ],
        [
            choices.IN_PORT,
            choices.ENTERING,
            choices.LEFT,
            choices.UNKNOWN,
            choices.STILL,
            choices.LEAVING,
        ],
        default=choices.DEEPER,
    )
    return words.astype(object), way.inside | entering
