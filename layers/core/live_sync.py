"""Keeping live arrays equal to the database: load, advance, read again."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

from psycopg import AsyncConnection, sql
from psycopg import Error as DatabaseError
from psycopg_pool import PoolTimeout

from .asyncdb import Pool
from .columns import map_fields, value
from .live import TAKEN, LiveArrays, Snapshot
from .spec import Layer, registry
from .watch import Watcher

COALESCE_S = 0.1
RETRY_S = 1.0
CHUNK = 5_000
# A full reading after a change that stamped no row: not oftener than this, and
# never more than a twentieth of the time.
REREAD_S = 5.0
REREAD_SHARE = 20

log = logging.getLogger(__name__)

Connection = AsyncConnection[tuple[Any, ...]]
OnTick = Callable[["LiveLayer"], None]

_VERSION = "SELECT seq, epoch FROM core_layerversion WHERE slug = %s"
_SELECT = (
    "SELECT id, seq, x, y, extract(epoch FROM at)::float8, {scope}, title::text{fields}"
    " FROM {relation}"
)


def select(layer: Layer) -> sql.Composed:
    """The columns of :meth:`LiveArrays.apply`, in its order."""
    bare = layer.scope.kind == "open"
    return sql.SQL(_SELECT).format(
        scope=sql.SQL("NULL") if bare else sql.Identifier(layer.scope.column),
        fields=sql.SQL("").join(
            sql.SQL(", {}").format(value(entry)) for entry in map_fields(layer, TAKEN)
        ),
        relation=sql.Identifier(layer.relation),
    )


# A feature that was never heard has no position and no seq.
_PLACED = sql.SQL(" WHERE seq IS NOT NULL")


class LiveLayer:
    """One layer's arrays and how far they have come."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.arrays = LiveArrays(layer)
        self.loaded = False
        self.wake = asyncio.Event()
        self._epoch = -1
        self._reread_wanted = False
        self._reread_after = 0.0

    @property
    def snapshot(self) -> Snapshot:
        return self.arrays.snapshot()

    async def load(self, connection: Connection) -> None:
        """Read everything anew."""
        seq, self._epoch = await self._version(connection)
        fresh = LiveArrays(self.layer, self.arrays.generation + 1)
        await self._read(connection, fresh, select(self.layer) + _PLACED)
        fresh.reached(seq)
        self.arrays, self.loaded = fresh, True

    async def advance(self, connection: Connection) -> bool:
        """Take over what changed since; True when readers have to look again."""
        seq, epoch = await self._version(connection)
        if not self.loaded or epoch != self._epoch:
            await self.load(connection)
            return True
        before = self.arrays.seq
        newer = select(self.layer) + sql.SQL(" WHERE seq > %s")
        count, _ = await self._read(connection, self.arrays, newer, [before])
        if seq > before and not count:
            # Somebody edited a row without stamping it.
            self._reread_wanted = True
        changed = count
        if self._reread_wanted and time.monotonic() >= self._reread_after:
            changed += await self._reread(connection, seq)
        self.arrays.reached(seq)
        return bool(changed)

    async def _reread(self, connection: Connection, seq: int) -> int:
        """Compare every row and stamp those that differ."""
        started = time.monotonic()
        self._reread_wanted = False
        _, differ = await self._read(
            connection, self.arrays, select(self.layer) + _PLACED, stamp=seq
        )
        now = time.monotonic()
        self._reread_after = now + max(REREAD_S, REREAD_SHARE * (now - started))
        return differ

    async def _version(self, connection: Connection) -> tuple[int, int]:
        cursor = await connection.execute(_VERSION, [self.layer.slug])
        row = await cursor.fetchone()
        return (int(row[0]), int(row[1])) if row else (0, 0)

    @staticmethod
    async def _read(
        connection: Connection,
        arrays: LiveArrays,
        query: sql.Composed,
        values: Sequence[Any] = (),
        stamp: int | None = None,
    ) -> tuple[int, int]:
        """(rows read, rows that differ); lets others run between chunks."""
        read = differ = 0
        # Binary: floats arrive as they are, without being printed and parsed.
        async with connection.cursor(binary=True) as cursor:
            await cursor.execute(query, values)
            while rows := await cursor.fetchmany(CHUNK):
                read += len(rows)
                differ += arrays.apply(rows, stamp)
                await asyncio.sleep(0)
        return read, differ


class LiveStore:
    """All live layers of the process. ``on_tick`` is told after every change."""

    def __init__(self, pool: Pool, watcher: Watcher) -> None:
        self.pool = pool
        self.layers = {
            layer.slug: LiveLayer(layer)
            for layer in registry.values()
            if layer.tile.kind == "live"
        }
        self.on_tick: list[OnTick] = []
        self._tasks: list[asyncio.Task[None]] = []
        watcher.on_layer.append(self._changed)

    def __contains__(self, slug: object) -> bool:
        return slug in self.layers

    def snapshot(self, slug: str) -> Snapshot:
        return self.layers[slug].snapshot

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._follow(live), name=f"live-{slug}")
            for slug, live in self.layers.items()
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _changed(self, slug: str, seq: int) -> None:
        live = self.layers.get(slug)
        if live is not None:
            live.wake.set()

    async def _follow(self, live: LiveLayer) -> None:
        """Advance whenever woken, at most every 100 ms."""
        live.wake.set()
        while True:
            await self._woken(live)
            live.wake.clear()
            try:
                await self.advance(live)
            except (DatabaseError, PoolTimeout) as error:
                log.warning("live layer %s stands still: %s", live.layer.slug, error)
                live.wake.set()
                await asyncio.sleep(RETRY_S)
                continue
            except Exception:
                log.exception("live layer %s: reading failed", live.layer.slug)
                live.wake.set()
                await asyncio.sleep(RETRY_S)
                continue
            await asyncio.sleep(COALESCE_S)

    async def advance(self, live: LiveLayer) -> None:
        """Take over what changed in one layer, and tell the readers."""
        async with self.pool.connection() as connection:
            changed = await live.advance(connection)
        if changed:
            for tell in self.on_tick:
                tell(live)

    @staticmethod
    async def _woken(live: LiveLayer) -> None:
        """Wait for a change; a reading that was put off wakes by itself."""
        try:
            async with asyncio.timeout(REREAD_S):
                await live.wake.wait()
        except TimeoutError:
            return
