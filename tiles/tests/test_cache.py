"""Tiles in memory and in the level that processes share."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator

import pytest
from django.conf import settings

from tiles.cache import ENTRY_BYTES, IDENTITY, TileCache, compress, expand
from tiles.shared import PAUSE_S, Place, SharedTiles

CONTENT = b"tile " * 400


class Maker:
    """Makes the same bytes again and again, and counts."""

    def __init__(self, content: bytes = CONTENT) -> None:
        self.content = content
        self.made = 0
        self.stopped = 0
        self.let_go = asyncio.Event()
        self.let_go.set()

    async def __call__(self) -> bytes:
        self.made += 1
        try:
            await self.let_go.wait()
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        return self.content


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", IDENTITY])
@pytest.mark.parametrize("size", [0, 1, 10_000, 1_000_000])
def test_what_is_compressed_expands_to_itself(encoding: str, size: int) -> None:
    content = os.urandom(size // 2) + b"a" * (size - size // 2)
    assert expand(compress(content, encoding), encoding) == content


async def test_a_tile_of_the_same_version_is_made_once() -> None:
    cache, make = TileCache(), Maker()
    first = await cache.get("a", 1, "gzip", make)
    second = await cache.get("a", 1, "gzip", make)
    assert first is second
    assert make.made == 1


async def test_a_tile_of_another_version_is_made_again_and_replaced() -> None:
    cache, make = TileCache(), Maker()
    await cache.get("a", 1, "gzip", make)
    before = cache.used
    await cache.get("a", 2, "gzip", make)
    assert make.made == 2
    assert (len(cache), cache.used) == (1, before)
    assert cache.peek("a", 1, "gzip") is None


async def test_another_encoding_is_packed_from_what_is_held() -> None:
    cache, make = TileCache(), Maker()
    gzip = await cache.get("a", 1, "gzip", make)
    brotli = await cache.get("a", 1, "br", make)
    assert make.made == 1
    assert gzip.etag == brotli.etag
    assert expand(brotli.bodies["br"], "br") == CONTENT
    assert set(brotli.bodies) == {"gzip", "br"}


async def test_memory_is_bounded_and_counted() -> None:
    size = ENTRY_BYTES + 1_000
    cache = TileCache(limit=10 * size)
    for number in range(100):
        await cache.get(number, 1, IDENTITY, Maker(os.urandom(1_000)))
        assert cache.used == len(cache) * size <= cache.limit


async def test_tiles_that_are_asked_for_again_outlive_a_sweep() -> None:
    size = ENTRY_BYTES + 1_000
    cache, popular = TileCache(limit=20 * size), Maker(os.urandom(1_000))
    for _ in range(2):
        await cache.get("popular", 1, IDENTITY, popular)
    for number in range(500):
        await cache.get(number, 1, IDENTITY, Maker(os.urandom(1_000)))
    await cache.get("popular", 1, IDENTITY, popular)
    assert popular.made == 1


async def test_equal_requests_at_one_time_share_the_work() -> None:
    cache, make = TileCache(), Maker()
    make.let_go.clear()
    asked = [asyncio.create_task(cache.get("a", 1, "gzip", make)) for _ in range(5)]
    while not make.made:
        await asyncio.sleep(0)
    make.let_go.set()
    assert len({id(tile) for tile in await asyncio.gather(*asked)}) == 1
    assert make.made == 1


async def test_one_who_goes_away_does_not_take_the_tile_from_the_others() -> None:
    cache, make = TileCache(), Maker()
    make.let_go.clear()
    gone, stays = (
        asyncio.create_task(cache.get("a", 1, "gzip", make)) for _ in range(2)
    )
    while not make.made:
        await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait([gone])
    make.let_go.set()
    assert (await stays).size == len(CONTENT)
    assert make.stopped == 0


async def test_work_that_nobody_waits_for_stops() -> None:
    cache, make = TileCache(), Maker()
    make.let_go.clear()
    asked = [asyncio.create_task(cache.get("a", 1, "gzip", make)) for _ in range(2)]
    while not make.made:
        await asyncio.sleep(0)
    for task in asked:
        task.cancel()
    await asyncio.wait(asked)
    while not make.stopped:
        await asyncio.sleep(0)
    make.let_go.set()
    assert (await cache.get("a", 1, "gzip", make)).size == len(CONTENT)


async def test_a_change_while_a_tile_is_made_makes_it_old() -> None:
    cache, make = TileCache(), Maker(b"old")
    make.let_go.clear()
    before = asyncio.create_task(cache.get("a", 1, IDENTITY, make))
    while not make.made:
        await asyncio.sleep(0)
    after = asyncio.create_task(cache.get("a", 2, IDENTITY, Maker(b"new")))
    assert (await after).raw() == b"new"
    make.let_go.set()
    assert (await before).raw() == b"old"
    assert (await cache.get("a", 2, IDENTITY, Maker(b"new"))).raw() == b"new"


async def test_a_failure_is_told_to_everyone_and_not_kept() -> None:
    async def fail() -> bytes:
        raise ValueError("no table")

    cache = TileCache()
    outcomes = await asyncio.gather(
        *(cache.get("a", 1, "gzip", fail) for _ in range(3)), return_exceptions=True
    )
    assert [str(outcome) for outcome in outcomes] == ["no table"] * 3
    assert (await cache.get("a", 1, "gzip", Maker())).size == len(CONTENT)


@pytest.fixture
async def shared() -> AsyncIterator[SharedTiles]:
    level = SharedTiles(settings.REDIS_URL, f"test-tiles-{os.getpid()}")
    yield level
    async for name in level._redis.scan_iter(f"{level._prefix}:*"):
        await level._redis.delete(name)
    await level.close()


async def test_a_second_process_takes_what_the_first_has_made(
    shared: SharedTiles,
) -> None:
    place, make = Place("a", reach=7, needed=7), Maker()
    await TileCache(shared=shared).get("a", 7, "gzip", make, place)
    tile = await TileCache(shared=shared).get("a", 9, "br", make, place)
    assert make.made == 1
    assert tile.raw() == CONTENT


async def test_a_shared_tile_older_than_the_last_change_is_not_taken(
    shared: SharedTiles,
) -> None:
    make = Maker()
    await TileCache(shared=shared).get("a", 7, "gzip", make, Place("a", 7, 7))
    newer = Place("a", reach=9, needed=8)
    await TileCache(shared=shared).get("a", 8, "gzip", make, newer)
    assert make.made == 2


async def test_empty_tiles_are_shared_too(shared: SharedTiles) -> None:
    make = Maker(b"")
    for _ in range(2):
        tile = await TileCache(shared=shared).get(
            "a", 1, "gzip", make, Place("a", 1, 1)
        )
        assert tile.empty
    assert make.made == 1


async def test_without_redis_tiles_are_made_and_redis_is_left_alone() -> None:
    level = SharedTiles("redis://127.0.0.1:1/0", "nowhere")
    make, place = Maker(), Place("a", 1, 1)
    for _ in range(2):
        assert (await TileCache(shared=level).get("a", 1, "gzip", make, place)).size
    assert make.made == 2
    assert 0 < level._paused_until - asyncio.get_running_loop().time() <= PAUSE_S
    await level.close()
