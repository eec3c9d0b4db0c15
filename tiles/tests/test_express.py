"""The short way of a tile leads where the long way would lead today."""

from __future__ import annotations

import time

import pytest
from asgiref.sync import sync_to_async

from layers.core.spec import registry
from layers.core.tests.boats import (  # noqa: F401  (fixtures)
    BAY,
    SLUG,
    Boats,
    boats,
    committed,
    layer,
)
from tiles.tests.service import USER, address, cookie, rights, running, titles

TILE = f"/tiles/{SLUG}/{address(*BAY, 8)}"
KINDS = pytest.mark.parametrize("kind", ["live", "table"])


@pytest.fixture
async def one_boat(boats: Boats) -> Boats:  # noqa: F811
    await sync_to_async(boats.put)({"id": 1})
    return boats


@KINDS
async def test_the_second_answer_equals_the_first(one_boat: Boats, kind: str) -> None:
    with registry.override(layer(kind)):
        async with (
            running() as service,
            service.client(**cookie(rights(SLUG))) as client,
        ):
            first = await client.get(TILE)
            assert len(service.app.express) == 1
            hits = service.app.cache.hits
            second = await client.get(TILE)
            assert service.app.cache.hits == hits + 1
            tag = {"if-none-match": first.headers["etag"]}
            third = await client.get(TILE, headers=tag)
    timed = "server-timing"
    assert second.content == first.content
    assert {**second.headers, timed: ""} == {**first.headers, timed: ""}
    assert second.headers[timed] == "cache;desc=hit"
    assert (third.status_code, third.content) == (304, b"")


@KINDS
async def test_a_change_is_in_the_next_answer(one_boat: Boats, kind: str) -> None:
    with registry.override(layer(kind)):
        async with (
            running() as service,
            service.client(**cookie(rights(SLUG))) as client,
        ):
            for _ in range(2):
                assert titles((await client.get(TILE)).content, SLUG) == ["Boat 1"]
            await sync_to_async(one_boat.put)({"id": 2})
            await service.settled()
            after = await client.get(TILE)
    assert titles(after.content, SLUG) == ["Boat 1", "Boat 2"]


async def test_a_revoked_token_opens_nothing_more(one_boat: Boats) -> None:
    async with running() as service, service.client(**cookie(rights(SLUG))) as client:
        for _ in range(2):
            assert (await client.get(TILE)).status_code == 200
        service.revocations.note(USER, time.time() + 1)
        assert (await client.get(TILE)).status_code == 401


async def test_an_expired_token_opens_nothing_more(
    one_boat: Boats, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running() as service, service.client(**cookie(rights(SLUG))) as client:
        for _ in range(2):
            assert (await client.get(TILE)).status_code == 200
        later = time.time() + 365 * 86_400
        monkeypatch.setattr("tiles.express.time", lambda: later)
        monkeypatch.setattr("time.time", lambda: later)
        assert (await client.get(TILE)).status_code == 401


async def test_nobody_rides_on_the_ticket_of_another(one_boat: Boats) -> None:
    async with running() as service:
        async with service.client(**cookie(rights(SLUG))) as client:
            for _ in range(2):
                assert (await client.get(TILE)).status_code == 200
        async with service.client(**cookie(rights(SLUG, roots=()))) as client:
            assert (await client.get(TILE)).status_code == 204
        async with service.client() as client:
            assert (await client.get(TILE)).status_code == 401


async def test_a_source_that_is_gone_is_not_drawn(one_boat: Boats) -> None:
    async with running() as service, service.client(**cookie(rights(SLUG))) as client:
        for _ in range(2):
            assert (await client.get(TILE)).status_code == 200
        for provider in service.app.sources.providers:
            if SLUG in provider.sources:
                del provider.sources[SLUG]  # type: ignore[attr-defined]
                await service.app.sources.refresh(provider)
        assert (await client.get(TILE)).status_code == 404


async def test_another_site_is_told_that_it_may_read(one_boat: Boats) -> None:
    site = {"origin": "https://map.example"}
    async with running() as service, service.client(**cookie(rights(SLUG))) as client:
        await client.get(TILE)
        answer = await client.get(TILE, headers=site)
    assert answer.headers["access-control-allow-origin"] == "https://map.example"


async def test_who_asks_too_often_waits_on_the_short_way_too(one_boat: Boats) -> None:
    async with running() as service, service.client(**cookie(rights(SLUG))) as client:
        await client.get(TILE)
        bucket = service.app.access.limits.bucket(USER)
        bucket.tokens, bucket.rate = 1.0, 1e-9
        assert (await client.get(TILE)).status_code == 200
        assert (await client.get(TILE)).status_code == 429
