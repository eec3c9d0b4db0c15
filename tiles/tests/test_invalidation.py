"""Exact invalidation against PostGIS: never a stale tile, and no tile in vain."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from asgiref.sync import sync_to_async

from layers.core.asyncdb import make_pool
from layers.core.live_sync import LiveStore
from layers.core.spec import TileSpec
from layers.core.tests.boats import committed  # noqa: F401  (fixture)
from layers.core.tests.plots import BAY, SLUG, Plots, layer, planted, plots  # noqa: F401
from layers.core.watch import Watcher
from tiles.clock import Clocks
from tiles.tests.service import Running, address, cookie, rights, running, titles

FAR = (108.3, 16.1)
ZOOMS = (0, 3, 5, 6, 8, 10, 12, 14, 16, 18)
LOOK = cookie(rights(SLUG))


def tile(z: int, place: tuple[float, float] = BAY) -> str:
    return f"/tiles/{SLUG}/{address(*place, z)}"


async def get(client: httpx.AsyncClient, path: str) -> httpx.Response:
    answer = await client.get(path)
    assert answer.status_code in (200, 204), answer.text
    return answer


async def made(service: Running, client: httpx.AsyncClient, path: str) -> bool:
    """Whether asking for the tile makes it."""
    before = service.app.cache.misses
    await get(client, path)
    return service.app.cache.misses > before


async def test_an_edit_makes_only_the_tiles_that_it_touches_in_every_process(
    plots: Plots,  # noqa: F811
) -> None:
    await sync_to_async(plots.put)(1, *BAY)
    await sync_to_async(plots.put)(2, *FAR)
    async with (
        running() as one,
        running() as other,
        one.client(**LOOK) as first,
        other.client(**LOOK) as second,
    ):
        pairs = ((one, first), (other, second))
        near = [tile(z) for z in ZOOMS]
        far = [tile(z, FAR) for z in ZOOMS if z >= 8]
        for _service, client in pairs:
            for path in near + far:
                await get(client, path)
        await sync_to_async(plots.sql)(
            "UPDATE test_plot SET title = 'New' WHERE id = 1"
        )
        for service, client in pairs:
            await service.settled()
            assert not any([await made(service, client, path) for path in far])
            assert all([await made(service, client, path) for path in near])
            assert titles((await get(client, tile(10))).content, SLUG) == ["New"]


async def test_a_move_drops_where_it_was_and_where_it_is(plots: Plots) -> None:  # noqa: F811
    await sync_to_async(plots.put)(1, *BAY)
    async with running() as service, service.client(**LOOK) as client:
        between = (BAY[0] + 1, BAY[1])
        paths = [tile(9), tile(9, FAR), tile(9, between)]
        for path in paths:
            await get(client, path)
        await sync_to_async(plots.put)(1, *FAR)
        await service.settled()
        assert [await made(service, client, path) for path in paths] == [
            True,
            True,
            False,
        ]
        assert (await client.get(tile(9))).status_code == 204


async def test_the_buffer_counts(plots: Plots) -> None:  # noqa: F811
    """A point beside the border of a tile is drawn in both tiles."""
    await sync_to_async(plots.put)(1, *BAY)
    async with running() as service, service.client(**LOOK) as client:
        z, x, y = map(int, address(*BAY, 12).split("/"))
        beside = f"/tiles/{SLUG}/{z}/{x + 1}/{y}"
        await get(client, beside)
        edge_lon = (x + 1) / 2**z * 360 - 180
        await sync_to_async(plots.put)(1, edge_lon - 360 / 2**z * 60 / 4096, BAY[1])
        await service.settled()
        assert await made(service, client, beside)
        assert titles((await get(client, beside)).content, SLUG) == ["Plot 1"]


async def test_rows_of_other_tables_drop_the_tiles_of_their_features(
    plots: Plots,  # noqa: F811
) -> None:
    await sync_to_async(plots.put)(1, *BAY)
    await sync_to_async(plots.put)(2, *FAR)
    async with running() as service, service.client(**LOOK) as client:
        for path in (tile(10), tile(10, FAR)):
            await get(client, path)
        await sync_to_async(plots.sql)("INSERT INTO test_plotstate VALUES (2, 'wet')")
        await service.settled()
        assert not await made(service, client, tile(10))
        assert await made(service, client, tile(10, FAR))
        await sync_to_async(plots.sql)("INSERT INTO test_plotkind VALUES (1, 'field')")
        await service.settled()
        assert await made(service, client, tile(10))


async def test_a_change_that_nobody_can_place_drops_everything(plots: Plots) -> None:  # noqa: F811
    await sync_to_async(plots.put)(1, *BAY)
    async with running() as service, service.client(**LOOK) as client:
        await get(client, tile(10, FAR))
        await sync_to_async(plots.sql)(
            "INSERT INTO test_plot (id, geom)"
            " SELECT n, ST_Point(105, 20, 4326) FROM generate_series(10, 2100) n"
        )
        await service.settled()
        assert await made(service, client, tile(10, FAR))


async def test_a_write_that_no_tile_shows_drops_nothing(plots: Plots) -> None:  # noqa: F811
    await sync_to_async(plots.put)(1, *BAY)
    async with running() as service, service.client(**LOOK) as client:
        await get(client, tile(10))
        seq = service.watcher.seq(SLUG)
        await sync_to_async(plots.sql)("UPDATE test_plot SET updated_at = now()")
        await service.settled()
        assert service.watcher.seq(SLUG) > seq
        assert not await made(service, client, tile(10))


@pytest.fixture
def expiring(committed: None) -> Iterator[Plots]:  # noqa: F811
    yield from planted(layer(tile=TileSpec(expires_s=0.3)))


async def test_tiles_of_a_layer_that_reads_the_clock_are_made_again(
    expiring: Plots,
) -> None:
    await sync_to_async(expiring.put)(1, *BAY)
    async with running() as service, service.client(**LOOK) as client:
        await get(client, tile(10))
        async with asyncio.timeout(10):
            while not await made(service, client, tile(10)):
                await asyncio.sleep(0.01)


async def test_the_clock_of_any_table_runs_once_it_has_triggers(
    plots: Plots,  # noqa: F811
) -> None:
    """What published tables use: ``schema.table``, no layer."""
    name = "public.test_plot"
    here, far = ((12, *map(int, address(*p, 12).split("/")[1:])) for p in (BAY, FAR))
    pool = make_pool()
    watcher = Watcher(pool)
    clocks = Clocks.of_layers(watcher, LiveStore(pool, watcher))
    clock = clocks.named(name)
    await pool.open()
    try:
        await watcher.poll()
        assert not clocks.exact(name)
        await sync_to_async(plots.sql)("SELECT ioc_touch('test_plot')")
        await watcher.poll()
        assert clocks.exact(name)
        before = clock.version(*here), clock.version(*far)
        await sync_to_async(plots.put)(1, *BAY)
        await watcher.poll()
        assert clock.version(*here) > before[0]
        assert clock.version(*far) == before[1]
        assert clocks.named(name) is clock
        await sync_to_async(plots.sql)("ALTER TABLE test_plot DISABLE TRIGGER ALL")
        await watcher.poll()
        assert not clocks.exact(name), "somebody has switched them off"
    finally:
        await pool.close()
