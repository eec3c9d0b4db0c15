"""A second level of the tile cache in Redis, shared by all web processes.

An entry says up to which change number its tile was read (``reach``). A reader
takes it when that is at least the last change that touched the tile, so a
process that has just started may use what the others made, and none of them
gets a tile older than what it knows.
"""

from __future__ import annotations

import logging
import struct
import time
from dataclasses import dataclass
from typing import Any

import redis.asyncio
import xxhash
import zstandard
from redis.exceptions import RedisError

TTL_S = 3_600
TIMEOUT_S = 0.25
PAUSE_S = 5.0
MAX_BYTES = 2 * 1024 * 1024
_HEAD = struct.Struct("<q")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tile is in the second level: its name, up to which change it would
    be read now, and which change it must have seen."""

    name: str
    reach: int
    needed: int


class SharedTiles:
    """Tiles in Redis. What goes wrong there is a miss, and for a few seconds
    nobody asks again: Redis being away must not cost time per tile."""

    def __init__(self, url: str, prefix: str) -> None:
        self._redis = redis.asyncio.Redis.from_url(
            url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S
        )
        self._prefix = prefix
        self._paused_until = 0.0
        self.hits = self.misses = 0

    async def get(self, place: Place) -> bytes | None:
        """The tile before compression, if it is new enough."""
        if time.monotonic() < self._paused_until:
            return None
        try:
            found: Any = await self._redis.get(self._name(place))
        except (RedisError, OSError) as error:
            self._pause(error)
            return None
        if found is None or _HEAD.unpack_from(found)[0] < place.needed:
            self.misses += 1
            return None
        self.hits += 1
        body = found[_HEAD.size :]
        return bytes(zstandard.decompress(body)) if body else b""

    async def put(self, place: Place, content: bytes) -> None:
        if len(content) > MAX_BYTES or time.monotonic() < self._paused_until:
            return
        body = zstandard.compress(content, 3) if content else b""
        entry = _HEAD.pack(place.reach) + body
        try:
            await self._redis.set(self._name(place), entry, ex=TTL_S)
        except (RedisError, OSError) as error:
            self._pause(error)

    async def close(self) -> None:
        await self._redis.aclose()

    def _name(self, place: Place) -> str:
        return f"{self._prefix}:{xxhash.xxh3_128_hexdigest(place.name.encode())}"

    def _pause(self, error: Exception) -> None:
        log.warning("the shared tile cache is away: %s", error)
        self._paused_until = time.monotonic() + PAUSE_S
