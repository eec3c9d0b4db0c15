"""Requests that nobody who means well would send: refused quickly and for free."""

from __future__ import annotations

import asyncio
import json
import tracemalloc
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from layers.core.spec import registry
from layers.core.tests.boats import (  # noqa: F401  (fixtures)
    BAY,
    SLUG,
    Boats,
    boats,
    committed,
    layer,
)
from tiles import negotiate, routes
from tiles.asgi import TileService
from tiles.cache import TileCache
from tiles.catalog import Catalog, basemap
from tiles.limits import Limits
from tiles.tests.service import address, cookie, rights, running
from tiles.tokens import MAX_CALLERS, Access, Revocations

TILE = f"/tiles/{SLUG}/{address(*BAY, 8)}"
Pairs = list[tuple[bytes, bytes]]


async def no_key(text: str) -> None:
    return None


def service(rate: float = 0) -> TileService:
    """Only the basemap, without a database."""
    revocations = Revocations()
    revocations.loaded = True
    access = Access(revocations, no_key, Limits(rate, 100, behind_proxy=False))
    catalog = Catalog([basemap(Path(settings.PATHS["fixtures"]))])
    return TileService(catalog, access, TileCache(4_000_000))


SERVICE = service()


async def ask(
    app: TileService, path: str, query: bytes = b"", headers: Pairs | None = None
) -> tuple[int, bytes]:
    """Status and body of a request as a server would hand it on."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    scope = {
        "type": "http",
        "method": "GET",
        "http_version": "1.1",
        "scheme": "http",
        "path": path,
        "query_string": query,
        "headers": headers or [],
        "server": ("127.0.0.1", 80),
        "client": ("192.0.2.1", 5),
    }
    await app(scope, receive, send)
    return sent[0]["status"], sent[1]["body"]


WORDS = (
    *("basemap", "tiles", "sprite", "font", "style", "styles", "_", "metrics"),
    *("catalog", "..", "%00", "\x00", "\ud800", "a,b", ",", "@2x.json", "0-255"),
    *("0", "1", "1e9", "-1", "99999999999999999999", "0x1", "٣", "3.pbf", "..png"),
)
NAMES = (
    *(b"accept", b"accept-encoding", b"if-none-match", b"host", b"origin"),
    *(b"cookie", b"authorization", b"forwarded", b"x-rewrite-url"),
    *(b"x-forwarded-prefix", b"x-forwarded-proto", b"x-forwarded-for"),
)
VALUES = (b"ioc_tiles=x", b"Bearer \xff", b"gzip;q=nan", b"//[", b"W/", b"*")
PARTS = st.one_of(st.sampled_from(WORDS), st.text(max_size=20))
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.one_of(st.binary(max_size=60), st.sampled_from(VALUES)),
    ),
    max_size=6,
)


@how(max_examples=300)
@given(st.lists(PARTS, max_size=6).map("/".join), st.binary(max_size=80), HEADERS)
def test_no_request_is_answered_by_a_server_error(
    path: str, query: bytes, headers: Pairs
) -> None:
    status, body = asyncio.run(ask(SERVICE, "/tiles/" + path, query, headers))
    assert status in (200, 204, 301, 304, 400, 401, 403, 404, 406, 414)
    if status >= 400:
        assert len(body) < 500, "a refusal is short"


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/tiles/" + "a" * 10_000, b"", 414),
        ("/tiles/basemap/0/0/0", b"x" * 10_000, 414),
        ("/tiles/basemap/1000000000/0/0", b"", 404),
        ("/tiles/basemap/30/1073741824/0", b"", 404),
        ("/tiles/basemap/5/32/0", b"", 400),
        ("/tiles/basemap\x00/0/0/0", b"", 401),
        ("/tiles/\udcff\udcfe/0/0/0", b"", 401),
        ("/tiles/" + ",".join(["basemap"] * 128) + "/30/0/0", b"", 404),
        ("/tiles/" + "/" * 8_000, b"", 200),
    ],
)
def test_the_usual_tricks_get_the_usual_answers(
    path: str, query: bytes, status: int
) -> None:
    assert asyncio.run(ask(SERVICE, path, query))[0] == status


def test_fifty_thousand_requests_leave_the_memory_as_it_was() -> None:
    """Different paths, headers and cookies each time: what is kept is bounded."""
    app = service()

    async def flood(first: int, count: int) -> None:
        for number in range(first, first + count):
            text = str(number).encode()
            long = text + b"x" * 400
            headers = [
                (b"accept", b"image/png, a/" + long),
                (b"accept-encoding", b"gzip, " + long),
                (b"if-none-match", b'"' + text + b'"'),
                (b"x-forwarded-for", text),
            ]
            path = f"/tiles/nosuch{number}/9/{number % 512}/3"
            assert (await ask(app, path, b"", headers))[0] == 401

    asyncio.run(flood(0, 20_000))  # everything bounded is full
    tracemalloc.start()
    asyncio.run(flood(20_000, 30_000))
    grown, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # The oldest entries are replaced by new ones, which are counted here.
    assert grown < 16_000_000
    for kept in (routes.ROUTES, negotiate.ACCEPTED, negotiate.ENCODING):
        assert len(kept) <= kept.size


def test_tokens_of_strangers_are_kept_in_bounds() -> None:
    app = service()

    async def flood() -> None:
        for number in range(MAX_CALLERS + 500):
            token = b"ioc_tiles=%d.%s" % (number, b"x" * 50)
            await ask(app, "/tiles/basemap/0/0/0", b"", [(b"cookie", token)])

    asyncio.run(flood())
    assert len(app.access._callers) == MAX_CALLERS
    long = b"ioc_tiles=" + b"x" * 8_000
    asyncio.run(ask(app, "/tiles/catalog", b"", [(b"cookie", long)]))
    assert max(map(len, app.access._callers)) < 4_100


@pytest.mark.parametrize(
    "query",
    [
        "filter=" + "(" * 5_000,
        "filter=" + quote("kind = 'x' OR " * 400 + "kind = 'y'"),
        "filter=" + quote("kind = 'a'; DROP TABLE test_boats"),
        "filter=" + quote("S_INTERSECTS(geom, POLYGON((0 0, 1e400 1, 0 0)))"),
        "filter=" + quote("speed_kn > 1e999"),
        "filter=%00",
        "filter=%ff%fe",
        "at=99999-01-01T00:00:00Z",
        "at=%00",
        "limit=0",
        "limit=99999999999999999999999",
        "limit=%D9%A3",
        "&".join(f"a{number}=1" for number in range(1_000)),
    ],
)
async def test_hostile_parameters_are_the_clients_mistake(
    boats: Boats,  # noqa: F811
    query: str,
) -> None:
    with registry.override(layer("table")):
        async with running() as found, found.client(**cookie(rights(SLUG))) as web:
            answer = await web.get(f"{TILE}?{query}")
            after = await web.get(TILE)
    assert answer.status_code in (204, 400, 414), answer.text[:300]
    assert len(answer.text) < 1_000
    assert after.status_code == 204


async def test_a_bug_in_a_source_is_told_shortly_and_the_service_goes_on(
    boats: Boats,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with running() as found, found.client() as web:
        source = found.app.sources.get("basemap")

        def broken(request: object) -> None:
            raise KeyError("secret of the inside")

        with monkeypatch.context() as patched:
            patched.setattr(source, "key", broken)
            answer = await web.get("/tiles/basemap/0/0/0")
        after = await web.get("/tiles/basemap/0/0/0")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert after.status_code == 200


async def test_json_in_the_query_of_a_tilejson_stays_text(
    boats: Boats,  # noqa: F811
) -> None:
    async with running() as found, found.client() as web:
        answer = await web.get('/tiles/basemap?x="},"evil":{"')
    document = json.loads(answer.content)
    assert "evil" not in document
    assert len(document["tiles"]) == 1
