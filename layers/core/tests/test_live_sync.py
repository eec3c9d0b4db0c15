"""Live arrays against the database and the change stream."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from layers.core.asyncdb import make_pool
from layers.core.live import Snapshot
from layers.core.live_sync import LiveLayer, LiveStore
from layers.core.watch import Watcher

from .boats import Boats, boats, committed  # noqa: F401  (fixtures)


@asynccontextmanager
async def running() -> AsyncIterator[LiveStore]:
    pool = make_pool()
    watcher = Watcher(pool)
    store = LiveStore(pool, watcher)
    await pool.open()
    watcher.start()
    store.start()
    try:
        yield store
    finally:
        await store.stop()
        await watcher.stop()
        await pool.close()
        await sync_to_async(connections.close_all)()


@asynccontextmanager
async def by_hand(known: Boats) -> AsyncIterator[tuple[LiveLayer, Callable]]:
    """A live layer that advances only when told."""
    async with make_pool() as pool:
        live = LiveLayer(known.layer)

        async def advance() -> bool:
            async with pool.connection() as connection:
                return await live.advance(connection)

        yield live, advance
        await sync_to_async(connections.close_all)()


async def until(check: Callable[[], bool], seconds: float = 5.0) -> float:
    """Wait until it is so; how long that took."""
    started = time.monotonic()
    while not check():
        if time.monotonic() - started > seconds:
            pytest.fail("it did not happen in time")
        await asyncio.sleep(0.02)
    return time.monotonic() - started


def titles(snapshot: Snapshot) -> list[str]:
    return values(snapshot, "title")


def values(snapshot: Snapshot, name: str) -> list[Any]:
    """A column in the order of the ids: rows stand as the database gave them."""
    return snapshot.columns[name].take(np.argsort(snapshot.ids))


def changed(snapshot: Snapshot, seq: int) -> list[int]:
    """The ids of the rows that changed after ``seq``."""
    return sorted(snapshot.ids[snapshot.changed_since(seq)].tolist())


def place(snapshot: Snapshot, feature_id: int) -> float:
    """Where a feature is: its x."""
    return float(snapshot.x[snapshot.ids == feature_id][0])


async def test_arrays_hold_what_the_table_holds(boats: Boats) -> None:  # noqa: F811
    seq = await sync_to_async(boats.put)({"id": 1}, {"id": 2, "speed_kn": None})
    async with by_hand(boats) as (live, advance):
        assert await advance()
        snapshot = live.snapshot
    assert (snapshot.seq, titles(snapshot)) == (seq, ["Boat 1", "Boat 2"])
    assert values(snapshot, "speed_kn") == [4.5, None]
    assert values(snapshot, "draught") == [1.25, 1.25]
    assert values(snapshot, "at") == [1795323600, 1795323600]


async def test_advancing_takes_only_what_changed(boats: Boats) -> None:  # noqa: F811
    await sync_to_async(boats.put)({"id": 1}, {"id": 2})
    async with by_hand(boats) as (live, advance):
        await advance()
        assert not await advance()
        seq = await sync_to_async(boats.put)({"id": 2, "lon": 106.5}, {"id": 3})
        assert await advance()
        assert changed(live.snapshot, seq - 1) == [2, 3]
        assert live.snapshot.generation == 1


async def test_a_removed_row_is_gone_and_readers_know(boats: Boats) -> None:  # noqa: F811
    await sync_to_async(boats.put)({"id": 1}, {"id": 2})
    async with by_hand(boats) as (live, advance):
        await advance()
        await sync_to_async(boats.remove)(1)
        assert await advance()
        assert titles(live.snapshot) == ["Boat 2"]
        assert live.snapshot.generation == 2


async def test_an_edit_that_stamps_no_row_is_found(boats: Boats) -> None:  # noqa: F811
    await sync_to_async(boats.put)({"id": 1}, {"id": 2})
    async with by_hand(boats) as (live, advance):
        await advance()
        rename = "UPDATE test_boats SET title = 'Renamed' WHERE id = 2"
        seq = await sync_to_async(boats.edit)(rename)
        assert await advance()
        assert titles(live.snapshot) == ["Boat 1", "Renamed"]
        assert changed(live.snapshot, seq - 1) == [2]


RENAME = "UPDATE test_boats SET title = 'Renamed' WHERE id = 2"


async def test_an_edit_that_hides_behind_a_stamped_change_is_found(
    boats: Boats,  # noqa: F811
) -> None:
    await sync_to_async(boats.put)({"id": 1}, {"id": 2})
    async with by_hand(boats) as (live, advance):
        await advance()
        live.announced.add(await sync_to_async(boats.edit)(RENAME))
        live.announced.add(await sync_to_async(boats.put)({"id": 1, "lon": 106.0}))
        assert await advance()
        assert titles(live.snapshot) == ["Boat 1", "Renamed"]


async def test_what_is_found_late_makes_readers_start_anew(
    boats: Boats,  # noqa: F811
) -> None:
    await sync_to_async(boats.put)({"id": 1}, {"id": 2})
    async with by_hand(boats) as (live, advance):
        await advance()
        live._reread_after = time.monotonic() + 3_600
        seq = await sync_to_async(boats.edit)(RENAME)
        assert not await advance()
        assert (live.snapshot.seq, live.snapshot.generation) == (seq, 1)
        live._reread_after = 0.0
        assert await advance()
        assert titles(live.snapshot) == ["Boat 1", "Renamed"]
        assert live.snapshot.generation == 2
        assert live.moved.everything


async def test_a_reading_says_where_rows_were_and_are(boats: Boats) -> None:  # noqa: F811
    await sync_to_async(boats.put)({"id": 1}, {"id": 2})
    async with by_hand(boats) as (live, advance):
        await advance()
        assert live.moved.everything
        before = place(live.snapshot, 1)
        seq = await sync_to_async(boats.put)({"id": 1, "lon": 106.4})
        assert await advance()
        moved = live.moved
        assert (moved.seq, moved.everything) == (seq, False)
        assert moved.x.tolist() == [before, place(live.snapshot, 1)]
        await sync_to_async(boats.put)({"id": 1, "lon": 106.4})
        assert not await advance()


async def test_a_change_reaches_the_arrays_within_a_second(
    boats: Boats,  # noqa: F811
) -> None:
    await sync_to_async(boats.put)({"id": 1})
    async with running() as store:
        live = store.layers[boats.layer.slug]
        await until(lambda: live.loaded)
        await asyncio.sleep(0.5)  # the stream reader is connected
        seq = await sync_to_async(boats.put)({"id": 1, "lon": 106.4})
        assert await until(lambda: live.snapshot.seq >= seq) < 1.0


async def test_the_poll_finds_changes_while_redis_is_away(
    boats: Boats,  # noqa: F811
    settings,
) -> None:
    await sync_to_async(boats.put)({"id": 1})
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    async with running() as store:
        live = store.layers[boats.layer.slug]
        await until(lambda: live.loaded)
        seq = await sync_to_async(boats.put)({"id": 1, "lon": 106.4})
        await until(lambda: live.snapshot.seq >= seq)
