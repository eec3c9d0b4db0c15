"""A function of a published schema as a source."""

from __future__ import annotations

import zlib
from collections.abc import Hashable
from typing import Any

import orjson
from psycopg import Error as DatabaseError
from psycopg import sql

from tiles.routes import HttpError
from tiles.sources import TileRequest
from tiles.sources.function import UNITS, given, units

from . import comments
from .columns import quoted
from .comments import Comment, CommentError
from .discovery import Function
from .source import Gate, PublishedSource, audience

GZIP = b"\x1f\x8b"
MAX_TILE = 64 * 1024 * 1024
MAX_REASON = 500


class FunctionSource(PublishedSource):
    """Answers by whichever of its two signatures fits the request.

    Raises CommentError when the function cannot be published as its comment says.
    """

    def __init__(self, source_id: str, function: Function, gate: Gate) -> None:
        if not all(variant.usable for variant in function.variants):
            raise CommentError("GRANT EXECUTE on it to the role of the tile service")
        origin = f"{function.schema}.{function.name}"
        comment = _comment(function)
        super().__init__(source_id, origin, function, comment, gate)
        _check(function, comment)
        # by whether the request's parameters are passed on
        self._calls = {
            bool(variant.query_type): _call(function, variant.query_type)
            for variant in function.variants
        }
        self.settle(
            audience(self.options, by_unit=self.options.unit_argument),
            {"tilejson": "3.0.0", "name": source_id, "description": origin},
        )

    def key(self, request: TileRequest) -> Hashable:
        asked = orjson.dumps(self._given(request), option=orjson.OPT_SORT_KEYS)
        scope = self.scope_key(request.grant)
        return (self.origin, self.id, request.z, request.x, request.y, asked, scope)

    async def tile(self, request: TileRequest) -> bytes:
        return self._plainly(await self.fetch(*self._call(request), request.grant))

    def blame(self, error: DatabaseError) -> str:
        """The function's own words: they are meant for who asks."""
        return (error.diag.message_primary or str(error))[:MAX_REASON]

    def _given(self, request: TileRequest) -> dict[str, Any]:
        """The parameters that the function gets; ``units`` is the server's, when
        the function wants them at all."""
        if True not in self._calls:
            return {}
        return given(request, UNITS) if self.options.unit_argument else given(request)

    def _call(self, request: TileRequest) -> tuple[sql.Composed, list[Any]]:
        place: list[Any] = [request.z, request.x, request.y]
        asked = self._given(request)
        if self.options.unit_argument:
            asked[UNITS] = units(request)
        if asked or False not in self._calls:
            return self._calls[True], [*place, orjson.dumps(asked).decode()]
        return self._calls[False], place

    def _plainly(self, tile: bytes) -> bytes:
        """A tile that the function compressed itself is expanded."""
        if tile[:2] != GZIP:
            return tile
        stream = zlib.decompressobj(wbits=31)
        try:
            content = stream.decompress(tile, MAX_TILE)
        except zlib.error as error:
            raise HttpError(500, f"{self.id}: its gzip is broken") from error
        if not stream.eof:
            raise HttpError(500, f"{self.id}: its gzip is cut or over {MAX_TILE} bytes")
        return content


def _call(function: Function, query_type: str) -> sql.Composed:
    """Of a row only the first column is wanted: the tile."""
    argument = f", %s::{query_type}" if query_type else ""
    text = f"SELECT f.* FROM {{}}(%s::int, %s::int, %s::int{argument}) AS f LIMIT 1"
    name = quoted(function.schema, function.name)
    return sql.SQL(text).format(name)  # type: ignore[arg-type]


def _comment(function: Function) -> Comment:
    """The comments of both signatures; the one with a query argument wins."""
    read = [comments.read(variant.comment) for variant in function.variants]
    if len(read) == 1:
        return read[0]
    plain, query = read
    told = [comment.options.model_dump(exclude_unset=True) for comment in read]
    return Comment(
        comments.options({**told[0], **told[1]}),
        comments.merge(plain.patch, query.patch),
        plain.warnings + query.warnings,
    )


def _check(function: Function, comment: Comment) -> None:
    """Options that a function cannot obey must not be taken for obeyed."""
    options = comment.options
    given_names = options.model_fields_set & {
        "unit_column",
        "id_column",
        "properties",
        "limit",
        "srid",
    }
    if given_names:
        raise CommentError(f"{', '.join(sorted(given_names))}: for tables only")
    if options.unit_argument and (function.query is None or function.plain is not None):
        reason = "unit_argument needs a function with a json argument, and no other"
        raise CommentError(reason)
