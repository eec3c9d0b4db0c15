"""Tiles in memory, compressed, bounded by bytes, least recently used out first.

One entry per picture (source, version, z, x, y, parameters, scope); an entry
holds the encodings that were asked for. The ETag is that of the bytes before
compression, so it is the same for all of them.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field

import brotli
import xxhash
import zstandard

DEFAULT_BYTES = 128 * 1024 * 1024
ENTRY_BYTES = 400  # keys, objects and dictionaries around the bytes
IDENTITY = "identity"
# Above this size speed counts more than the last few per cent.
LARGE_BYTES = 256 * 1024

Make = Callable[[], Awaitable[bytes]]


def etag(content: bytes) -> str:
    """Strong validator: xxh3-128, 22 characters of unpadded base64url, quoted."""
    digest = base64.urlsafe_b64encode(xxhash.xxh3_128_digest(content))
    return f'"{digest.rstrip(b"=").decode()}"'


def compress(content: bytes, encoding: str) -> bytes:
    """``content`` in one of gzip, br, zstd, identity."""
    large = len(content) > LARGE_BYTES
    if encoding == "gzip":
        # No time in the header: equal tiles are equal bytes.
        return gzip.compress(content, 1 if large else 6, mtime=0)
    if encoding == "br":
        return brotli.compress(content, quality=1 if large else 5)
    if encoding == "zstd":
        return zstandard.compress(content, 1 if large else 6)
    return content


def expand(content: bytes, encoding: str) -> bytes:
    """The opposite of :func:`compress`."""
    if encoding == "gzip":
        return zlib.decompress(content, wbits=31)
    if encoding == "br":
        return bytes(brotli.decompress(content))
    if encoding == "zstd":
        return bytes(zstandard.decompress(content))
    return content


@dataclass(slots=True)
class Tile:
    """A tile and the encodings in which it was asked for. Empty: no feature."""

    etag: str
    size: int
    bodies: dict[str, bytes] = field(default_factory=dict)
    headers: dict[str, list[tuple[bytes, bytes]]] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return self.size == 0

    @property
    def cost(self) -> int:
        return ENTRY_BYTES + sum(map(len, self.bodies.values()))

    def raw(self) -> bytes:
        """The bytes before compression."""
        if self.empty:
            return b""
        encoding = IDENTITY if IDENTITY in self.bodies else next(iter(self.bodies))
        return expand(self.bodies[encoding], encoding)


class TileCache:
    """Least recently used tiles; equal requests at one time are made once."""

    def __init__(self, limit: int = DEFAULT_BYTES) -> None:
        self.limit = limit
        self.used = 0
        self._tiles: OrderedDict[Hashable, Tile] = OrderedDict()
        self._pending: dict[Hashable, asyncio.Task[Tile]] = {}

    def __len__(self) -> int:
        return len(self._tiles)

    def peek(self, key: Hashable, encoding: str) -> Tile | None:
        """The tile when it can be sent as it stands."""
        tile = self._tiles.get(key)
        if tile is None or not (tile.empty or encoding in tile.bodies):
            return None
        self._tiles.move_to_end(key)
        return tile

    async def get(self, key: Hashable, encoding: str, make: Make) -> Tile:
        """The tile with its body in ``encoding``; ``make`` gives the raw bytes."""
        tile = self.peek(key, encoding)
        if tile is not None:
            return tile
        work = (key, encoding)
        task = self._pending.get(work)
        if task is None:
            task = asyncio.create_task(self._fill(key, encoding, make))
            self._pending[work] = task
            task.add_done_callback(lambda _done: self._pending.pop(work, None))
        # One caller who goes away must not take the tile from the others.
        return await asyncio.shield(task)

    async def _fill(self, key: Hashable, encoding: str, make: Make) -> Tile:
        held = self._tiles.get(key)
        content = await make() if held is None else held.raw()
        tile = await asyncio.to_thread(_encoded, content, encoding)
        if held is not None:
            tile.bodies = {**held.bodies, **tile.bodies}
        self._store(key, tile)
        return tile

    def _store(self, key: Hashable, tile: Tile) -> None:
        old = self._tiles.pop(key, None)
        self.used += tile.cost - (old.cost if old else 0)
        self._tiles[key] = tile
        while self.used > self.limit and self._tiles:
            _key, gone = self._tiles.popitem(last=False)
            self.used -= gone.cost


def _encoded(content: bytes, encoding: str) -> Tile:
    if not content:
        return Tile(etag(b""), 0)
    return Tile(etag(content), len(content), {encoding: compress(content, encoding)})
