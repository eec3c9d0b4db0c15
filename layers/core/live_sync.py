"""Keeping live arrays equal to the database: load, advance, read again."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from psycopg import Error as DatabaseError
from psycopg import sql
from psycopg_pool import PoolTimeout

from .asyncdb import Pool
from .live import Change, LiveArrays, Snapshot
from .live_columns import Floats
from .live_moved import Moved
from .live_read import Batch, Connection, patient, read
from .live_tails import Tails, read_slices
from .spec import Layer, registry
from .watch import Watcher

COALESCE_S = 0.1
RETRY_S = 1.0
# How many rows a layer may have at the start, before they are counted.
LOAD_EXPECTED = 1_000_000
MAX_ANNOUNCED = 10_000
# A full reading after a change that stamped no row: not oftener than this, and
# never more than a twentieth of the time.
REREAD_S = 5.0
REREAD_SHARE = 20

log = logging.getLogger(__name__)

OnTick = Callable[["LiveLayer"], None]

_VERSION = "SELECT seq, epoch FROM core_layerversion WHERE slug = %s"
# A feature that was never heard has no position and no seq.
_PLACED = sql.SQL("seq IS NOT NULL")
_NEWER = sql.SQL("seq > %s AND seq <= %s")
_NAMED = sql.SQL("seq IS NOT NULL AND id = ANY(%s)")


class LiveLayer:
    """One layer's arrays and how far they have come."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.arrays = LiveArrays(layer)
        self.ready = asyncio.Event()
        self.wake = asyncio.Event()
        self.moved = Moved.all(0)
        self.announced: set[int] = set()
        self.tails = Tails(layer.tile.tail) if layer.tile.tail else None
        self._drawn: list[Floats] = []  # boxes of tails since the last tick
        self._epoch = -1
        self._reread_wanted = False
        self._reread_after = 0.0

    @property
    def loaded(self) -> bool:
        return self.ready.is_set()

    @property
    def snapshot(self) -> Snapshot:
        return self.arrays.snapshot()

    async def load(self, connection: Connection) -> None:
        """Read everything anew."""
        seq, self._epoch = await self._version(connection)
        fresh = LiveArrays(self.layer, self.arrays.generation + 1)
        rows = read(connection, self.layer, _PLACED, expected=LOAD_EXPECTED, texts=True)
        async for batch in rows:
            fresh.apply(batch)
            await asyncio.sleep(0)
        fresh.reached(seq)
        if self.tails is not None:
            self.tails.settle(self.arrays.find(fresh.ids))
            self.tails.follow(fresh, np.arange(fresh.count))
        self.arrays = fresh
        self.ready.set()
        self._everything()

    async def load_tails(self, connection: Connection) -> None:
        """Read where the features were before the process started."""
        spec = self.layer.tile.tail
        if spec is None:
            return
        while True:
            arrays, tails = self.arrays, Tails(spec)
            async for ids, at, x, y in read_slices(connection, spec):
                slots = arrays.find(ids)
                known = slots >= 0
                tails.add(slots[known], at[known], x[known], y[known])
                await asyncio.sleep(0)
            if arrays is self.arrays:
                break
        tails.follow(arrays, np.arange(arrays.count))
        self.tails = tails
        self.arrays.renewed()
        self._everything()

    async def advance(self, connection: Connection) -> bool:
        """Take over what changed since; True when readers have to look again."""
        seq, epoch = await self._version(connection)
        if not self.loaded or epoch != self._epoch:
            await self.load(connection)
            return True
        before = self.arrays.seq
        changes: list[Change] = []
        if seq > before:
            seen = await self._read(connection, changes, _NEWER, [before, seq])
            # A number that no row carries: somebody edited one without stamping
            # it, or all its rows have been stamped again since.
            expected = {n for n in self.announced if before < n <= seq} | {seq}
            self._reread_wanted |= not expected <= seen
            self.announced = {n for n in self.announced if n > seq}
        if self._reread_wanted and time.monotonic() >= self._reread_after:
            await self._reread(connection, changes, seq)
        self.arrays.reached(seq)
        return self._tell(changes, fresh=seq > before)

    def _tell(self, changes: list[Change], *, fresh: bool) -> bool:
        """Say what changed; readers who know ``seq`` already must start anew."""
        changes = [change for change in changes if len(change)]
        if not changes:
            return False
        if not fresh:
            self.arrays.renewed()
            self._everything()
            return True
        self.moved = Moved.of(self.arrays, changes, self._drawn)
        self._drawn.clear()
        return True

    def _everything(self) -> None:
        self._drawn.clear()
        self.moved = Moved.all(self.arrays.seq)

    async def _reread(
        self, connection: Connection, changes: list[Change], seq: int
    ) -> None:
        """Compare every row and stamp those that differ."""
        started = time.monotonic()
        self._reread_wanted = False
        async with patient(connection):
            await self._read(connection, changes, _PLACED, stamp=seq)
        now = time.monotonic()
        self._reread_after = now + max(REREAD_S, REREAD_SHARE * (now - started))

    async def _version(self, connection: Connection) -> tuple[int, int]:
        cursor = await connection.execute(_VERSION, [self.layer.slug])
        row = await cursor.fetchone()
        return (int(row[0]), int(row[1])) if row else (0, 0)

    async def _read(
        self,
        connection: Connection,
        changes: list[Change],
        where: sql.SQL,
        values: Sequence[Any] = (),
        stamp: int | None = None,
    ) -> set[int]:
        """Sequence numbers of the rows read; lets others run between batches."""
        seen: set[int] = set()
        strange: list[int] = []
        arrays = self.arrays
        rows = read(connection, self.layer, where, values, expected=arrays.count)
        async for batch in rows:
            seen.update(np.unique(batch.seqs).tolist())
            unknown = arrays.unknown(batch)
            if unknown.any():
                strange += batch.ids[unknown].tolist()
                batch = batch.take(~unknown)
            changes.append(self._apply(batch, stamp))
            await asyncio.sleep(0)
        if strange:
            named = read(
                connection,
                self.layer,
                _NAMED,
                [strange],
                expected=len(strange),
                texts=True,
            )
            async for batch in named:
                changes.append(self._apply(batch, stamp))
                await asyncio.sleep(0)
        return seen

    def _apply(self, batch: Batch, stamp: int | None) -> Change:
        change = self.arrays.apply(batch, stamp)
        if self.tails is not None and len(change):
            self._drawn.append(self.tails.follow(self.arrays, change.slots))
        return change


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
        works = {f"live-{slug}": self._follow(n) for slug, n in self.layers.items()}
        for slug, live in self.layers.items():
            if live.tails is not None:
                works[f"tails-{slug}"] = self._fill_tails(live)
        self._tasks = [
            asyncio.create_task(work, name=name) for name, work in works.items()
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _changed(self, slug: str, seq: int) -> None:
        live = self.layers.get(slug)
        if live is not None:
            if len(live.announced) < MAX_ANNOUNCED:
                live.announced.add(seq)
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
            self._tell(live)

    def _tell(self, live: LiveLayer) -> None:
        for tell in self.on_tick:
            tell(live)

    async def _fill_tails(self, live: LiveLayer) -> None:
        """Once, beside the following: boats are drawn before their tails."""
        await live.ready.wait()
        try:
            async with self.pool.connection() as connection:
                await live.load_tails(connection)
        except (DatabaseError, PoolTimeout) as error:
            log.warning("tails of %s begin now: %s", live.layer.slug, error)
            return
        self._tell(live)

    @staticmethod
    async def _woken(live: LiveLayer) -> None:
        """Wait for a change; a reading that was put off wakes by itself."""
        try:
            async with asyncio.timeout(REREAD_S):
                await live.wake.wait()
        except TimeoutError:
            return
