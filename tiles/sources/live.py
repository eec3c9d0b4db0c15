"""Tiles of moving layers from the arrays in memory."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Collection, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from layers.core.columns import TYPE_NAMES, map_fields
from layers.core.filters import FilterError
from layers.core.live import Snapshot
from layers.core.live_columns import Dictionary, Rows
from layers.core.live_sync import LiveStore
from layers.core.live_tails import TailRows
from layers.core.masks import Mask, NotHeld
from layers.core.mercator import EXTENT, tile_bounds
from layers.core.params import EVERYTHING, Wanted
from layers.core.scope import Grant
from layers.core.spec import Layer
from layers.core.watch import Watcher
from tiles.clock import Clocks
from tiles.gate import Gate
from tiles.grid import cells_of, encode_grid
from tiles.mvt import PointColumn, ValueTable, encode_points
from tiles.shared import Place
from tiles.sheet import Sheet, worth_it
from tiles.tails import encode_tails

from . import RequestError, TileRequest, UnavailableError
from .layer import turn
from .postgis import PostgisSource

# Encoding holds the interpreter most of the time: a second thread gains nothing.
_ENCODER = ThreadPoolExecutor(1, "tile-encoder")
MAX_MASKS = 64
# Tails grow old also where nothing moves.
TAILS_S = 60.0


class LiveSource(PostgisSource):
    """One picture per change of the arrays, shared by all callers of one scope.

    Filters are asked of the arrays too. A picture of another time, and a filter
    that names what the arrays do not hold, is read from the layer's relation.
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
        self._masks: OrderedDict[tuple[str, str], Mask | None] = OrderedDict()

    def version(self, request: TileRequest) -> Hashable:
        marked = super().version(request)
        if request.params and self._asks_database(self.wanted(request)):
            return marked
        minute = turn(request, TAILS_S) if self._has_tails(request.z) else 0
        return (self.store.layers[self.id].arrays.generation, minute, marked)

    def place(self, request: TileRequest) -> Place | None:
        """Every process has its own arrays; what is made from them stays here."""
        if request.params and self._asks_database(self.wanted(request)):
            return super().place(request)
        return None

    def fields(self) -> dict[str, str]:
        own = {
            entry.name: TYPE_NAMES[entry.type]
            for entry in map_fields(self.layer, ("at", "title"))
        }
        return {"at": "int8", "title": "text", **own}

    async def tile(self, request: TileRequest) -> bytes:
        wanted = self.wanted(request) if request.params else EVERYTHING
        if self._asks_database(wanted):
            return await super().tile(request)
        live = self.store.layers[self.id]
        if not live.loaded:
            raise UnavailableError("the layer is being loaded")
        tails = None
        if live.tails is not None and self._has_tails(request.z):
            # copied here, where they are written
            tails = live.tails.crossing(self._bounds(request))
        work = partial(self.encode, live.snapshot, request, wanted, tails)
        return await asyncio.get_running_loop().run_in_executor(_ENCODER, work)

    async def bounds(self, grant: Grant) -> list[float]:
        return [-180.0, -85.0511, 180.0, 85.0511]

    async def tilejson(self, grant: Grant) -> dict[str, Any]:
        found = await super().tilejson(grant)
        del found["bounds"]  # what moves may be anywhere
        return found

    def vector_layers(self) -> dict[str, dict[str, str]]:
        found = super().vector_layers()
        if self.layer.tile.tail is not None:
            found[self.layer.tail_layer] = {}
        return found

    def encode(
        self,
        snapshot: Snapshot,
        request: TileRequest,
        wanted: Wanted = EVERYTHING,
        tails: TailRows | None = None,
    ) -> bytes:
        """The tile's rows in the caller's scope: points, cells, tails."""
        rows = snapshot.inside(self._bounds(request))
        rows = self._allowed(snapshot, request.grant, wanted, rows)
        if wanted.limit is not None:
            order = np.argsort(snapshot.ids[rows], kind="stable")
            rows = rows[order[: wanted.limit]]
        fields = self.fields() if wanted.fields is None else wanted.fields
        parts = []
        grid = self.layer.tile.grid
        if grid is not None and request.z <= grid.maxzoom and wanted.limit is None:
            tile = (request.z, request.x, request.y)
            found = cells_of(grid, snapshot, rows, tile)
            if len(found.rows) > grid.threshold:
                name = self.layer.grid_layer
                parts.append(encode_grid(name, grid, snapshot, found, tile, fields))
                rows = found.alone
        parts.append(self._points(snapshot, request, rows, fields))
        if tails is not None:
            parts.append(self._tails(snapshot, request, wanted, tails))
        return b"".join(parts)

    def _bounds(self, request: TileRequest) -> tuple[float, float, float, float]:
        margin = self.layer.tile.buffer / EXTENT
        return tile_bounds(request.z, request.x, request.y, margin)

    def _allowed(
        self, snapshot: Snapshot, grant: Grant, wanted: Wanted, rows: Rows
    ) -> Rows:
        """Those of ``rows`` within scope and filter."""
        rows = snapshot.visible(grant, rows)
        mask = self._mask(wanted)
        return rows if mask is None else rows[mask.rows(snapshot)[rows]]

    def _points(
        self,
        snapshot: Snapshot,
        request: TileRequest,
        rows: Rows,
        fields: Collection[str],
    ) -> bytes:
        west, _south, east, north = tile_bounds(request.z, request.x, request.y)
        scale = EXTENT / (east - west)
        px = np.rint((snapshot.x[rows] - west) * scale).astype(np.int32)
        py = np.rint((north - snapshot.y[rows]) * scale).astype(np.int32)
        if worth_it(len(rows), len(snapshot)) and len(fields) == len(self.fields()):
            sheet = snapshot.once("sheet", lambda: self._sheet(snapshot))
            return sheet.encode(self.id, rows, px, py)
        columns = [
            PointColumn(name, coded.codes[rows], self._table(name, coded.table))
            for name, coded in snapshot.columns.items()
            if name in fields
        ]
        return encode_points(self.id, snapshot.ids[rows], px, py, columns)

    def _sheet(self, snapshot: Snapshot) -> Sheet:
        columns = [
            PointColumn(name, coded.codes, self._table(name, coded.table))
            for name, coded in snapshot.columns.items()
        ]
        return Sheet(snapshot.ids, columns, self.layer.tile.buffer)

    def _tails(
        self, snapshot: Snapshot, request: TileRequest, wanted: Wanted, tails: TailRows
    ) -> bytes:
        spec = self.layer.tile.tail
        assert spec is not None  # noqa: S101
        held = np.flatnonzero(tails.slots < len(snapshot))
        slots = tails.slots[held]
        # in place of the slots: which of the tails
        allowed = self._allowed(snapshot, request.grant, wanted, slots)
        kept = held[np.isin(slots, allowed)]
        return encode_tails(
            self.layer.tail_layer,
            snapshot.ids[tails.slots[kept]],
            replace(tails, slots=tails.slots[kept], at=tails.at[kept],
                    x=tails.x[kept], y=tails.y[kept]),
            spec,
            (request.z, request.x, request.y),
            self.layer.tile.buffer,
            time.time(),
        )  # fmt: skip

    def _table(self, name: str, dictionary: Dictionary) -> ValueTable:
        """The column's encoded values, kept as long as its dictionary lives."""
        table = self._tables.get(name)
        if table is None or table.dictionary is not dictionary:
            table = self._tables[name] = ValueTable(dictionary)
        return table

    def _has_tails(self, z: int) -> bool:
        tail = self.layer.tile.tail
        return tail is not None and z >= tail.minzoom

    def _asks_database(self, wanted: Wanted) -> bool:
        if wanted is EVERYTHING:
            return False
        other_time = (wanted.at, wanted.since, wanted.until) != (None, None, None)
        return other_time or (bool(wanted.filter) and self._mask(wanted) is None)

    def _mask(self, wanted: Wanted) -> Mask | None:
        """The filter over the arrays; None without one, or when they lack a field.

        Raises RequestError.
        """
        if not wanted.filter:
            return None
        key = (wanted.filter, wanted.language)
        if key in self._masks:
            self._masks.move_to_end(key)
            return self._masks[key]
        try:
            found: Mask | None = Mask(self.layer, *key)
        except NotHeld:
            found = None
        except FilterError as error:
            raise RequestError(str(error)) from error
        self._masks[key] = found
        while len(self._masks) > MAX_MASKS:
            self._masks.popitem(last=False)
        return found
