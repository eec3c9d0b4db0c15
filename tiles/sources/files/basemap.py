"""A folder of GeoJSON and GeoPackage files as one source, a layer per file.

Files may hold several levels of detail of the same thing, told apart by the
property ``band``. The finest band that fits the zoom is drawn where it has data,
coarser ones around it. Read when the first tile is asked for.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Hashable, Iterator
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import shapely
import xxhash

from layers.core.mercator import EXTENT, tile_bounds, tile_size_m
from layers.core.scope import Grant
from tiles.shapes import encode_shapes
from tiles.sources import Source, TileRequest

from .columns import type_name
from .features import BUFFER, Features, Geometries
from .formats import Limits, inspect
from .reading import read_shapes

# Detail by zoom: from which zoom on a band is drawn.
BANDS = (("local", 8), ("region", 5), ("world", 0))
WHOLE = "world"
EVERYWHERE = ""  # features without a band are drawn at every zoom
BAND = "band"
SUFFIXES = (".geojson", ".gpkg")


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
        self._layers: dict[str, dict[str, Features]] = {}
        self._fields: dict[str, dict[str, str]] = {}

    def visible(self, grant: Grant) -> bool:
        return True

    def version(self, request: TileRequest) -> Hashable:
        return self._state

    @cached_property
    def _state(self) -> str:
        """Which files these are: tiles outlive the process that made them."""
        listed = [
            (p.name, p.stat().st_size, p.stat().st_mtime_ns) for p in self._files()
        ]
        return xxhash.xxh3_64_hexdigest(repr(listed).encode())

    async def tile(self, request: TileRequest) -> bytes:
        return await asyncio.to_thread(self.encode, request.z, request.x, request.y)

    async def tilejson(self, grant: Grant) -> dict[str, Any]:
        await asyncio.to_thread(self.layers)
        return {
            "tilejson": "3.0.0",
            "name": self.id,
            "description": self.title,
            "attribution": self.note,
            "minzoom": self.minzoom,
            "maxzoom": self.detail_zoom,
            "bounds": [-180.0, -85.0511, 180.0, 85.0511],
            "vector_layers": [
                {"id": name, "fields": fields} for name, fields in self._fields.items()
            ],
        }

    def layers(self) -> dict[str, dict[str, Features]]:
        """Bands of every layer; the first call reads the files.

        Raises BrokenFileError: these files are part of the product.
        """
        with self._lock:
            if not self._layers:
                self._layers = {path.stem: self._bands(path) for path in self._files()}
        return self._layers

    def _files(self) -> list[Path]:
        found = sorted(self.folder.iterdir())
        return [path for path in found if path.suffix in SUFFIXES]

    def _bands(self, path: Path) -> dict[str, Features]:
        (info,) = inspect(path, Limits())
        self._fields[path.stem] = {
            name: type_name(kind) for name, kind in info.fields.items() if name != BAND
        }
        return dict(_by_band(read_shapes(info)))

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
                    for shape in bands[band].cut(area, tolerance)
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


def _by_band(features: Features) -> Iterator[tuple[str, Features]]:
    """The single parts of the features, without ids: cut where bands meet."""
    parts, origin = shapely.get_parts(features.geometries, return_index=True)
    bands = [values.get(BAND) or EVERYWHERE for values in features.properties(origin)]
    names = np.array([str(band) for band in bands], object)
    kept = [each for each in features.columns if each.name != BAND]
    plain = Features(features.geometries, np.full_like(features.ids, -1), kept)
    for name in dict.fromkeys(names.tolist()):
        rows = np.flatnonzero(names == name)
        band = plain.subset(origin[rows])
        yield name, Features(parts[rows], band.ids, band.columns)
