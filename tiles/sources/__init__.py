"""Where tiles come from: one class per kind of source, all with one face."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from layers.core.scope import Grant
from tiles.shared import Place

MVT = "application/x-protobuf"
# Of one caller, and asked for again each time: 304 when nothing changed.
PRIVATE = "private, no-cache"


class RequestError(ValueError):
    """The request cannot be answered; the text says why."""


class UnavailableError(RuntimeError):
    """The source cannot answer now; asking again later may help."""


@dataclass(slots=True)  # not frozen: one is made per request, and that is faster
class TileRequest:
    """One tile of one source, for one caller. ``params`` are query parameters."""

    z: int
    x: int
    y: int
    grant: Grant
    params: dict[str, str] = field(default_factory=dict)


class Source:
    """A named source of tiles.

    ``public`` sources are open to everyone, also without signing in. ``key``
    names the picture that :meth:`tile` would make: equal keys share one cached
    tile. ``version`` names its state: a cached tile of another version is made
    again. It is asked before the data are read, so a change that comes meanwhile
    makes the tile old at once.
    """

    id: str
    public = False
    minzoom = 0
    maxzoom = 22
    cache_control = PRIVATE
    content_type = MVT
    description = ""

    def visible(self, grant: Grant) -> bool:
        """Whether this caller may know that the source exists."""
        raise NotImplementedError

    def key(self, request: TileRequest) -> Hashable:
        """The picture; must hold all of the caller's scope that shapes it."""
        return (self.id, request.z, request.x, request.y)

    def version(self, request: TileRequest) -> Hashable:
        return 0

    def place(self, request: TileRequest) -> Place | None:
        """Where the tile is in the cache that processes share; None: nowhere."""
        return None

    async def tile(self, request: TileRequest) -> bytes:
        """The tile before compression; empty bytes when there is nothing in it."""
        raise NotImplementedError

    async def tilejson(self, grant: Grant) -> dict[str, Any]:
        """TileJSON without ``tiles``."""
        raise NotImplementedError

    def entry(self) -> dict[str, Any]:
        """What the catalogue says of the source; empty values are left out."""
        return {"content_type": self.content_type, "description": self.description}


class Provider(Protocol):
    """Some sources that come and go together: layers, a schema, a folder.

    ``broken`` says of every name that could not be published why. ``refresh`` is
    called once before the first request and then every ``refresh_s`` seconds
    (0: never again); it replaces both mappings and must not use a name ``taken``.
    """

    @property
    def refresh_s(self) -> float: ...

    @property
    def sources(self) -> Mapping[str, Source]: ...

    @property
    def broken(self) -> Mapping[str, str]: ...

    async def refresh(self, taken: frozenset[str]) -> None: ...
