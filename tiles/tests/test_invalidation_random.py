"""Random edits by several writers, against a fresh rendering of every tile."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass

import httpx
import mapbox_vector_tile
import psycopg

from layers.core.asyncdb import conninfo
from layers.core.tests.boats import committed  # noqa: F401  (fixture)
from layers.core.tests.plots import BAY, SLUG, Plots, plots  # noqa: F401
from tiles.tests.service import Running, address, cookie, rights, running

LOOK = cookie(rights(SLUG))


def tile(z: int, place: tuple[float, float]) -> str:
    return f"/tiles/{SLUG}/{address(*place, z)}"


async def get(client: httpx.AsyncClient, path: str) -> httpx.Response:
    answer = await client.get(path)
    assert answer.status_code in (200, 204), answer.text
    return answer


SHAPES = (
    "ST_Point({x}, {y}, 4326)",
    "ST_Buffer(ST_Point({x}, {y}, 4326), {r})",
    "ST_MakeLine(ST_Point({x}, {y}, 4326), ST_Point({x} + {r}, {y} - {r}, 4326))",
    "NULL",
)
ROUNDS, WRITERS, TRANSACTIONS = 10, 3, 2
SPREAD = 0.5  # degrees around the bay
FILTERED = "?filter=state%20IN%20('s1','s2','s3')%20OR%20state%20IS%20NULL"


def statement(dice: random.Random) -> str:
    """An edit of any kind near the bay; it may hit no row."""
    plot = dice.randint(1, 40)
    shape = dice.choice(SHAPES).format(
        x=BAY[0] + dice.uniform(-SPREAD, SPREAD),
        y=BAY[1] + dice.uniform(-SPREAD, SPREAD),
        r=10 ** dice.uniform(-5, -1),
    )
    unit = dice.choice(("1", "2", "NULL"))
    return dice.choice(
        (
            "INSERT INTO test_plot (id, unit_id, kind_id, geom) VALUES"
            f" ({plot}, {unit}, {plot % 9}, {shape})"
            " ON CONFLICT (id) DO UPDATE SET geom = excluded.geom",
            f"UPDATE test_plot SET geom = {shape} WHERE id = {plot}",
            f"UPDATE test_plot SET title = 't', unit_id = {unit} WHERE id = {plot}",
            f"UPDATE test_plot SET title = 't{plot}' WHERE id > 35",
            f"UPDATE test_plot SET id = id + 100, geom = {shape} WHERE id = {plot}",
            f"DELETE FROM test_plot WHERE id = {plot} OR id = {plot + 100}",
            f"INSERT INTO test_plotstate VALUES ({plot}, 's{dice.randint(0, 9)}')"
            " ON CONFLICT (plot_id) DO UPDATE SET state = excluded.state",
            f"DELETE FROM test_plotstate WHERE plot_id = {plot}",
            f"INSERT INTO test_plotkind VALUES ({plot % 9}, 'k{dice.randint(0, 9)}')"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name",
        )
    )


def write(seed: int) -> None:
    """Transactions of several statements; some say so, some are rolled back."""
    dice = random.Random(seed)
    with psycopg.connect(conninfo()) as database:
        for _number in range(TRANSACTIONS):
            try:
                edit(database, dice)
            except psycopg.errors.UniqueViolation:
                database.rollback()  # as people do
            if dice.random() < 0.15:
                database.rollback()
            database.commit()


def edit(database: psycopg.Connection, dice: random.Random) -> None:
    if dice.random() < 0.4:
        database.execute("SELECT ioc_change(%s)", [SLUG])
    for _statement in range(dice.randint(1, 3)):
        database.execute(statement(dice))  # type: ignore[arg-type]
        if dice.random() < 0.1:
            with (
                suppress(psycopg.errors.UniqueViolation),
                database.transaction(force_rollback=True),
            ):
                database.execute(statement(dice))  # type: ignore[arg-type]


def addresses(query: str) -> list[str]:
    dice = random.Random(3)
    return [
        tile(
            z,
            (
                BAY[0] + dice.uniform(-SPREAD, SPREAD),
                BAY[1] + dice.uniform(-SPREAD, SPREAD),
            ),
        )
        + query
        for z in (0, 5, 6, 8, 9, 10, 11, 12, 13, 14)
        for _ in range(max(1, 3 * z - 24))
    ]


def drawn(body: bytes) -> list[str]:
    """The features of a tile in an order of their own."""
    decoded = mapbox_vector_tile.decode(body) if body else {}
    parts = [part["features"] for part in decoded.values()]
    return sorted(repr(feature) for features in parts for feature in features)


async def fresh(paths: list[str]) -> dict[str, list[str]]:
    async with running() as service, service.client(**LOOK) as client:
        return {path: drawn((await get(client, path)).content) for path in paths}


@dataclass
class Process:
    """A web process that asks for tiles and for news, in any order."""

    service: Running
    client: httpx.AsyncClient
    paths: list[str]

    async def look(self, done: asyncio.Event) -> None:
        dice = random.Random(5)
        while not done.is_set():
            if dice.random() < 0.2:
                await self.service.watcher.poll()
            await get(self.client, dice.choice(self.paths))

    async def compare(self) -> int:
        """Nothing differs from a fresh rendering; how many tiles were kept."""
        await self.service.settled()
        hits = self.service.app.cache.hits
        for path, features in (await fresh(self.paths)).items():
            body = (await get(self.client, path)).content
            assert drawn(body) == features, path
        return self.service.app.cache.hits - hits


async def test_no_tile_is_ever_stale_whoever_writes(plots: Plots) -> None:  # noqa: F811
    async with (
        running() as one,
        running() as other,
        one.client(**LOOK) as first,
        other.client(**LOOK) as second,
    ):
        processes = (
            Process(one, first, addresses("")),
            Process(other, second, addresses(FILTERED)),
        )
        kept = 0
        for turn in range(ROUNDS):
            done = asyncio.Event()
            looking = [asyncio.create_task(p.look(done)) for p in processes]
            seeds = range(turn * WRITERS, (turn + 1) * WRITERS)
            try:
                await asyncio.gather(*(asyncio.to_thread(write, s) for s in seeds))
            finally:
                done.set()
                await asyncio.gather(*looking)
            for process in processes:
                kept += await process.compare()
        assert kept, "tiles that no change touched are not made again"
