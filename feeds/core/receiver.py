"""The receiver: takes bytes from senders and makes them durable, nothing else.

Lines are gathered per feed and sender for a moment, written to the inbox in one
transaction (to the disk spool while PostgreSQL is away), and only then
acknowledged to senders that ask.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from . import inbox
from .inbox import RawBatch, Spool

FLUSH_EVERY_S = 0.1
BATCH_BYTES = 512 * 1024
HIGH_WATER_BYTES = 32 * 1024 * 1024
RETRY_S = 1.0

log = logging.getLogger(__name__)

Key = tuple[str, str, str, tuple[tuple[str, Any], ...]]


@dataclass(slots=True)
class _Gathering:
    received_at: datetime
    parts: list[bytes] = field(default_factory=list)
    lines: int = 0
    size: int = 0


class Receiver:
    """One per process. ``wake`` is called with feed slugs that have new batches."""

    def __init__(self, spool: Path, wake: Callable[[set[str]], None]) -> None:
        self.spool = Spool(spool)
        self.wake = wake
        self._gathering: dict[Key, _Gathering] = {}
        self._ready: list[RawBatch] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._pending_bytes = 0
        self._room = asyncio.Event()
        self._room.set()
        self._work = asyncio.Event()
        # One thread: batches are stored in the order they were gathered.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="inbox")

    async def add_lines(
        self,
        kind: str,
        source: str,
        data: bytes,
        feed: str | None = None,
        meta: Mapping[str, Any] | None = None,
    ) -> None:
        """Append whole lines (each ended by LF) of a sender; waits while full."""
        await self._room.wait()
        key = (kind, feed or kind, source, tuple((meta or {}).items()))
        gathering = self._gathering.get(key)
        if gathering is None:
            gathering = self._gathering[key] = _Gathering(datetime.now(UTC))
        gathering.parts.append(data)
        gathering.lines += data.count(b"\n")
        gathering.size += len(data)
        self._grow(len(data))
        if gathering.size >= BATCH_BYTES:
            self._close(key)
            self._work.set()

    async def store(
        self,
        kind: str,
        source: str,
        body: bytes,
        *,
        feed: str | None = None,
        lines: int | None = None,
        meta: dict[str, Any] | None = None,
    ) -> None:
        """Store one message or file by itself; returns when it is durable."""
        await self._room.wait()
        self._close_all()
        self._ready.append(
            RawBatch(
                kind=kind,
                feed=feed or kind,
                source=source,
                received_at=datetime.now(UTC),
                lines=body.count(b"\n") if lines is None else lines,
                body=body,
                meta=meta or {},
            )
        )
        self._grow(len(body))
        await self.durable()

    async def durable(self) -> None:
        """Return once everything added so far can survive a crash."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        self._work.set()
        await future

    async def run(self) -> None:
        """Write what was gathered, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._work.wait(), FLUSH_EVERY_S)
            self._work.clear()
            self._close_all()
            batches, self._ready = self._ready, []
            waiting, self._waiting = self._waiting, []
            if batches or self.spool:
                await loop.run_in_executor(self._thread, self._write, batches)
            self._pending_bytes -= sum(len(batch.body) for batch in batches)
            if self._pending_bytes < HIGH_WATER_BYTES:
                self._room.set()
            for future in waiting:
                if not future.done():
                    future.set_result(None)

    def _write(self, batches: list[RawBatch]) -> None:
        """Into PostgreSQL, or to disk; never gives up, never reorders."""
        while True:
            try:
                if not self._empty_spool():
                    self.spool.write(batches)
                elif batches:
                    self._store(batches)
                return
            except OSError as error:
                log.critical("neither database nor disk takes data: %s", error)
                time.sleep(RETRY_S)

    def _store(self, batches: list[RawBatch]) -> None:
        try:
            inbox.store(batches)
        except Exception as error:
            log.warning("database away, spooling %d batches: %s", len(batches), error)
            self.spool.write(batches)
        else:
            self.wake({batch.feed for batch in batches})

    def _empty_spool(self) -> bool:
        """Move the spool into the inbox; False while that is not possible."""
        while self.spool:
            found = list(self.spool.read())
            try:
                inbox.store([batch for _path, batch in found])
            except Exception:
                return False
            for path, _batch in found:
                path.unlink()
            self.wake({batch.feed for _path, batch in found})
            log.info("%d spooled batches stored", len(found))
        return True

    def _close(self, key: Key) -> None:
        gathering = self._gathering.pop(key)
        kind, feed, source, meta = key
        self._ready.append(
            RawBatch(
                kind=kind,
                feed=feed,
                source=source,
                received_at=gathering.received_at,
                lines=gathering.lines,
                body=b"".join(gathering.parts),
                meta=dict(meta),
            )
        )

    def _close_all(self) -> None:
        for key in list(self._gathering):
            self._close(key)

    def _grow(self, size: int) -> None:
        self._pending_bytes += size
        if self._pending_bytes >= HIGH_WATER_BYTES:
            self._room.clear()
