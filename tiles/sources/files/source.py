"""Sources over single files: vector files in memory, archives on disk."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

from shapely.errors import ShapelyError

from layers.core.mercator import to_lonlat
from layers.core.scope import Grant
from tiles.sources import MVT, PRIVATE, Source, TileRequest, UnavailableError

from .archives import FAILURES, Archive
from .columns import type_name
from .features import Bools, Layer, rows_of
from .formats import BrokenFileError, LayerInfo
from .reading import read
from .sidecar import Sidecar

# Who has a file's tiles asks every time whether it is still the same.
PUBLIC = "public, no-cache"
# A tile unit at this zoom is 15 cm; clients magnify beyond.
DETAIL_ZOOM = 16
DEFAULT_MEMORY_BYTES = 512 * 1024 * 1024

log = logging.getLogger(__name__)

# One thread: no two files are read at the same time.
reader = ThreadPoolExecutor(1, "tile-files")


@dataclass(frozen=True)
class FileState:
    """A file as it was found: its name, what it is called in ``version``, and what
    the administrator says of it."""

    name: str
    signature: str
    sidecar: Sidecar


class FileSource(Source):
    """What all files have in common: who may see them, and the sidecar's words."""

    def __init__(self, source_id: str, state: FileState) -> None:
        self.id = source_id
        self.state = state
        self.public = state.sidecar.access.public
        self.cache_control = PUBLIC if self.public else PRIVATE

    @property
    def description(self) -> str:  # type: ignore[override]
        return str(self.document.get("description", ""))

    def visible(self, grant: Grant) -> bool:
        return self.state.sidecar.access.visible(grant)

    def version(self, request: TileRequest) -> Hashable:
        # Not a counter: other processes and later ones must mean the same by it.
        return self.state.signature

    @cached_property
    def document(self) -> dict[str, Any]:
        """TileJSON as the file and its sidecar have it."""
        return self.state.sidecar.apply(self.own_tilejson())

    def own_tilejson(self) -> dict[str, Any]:
        raise NotImplementedError

    async def tilejson(self, grant: Grant) -> dict[str, Any]:
        return self.document

    def entry(self) -> dict[str, Any]:
        name = self.document["name"]
        return {
            **super().entry(),
            "name": "" if name == self.id else name,
            "attribution": self.document.get("attribution", ""),
        }


class ArchiveSource(FileSource):
    """Tiles as they lie in a PMTiles or MBTiles archive."""

    def __init__(self, source_id: str, state: FileState, archive: Archive) -> None:
        super().__init__(source_id, state)
        self.archive = archive
        self.content_type = archive.info.content_type
        self.minzoom = state.sidecar.zoom("minzoom", archive.info.minzoom)
        self.maxzoom = state.sidecar.zoom("maxzoom", archive.info.maxzoom)

    def own_tilejson(self) -> dict[str, Any]:
        vector: dict[str, Any] = (
            {"vector_layers": []} if self.content_type == MVT else {}
        )
        info = self.archive.info
        return {
            "tilejson": "3.0.0",
            "name": self.id,
            **vector,
            **info.tilejson,
            "minzoom": self.minzoom,
            "maxzoom": self.maxzoom,
        }

    async def tile(self, request: TileRequest) -> bytes:
        z, x, y = request.z, request.x, request.y
        try:
            return await asyncio.to_thread(self.archive.tile, z, x, y)
        except FAILURES as error:
            raise UnavailableError(
                f"{self.state.name}: tile {z}/{x}/{y} cannot be read"
            ) from error


class Shelf:
    """Vector files in memory, at most ``limit`` bytes of them: those that nobody
    asked for longest are read again when somebody does."""

    def __init__(self, limit: int = DEFAULT_MEMORY_BYTES) -> None:
        self.limit = limit
        self._lock = Lock()
        self._held: OrderedDict[Hashable, tuple[tuple[Layer, ...], int]] = OrderedDict()

    @property
    def used(self) -> int:
        return sum(cost for _layers, cost in self._held.values())

    def peek(self, key: Hashable) -> tuple[Layer, ...] | None:
        with self._lock:
            found = self._held.get(key)
            if found is None:
                return None
            self._held.move_to_end(key)
            return found[0]

    async def get(
        self, key: Hashable, infos: tuple[LayerInfo, ...]
    ) -> tuple[Layer, ...]:
        """The layers, read when they are not here. Raises BrokenFileError."""
        found = self.peek(key)
        if found is not None:
            return found
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(reader, self._read, key, infos)

    def keep(self, keys: set[Hashable]) -> None:
        """Forget all others."""
        with self._lock:
            for key in self._held.keys() - keys:
                del self._held[key]

    def _read(self, key: Hashable, infos: tuple[LayerInfo, ...]) -> tuple[Layer, ...]:
        found = self.peek(key)  # somebody else was first
        if found is not None:
            return found
        found = tuple(read(info) for info in infos)
        cost = sum(layer.cost for layer in found)
        with self._lock:
            self._held[key] = (found, cost)
            while self.used > self.limit and len(self._held) > 1:
                self._held.popitem(last=False)
        return found


class VectorSource(FileSource):
    """A vector file; every layer in it is a layer of the tile.

    ``failed`` is why it could not be read, once somebody tried.
    """

    maxzoom = DETAIL_ZOOM

    def __init__(
        self,
        source_id: str,
        state: FileState,
        layers: tuple[LayerInfo, ...],
        shelf: Shelf,
    ) -> None:
        super().__init__(source_id, state)
        self.layers = layers
        self.shelf = shelf
        self.failed = ""
        self.minzoom = state.sidecar.zoom("minzoom", 0)
        self.maxzoom = state.sidecar.zoom("maxzoom", DETAIL_ZOOM)
        self.unit_column = state.sidecar.access.unit_column

    def own_tilejson(self) -> dict[str, Any]:
        boxes = [layer.bounds for layer in self.layers if layer.bounds]
        found: dict[str, Any] = {
            "tilejson": "3.0.0",
            "name": self.id,
            "description": self.state.name,
            "minzoom": self.minzoom,
            "maxzoom": self.maxzoom,
            "vector_layers": [
                {
                    "id": layer.name,
                    "fields": {n: type_name(kind) for n, kind in layer.fields.items()},
                }
                for layer in self.layers
            ],
        }
        if boxes:
            west, south, east, north = zip(*boxes, strict=True)
            found["bounds"] = [min(west), min(south), max(east), max(north)]
        return found

    def key(self, request: TileRequest) -> Hashable:
        scope = request.grant.units_key if self.unit_column else None
        return (self.id, request.z, request.x, request.y, scope)

    async def tile(self, request: TileRequest) -> bytes:
        layers = await self._read()
        try:
            return await asyncio.to_thread(self.encode, layers, request)
        except ShapelyError as error:
            where = f"{request.z}/{request.x}/{request.y}"
            raise UnavailableError(
                f"{self.state.name}: tile {where} cannot be drawn"
            ) from error

    def encode(self, layers: tuple[Layer, ...], request: TileRequest) -> bytes:
        allowed = self._allowed(layers, request.grant)
        return b"".join(
            layer.encode(info.name, request.z, request.x, request.y, rows)
            for info, layer, rows in zip(self.layers, layers, allowed, strict=True)
        )

    async def tilejson(self, grant: Grant) -> dict[str, Any]:
        """Of rows that the caller may not see not even the place is told."""
        if not self.unit_column or grant.units is None or "bounds" in self._patch:
            return self.document
        layers = await self._read()
        boxes = [
            box
            for layer, rows in zip(layers, self._allowed(layers, grant), strict=True)
            if (box := layer.bounds(rows))
        ]
        found = {name: v for name, v in self.document.items() if name != "bounds"}
        if boxes:
            west, south, east, north = zip(*boxes, strict=True)
            low, high = (
                to_lonlat(min(west), min(south)),
                to_lonlat(max(east), max(north)),
            )
            found["bounds"] = [float(part) for part in (*low, *high)]
        return found

    @property
    def _patch(self) -> dict[str, Any]:
        return self.state.sidecar.patch

    async def _read(self) -> tuple[Layer, ...]:
        if self.failed:
            raise UnavailableError(f"{self.state.name}: {self.failed}")
        try:
            return await self.shelf.get(self.state.signature, self.layers)
        except BrokenFileError as error:
            self.failed = str(error)
            raise UnavailableError(f"{self.state.name}: {error}") from error
        except (ArithmeticError, LookupError, MemoryError, ShapelyError) as error:
            log.exception("tiles: %s cannot be read", self.state.name)
            self.failed = f"it cannot be read ({type(error).__name__})"
            raise UnavailableError(f"{self.state.name}: {self.failed}") from error

    def _allowed(
        self, layers: tuple[Layer, ...], grant: Grant
    ) -> list[Bools] | list[None]:
        """Per layer the rows that the caller may see; None: all of them."""
        if not self.unit_column or grant.units is None:
            return [None] * len(layers)
        return [rows_of(layer, self.unit_column, grant.units) for layer in layers]
