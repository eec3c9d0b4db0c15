"""Whether a position is farther inland than a ship can be.

Needs an exact map of dry land: ``IOC_LAND_MASK``, the path of a GeoJSON file of
polygons from which rivers and harbour basins are cut out. Without one nothing is
flagged. (A general map will not do: measured on a recording of Hai Phong, one tenth of
all positions, the ships in the river ports, lie more than 500 m inland of the shore
of GSHHG.)
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import shapely
from django.conf import settings

from layers.core.ingest import Bools, Floats

from .params import params
from .segmenter import DEGREE_M

# Polygons are cut into cells of this size, so that a test looks at few corners.
CELL_DEG = 0.25


def inland(lon: Floats, lat: Floats) -> Bools:
    """For each place whether it is at least ``land_m`` inside dry land."""
    tree = _tree(settings.IOC_LAND_MASK)
    found = np.zeros(len(lon), bool)
    if tree is not None:
        found[tree.query(shapely.points(lon, lat), predicate="intersects")[0]] = True
    return found


@cache
def _tree(path: str) -> shapely.STRtree | None:
    """The land without its margin, in small pieces.

    Raises ``OSError`` or ``ValueError`` for a file that is not there or not GeoJSON.
    """
    if not path:
        return None
    features = json.loads(Path(path).read_text())["features"]
    shapes = shapely.from_geojson([json.dumps(f["geometry"]) for f in features])
    pieces = [
        piece
        for shape in shapely.get_parts(shapely.make_valid(shapes))
        for piece in _cells(_without_margin(shape, params().land_m))
    ]
    shapely.prepare(pieces)
    return shapely.STRtree(pieces)


def _without_margin(shape: shapely.Geometry, margin_m: float) -> shapely.Geometry:
    """Shrunk by ``margin_m`` metres, measured at its middle latitude."""
    middle = shape.centroid.y if not shape.is_empty else 0.0
    scale = np.array([DEGREE_M * np.cos(np.radians(middle)), DEGREE_M])
    metres = shapely.transform(shape, lambda xy: xy * scale)
    return shapely.transform(metres.buffer(-margin_m), lambda xy: xy / scale)


def _cells(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """The polygon cut along a grid."""
    if shape.is_empty:
        return []
    west, south, east, north = np.floor(np.array(shape.bounds) / CELL_DEG).astype(int)
    x, y = np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1))
    boxes = shapely.box(x, y, x + 1, y + 1).ravel()
    cells = shapely.transform(boxes, lambda xy: xy * CELL_DEG)
    shapely.prepare(shape)
    cut = shapely.intersection(cells[shapely.intersects(shape, cells)], shape)
    return [piece for piece in cut if not piece.is_empty]
