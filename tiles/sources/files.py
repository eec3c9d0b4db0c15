"""A folder of GeoJSON and GeoPackage files as one source, a layer per file.

Files may hold several levels of detail of the same thing, told apart by the
property ``band``. The finest band that fits the zoom is drawn where it has data,
coarser ones around it. Read when the first tile is asked for.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import shapely

from layers.core.mercator import EXTENT, from_lonlat, tile_bounds, tile_size_m
from layers.core.scope import Grant
from tiles.shapes import Shape, encode_shapes

from . import Source, TileRequest

# Detail by zoom: from which zoom on a band is drawn.
BANDS = (("local", 8), ("region", 5), ("world", 0))
WHOLE = "world"
EVERYWHERE = ""  # features without a band are drawn at every zoom
BUFFER = 64
HIDDEN = frozenset({"band"})
SUFFIXES = (".geojson", ".gpkg")

Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Band:
    """Geometries of one band in mercator metres, and their properties."""

    geometries: Geometries
    properties: list[dict[str, Any]]

    @cached_property
    def tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.geometries)


class FolderSource(Source):
    """Every file of ``folder`` is a tile layer named after it. Open to everyone."""

    public = True
    minzoom = 0
    maxzoom = 22
    # Clients magnify tiles of this zoom: the files hold no more detail.
    detail_zoom = 13
    cache_control = "public, max-age=3600"

    def __init__(self, source_id: str, folder: Path, title: str, note: str) -> None:
        self.id = source_id
        self.folder = folder
        self.title = self.description = title
        self.note = note
        self._lock = Lock()
        self._layers: dict[str, dict[str, Band]] = {}

    def visible(self, grant: Grant) -> bool:
        return True

    def key(self, request: TileRequest) -> Hashable:
        return (self.id, request.z, request.x, request.y)

    async def tile(self, request: TileRequest) -> bytes:
        return await asyncio.to_thread(self.encode, request.z, request.x, request.y)

    async def tilejson(self, grant: Grant) -> dict[str, Any]:
        layers = await asyncio.to_thread(self.layers)
        return {
            "tilejson": "3.0.0",
            "name": self.id,
            "description": self.title,
            "attribution": self.note,
            "minzoom": self.minzoom,
            "maxzoom": self.detail_zoom,
            "bounds": [-180.0, -85.0511, 180.0, 85.0511],
            "vector_layers": [
                {"id": name, "fields": _fields(bands)} for name, bands in layers.items()
            ],
        }

    def layers(self) -> dict[str, dict[str, Band]]:
        """Bands of every layer; the first call reads the files."""
        with self._lock:
            if not self._layers:
                self._layers = {
                    path.stem: _bands(path)
                    for path in sorted(self.folder.iterdir())
                    if path.suffix in SUFFIXES
                }
        return self._layers

    @cached_property
    def windows(self) -> dict[str, shapely.Geometry]:
        """Per band the box in which its areas are complete."""
        found: dict[str, list[Geometries]] = defaultdict(list)
        for bands in self.layers().values():
            for name, band in bands.items():
                areas = band.geometries[shapely.get_dimensions(band.geometries) == 2]
                if len(areas):
                    found[name].append(areas)
        return {
            name: shapely.box(*shapely.total_bounds(np.concatenate(areas)))
            for name, areas in found.items()
        }

    def encode(self, z: int, x: int, y: int) -> bytes:
        """The tile, all layers one after the other."""
        tile = tile_bounds(z, x, y)
        wide = shapely.box(*tile_bounds(z, x, y, BUFFER / EXTENT))
        areas = list(self._areas(z, wide))
        tolerance = tile_size_m(z) / EXTENT
        return b"".join(
            encode_shapes(
                name,
                [
                    shape
                    for band, area in areas
                    if band in bands
                    for shape in _cut(bands[band], area, tolerance)
                ],
                tile,
            )
            for name, bands in self.layers().items()
        )

    def _areas(
        self, z: int, rest: shapely.Geometry
    ) -> Iterator[tuple[str, shapely.Geometry]]:
        """Which band covers which part of the tile, the finest first."""
        yield EVERYWHERE, rest
        for name, from_zoom in BANDS:
            if z < from_zoom or rest.is_empty:
                continue
            window = self.windows.get(name)
            if name == WHOLE:
                yield name, rest
            elif window is not None and window.intersects(rest):
                yield name, rest.intersection(window)
                rest = rest.difference(window)


def _cut(band: Band, area: shapely.Geometry, tolerance: float) -> Iterator[Shape]:
    """What lies in ``area``, clipped, without detail that the tile cannot show."""
    hits = np.sort(band.tree.query(area))
    if not len(hits):
        return
    found = band.geometries[hits]
    if area.equals(area.envelope):
        clipped = shapely.clip_by_rect(found, *area.bounds)
    else:
        clipped = shapely.intersection(found, area)
    simple = shapely.simplify(clipped, tolerance, preserve_topology=False)
    for hit, geometry in zip(hits.tolist(), simple, strict=True):
        if not geometry.is_empty:
            yield Shape(geometry, band.properties[hit])


def _bands(path: Path) -> dict[str, Band]:
    geometries, properties = _read(path)
    shapes: dict[str, list[shapely.Geometry]] = defaultdict(list)
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for geometry, values in zip(geometries, properties, strict=True):
        band = str(values.get("band") or EVERYWHERE)
        kept = {key: value for key, value in values.items() if key not in HIDDEN}
        for part in shapely.get_parts(geometry):
            shapes[band].append(part)
            rows[band].append(kept)
    return {
        band: Band(shapely.transform(np.array(parts), _to_mercator), rows[band])
        for band, parts in shapes.items()
    }


def _read(path: Path) -> tuple[list[shapely.Geometry], list[dict[str, Any]]]:
    """Geometries in degrees (WGS 84) and their properties."""
    if path.suffix == ".geojson":
        features = orjson.loads(path.read_bytes())["features"]
        return (
            [shapely.geometry.shape(feature["geometry"]) for feature in features],
            [feature.get("properties") or {} for feature in features],
        )
    import geopandas  # slow to import, and most sites have no such file

    frame = geopandas.read_file(path).to_crs(4326)
    attributes = frame.drop(columns=frame.geometry.name).astype(object)
    clean = attributes.where(attributes.notna(), None)
    return list(frame.geometry), clean.to_dict("records")


def _to_mercator(degrees: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.column_stack(from_lonlat(degrees[:, 0], degrees[:, 1]))


_TYPES = {bool: "bool", int: "int8", float: "float8"}


def _fields(bands: dict[str, Band]) -> dict[str, str]:
    return {
        key: _TYPES.get(type(value), "text")
        for band in bands.values()
        for values in band.properties[:1]
        for key, value in values.items()
    }
