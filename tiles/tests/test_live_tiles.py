"""Tiles of moving layers: what is in them, for whom, and when they change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import numpy as np
import pytest
from asgiref.sync import sync_to_async
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.core.asyncdb import make_pool
from layers.core.live import LiveArrays
from layers.core.live_moved import Moved
from layers.core.live_read import SCOPE
from layers.core.live_sync import LiveStore
from layers.core.live_tails import Tails
from layers.core.mercator import HALF_M, tile_bounds, tile_size_m
from layers.core.scope import Grant
from layers.core.spec import GridSpec, Layer, TailSpec, TileSpec, registry
from layers.core.tests.batches import batch
from layers.core.tests.boats import (  # noqa: F401  (fixtures)
    BAY,
    NOON,
    SLUG,
    Boats,
    boats,
    committed,
    layer,
)
from layers.core.watch import Watcher
from tiles.clock import Clocks, TileClock
from tiles.gate import Gate
from tiles.sources import TileRequest
from tiles.sources.live import LiveSource

from .service import Running, address, cookie, decode, rights, running, titles

TAIL = TailSpec(relation="test_boats", points=5)
GRID = GridSpec(maxzoom=8, cells=64, threshold=3, dominant="kind")
EVERYONE = Grant(user_id=1, layers=frozenset({SLUG}), units=None)
PLACE = address(*BAY, 8)
TILE = f"/tiles/{SLUG}/{PLACE}"


def source(known: Layer) -> LiveSource:
    pool = make_pool()  # closed: nothing here asks the database
    watcher = Watcher(pool)
    with registry.override(known):
        store = LiveStore(pool, watcher)
        clocks = Clocks.of_layers(watcher, store)
    return LiveSource(known, watcher, clocks, Gate(pool), store)


class Sea:
    """Boats in memory that move, and the clock of their tiles."""

    def __init__(self, tail: TailSpec | None) -> None:
        spec = TileSpec(kind="live", tail=tail, grid=GRID)
        self.layer = layer(tile=spec)
        self.source = source(self.layer)
        self.arrays = LiveArrays(self.layer)
        self.tails = Tails(tail) if tail else None
        self.clock = TileClock(spec.buffer, refresh_s=0.0)
        self.seq = 0

    def move(self, *moves: tuple[int, float, float, str, int]) -> None:
        self.seq += 1
        rows = [
            {"id": n, "seq": self.seq, "x": x, "y": y, "at": float(at), SCOPE: 1,
             "kind": kind}
            for n, x, y, kind, at in moves
        ]  # fmt: skip
        change = self.arrays.apply(batch(self.layer, rows))
        self.arrays.reached(self.seq)
        drawn = []
        if self.tails is not None:
            drawn.append(self.tails.follow(self.arrays, change.slots))
        if len(change):
            moved = Moved.of(self.arrays, [change], drawn)
            self.clock.mark_points(moved.seq, moved.x, moved.y)
            self.clock.mark_boxes(moved.seq, moved.boxes)

    def tile(self, z: int, x: int, y: int) -> bytes:
        request = TileRequest(z, x, y, EVERYONE)
        tails = None
        if self.tails is not None and z >= self.tails.spec.minzoom:
            tails = self.tails.crossing(tile_bounds(z, x, y, 64 / 4096))
        return self.source.encode(self.arrays.snapshot(), request, tails=tails)


def shown(tile: bytes) -> dict[str, list[str]]:
    """What is in the tile, in whatever order."""
    layers = decode(tile).items() if tile else ()
    return {name: sorted(map(repr, part["features"])) for name, part in layers}


def numbers(z: int, x: float, y: float) -> tuple[int, int, int]:
    size = tile_size_m(z)
    return z, int((x + HALF_M) // size), int((HALF_M - y) // size)


# A place near the corner of tiles of every zoom, where buffers matter.
CORNER_X, CORNER_Y = tile_bounds(7, 101, 57)[0], tile_bounds(7, 101, 57)[3]
METRES = st.one_of(
    st.floats(-30_000, 30_000),
    st.sampled_from([0.0, 1.0, -1.0, 9.6, -9.5, 600.0, -650.0, 1e-9]),
)
MOVES = st.lists(
    st.lists(
        st.tuples(
            st.integers(1, 5), METRES, METRES, st.sampled_from("ab"),
            st.integers(0, 120),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda move: move[0],
    ),
    min_size=1,
    max_size=6,
)  # fmt: skip


@pytest.mark.parametrize("tail", [None, TAIL])
@settings(max_examples=60)
@given(moves=MOVES)
def test_a_tile_changes_only_with_its_version(
    moves: list[Any], tail: TailSpec | None
) -> None:
    sea = Sea(tail)
    watched: dict[tuple[int, int, int], tuple[int, Any]] = {}
    newest = 1_795_000_000  # in the future: tails do not grow old meanwhile
    for step, move in enumerate(moves):
        fixes = [
            (n, CORNER_X + x, CORNER_Y + y, kind, newest + 120 * step + late)
            for n, x, y, kind, late in move
        ]
        sea.move(*fixes)
        for _, x, y, _, _ in fixes:
            for z in (0, 5, 6, 8, 9, 12, 15, 16, 17):
                for dx, dy in ((0, 0), (-700, 0), (0, 700)):
                    watched.setdefault(numbers(z, x + dx, y + dy), (-1, None))
        for tile, (version, content) in watched.items():
            now_version, now = sea.clock.version(*tile), shown(sea.tile(*tile))
            if version == now_version:
                assert now == content
            watched[tile] = now_version, now


def test_a_move_leaves_the_other_tiles_as_they_are() -> None:
    sea = Sea(None)
    x, y = CORNER_X + 5_000, CORNER_Y - 5_000
    sea.move((1, x, y, "a", 1), (2, x + 50_000, y, "a", 1))
    far = numbers(12, x + 50_000, y)
    before = sea.clock.version(*far), sea.clock.version(*numbers(12, x, y))
    sea.move((1, x + 10, y, "a", 2))
    assert sea.clock.version(*far) == before[0]
    assert sea.clock.version(*numbers(12, x, y)) > before[1]


@asynccontextmanager
async def asking(
    known: Layer, *, roots: tuple[int, ...] | None = None
) -> AsyncIterator[tuple[Running, httpx.AsyncClient]]:
    with registry.override(known):
        async with (
            running() as service,
            service.client(**cookie(rights(SLUG, roots=roots))) as client,
        ):
            yield service, client


def with_grid() -> Layer:
    return layer(tile=TileSpec(kind="live", grid=GRID))


async def test_many_points_become_cells_and_few_stay_points(
    boats: Boats,  # noqa: F811
) -> None:
    await sync_to_async(boats.put)(*({"id": n} for n in range(1, 4)))
    async with asking(with_grid()) as (service, client):
        few = decode((await client.get(TILE)).content)
        await sync_to_async(boats.put)(
            {"id": 4, "kind": "cargo"}, {"id": 5, "lon": BAY[0] + 0.2}
        )
        await service.settled()
        many = decode((await client.get(TILE)).content)
        close = decode((await client.get(f"/tiles/{SLUG}/{address(*BAY, 9)}")).content)
        listed = (await client.get(f"/tiles/{SLUG}")).json()["vector_layers"]
    assert list(few) == [SLUG]
    (cell,) = many[f"{SLUG}_grid"]["features"]
    assert cell["properties"] == {"count": 4, "kind": "fishing"}
    (alone,) = many[SLUG]["features"]
    assert (alone["id"], alone["properties"]["title"]) == (5, "Boat 5")
    assert list(close) == [SLUG]
    assert listed[1]["id"] == f"{SLUG}_grid"
    assert listed[1]["fields"] == {"count": "int8", "kind": "text"}


async def test_a_count_reveals_nothing_outside_of_the_scope(
    boats: Boats,  # noqa: F811
) -> None:
    rows = [{"id": n, "unit_id": 1 + n % 2} for n in range(1, 11)]
    await sync_to_async(boats.put)(*rows)
    known = with_grid()
    with registry.override(known):
        async with running() as service:
            held = service.store.snapshot(SLUG)
            made = source(known)
            z, x, y = map(int, PLACE.split("/"))
            tiles = {
                units: made.encode(
                    held,
                    TileRequest(z, x, y, replace(EVERYONE, units=frozenset(units))),
                )
                for units in ((1,), (2,), (1, 2), (3,))
            }
    counts = {
        units: [
            feature["properties"]["count"]
            for feature in decode(tile)[f"{SLUG}_grid"]["features"]
        ]
        for units, tile in tiles.items()
        if tile
    }
    assert counts == {(1,): [5], (2,): [5], (1, 2): [10]}


FILTERS = {
    "kind = 'cargo'": ["Boat 2"],
    "kind <> 'cargo'": ["Boat 1"],
    "kind IS NULL OR speed_kn > 10": ["Boat 2", "Boat 3"],
    "NOT (speed_kn > 10)": ["Boat 1", "Boat 3"],
    "S_INTERSECTS(geom, BBOX(105.0, 19.0, 106.0, 20.0))": [
        "Boat 1",
        "Boat 2",
        "Boat 3",
    ],
    "CASEI(kind) = 'cargo'": ["Boat 2"],  # this one asks the database
}


@pytest.mark.parametrize("text", FILTERS)
async def test_filters_say_the_same_with_and_without_the_arrays(
    boats: Boats,  # noqa: F811
    text: str,
) -> None:
    await sync_to_async(boats.put)(
        {"id": 1},
        {"id": 2, "kind": "cargo", "speed_kn": 12.0},
        {"id": 3, "kind": None},
    )
    for kind in ("live", "table"):
        async with asking(layer(kind)) as (_service, client):
            answer = await client.get(TILE, params={"filter": text})
        assert titles(answer.content, SLUG) == FILTERS[text], kind


async def test_a_filter_over_the_arrays_needs_no_database(
    boats: Boats,  # noqa: F811
) -> None:
    await sync_to_async(boats.put)({"id": 1}, {"id": 2, "kind": "cargo"})
    async with asking(layer()) as (service, client):
        await service.store.pool.close()
        answer = await client.get(TILE, params={"filter": "kind = 'cargo'"})
    assert titles(answer.content, SLUG) == ["Boat 2"]


async def test_a_filtered_tile_follows_what_moves(boats: Boats) -> None:  # noqa: F811
    await sync_to_async(boats.put)({"id": 1}, {"id": 2, "kind": "cargo"})
    params = {"filter": "kind = 'cargo'"}
    async with asking(layer()) as (service, client):
        before = await client.get(TILE, params=params)
        await sync_to_async(boats.put)({"id": 1, "kind": "cargo"})
        await service.settled()
        after = await client.get(TILE, params=params)
    assert titles(before.content, SLUG) == ["Boat 2"]
    assert titles(after.content, SLUG) == ["Boat 1", "Boat 2"]


async def test_only_the_fields_asked_for_are_sent(boats: Boats) -> None:  # noqa: F811
    await sync_to_async(boats.put)({"id": 1})
    async with asking(layer()) as (_service, client):
        some = await client.get(TILE, params={"fields": "kind,crew"})
        every = await client.get(TILE)
        wrong = await client.get(TILE, params={"fields": "kind,engine"})
    (feature,) = decode(some.content)[SLUG]["features"]
    assert feature["properties"] == {"kind": "fishing", "crew": 6}
    assert len(every.content) > len(some.content)
    assert wrong.status_code == 400
    assert "engine" in wrong.text
    assert "draught" in wrong.text


async def test_a_limit_keeps_the_lowest_ids(boats: Boats) -> None:  # noqa: F811
    await sync_to_async(boats.put)(*({"id": n} for n in (5, 3, 9)))
    for kind in ("live", "table"):
        async with asking(layer(kind)) as (_service, client):
            answer = await client.get(TILE, params={"limit": "2"})
        assert titles(answer.content, SLUG) == ["Boat 3", "Boat 5"]


async def test_a_tail_is_drawn_where_the_boat_was_within_the_scope(
    boats: Boats,  # noqa: F811
) -> None:
    spec = TileSpec(kind="live", tail=TAIL)
    newest = NOON.replace(year=2100)
    await sync_to_async(boats.put)({"id": 1, "at": newest.replace(minute=50)})
    place = f"/tiles/{SLUG}/{address(*BAY, 10)}"
    async with asking(layer(tile=spec)) as (service, client):
        none = await client.get(place)
        await sync_to_async(boats.put)(
            {"id": 1, "at": newest.replace(minute=55), "lon": BAY[0] + 0.1}
        )
        await service.settled()
        drawn = await client.get(place)
        wide = await client.get(TILE)
        filtered = await client.get(place, params={"filter": "kind = 'cargo'"})
        listed = (await client.get(f"/tiles/{SLUG}")).json()["vector_layers"]
    async with asking(layer(tile=spec), roots=(77,)) as (_service, client):
        hidden = await client.get(place)
    assert list(decode(none.content)) == [SLUG]
    (tail,) = decode(drawn.content)[f"{SLUG}_tail"]["features"]
    assert tail["id"] == 1
    assert tail["geometry"]["type"] == "LineString"
    assert list(decode(wide.content)) == [SLUG]
    assert filtered.status_code == 204
    assert hidden.status_code == 204
    assert listed[1] == {"id": f"{SLUG}_tail", "fields": {}}


async def test_tails_begin_with_what_is_stored(boats: Boats) -> None:  # noqa: F811
    known = layer(tile=TileSpec(kind="live", tail=TAIL))
    await sync_to_async(boats.put)({"id": 1, "at": np.datetime64("now").item()})
    with registry.override(known):
        async with running() as service:
            live = service.store.layers[SLUG]
            live.tails = Tails(TAIL)  # as after a start
            async with service.store.pool.connection() as connection:
                await live.load_tails(connection)
            found = live.tails.crossing((-3e7, -3e7, 3e7, 3e7))
    assert found is not None
    assert found.slots.tolist() == [0]
