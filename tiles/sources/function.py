"""Tiles made by a PostGIS function ``(z, x, y, query json) RETURNS bytea``.

The query's parameters reach the function as JSON. The key ``units`` is set by
the server: the unit ids that the caller may see, or null for every row; the
function must keep to it.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import orjson
from psycopg import sql

from layers.core.spec import Layer
from layers.core.watch import Watcher
from tiles.clock import Clocks

from . import TileRequest
from .layer import LayerSource
from .postgis import Gate

CREDENTIALS = "key"


class FunctionSource(LayerSource):
    def __init__(
        self, layer: Layer, watcher: Watcher, clocks: Clocks, gate: Gate
    ) -> None:
        super().__init__(layer, watcher, clocks)
        self.gate = gate
        self._query = sql.SQL("SELECT {}(%s, %s, %s, %s::json)").format(
            sql.Identifier(*layer.tile.function.split("."))
        )

    def key(self, request: TileRequest) -> Hashable:
        return (
            self.id,
            request.z,
            request.x,
            request.y,
            orjson.dumps(_given(request), option=orjson.OPT_SORT_KEYS),
            request.grant.cache_key(self.layer),
        )

    async def tile(self, request: TileRequest) -> bytes:
        units = request.grant.units
        query = {**_given(request), "units": None if units is None else sorted(units)}
        values = [request.z, request.x, request.y, orjson.dumps(query).decode()]
        row = await self.gate.row(self._query, values)
        return bytes(row[0]) if row and row[0] else b""


def _given(request: TileRequest) -> dict[str, Any]:
    """Each value as JSON where it is JSON, else as text."""
    return {
        name: _parsed(text)
        for name, text in request.params.items()
        if name not in (CREDENTIALS, "units")
    }


def _parsed(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
