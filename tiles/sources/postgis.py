"""Tiles of a layer's table or view by ``ST_AsMVT``."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from django.conf import settings
from psycopg import sql

from layers.core.params import EVERYTHING, Wanted
from layers.core.params import condition as condition_of
from layers.core.scope import Grant, condition
from layers.core.spec import Layer
from layers.core.watch import Watcher
from tiles.clock import Clocks
from tiles.gate import Gate
from tiles.params import wanted

from . import TileRequest
from .layer import LayerSource
from .statement import Statement

MANY_TEXTS = 200

_EXTENT = """
SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e)
FROM (SELECT ST_Extent(geom) AS e FROM {relation} AS f WHERE {scope} AND {now}) AS found
WHERE e IS NOT NULL
"""


class PostgisSource(LayerSource):
    """``filter`` (CQL2), ``at`` and ``datetime``, ``fields`` and ``limit`` narrow
    the tile; see ``layers.core.params``."""

    def __init__(
        self, layer: Layer, watcher: Watcher, clocks: Clocks, gate: Gate
    ) -> None:
        super().__init__(layer, watcher, clocks)
        self.gate = gate
        self._ready: dict[Hashable, bytes] = {}

    def wanted(self, request: TileRequest) -> Wanted:
        """Raises RequestError for parameters that cannot be used."""
        return wanted(request.params, self.layer, self.fields())

    def key(self, request: TileRequest) -> Hashable:
        return (
            self.id,
            request.z,
            request.x,
            request.y,
            self.wanted(request).key if request.params else None,
            request.grant.cache_key(self.layer),
        )

    async def tile(self, request: TileRequest) -> bytes:
        query, values = self.query(request)
        row = await self.gate.row(query, values, request.grant.user_id)
        return bytes(row[0]) if row and row[0] else b""

    def query(self, request: TileRequest) -> tuple[bytes, list[Any]]:
        """The tile's SQL and its values.

        The text is kept where nothing but the zoom and the kind of scope shape it,
        which is nearly always: putting it together costs as much as a small tile.
        """
        statement = Statement(self.layer, request, self.wanted(request))
        kind = statement.kind
        text = self._ready.get(kind)
        if text is None:
            text = statement.text().as_bytes(None)
            if kind is not None and len(self._ready) < MANY_TEXTS:
                self._ready[kind] = text
        return text, statement.values

    async def bounds(self, grant: Grant) -> list[float]:
        """The extent of the rows that the caller sees, and of the province."""
        home = list(settings.IOC_HOME_BBOX)
        scope, values = condition(self.layer, grant)
        now, bound = condition_of(self.layer, EVERYTHING)
        query = sql.SQL(_EXTENT).format(
            relation=sql.Identifier(self.layer.relation), scope=scope, now=now
        )
        row = await self.gate.row(query, [*values, *bound], grant.user_id)
        if row is None:
            return home
        return [*map(min, home[:2], row[:2]), *map(max, home[2:], row[2:])]

    async def tilejson(self, grant: Grant) -> dict[str, Any]:
        return {**await super().tilejson(grant), "bounds": await self.bounds(grant)}
