"""The way of tile queries into PostgreSQL, with the real one behind it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator

import pytest
from psycopg import sql

from layers.core import asyncdb
from layers.core.tests.boats import committed  # noqa: F401  (fixture)
from tiles.cache import TileCache
from tiles.gate import Gate, Turns
from tiles.sources import RequestError, UnavailableError

ACTIVE = """
SELECT pid FROM pg_stat_activity
WHERE state = 'active' AND query LIKE '%pg_sleep(77)%' AND pid <> pg_backend_pid()
"""
SLEEP = sql.SQL("SELECT pg_sleep(77), {}").format(1)


@pytest.fixture
async def gate(committed: None) -> AsyncIterator[Gate]:  # noqa: F811
    async with asyncdb.make_pool() as pool:
        yield Gate(pool)


async def until(gate: Gate, running: bool) -> int | None:
    """Wait until the sleeping query runs, or does not; its process."""
    async with asyncio.timeout(10):
        while True:
            async with gate.pool.connection() as connection:
                cursor = await connection.execute(ACTIVE)
                found = await cursor.fetchone()
            if bool(found) is running:
                return found[0] if found else None
            await asyncio.sleep(0.01)


async def test_a_query_that_nobody_waits_for_stops_in_the_database(gate: Gate) -> None:
    task = asyncio.create_task(gate.row(SLEEP, []))
    await until(gate, running=True)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(gate, running=False)
    assert gate.turns.free == asyncdb.pool_size()
    for _ in range(3):
        assert await gate.row(b"SELECT 1", []) == (1,)


async def test_a_tile_that_its_last_client_leaves_stops_in_the_database(
    gate: Gate,
) -> None:
    async def make() -> bytes:
        await gate.row(SLEEP, [])
        return b""

    cache = TileCache()
    clients = [
        asyncio.create_task(cache.get("tile", 1, "identity", make)) for _ in range(3)
    ]
    await until(gate, running=True)
    for client in clients[:2]:
        client.cancel()
    await asyncio.wait(clients[:2])
    assert await until(gate, running=True)
    clients[2].cancel()
    await until(gate, running=False)
    assert await gate.row(b"SELECT 1", []) == (1,)


async def test_a_query_has_its_time_and_no_more(
    committed: None,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asyncdb, "STATEMENT_TIMEOUT_MS", 50)
    async with asyncdb.make_pool() as pool:
        gate = Gate(pool)
        with pytest.raises(UnavailableError, match="too long"):
            await gate.row(SLEEP, [])
        assert await gate.row(b"SELECT 1", []) == (1,)


async def test_what_only_the_database_can_judge_is_the_requests_fault(
    gate: Gate,
) -> None:
    with pytest.raises(RequestError):
        await gate.row(b"SELECT 'x' LIKE %s", ["\\"])


async def served(turns: Turns, callers: list[str]) -> list[str]:
    """In which order the callers get their turn, when all ask at once."""
    order: list[str] = []

    async def ask(caller: str) -> None:
        async with turns.turn(caller):
            order.append(caller)
            await asyncio.sleep(0)

    await asyncio.gather(*(ask(caller) for caller in callers))
    return order


async def test_three_hundred_tiles_of_one_do_not_keep_another_waiting() -> None:
    order = await served(Turns(2), ["greedy"] * 300 + ["late", "later", "late"])
    assert len(order) == 303
    assert {"late", "later"} <= set(order[2:7])
    assert [order.index("late"), order.index("later")] < [10, 10]
    assert order[10:].count("late") == 0


async def test_too_many_waiting_are_told_at_once() -> None:
    turns = Turns(1, longest=5)
    async with turns.turn("first"):
        waiting = [asyncio.create_task(served(turns, ["a"])) for _ in range(5)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert turns.waiting == 5
        with pytest.raises(UnavailableError, match="too many"):
            await served(turns, ["b"])
    await asyncio.gather(*waiting)
    assert (turns.free, turns.waiting) == (1, 0)


async def test_no_turn_is_lost_whoever_goes_away_and_when() -> None:
    chance = random.Random(7)
    turns = Turns(3)
    busy = 0

    async def ask(caller: int) -> None:
        nonlocal busy
        async with turns.turn(caller):
            busy += 1
            assert busy <= 3
            try:
                for _ in range(chance.randrange(3)):
                    await asyncio.sleep(0)
            finally:
                busy -= 1

    tasks: list[asyncio.Task[None]] = []
    for number in range(2_000):
        tasks.append(asyncio.create_task(ask(number % 7)))
        if chance.random() < 0.4:
            await asyncio.sleep(0)
        if chance.random() < 0.5:
            chance.choice(tasks).cancel()
    await asyncio.wait(tasks)
    assert (turns.free, turns.waiting, busy) == (3, 0, 0)
