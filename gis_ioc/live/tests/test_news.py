"""What clients are told of a change, and what they are not."""

from __future__ import annotations

import time

import httpx
import pytest

from gis_ioc.live.news import MAX_TILES, News, everything, news_for
from layers.core.mercator import from_lonlat
from layers.core.scope import Grant
from layers.core.tests.boats import committed  # noqa: F401  (fixture)
from layers.core.tests.plots import BAY, OPEN, SLUG, Plots, layer, plots  # noqa: F401
from layers.core.touched import Change, Place
from tiles.clock import DEEPEST
from tiles.tests.service import address, titles

from .server import People, Server, hear, people, server  # noqa: F401  (fixtures)

live = pytest.mark.xdist_group("live server")
ALL = Grant(layers=frozenset({SLUG}), units=None)
SOME = Grant(layers=frozenset({SLUG}), units=frozenset({1}))
MINE, FOREIGN = frozenset({1}), frozenset({2})


@pytest.fixture(autouse=True)
def _blocking_is_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests may ask the database from the event loop: nothing else runs in it."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def place(lon: float, units: frozenset[int] | None, lat: float = 20.0) -> Place:
    x, y = map(float, from_lonlat(lon, lat))
    return Place(1, (x, y, x, y), units)


def change(*places: Place, whole: bool = False) -> Change:
    return Change(SLUG, 7, whole, places)


def deepest(lon: float) -> tuple[int, ...]:
    return tuple(map(int, address(lon, 20.0, DEEPEST).split("/")))


def test_places_out_of_scope_are_not_told() -> None:
    news = news_for(SOME, layer(), change(place(105, MINE), place(107, FOREIGN)))
    assert news
    assert news.deep == {deepest(105)}
    assert not any(tile for tile in news.tiles or () if tile[1:] == deepest(107)[1:])


def test_a_change_out_of_scope_is_not_told_at_all() -> None:
    nobodys: frozenset[int] = frozenset()
    told = change(place(107, FOREIGN), place(108, nobodys), Place(1, None, FOREIGN))
    assert news_for(SOME, layer(), told) is None
    assert news_for(ALL, layer(), told) == news_for(SOME, layer(scope=OPEN), told)


def test_a_place_of_nobody_knows_whom_is_not_told_but_looked_for() -> None:
    assert news_for(SOME, layer(), change(place(107, None))) == everything(7)
    told = news_for(ALL, layer(), change(place(107, None)))
    assert told
    assert told.deep == {deepest(107)}


def test_what_no_tile_shows_is_told_without_tiles() -> None:
    for quiet in (change(), change(Place(1, None, MINE))):
        told = news_for(SOME, layer(), quiet)
        assert told == News(7)
        assert told.message(layer())["tiles"] == told.message(layer())["deep"] == []


def test_long_lists_become_everything() -> None:
    many = change(*(place(100 + n / 50, MINE) for n in range(MAX_TILES + 1)))
    assert news_for(ALL, layer(), many) == everything(7)
    half = news_for(ALL, layer(), change(*many.places[: MAX_TILES // 3]))
    other = news_for(
        ALL, layer(), change(*many.places[MAX_TILES // 3 : MAX_TILES // 2])
    )
    rest = news_for(ALL, layer(), change(*many.places[MAX_TILES // 2 :][:200]))
    assert half
    assert other
    assert rest
    assert half.deep
    assert half.merged(other).merged(rest).merged(News(8)) == everything(8)
    assert "tiles" not in everything(8).message(layer())


@live
async def test_the_tiles_that_changed_are_listed_to_those_who_may_see_the_row(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
    plots: Plots,  # noqa: F811
) -> None:
    plots.put(1, *BAY)
    async with (
        server.live(**people.bearer(people.add("a"), SLUG)) as socket,
        server.live(**people.bearer(people.add("b", 10**9), SLUG)) as stranger,
    ):
        await hear(socket, "hello")
        await hear(stranger, "hello")
        while True:  # until the server knows the triggers of the new table
            plots.sql(f"UPDATE test_plot SET title = '{time.time()}'")
            changed = await hear(socket, "changed")
            if changed["layer"] == SLUG and changed.get("deep"):
                break
        expected = [int(n) for n in address(*BAY, DEEPEST).split("/")]
        assert changed["deep"] == [expected]
        plots.sql("UPDATE test_plot SET title = 'Last'")
        last = plots.seq
        plots.sql(f"SELECT ioc_touch_all('{SLUG}')")
        heard = []
        while not heard or heard[-1]["seq"] <= last:
            message = await hear(stranger, "changed")
            heard += [message] if message["layer"] == SLUG else []
        assert not any(message.get("deep") for message in heard)
        assert last not in {message["seq"] for message in heard}


@live
def test_what_psql_writes_is_in_the_tiles_of_a_server(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
    plots: Plots,  # noqa: F811
) -> None:
    path = f"/tiles/{SLUG}/{address(*BAY, 9)}"
    headers = people.bearer(people.add("a"), SLUG)
    with httpx.Client(base_url=server.url, headers=headers) as web:
        for title in ("Plot 1", "Field", "Meadow"):
            plots.put(1, *BAY)
            plots.sql(f"UPDATE test_plot SET title = '{title}'")
            deadline = time.monotonic() + 15
            while titles(web.get(path).content, SLUG) != [title]:
                assert time.monotonic() < deadline, "the tile stays old"
                time.sleep(0.05)
