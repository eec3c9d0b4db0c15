"""Layers' tiles in the level of the cache that processes share."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings

from layers.core.spec import registry
from layers.core.tests.boats import (  # noqa: F401  (fixtures)
    BAY,
    SLUG,
    Boats,
    boats,
    committed,
    layer,
)
from tiles.cache import TileCache
from tiles.shared import SharedTiles
from tiles.tests.service import address, cookie, rights, running, titles

TILE = f"/tiles/{SLUG}/{address(*BAY, 8)}"


@pytest.fixture
async def level() -> AsyncIterator[SharedTiles]:
    shared = SharedTiles(settings.REDIS_URL, f"test-layers-{os.getpid()}")
    yield shared
    async for name in shared._redis.scan_iter(f"{shared._prefix}:*"):
        await shared._redis.delete(name)
    await shared.close()


async def test_a_process_takes_over_tiles_and_sees_what_changed_since(
    boats: Boats,  # noqa: F811
    level: SharedTiles,
) -> None:
    await sync_to_async(boats.put)({"id": 1})
    with registry.override(layer("table")):
        for round_no, expected in enumerate((["Boat 1"], ["Boat 1", "Boat 2"]), 1):
            hits = []
            for _process in range(2):
                async with (
                    running(cache=TileCache(shared=level)) as service,
                    service.client(**cookie(rights(SLUG))) as client,
                ):
                    before = level.hits
                    answer = await client.get(TILE)
                    hits.append(level.hits - before)
                assert titles(answer.content, SLUG) == expected
            assert hits == [0, 1], f"round {round_no}"
            await sync_to_async(boats.put)({"id": 2})


async def test_shared_tiles_of_one_scope_are_not_anothers(
    boats: Boats,  # noqa: F811
    level: SharedTiles,
) -> None:
    await sync_to_async(boats.put)({"id": 1})
    with registry.override(layer("table")):
        async with running(cache=TileCache(shared=level)) as service:
            async with service.client(**cookie(rights(SLUG))) as client:
                assert (await client.get(TILE)).status_code == 200
            async with service.client(**cookie(rights(SLUG, roots=()))) as client:
                assert (await client.get(TILE)).status_code == 204
    assert level.hits == 0
