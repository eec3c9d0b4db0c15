"""The short way of a tile that the same client has asked for before.

A map asks for the same tiles with the same headers again and again. What the long
way found out about such a request is kept: who asks, which source, under which
name the tile is cached. What can change is checked each time: whether the caller's
rights still hold and how often they may ask, whether the source is still there,
whether the tile is still of today.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import time
from typing import Any

from .cache import Tile, TileCache
from .catalog import Catalog
from .metrics import Metrics
from .sources import Source, TileRequest
from .tokens import Access, Caller

# About a kilobyte each, most of it the Cookie header: 20 MB at most.
MAX_RIDES = 20_000

Scope = dict[str, Any]
Name = tuple[str, bytes | None, bytes | None, bytes | None]


@dataclass(frozen=True, slots=True)
class Ride:
    """``rights`` and ``sources`` are the states of memory that it was true for."""

    caller: Caller
    source: Source
    wanted: TileRequest
    key: Any
    encoding: str
    rights: int
    sources: int


# A tile that can be sent as it stands, its encoding, and If-None-Match.
Arrival = tuple[Tile, str, bytes | None]


class Express:
    def __init__(
        self, access: Access, catalog: Catalog, cache: TileCache, metrics: Metrics
    ) -> None:
        self.access = access
        self.catalog = catalog
        self.cache = cache
        self.metrics = metrics
        self._rides: dict[Name, Ride] = {}

    def __len__(self) -> int:
        return len(self._rides)

    @staticmethod
    def name(scope: Scope, headers: dict[bytes, bytes]) -> Name | None:
        """All of a request that shapes its answer; None: take the long way.

        Keys are not kept, parameters may be anything, other sites get one header
        more, and HTTP/2 may send cookies in several fields.
        """
        if (
            scope["method"] != "GET"
            or scope["query_string"]
            or b"authorization" in headers
            or b"origin" in headers
            or scope["http_version"][0] != "1"
        ):
            return None
        get = headers.get
        return scope["path"], get(b"cookie"), get(b"accept-encoding"), get(b"accept")

    def find(self, scope: Scope) -> Arrival | None:
        headers = dict(scope["headers"])
        name = self.name(scope, headers)
        ride = self._rides.get(name) if name is not None else None
        if ride is None:
            return None
        access, caller = self.access, ride.caller
        if ride.rights != access.epoch or ride.sources != self.catalog.generation:
            del self._rides[name]  # type: ignore[arg-type]
            return None
        bucket = caller.bucket
        if bucket is None:
            bucket = access.limits.stranger(scope, headers)
        elif caller.until <= time() or not access.revocations.valid(
            caller.grant.user_id, caller.since
        ):
            return None
        version = ride.source.version(ride.wanted)
        tile = self.cache.peek(ride.key, version, ride.encoding)
        if tile is None or ride.encoding not in tile.headers or bucket.take():
            return None
        self.metrics.hits[ride.wanted.z] += 1
        return tile, ride.encoding, headers.get(b"if-none-match")

    def remember(self, scope: Scope, headers: dict[bytes, bytes], ride: Ride) -> None:
        name = self.name(scope, headers)
        if name is None:
            return
        if len(self._rides) >= MAX_RIDES:
            self._rides.clear()
        self._rides[name] = ride
