"""Tiles in memory, compressed, bounded by bytes.

One entry per picture (source, z, x, y, parameters, scope); an entry holds the
encodings that were asked for. The ETag is that of the bytes before
compression, so it is the same for all of them.
"""

from __future__ import annotations

import asyncio
import base64
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from functools import partial

import brotli
import xxhash
import zstandard
from isal import igzip

from .shared import Place, SharedTiles

DEFAULT_BYTES = 128 * 1024 * 1024
ENTRY_BYTES = 400  # keys, objects and dictionaries around the bytes
IDENTITY = "identity"
# Above this size speed counts more than the last few per cent.
LARGE_BYTES = 256 * 1024

# Smaller tiles are compressed faster than they are handed to a thread.
SMALL_BYTES = 8 * 1024
NEW_SHARE = 0.1

Make = Callable[[], Awaitable[bytes]]


def etag(content: bytes) -> str:
    """Strong validator: xxh3-128, 22 characters of unpadded base64url, quoted."""
    digest = base64.urlsafe_b64encode(xxhash.xxh3_128_digest(content))
    return f'"{digest.rstrip(b"=").decode()}"'


def compress(content: bytes, encoding: str) -> bytes:
    """``content`` in one of gzip, br, zstd, identity."""
    large = len(content) > LARGE_BYTES
    if encoding == "gzip":
        # Thirty times faster than zlib's level 6 for five per cent more bytes
        # (measured on live tiles). No time in the header: equal tiles are equal
        # bytes.
        return igzip.compress(content, 2, mtime=0)
    if encoding == "br":
        return brotli.compress(content, quality=1 if large else 5)
    if encoding == "zstd":
        return zstandard.compress(content, 1 if large else 3)
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
    version: Hashable = 0
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


class Work:
    """A tile in the making and how many wait for it."""

    __slots__ = ("task", "waiting")

    def __init__(self, task: asyncio.Task[Tile]) -> None:
        self.task = task
        self.waiting = 0

    async def join(self) -> Tile:
        """Wait with the others; the last who goes away stops the work."""
        self.waiting += 1
        try:
            return await asyncio.shield(self.task)
        finally:
            self.waiting -= 1
            if not self.waiting and not self.task.done():
                self.task.cancel()


class TileCache:
    """Tiles by picture; a tile of another version is made again and replaced.

    Equal requests at one time are made once. Two queues share the bytes: new
    tiles wait in a tenth of them, and those that are asked for a second time move
    to the rest, so that one person who pans across a province does not push out
    what everybody looks at (2Q, Johnson and Shasha 1994). ``shared`` is a second
    level that other processes read and fill too.
    """

    def __init__(
        self, limit: int = DEFAULT_BYTES, shared: SharedTiles | None = None
    ) -> None:
        self.limit = limit
        self.shared = shared
        self.used = self.new_used = 0
        self.hits = self.misses = 0
        self._new: OrderedDict[Hashable, Tile] = OrderedDict()
        self._kept: OrderedDict[Hashable, Tile] = OrderedDict()
        self._pending: dict[Hashable, Work] = {}

    def __len__(self) -> int:
        return len(self._new) + len(self._kept)

    @property
    def pending(self) -> int:
        """How many tiles are being made."""
        return len(self._pending)

    def peek(self, key: Hashable, version: Hashable, encoding: str) -> Tile | None:
        """The tile when it can be sent as it stands."""
        tile = self._kept.get(key)
        if tile is not None:
            self._kept.move_to_end(key)
        else:
            tile = self._new.get(key)
            if tile is None:
                return None
            self._promote(key, tile)
        if tile.version != version or not (tile.empty or encoding in tile.bodies):
            return None
        self.hits += 1
        return tile

    async def get(
        self,
        key: Hashable,
        version: Hashable,
        encoding: str,
        make: Make,
        place: Place | None = None,
    ) -> Tile:
        """The tile with its body in ``encoding``; ``make`` gives the raw bytes.

        With a ``place`` the second level is asked before, and filled.
        """
        tile = self.peek(key, version, encoding)
        if tile is not None:
            return tile
        name = (key, version, encoding)
        work = self._pending.get(name)
        if work is None or work.task.cancelled():
            self.misses += 1
            making = partial(self._shared_or_made, place, make) if place else make
            task = asyncio.create_task(self._fill(key, version, encoding, making))
            work = self._pending[name] = Work(task)
            task.add_done_callback(partial(self._done, name, work))
        return await work.join()

    def _done(self, name: Hashable, work: Work, task: asyncio.Task[Tile]) -> None:
        if self._pending.get(name) is work:
            del self._pending[name]
        if not task.cancelled():
            task.exception()  # told to those who waited, if any were left

    async def _fill(
        self, key: Hashable, version: Hashable, encoding: str, make: Make
    ) -> Tile:
        held = self._kept.get(key) or self._new.get(key)
        if held is not None and held.version == version:
            tile = await _encoded(held.raw(), version, encoding)
            tile.bodies = {**held.bodies, **tile.bodies}
        else:
            tile = await _encoded(await make(), version, encoding)
        self._store(key, tile)
        return tile

    async def _shared_or_made(self, place: Place, make: Make) -> bytes:
        if self.shared is None:
            return await make()
        content = await self.shared.get(place)
        if content is None:
            content = await make()
            await self.shared.put(place, content)
        return content

    def _promote(self, key: Hashable, tile: Tile) -> None:
        """A second request: what was new is kept."""
        del self._new[key]
        self.new_used -= tile.cost
        self._kept[key] = tile

    def _store(self, key: Hashable, tile: Tile) -> None:
        kept = self._kept.get(key)
        queue = self._kept if kept is not None else self._new
        old = queue.pop(key, None)
        grown = tile.cost - (old.cost if old else 0)
        self.used += grown
        if queue is self._new:
            self.new_used += grown
        queue[key] = tile
        while self.used > self.limit and len(self):
            self._evict()

    def _evict(self) -> None:
        new = self.new_used > self.limit * NEW_SHARE or not self._kept
        queue = self._new if new and self._new else self._kept
        _key, gone = queue.popitem(last=False)
        self.used -= gone.cost
        if queue is self._new:
            self.new_used -= gone.cost


async def _encoded(content: bytes, version: Hashable, encoding: str) -> Tile:
    if not content:
        return Tile(etag(b""), 0, version)
    if len(content) < SMALL_BYTES:
        body = compress(content, encoding)
    else:
        body = await asyncio.to_thread(compress, content, encoding)
    return Tile(etag(content), len(content), version, {encoding: body})
