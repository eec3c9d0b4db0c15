"""What a web process keeps in memory besides Django, put together."""

from __future__ import annotations

from typing import Any

from channels.db import database_sync_to_async

from gis_ioc import tiling
from gis_ioc.accounts.grants import rights_of_key
from layers.core.asyncdb import make_pool
from layers.core.live_sync import LiveStore
from layers.core.spec import by_role
from layers.core.tokens import Rights
from layers.core.units import ROLE as UNITS_ROLE
from layers.core.watch import Watcher
from tiles.asgi import TileService
from tiles.clock import Clocks
from tiles.memory import keep_freed, spare_searches
from tiles.metrics import live_gauges, pool_gauges
from tiles.tokens import Access, Revocations

from .connection import Connection
from .hub import Hub


@database_sync_to_async
def _key_rights(text: str) -> Rights | None:
    found = rights_of_key(text)
    return found[1] if found else None


class Services:
    """Pool, change reader, live arrays, tiles, hub. One set per process."""

    def __init__(self) -> None:
        keep_freed()
        self.pool = make_pool()
        self.watcher = Watcher(self.pool)
        self.store = LiveStore(self.pool, self.watcher)
        self.revocations = Revocations()
        self.access = Access(self.revocations, _key_rights)
        self.hub = Hub(self.store, self.watcher, self.revocations)
        self.clocks = Clocks.of_layers(self.watcher, self.store)
        self.catalog = tiling.catalog(self.pool, self.watcher, self.store, self.clocks)
        self.cache = tiling.cache()
        self.tiles = TileService(
            self.catalog,
            self.access,
            self.cache,
            assets=tiling.assets(),
            gauges=[live_gauges(self.store), pool_gauges(self.pool)],
        )
        self.watcher.on_message.append(self.revocations.handle)
        self.watcher.on_poll.append(self.revocations.poll)
        self.watcher.on_layer.append(self._units_changed)

    async def start(self) -> None:
        await self.pool.open(wait=False)
        self.watcher.start()
        self.store.start()
        self.catalog.start()
        await self.hub.start()
        spare_searches()

    async def stop(self) -> None:
        await self.hub.stop()
        await self.catalog.stop()
        await self.store.stop()
        await self.watcher.stop()
        await self.pool.close(timeout=2)
        if self.cache.shared is not None:
            await self.cache.shared.close()

    async def live(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """The ASGI application of ``/live``."""
        await Connection(self.hub, scope, receive, send).run()

    def _units_changed(self, slug: str, seq: int) -> None:
        """Grants name every unit below their roots."""
        try:
            if slug == by_role(UNITS_ROLE).slug:
                self.access.forget()
        except LookupError:
            return
