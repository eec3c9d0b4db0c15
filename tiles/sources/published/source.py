"""What published tables and functions have in common: who sees them, how long a
tile is good for, and the TileJSON that the comment changes."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Hashable, Sequence
from typing import Any, Literal, Protocol

from psycopg import Error as DatabaseError
from psycopg import errors, sql

from layers.core.asyncdb import Pool
from layers.core.scope import Grant
from tiles.routes import HttpError
from tiles.sources import MVT, PRIVATE, Source, TileRequest, UnavailableError

from . import comments
from .comments import Comment, Options

log = logging.getLogger(__name__)


class Gate(Protocol):
    """The way to the database, so many at a time; raises what psycopg raises."""

    pool: Pool

    async def ask(
        self, query: sql.Composed, values: Sequence[Any], caller: Hashable = None
    ) -> tuple[Any, ...] | None: ...


Audience = Literal["public", "shared", "units", "province"]


def audience(options: Options, *, by_unit: bool) -> Audience:
    """Who may see the source; ``by_unit``: its rows can be told apart by unit."""
    if options.public:
        return "public"
    if options.shared:
        return "shared"
    return "units" if by_unit else "province"


def admits(who: Audience, grant: Grant) -> bool:
    """Whether the caller may know of a source for this audience."""
    if who == "public":
        return True
    if grant.user_id is None or grant.beyond == "nothing":
        return False
    if who == "shared" or grant.beyond == "everything":
        return True
    return who == "units" and (grant.units is None or bool(grant.units))


class PublishedSource(Source):
    """``origin`` is ``schema.table.geom`` or ``schema.function``; ``state`` is all
    that the source was made from: other state, other pictures."""

    def __init__(
        self, source_id: str, origin: str, state: object, comment: Comment, gate: Gate
    ) -> None:
        self.id = source_id
        self.origin = origin
        self.comment = comment
        self.options = comment.options
        self.gate = gate
        self.warnings = list(comment.warnings)
        self.patch = comment.patch
        self._digest = hashlib.blake2b(
            repr((origin, state)).encode(), digest_size=8
        ).hexdigest()

    def settle(self, who: Audience, document: dict[str, Any]) -> None:
        """The audience, and the TileJSON without bounds, patched by the comment."""
        self.audience = who
        self.public = who == "public"
        if self.public:
            self.cache_control = f"public, max-age={self.options.max_age_s}"
        else:
            self.cache_control = PRIVATE
        for name in ("minzoom", "maxzoom"):
            configured = getattr(self.options, name)
            if configured is not None:
                document[name] = configured
        patched = comments.merge(document, self.patch)
        problem = comments.check(patched)
        if problem:
            self.warnings.append(problem)
            self.patch, patched = {}, document
        self._document = patched
        self.minzoom = int(patched.get("minzoom", 0))
        self.maxzoom = int(patched.get("maxzoom", comments.MAX_ZOOM))
        self.content_type = patched.get("content_type", MVT)
        self.description = patched.get("description", "")

    def visible(self, grant: Grant) -> bool:
        return admits(self.audience, grant)

    def scope_key(self, grant: Grant) -> str:
        """Callers with equal keys see the same rows."""
        return grant.units_key if self.audience == "units" else "open"

    def version(self, request: TileRequest) -> Hashable:
        """Rows change unseen, so a tile is good for ``max_age_s``. Tiles do not all
        grow old at the same moment: each has its own phase."""
        age = self.options.max_age_s
        phase = (request.x * 31 + request.y * 17 + request.z) % age
        return f"{self._digest}-{int(time.time() + phase) // age}"

    async def fetch(
        self, query: sql.Composed, values: list[Any], grant: Grant
    ) -> bytes:
        """The first column of the first row, which is the tile."""
        try:
            row = await self.gate.ask(query, values, grant.user_id)
        except errors.QueryCanceled as error:
            reason = "the tile took too long; zoom in or filter"
            raise UnavailableError(reason) from error
        except (errors.OperationalError, errors.InterfaceError) as error:
            raise UnavailableError("the database does not answer") from error
        except DatabaseError as error:
            raise HttpError(500, f"{self.id}: {self.blame(error)}") from error
        return bytes(row[0]) if row and row[0] else b""

    def blame(self, error: DatabaseError) -> str:
        """What the caller is told. The database's own words may quote a row that
        is not for the caller, so they go to the log."""
        log.warning("%s: %s", self.origin, error.diag.message_primary or error)
        return "it cannot be drawn; the log of the server says why"

    async def tilejson(self, grant: Grant) -> dict[str, Any]:
        return dict(self._document)

    def entry(self) -> dict[str, Any]:
        name = self._document.get("name")
        return {
            **super().entry(),
            "name": None if name == self.id else name,
            "attribution": self._document.get("attribution"),
            "warnings": self.warnings,
        }
