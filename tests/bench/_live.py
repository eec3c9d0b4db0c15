"""One live tile from the arrays against ``ST_AsMVT``, both without a server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

from django.db import connection

from layers.core import asyncdb
from layers.core.live import Snapshot
from layers.core.live_sync import LiveLayer, LiveStore
from layers.core.scope import Grant
from layers.core.spec import Layer
from layers.core.watch import Watcher
from tests.bench import Row
from tests.bench._ground import TILE, boats, registered, st_asmvt
from tiles.cache import compress
from tiles.clock import Clocks
from tiles.gate import Gate
from tiles.memory import keep_freed
from tiles.sources import TileRequest
from tiles.sources.live import LiveSource

POINTS = 100_000
ROUNDS, REPEATS = 5, 4


def best(*works: Callable[[], object]) -> list[float]:
    """The least time of each, in milliseconds.

    They take turns, so that a busy moment of the machine meets all of them, and
    repeat within a turn, so that none pays for what the one before put into the
    processor's caches.
    """
    times: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, taken in zip(works, times, strict=True):
            for _repeat in range(REPEATS):
                started = time.perf_counter()
                work()
                taken.append(time.perf_counter() - started)
    return [min(taken) * 1000 for taken in times]


async def snapshot(layer: Layer) -> tuple[Snapshot, float]:
    """The arrays as the web process loads them, and the seconds it took."""
    async with asyncdb.make_pool() as pool:
        live = LiveLayer(layer)
        async with pool.connection() as opened:
            started = time.perf_counter()
            await live.load(opened)
            return live.snapshot, time.perf_counter() - started


def live_source(layer: Layer) -> LiveSource:
    pool = asyncdb.make_pool()
    watcher = Watcher(pool)
    store = LiveStore(pool, watcher)
    clocks = Clocks.of_layers(watcher, store)
    return LiveSource(layer, watcher, clocks, Gate(pool), store)


def live_rows() -> Iterator[Row]:
    """The crowded tile: 42,000 of 100,000 points, title, time and five fields more."""
    keep_freed()  # as the web process does
    ground = boats(POINTS)
    layer = ground.layer
    with registered(ground), connection.cursor() as cursor:
        held, load_s = asyncio.run(snapshot(layer))
        source = live_source(layer)
        grant = Grant(user_id=1, layers=frozenset({layer.slug}), units=None)
        request = TileRequest(*TILE, grant)
        tile = source.encode(held, request)
        half = Grant(
            user_id=1, layers=frozenset({layer.slug}), units=frozenset(range(80))
        )
        query, values = st_asmvt(ground, TILE)
        cursor.execute("SET jit = off")

        def ask() -> bytes:
            cursor.execute(query, values)
            return bytes(cursor.fetchone()[0])

        size = len(ask())
        ours, part, theirs, packed = best(
            lambda: source.encode(held, request),
            lambda: source.encode(held, TileRequest(*TILE, half)),
            ask,
            lambda: compress(tile, "gzip"),
        )
    yield Row("live tile z6, 42,000 of 100,000 points, six fields", ours, "ms",
              note=f"{len(tile):,} bytes")  # fmt: skip
    yield Row("the same by ST_AsMVT over the same rows", theirs, "ms",
              note=f"{size:,} bytes")  # fmt: skip
    yield Row("times faster", theirs / ours, "x", ">= 25", theirs / ours >= 25)
    yield Row("live tile in a scope of half the units", part, "ms")
    yield Row("gzip of that tile", packed, "ms")
    yield Row("100,000 rows from PostgreSQL into the arrays", load_s, "s")
