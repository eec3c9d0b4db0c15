"""The square of a tile in the coordinates of a table."""

from __future__ import annotations

import math
from functools import lru_cache

import pyproj

from layers.core.mercator import RADIUS_M, Bounds, tile_bounds, to_lonlat

# Above this zoom a tile is so small that its edges say where it lies. Below, its
# edges may lie where a local projection is not defined, and every row is looked at.
LOCAL_ZOOM = 6
EDGE_POINTS = 21
DEGREE_M = math.radians(RADIUS_M)
SLACK = 0.02  # of the box's size: edges are bent between the points that are looked at


class Nowhere(Exception):
    """The projection has no such place, so no row can be there."""


def search_box(
    srid: int, crs: str, tile: tuple[int, int, int], margin: float
) -> Bounds | None:
    """(west, south, east, north) in units of ``srid`` that holds the tile and its
    buffer (``margin``, in parts of the side); None: no limit can be told.

    Raises Nowhere when the tile is outside of the projection's world.
    """
    wide = tile_bounds(*tile, margin)
    if srid == 3857:
        return wide
    if srid == 4326:
        west, south = to_lonlat(wide[0], wide[1])
        east, north = to_lonlat(wide[2], wide[3])
        return float(west), float(south), float(east), float(north)
    if tile[0] < LOCAL_ZOOM:
        return None
    box = _transformer(srid, crs).transform_bounds(*wide, densify_pts=EDGE_POINTS)
    if not all(map(math.isfinite, box)):
        raise Nowhere
    across, up = (box[2] - box[0]) * SLACK, (box[3] - box[1]) * SLACK
    return box[0] - across, box[1] - up, box[2] + across, box[3] + up


def check_crs(srid: int, crs: str) -> str:
    """Why coordinates of this SRID cannot be drawn; empty when they can."""
    if srid in (3857, 4326):
        return ""
    try:
        _transformer(srid, crs)
    except pyproj.exceptions.ProjError as error:
        return f"SRID {srid}: {str(error)[:200]}"
    return ""


def units_of(srid: int, crs: str) -> tuple[bool, float]:
    """Whether coordinates are degrees, and how many metres one unit is."""
    if srid == 3857:
        return False, 1.0
    if srid == 4326:
        return True, DEGREE_M
    known = pyproj.CRS.from_user_input(crs or srid)
    if known.is_geographic:
        return True, DEGREE_M
    return False, known.axis_info[0].unit_conversion_factor or 1.0


@lru_cache(maxsize=64)
def _transformer(srid: int, crs: str) -> pyproj.Transformer:
    """``crs`` is empty where the SRID comes from a comment: then it is EPSG's."""
    return pyproj.Transformer.from_crs("EPSG:3857", crs or srid, always_xy=True)
