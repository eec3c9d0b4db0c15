"""Schemas of the province's own, and a tile service that publishes them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections

from layers.core.asyncdb import make_pool
from layers.core.scope import Grant
from layers.core.tests.boats import committed  # noqa: F401  (fixture)
from layers.core.tokens import Rights
from layers.core.watch import Watcher
from tiles.asgi import TileService
from tiles.catalog import Catalog
from tiles.clock import Clocks
from tiles.gate import Gate
from tiles.sources import TileRequest
from tiles.sources.published import PublishedSchemas
from tiles.tests.service import cookie, decode, rights
from tiles.tokens import Access, Revocations

SCHEMAS = ("test_gis", "test_gis2")
EVERYTHING = Grant(user_id=1, units=None, beyond="everything")
BAY = (105.9, 19.8)
PROVINCE = cookie(rights())


def run(statement: str, values: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def rows(statement: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


@pytest.fixture
def gis(committed: None) -> Iterator[None]:  # noqa: F811
    """Two empty schemas."""
    for name in SCHEMAS:
        run(f"DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}")
    yield
    for name in SCHEMAS:
        run(f"DROP SCHEMA {name} CASCADE")


@dataclass
class Published:
    """The provider, and the service in front of it."""

    provider: PublishedSchemas
    app: TileService
    watcher: Watcher

    def client(self, **headers: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url="http://tiles.example",
            headers={"accept-encoding": "identity", **headers},
        )

    async def refresh(self) -> None:
        await self.app.sources.refresh(self.provider)

    async def tile(
        self, name: str, z: int = 0, x: int = 0, y: int = 0, grant: Grant = EVERYTHING
    ) -> dict[str, Any]:
        """The tile's only vector layer decoded; empty when there is nothing."""
        request = TileRequest(z, x, y, grant)
        content = await self.provider.sources[name].tile(request)
        return decode(content)[name] if content else {"features": []}


@asynccontextmanager
async def publishing(
    *schemas: str, keys: dict[str, Rights] | None = None, **options: Any
) -> AsyncIterator[Published]:
    pool = make_pool()
    await pool.open()
    revocations = Revocations()

    async def key_rights(text: str) -> Rights | None:
        return (keys or {}).get(text)

    watcher = Watcher(pool)
    clocks = Clocks(watcher, {})
    watcher.on_touched.append(clocks.touched)
    provider = PublishedSchemas(
        pool, Gate(pool), schemas or SCHEMAS, clocks=clocks, **options
    )
    app = TileService(Catalog([provider]), Access(revocations, key_rights))
    try:
        async with pool.connection() as reader:
            await revocations.poll(reader)
        found = Published(provider, app, watcher)
        await found.refresh()
        yield found
    finally:
        await pool.close()
        await sync_to_async(connections.close_all)()


def features(layer: dict[str, Any]) -> list[dict[str, Any]]:
    return [feature["properties"] for feature in layer["features"]]
