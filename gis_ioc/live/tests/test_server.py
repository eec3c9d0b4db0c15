"""Tiles and pages through a real server."""

from __future__ import annotations

import signal
import time

import httpx
import pytest

from layers.core.tests.boats import (  # noqa: F401  (fixtures)
    BAY,
    SLUG,
    Boats,
    boats,
    committed,
)
from tiles.tests.service import address, titles

from .server import APP, People, Server, free_port, people, serve, server, wait_ready  # noqa: F401

pytestmark = pytest.mark.xdist_group("live server")
TILE = f"/tiles/{SLUG}/{address(*BAY, 8)}"


def test_a_tile_comes_through_the_server_with_key_and_with_cookie(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
    boats: Boats,  # noqa: F811
) -> None:
    boats.put({"id": 1})
    user = people.add("a")
    with httpx.Client(base_url=server.url) as web:
        headers = people.bearer(user)
        deadline = time.monotonic() + 15
        # the server reads what was committed, and forgets the boats of the test
        # before, a moment later
        while True:
            by_key = web.get(TILE, headers=headers)
            found = titles(by_key.content, SLUG) if by_key.status_code == 200 else []
            if found == ["Boat 1"]:
                break
            assert time.monotonic() < deadline, (by_key.status_code, found[:5])
            time.sleep(0.1)
        assert by_key.headers["content-encoding"] == "gzip"
        assert web.get(TILE).status_code == 401

        # A page sets the tile cookie beside the session.
        page = web.get("/accounts/password/change/", headers=people.session(user))
        assert "ioc_tiles" in page.cookies
        by_cookie = web.get(TILE)
        assert by_cookie.content == by_key.content
        known = {"if-none-match": by_cookie.headers["etag"]}
        assert web.get(TILE, headers=known).status_code == 304
        assert web.head(TILE).headers["etag"] == by_cookie.headers["etag"]

        people.revoke(user)
        void = 0
        while web.get(TILE).status_code != 401:
            void += 1
            assert void < 1_000, "the old cookie still opens the tiles"


async def test_everything_else_is_for_django(committed: None) -> None:  # noqa: F811
    from gis_ioc.asgi import application

    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as web:
        assert (await web.get("/tiles/health")).text == "OK"
        assert (await web.get("/accounts/login/")).status_code == 200
        assert (await web.get("/tilesets")).status_code == 404


def test_the_server_starts_and_stops_without_database_and_redis(
    boats: Boats,  # noqa: F811
) -> None:
    nowhere = {
        "DATABASE_URL": "postgis://nobody@127.0.0.1:1/nothing",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    port = free_port()
    process = serve(APP, port, **nowhere)
    try:
        found = Server(port, process)
        wait_ready(found)
        assert httpx.get(found.url + "/tiles/basemap/0/0/0").status_code == 200
        answer = httpx.get(found.url + TILE, headers={"Authorization": "Bearer x"})
        assert answer.status_code == 503
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) is not None
