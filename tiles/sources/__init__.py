"""Where tiles come from: one class per kind of source, all with one face."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Protocol

from layers.core.scope import Grant


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


class Source(Protocol):
    """A named source of vector tiles.

    ``public`` sources are open to everyone. ``key`` names the picture that
    :meth:`tile` would make: equal keys share one cached tile.
    """

    id: str
    public: bool
    minzoom: int
    maxzoom: int
    cache_control: str

    def visible(self, grant: Grant) -> bool: ...

    def key(self, request: TileRequest) -> Hashable: ...

    async def tile(self, request: TileRequest) -> bytes:
        """The tile before compression; empty bytes when there is nothing in it."""

    async def tilejson(self, grant: Grant) -> dict[str, Any]:
        """TileJSON without ``tiles``."""

    def description(self) -> str: ...
