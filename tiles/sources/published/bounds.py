"""Where the rows of a table lie, for TileJSON: estimated, or counted in short time."""

from __future__ import annotations

import logging
from contextlib import AsyncExitStack
from typing import Any

from psycopg import AsyncConnection, Error, sql
from psycopg_pool import PoolTimeout

from layers.core.asyncdb import Pool
from tiles.sources import UnavailableError

from .columns import quoted
from .discovery import Shape, Table

TIMEOUT_MS = 2_000
MAX_LAT = 85.06

log = logging.getLogger(__name__)

# A box without an area is widened, as in Martin.
_ESTIMATED = """
SELECT ST_EstimatedExtent(%s, %s, %s)::geometry AS box
"""
_EXACT = """
SELECT ST_SetSRID(ST_Extent(f.{column}::geometry), 0) AS box
FROM {relation} AS f WHERE {scope}
"""
_DEGREES = """
SELECT ST_XMin(d), ST_YMin(d), ST_XMax(d), ST_YMax(d) FROM (
  SELECT ST_Transform(ST_SetSRID(
    CASE WHEN ST_Dimension(box) < 2 THEN ST_Envelope(ST_Expand(box, 1)) ELSE box END,
    {srid}), 4326) AS d
  FROM ({box}) AS found WHERE NOT ST_IsEmpty(box)
) AS degrees
"""

Box = list[float] | None


class Extent:
    """The bounds of one column; ``srid`` is what its coordinates are in."""

    def __init__(self, table: Table, shape: Shape, srid: int, unit: str | None) -> None:
        self._table = table
        self._shape = shape
        self._srid = sql.Literal(srid)
        self._by_unit = (
            sql.SQL("f.{} = ANY(%s::bigint[])").format(quoted(unit)) if unit else None
        )

    async def read(self, pool: Pool, units: list[int] | None) -> Box:
        """Degrees (west, south, east, north) of the rows of ``units`` (None: all);
        None when there are none, or when counting takes too long."""
        async with AsyncExitStack() as stack:
            try:
                connection = await stack.enter_async_context(pool.connection())
            except PoolTimeout as error:
                raise UnavailableError("the database does not answer") from error
            box = None
            if units is None and self._shape.base == "geometry":
                names = [self._table.schema, self._table.name, self._shape.name]
                box = await self._ask(connection, sql.SQL(_ESTIMATED), names)
            if box is None:
                exact = sql.SQL(_EXACT).format(
                    column=quoted(self._shape.name),
                    relation=quoted(self._table.schema, self._table.name),
                    scope=sql.SQL("true") if units is None else self._by_unit,
                )
                values = [] if units is None else [units]
                box = await self._ask(connection, exact, values)
        return box

    async def _ask(
        self,
        connection: AsyncConnection[tuple[Any, ...]],
        box: sql.Composable,
        values: list[Any],
    ) -> Box:
        query = sql.SQL(_DEGREES).format(srid=self._srid, box=box)
        limit = f"SET LOCAL statement_timeout = {TIMEOUT_MS}"
        try:
            async with connection.transaction():
                await connection.execute(limit)  # type: ignore[arg-type]
                cursor = await connection.execute(query, values)
                row = await cursor.fetchone()
        except Error as error:
            # A view has no statistics; rows may lie where no degrees are.
            reason = str(error).splitlines()[0]
            log.debug("bounds of %s: %s", self._table.name, reason)
            return None
        return _sane(row)


def _sane(row: tuple[Any, ...] | None) -> Box:
    """Degrees within the world of web mercator."""
    if row is None or row[0] is None:
        return None
    west, south, east, north = map(float, row)
    box = [
        max(west, -180.0),
        max(south, -MAX_LAT),
        min(east, 180.0),
        min(north, MAX_LAT),
    ]
    return box if box[0] <= box[2] and box[1] <= box[3] else None
