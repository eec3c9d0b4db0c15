"""Tiles of a layer's table or view by ``ST_AsMVT``."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Hashable
from datetime import datetime
from typing import Any

from django.conf import settings
from psycopg import Error as DatabaseError
from psycopg import errors, sql
from psycopg_pool import PoolTimeout

from layers.core import filters, queries
from layers.core.asyncdb import Pool, pool_size
from layers.core.catalog import parse_moment
from layers.core.columns import map_fields, value
from layers.core.mercator import EXTENT, tile_bounds
from layers.core.scope import Grant, condition
from layers.core.spec import Layer
from layers.core.watch import Watcher
from tiles.clock import Clocks

from . import RequestError, TileRequest, UnavailableError
from .layer import TAKEN, LayerSource

MAX_FEATURES = 50_000

log = logging.getLogger(__name__)

# The bounds are numbers in the text of the query, not a join with an envelope,
# so that the planner sees them. The inner box is wider by the buffer.
_TILE = """
SELECT ST_AsMVT(t, {name}, 4096, 'geom', 'id') FROM (
  SELECT id, title::text AS title{fields},
         ST_AsMVTGeom({shape}, ST_MakeEnvelope(%s, %s, %s, %s, 3857), 4096, %s, true)
           AS geom
  FROM {relation} AS f
  WHERE {inside} AND {scope} AND {filter}
  {limit}
) AS t WHERE geom IS NOT NULL
"""
_EXTENT = """
SELECT ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e)
FROM (SELECT ST_Extent(geom) AS e FROM {relation} AS f WHERE {scope}) AS found
WHERE e IS NOT NULL
"""


class Gate:
    """Runs tile queries, so many at a time that others still get a connection."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self._turns = asyncio.Semaphore(pool_size())

    async def row(self, query: sql.Composed, values: list[Any]) -> tuple | None:
        try:
            async with self._turns, self.pool.connection() as connection:
                cursor = await connection.execute(query, values, binary=True)
                return await cursor.fetchone()
        except errors.QueryCanceled as error:
            reason = "the tile took too long; zoom in or filter"
            raise UnavailableError(reason) from error
        except (errors.DataError, errors.InternalError) as error:
            # A filter's geometry or pattern that only the database could judge.
            raise RequestError(str(error).splitlines()[0]) from error
        except errors.ProgrammingError as error:
            log.exception("a tile query is wrong")
            raise UnavailableError("the layer cannot be drawn; see the log") from error
        except (DatabaseError, PoolTimeout) as error:
            raise UnavailableError("the database does not answer") from error


class PostgisSource(LayerSource):
    """``filter`` (CQL2), ``at`` (ISO 8601) and ``limit`` narrow the tile."""

    PARAMS = ("filter", "at", "limit")

    def __init__(
        self, layer: Layer, watcher: Watcher, clocks: Clocks, gate: Gate
    ) -> None:
        super().__init__(layer, watcher, clocks)
        self.gate = gate

    def key(self, request: TileRequest) -> Hashable:
        params = tuple(request.params.get(name, "") for name in self.PARAMS)
        return (
            self.id,
            request.z,
            request.x,
            request.y,
            params if any(params) else None,
            request.grant.cache_key(self.layer),
        )

    async def tile(self, request: TileRequest) -> bytes:
        tile = await self._part(*compose(self.layer, request))
        if tile and self.layer.tile.labels:
            # vector layers of a tile simply follow one another
            tile += await self._part(*compose(self.layer, request, labels=True))
        return tile

    async def _part(self, query: sql.Composed, values: list[Any]) -> bytes:
        row = await self.gate.row(query, values)
        return bytes(row[0]) if row and row[0] else b""

    async def bounds(self, grant: Grant) -> list[float]:
        """The extent of the rows that the caller sees, and of the province."""
        home = list(settings.IOC_HOME_BBOX)
        scope, values = condition(self.layer, grant)
        query = sql.SQL(_EXTENT).format(
            relation=sql.Identifier(self.layer.relation), scope=scope
        )
        row = await self.gate.row(query, values)
        if row is None:
            return home
        return [*map(min, home[:2], row[:2]), *map(max, home[2:], row[2:])]

    async def tilejson(self, grant: Grant) -> dict[str, Any]:
        return {**await super().tilejson(grant), "bounds": await self.bounds(grant)}


def compose(
    layer: Layer, request: TileRequest, *, labels: bool = False
) -> tuple[sql.Composed, list[Any]]:
    """The query of one tile and its values; ``labels``: of its label points.

    A label point is drawn without buffer, so that it is in one tile only.

    Raises RequestError for a filter, time or limit that cannot be used.
    """
    params = request.params
    moment = _moment(params.get("at", ""))
    try:
        relation, relation_values = queries.relation(layer, moment)
        where, where_values = (
            filters.to_sql(layer, params["filter"])
            if params.get("filter")
            else (sql.SQL("true"), [])
        )
    except (filters.FilterError, queries.NoHistory) as error:
        raise RequestError(str(error)) from error
    margin = layer.tile.buffer / EXTENT
    bounds = tile_bounds(request.z, request.x, request.y)
    wide = tile_bounds(request.z, request.x, request.y, margin)
    scope, scope_values = condition(layer, request.grant, "f")
    shape, inside = _shape(layer, request.z, past=moment is not None)
    buffer = 0 if labels else layer.tile.buffer
    if labels:
        shape = sql.SQL("ST_PointOnSurface({})").format(shape)
    limit, limit_values = _limit(params.get("limit", ""))
    query = sql.SQL(_TILE).format(
        name=sql.Literal(layer.label_layer if labels else layer.slug),
        fields=sql.SQL("").join(
            sql.SQL(", {} AS {}").format(value(entry), sql.Identifier(entry.name))
            for entry in map_fields(layer, TAKEN)
        ),
        shape=shape,
        relation=relation,
        inside=inside,
        scope=scope,
        filter=where,
        limit=limit,
    )
    before = [*bounds, buffer, *relation_values]
    return query, [*before, *wide, *scope_values, *where_values, *limit_values]


def _shape(layer: Layer, z: int, *, past: bool) -> tuple[sql.Composable, sql.SQL]:
    """The mercator geometry to draw at zoom z, and the condition on its place."""
    shape: sql.Composable = sql.SQL("shape")
    inside = sql.SQL("shape && ST_MakeEnvelope(%s, %s, %s, %s, 3857)")
    if past and layer.as_of:
        shape = sql.SQL("ST_Transform(geom, 3857)")
        inside = sql.SQL(
            "geom && ST_Transform(ST_MakeEnvelope(%s, %s, %s, %s, 3857), 4326)"
        )
    fitting = [metres for upper, metres in sorted(layer.tile.simplify) if z <= upper]
    if fitting and layer.geometry != "point":
        simplify = (
            "ST_SimplifyPreserveTopology({}, {})"
            if layer.geometry in ("polygon", "mixed")
            else "ST_Simplify({}, {}, true)"
        )
        shape = sql.SQL(simplify).format(shape, sql.Literal(fitting[0]))
    return shape, inside


def _moment(text: str) -> datetime | None:
    try:
        return parse_moment(text) if text else None
    except ValueError as error:
        raise RequestError(f"at: {error}") from error


def _limit(text: str) -> tuple[sql.SQL, list[int]]:
    if not text:
        return sql.SQL(""), []
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MAX_FEATURES):
        raise RequestError(f"limit must be a whole number from 1 to {MAX_FEATURES}")
    return sql.SQL("ORDER BY id LIMIT %s"), [int(text)]
