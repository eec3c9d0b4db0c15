"""A tile service in the test's event loop, and callers to ask it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import mapbox_vector_tile
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections

from layers.core.asyncdb import make_pool
from layers.core.live_sync import LiveStore
from layers.core.mercator import HALF_M, from_lonlat, tile_size_m
from layers.core.tokens import TOKEN_COOKIE, Rights, sign
from layers.core.watch import Watcher
from tiles.asgi import TileService
from tiles.cache import TileCache
from tiles.catalog import Catalog, basemap, layer_sources
from tiles.clock import Clocks
from tiles.gate import Gate
from tiles.tokens import Access, Revocations

USER = 1_000_000_007  # nobody in the users' table


@dataclass
class Running:
    """The parts that tests look into. ``keys`` are the API keys that exist."""

    app: TileService
    watcher: Watcher
    store: LiveStore
    revocations: Revocations
    keys: dict[str, Rights]
    looked_up: list[str]

    def client(self, **headers: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url="http://tiles.example",
            headers={"accept-encoding": "identity", **headers},
        )

    async def settled(self) -> None:
        """Everything committed so far is known and in the arrays."""
        await self.watcher.poll()
        for live in self.store.layers.values():
            await self.store.advance(live)


@asynccontextmanager
async def running(
    keys: dict[str, Rights] | None = None, cache: TileCache | None = None
) -> AsyncIterator[Running]:
    """Without background tasks: tests say when to look (``settled``)."""
    pool = make_pool()
    watcher = Watcher(pool)
    store = LiveStore(pool, watcher)
    revocations = Revocations()
    watcher.on_poll.append(revocations.poll)
    watcher.on_message.append(revocations.handle)
    known, asked = keys or {}, []

    async def key_rights(text: str) -> Rights | None:
        asked.append(text)
        return known.get(text)

    catalog = Catalog(
        [
            basemap(Path(settings.PATHS["fixtures"])),
            layer_sources(Gate(pool), watcher, store, Clocks.of_layers(watcher, store)),
        ]
    )
    app = TileService(catalog, Access(revocations, key_rights), cache)
    await pool.open()
    try:
        found = Running(app, watcher, store, revocations, known, asked)
        await found.settled()
        yield found
    finally:
        await pool.close()
        await sync_to_async(connections.close_all)()


def rights(*layers: str, roots: tuple[int, ...] | None = None) -> Rights:
    return Rights(
        user_id=USER,
        layers=layers,
        roots=roots,
        masks=(),
        beyond="everything" if roots is None else "shared",
    )


def cookie(granted: Rights) -> dict[str, str]:
    return {"cookie": f"other=1; {TOKEN_COOKIE}={sign(granted)}"}


def decode(tile: bytes) -> dict[str, Any]:
    return mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})


def titles(tile: bytes, layer: str) -> list[str]:
    """The names of the features, sorted."""
    if not tile:
        return []
    features = decode(tile)[layer]["features"]
    return sorted(feature["properties"]["title"] for feature in features)


def address(lon: float, lat: float, z: int) -> str:
    """``z/x/y`` of the tile that holds the point."""
    x, y = from_lonlat(lon, lat)
    size = tile_size_m(z)
    return f"{z}/{int((x + HALF_M) // size)}/{int((HALF_M - y) // size)}"
