"""What changed, for one web process: one Redis reader and one slow poll.

The stream says it at once; the poll of ``core_layerversion`` finds what the
stream lost, and carries everything alone while Redis is away.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgpack
import redis.asyncio
from django.conf import settings
from psycopg import AsyncConnection
from psycopg import Error as DatabaseError
from psycopg_pool import PoolTimeout
from redis.exceptions import RedisError

from .asyncdb import Pool
from .changes import STREAM

POLL_S = 2.0
BLOCK_MS = 5_000
RETRY_S = 1.0

log = logging.getLogger(__name__)

OnLayer = Callable[[str, int], None]
OnMessage = Callable[[dict[str, Any]], None]
OnPoll = Callable[[AsyncConnection[tuple[Any, ...]]], Awaitable[None]]


class Watcher:
    """Sequence numbers of all layers, and callbacks for those who care.

    Callbacks run in the event loop and must not block. ``on_layer`` gets
    (slug, seq) once per new number, ``on_message`` every other kind of message,
    ``on_poll`` a connection every two seconds.
    """

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.seqs: dict[str, int] = {}
        self.on_layer: list[OnLayer] = []
        self.on_message: list[OnMessage] = []
        self.on_poll: list[OnPoll] = []
        self.polled = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._read_stream(), name="change-stream"),
            asyncio.create_task(self._poll_forever(), name="change-poll"),
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
            for ask in self.on_poll:
                await ask(connection)
        self.polled.set()

    async def _poll_forever(self) -> None:
        while True:
            try:
                await self.poll()
            except (DatabaseError, PoolTimeout) as error:
                log.warning("layer versions cannot be read: %s", error)
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
