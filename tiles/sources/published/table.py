"""One geometry column of a published table as a source."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any

from layers.core.scope import Grant
from tiles.sources import TileRequest

from . import comments
from .bounds import Box, Extent
from .boxes import Nowhere, check_crs
from .columns import field_type, properties
from .comments import Comment, CommentError
from .discovery import WHOLE_NUMBERS, Column, Shape, Table
from .query import TileQuery
from .source import Gate, PublishedSource, audience

UNIT_COLUMN = "unit_id"
BOUNDS_AGE_S = 600.0
MAX_SCOPES = 200  # sets of units whose bounds are remembered
NO_SRID = (
    'its geometry has no SRID: ALTER the column\'s type, or comment {"ioc": '
    '{"srid": 4326}}'
)

_SERIAL = itertools.count()

Exact = Callable[[int, int, int], int | None]

log = logging.getLogger(__name__)


class TableSource(PublishedSource):
    """Rows are limited to the caller's units where the table has a unit column.
    ``exact`` gives the number of a tile's last change; None: nobody tells.

    Raises CommentError when the table cannot be published as its comment says.
    """

    def __init__(
        self,
        source_id: str,
        table: Table,
        shape: Shape,
        gate: Gate,
        default_srid: int,
        exact: Exact,
    ) -> None:
        comment = comments.read(table.comment)
        origin = f"{table.schema}.{table.name}.{shape.name}"
        super().__init__(source_id, origin, (table, default_srid), comment, gate)
        self._exact = exact
        # Versions of an earlier source of this table must not come back: nobody
        # told what happened in between.
        self._serial = next(_SERIAL)
        srid = _srid(shape, self.options.srid or default_srid)
        unit = _unit_column(table, comment)
        columns, missing = properties(table, self.options.properties, shape)
        if missing:
            self.warnings.append(f"no such columns: {', '.join(missing)[:200]}")
        self._query = TileQuery(
            table,
            replace(shape, srid=srid),
            layer=source_id,
            columns=columns,
            id_column=self._id_column(table),
            unit_column=unit,
            limit=self.options.limit,
            assumed=not shape.srid,
        )
        self._extent = Extent(table, shape, srid, unit)
        self._bounds: dict[str, tuple[float, Box]] = {}
        self._measuring = asyncio.Lock()
        self._warn_of_index(table, shape)
        document = _document(source_id, origin, columns)
        self.settle(audience(self.options, by_unit=unit is not None), document)

    def key(self, request: TileRequest) -> Hashable:
        scope = self.scope_key(request.grant)
        return (self.origin, self.id, request.z, request.x, request.y, scope)

    def version(self, request: TileRequest) -> Hashable:
        """The number of the last change of the tile, while triggers tell them."""
        seq = self._exact(request.z, request.x, request.y)
        if seq is None:
            return super().version(request)
        return f"{self._digest}={self._serial}.{seq}"

    async def tile(self, request: TileRequest) -> bytes:
        place = (request.z, request.x, request.y)
        try:
            query, values = self._query.compose(place, self._units(request.grant))
        except Nowhere:
            return b""
        return await self.fetch(query, values, request.grant)

    async def tilejson(self, grant: Grant) -> dict[str, Any]:
        """Bounds are those of the rows that the caller sees."""
        document = await super().tilejson(grant)
        if "bounds" not in self.patch:
            bounds = await self.bounds(grant)
            if bounds is not None:
                document["bounds"] = bounds
        return document

    async def bounds(self, grant: Grant) -> Box:
        """Remembered for ten minutes; one question at a time per source."""
        name = grant.units_key if self._units(grant) is not None else "all"
        async with self._measuring:
            found = self._bounds.get(name)
            if found is None or found[0] < time.monotonic():
                box = await self._extent.read(self.gate.pool, self._units(grant))
                if len(self._bounds) >= MAX_SCOPES:
                    self._bounds.clear()
                found = self._bounds[name] = (time.monotonic() + BOUNDS_AGE_S, box)
        return found[1]

    def _units(self, grant: Grant) -> list[int] | None:
        if self.audience != "units" or grant.units is None:
            return None
        return sorted(grant.units)

    def _id_column(self, table: Table) -> str | None:
        """The feature's id: named by the comment, else the primary key."""
        wanted = self.options.id_column or table.primary_key
        column = _column(table, wanted)
        if column is not None and column.base in WHOLE_NUMBERS:
            return column.name
        if self.options.id_column:
            self.warnings.append(f"id_column {wanted} is no whole number")
        return None

    def _warn_of_index(self, table: Table, shape: Shape) -> None:
        if shape.indexed or table.relkind in ("v", "f"):
            return
        self.warnings.append(f"{shape.name} has no spatial index: tiles are slow")
        log.warning("%s has no spatial index", self.origin)


def _document(source_id: str, origin: str, columns: list[Column]) -> dict[str, Any]:
    fields = {column.name: field_type(column) for column in columns}
    return {
        "tilejson": "3.0.0",
        "name": source_id,
        "description": origin,
        "vector_layers": [{"id": source_id, "fields": fields}],
    }


def _srid(shape: Shape, assumed: int) -> int:
    srid = shape.srid or assumed
    problem = check_crs(srid, shape.crs) if srid else NO_SRID
    if problem:
        raise CommentError(problem)
    return srid


def _column(table: Table, name: str | None) -> Column | None:
    return next((c for c in table.columns if c.name == name), None)


def _unit_column(table: Table, comment: Comment) -> str | None:
    """The column that says whose a row is; none when everybody sees all rows."""
    options = comment.options
    wanted = options.unit_column
    if options.unit_argument:
        raise CommentError("unit_argument is for functions; a table has unit_column")
    if wanted is None and (options.public or options.shared):
        return None
    column = _column(table, wanted or UNIT_COLUMN)
    if column is not None and column.base in WHOLE_NUMBERS:
        return column.name
    if wanted is not None:
        raise CommentError(f"unit_column {wanted} is not a column of whole numbers")
    return None
