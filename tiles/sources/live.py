"""Tiles of moving layers from the arrays in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from layers.core.columns import TYPE_NAMES, map_fields
from layers.core.live import Snapshot
from layers.core.live_sync import LiveStore
from layers.core.mercator import EXTENT, tile_bounds
from layers.core.scope import Grant
from layers.core.spec import Layer
from layers.core.watch import Watcher
from tiles.clock import Clocks
from tiles.mvt import PointColumn, ValueTable, encode_points

from . import TileRequest, UnavailableError
from .postgis import Gate, PostgisSource

# Encoding holds the interpreter most of the time: a second thread gains nothing.
_ENCODER = ThreadPoolExecutor(1, "tile-encoder")


class LiveSource(PostgisSource):
    """One picture per change of the arrays, shared by all callers of one scope.

    A filtered picture or one of a past time is read from the layer's relation.
    """

    def __init__(
        self,
        layer: Layer,
        watcher: Watcher,
        clocks: Clocks,
        gate: Gate,
        store: LiveStore,
    ) -> None:
        super().__init__(layer, watcher, clocks, gate)
        self.store = store
        self._tables: dict[str, ValueTable] = {}

    def key(self, request: TileRequest) -> Hashable:
        if self._asks_database(request):
            return super().key(request)
        return (
            self.id,
            request.z,
            request.x,
            request.y,
            None,
            request.grant.cache_key(self.layer),
        )

    def version(self, request: TileRequest) -> Hashable:
        if self._asks_database(request):
            return super().version(request)
        arrays = self.store.layers[self.id].arrays
        return (arrays.generation, super().version(request))

    def fields(self) -> dict[str, str]:
        own = {
            entry.name: TYPE_NAMES[entry.type]
            for entry in map_fields(self.layer, ("at", "title"))
        }
        return {"at": "int8", "title": "text", **own}

    async def tile(self, request: TileRequest) -> bytes:
        if self._asks_database(request):
            return await super().tile(request)
        if not self.store.layers[self.id].loaded:
            raise UnavailableError("the layer is being loaded")
        snapshot = self.store.snapshot(self.id)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(_ENCODER, self.encode, snapshot, request)

    async def bounds(self, grant: Grant) -> list[float]:
        return [-180.0, -85.0511, 180.0, 85.0511]

    async def tilejson(self, grant: Grant) -> dict[str, Any]:
        found = await super().tilejson(grant)
        del found["bounds"]  # what moves may be anywhere
        return found

    def encode(self, snapshot: Snapshot, request: TileRequest) -> bytes:
        """The tile's rows in the caller's scope, as one MVT layer."""
        west, _south, east, north = tile_bounds(request.z, request.x, request.y)
        margin = self.layer.tile.buffer / EXTENT
        rows = snapshot.inside(tile_bounds(request.z, request.x, request.y, margin))
        rows = snapshot.visible(request.grant, rows)
        scale = EXTENT / (east - west)
        px = np.rint((snapshot.x[rows] - west) * scale).astype(np.int32)
        py = np.rint((north - snapshot.y[rows]) * scale).astype(np.int32)
        columns = [
            PointColumn(name, coded.codes[rows], self._table(name, coded.table))
            for name, coded in snapshot.columns.items()
        ]
        return encode_points(self.id, snapshot.ids[rows], px, py, columns)

    def _table(self, name: str, dictionary: Any) -> ValueTable:
        """The column's encoded values, kept as long as its dictionary lives."""
        table = self._tables.get(name)
        if table is None or table.dictionary is not dictionary:
            table = self._tables[name] = ValueTable(dictionary)
        return table

    @staticmethod
    def _asks_database(request: TileRequest) -> bool:
        return any(request.params.get(name) for name in PostgisSource.PARAMS)
