"""What changed, for one web process: one Redis reader and one slow poll.

The stream says it at once; the poll of ``core_layerversion`` finds what the
stream lost, and carries everything alone while Redis is away. It does not wait
its two seconds when PostgreSQL says that somebody wrote by plain SQL. Where a
layer changed is read from the database after that (``touched``).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import msgpack
import redis.asyncio
from django.conf import settings
from psycopg import AsyncConnection
from psycopg import Error as DatabaseError
from psycopg_pool import PoolTimeout
from redis.exceptions import RedisError

from .asyncdb import Pool, conninfo
from .changes import STREAM
from .touched import OnTouched, Touches

POLL_S = 2.0
BLOCK_MS = 5_000
RETRY_S = 1.0
# Changes that come together are read together.
COALESCE_S = 0.05

log = logging.getLogger(__name__)

OnLayer = Callable[[str, int], None]
OnMessage = Callable[[dict[str, Any]], None]
OnPoll = Callable[[AsyncConnection[tuple[Any, ...]]], Awaitable[None]]


class Watcher:
    """Sequence numbers of all layers, and callbacks for those who care.

    Callbacks run in the event loop and must not block. ``on_layer`` gets
    (slug, seq) once per new number, ``on_touched`` where the layer changed as soon
    as that is known, ``on_message`` every other kind of message, ``on_poll`` a
    connection every two seconds.
    """

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.seqs: dict[str, int] = {}
        self.touches = Touches()
        self.on_layer: list[OnLayer] = []
        self.on_touched: list[OnTouched] = []
        self.on_message: list[OnMessage] = []
        self.on_poll: list[OnPoll] = []
        self.polled = asyncio.Event()
        self._news: dict[str, int] = {}
        self._noted = asyncio.Event()
        self._hinted = asyncio.Event()
        self._reading = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._read_stream(), name="change-stream"),
            asyncio.create_task(self._poll_forever(), name="change-poll"),
            asyncio.create_task(self._read_places(), name="change-places"),
            asyncio.create_task(self._listen(), name="change-notices"),
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def seq(self, slug: str) -> int:
        """The newest known number of a layer; 0 before the first change."""
        return self.seqs.get(slug, 0)

    def note(self, slug: str, seq: int) -> None:
        if seq <= self.seqs.get(slug, -1):
            return
        self.seqs[slug] = seq
        self._news[slug] = seq
        self._noted.set()
        for tell in self.on_layer:
            tell(slug, seq)

    def handle(self, message: dict[str, Any]) -> None:
        """One message of the stream."""
        if message.get("kind") == "layer":
            self.note(str(message["layer"]), int(message["seq"]))
            return
        for tell in self.on_message:
            tell(message)

    async def poll(self) -> None:
        """Ask PostgreSQL once."""
        async with self.pool.connection() as connection:
            cursor = await connection.execute("SELECT slug, seq FROM core_layerversion")
            for slug, seq in await cursor.fetchall():
                self.note(slug, seq)
            await self.touches.look(connection)
            await self._tell_places(connection)
            for ask in self.on_poll:
                await ask(connection)
        self.polled.set()

    async def _tell_places(self, connection: AsyncConnection[tuple[Any, ...]]) -> None:
        """Read where the noted layers changed, and tell it in that order."""
        async with self._reading:
            news, self._news = self._news, {}
            try:
                changes = await self.touches.read(connection, news)
            except BaseException:
                self._news = news | self._news
                raise
            for change in changes:
                for tell in self.on_touched:
                    tell(change)

    async def _read_places(self) -> None:
        while True:
            await self._noted.wait()
            self._noted.clear()
            try:
                if self._news:  # the poll may have been quicker
                    async with self.pool.connection() as connection:
                        await self._tell_places(connection)
            except (DatabaseError, PoolTimeout) as error:
                log.warning("places of changes cannot be read: %s", error)
                self._noted.set()
                await asyncio.sleep(RETRY_S)
            await asyncio.sleep(COALESCE_S)

    async def _poll_forever(self) -> None:
        while True:
            try:
                await self.poll()
            except (DatabaseError, PoolTimeout) as error:
                log.warning("layer versions cannot be read: %s", error)
            await asyncio.sleep(COALESCE_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await self._hinted.wait()
            self._hinted.clear()

    async def _listen(self) -> None:
        """Poll at once when PostgreSQL says so. The notice is only a hint: anybody
        who may connect can send one."""
        while True:
            try:
                async with await AsyncConnection.connect(
                    conninfo(), autocommit=True
                ) as connection:
                    await connection.execute("LISTEN ioc_changes")
                    async for _notice in connection.notifies():
                        self._hinted.set()
            except DatabaseError as error:
                log.info("no notices from the database, polling: %s", error)
            await asyncio.sleep(POLL_S)

    async def _read_stream(self) -> None:
        last = b"$"
        while True:
            client = redis.asyncio.Redis.from_url(
                settings.REDIS_URL,
                socket_timeout=BLOCK_MS / 1000 + 5,
                socket_connect_timeout=2,
            )
            try:
                if last == b"$":
                    last = await _newest(client)
                while True:
                    last = await self._read_once(client, last)
            except (RedisError, OSError) as error:
                log.warning("change stream is away, polling: %s", error)
            finally:
                await client.aclose()
            await asyncio.sleep(RETRY_S)

    async def _read_once(self, client: redis.asyncio.Redis, last: bytes) -> bytes:
        answer: Any = await client.xread({STREAM: last}, count=1_000, block=BLOCK_MS)
        for _stream, entries in answer or ():
            for entry_id, body in entries:
                last = entry_id
                try:
                    self.handle(msgpack.unpackb(body[b"m"]))
                except (ValueError, KeyError, TypeError) as error:
                    log.warning("message %s cannot be read: %s", entry_id, error)
        return last


async def _newest(client: redis.asyncio.Redis) -> bytes:
    """The id to read from: what is in the stream already is in the database."""
    entries: Any = await client.xrevrange(STREAM, count=1)
    return entries[0][0] if entries else b"0-0"
