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
from tiles.gate import Gate

from . import TileRequest
from .layer import LayerSource

CREDENTIALS = "key"
UNITS = "units"  # set by the server


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
            orjson.dumps(given(request, UNITS), option=orjson.OPT_SORT_KEYS),
            request.grant.cache_key(self.layer),
        )

    async def tile(self, request: TileRequest) -> bytes:
        query = {**given(request, UNITS), UNITS: units(request)}
        values = [request.z, request.x, request.y, orjson.dumps(query).decode()]
        row = await self.gate.row(self._query, values, request.grant.user_id)
        return bytes(row[0]) if row and row[0] else b""


def given(request: TileRequest, *reserved: str) -> dict[str, Any]:
    """The query's parameters, each as JSON where it is JSON, else as text; without
    the credentials and the ``reserved`` names."""
    return {
        name: _parsed(text)
        for name, text in request.params.items()
        if name != CREDENTIALS and name not in reserved
    }


def units(request: TileRequest) -> list[int] | None:
    """The units that the caller may see, for the function; None: every row."""
    allowed = request.grant.units
    return None if allowed is None else sorted(allowed)


def _parsed(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
