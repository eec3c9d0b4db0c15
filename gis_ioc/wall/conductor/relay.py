"""What is told between web processes many times a second and kept in no table: the
camera of the armed console, and heartbeats. Redis carries it; without Redis the pages
of this process are told alone, and the next act reaches everyone from the database."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import orjson
import redis.asyncio
from django.conf import settings
from redis.exceptions import RedisError

CHANNEL = "ioc:wall"
# What is newer than this is told to those who join.
KEPT_S = 6 * 3600
RETRY_S = 0.5
AWAY_S = 2.0
# Counts on from the clock, so that a Redis that has forgotten everything never counts
# back: pages drop what is older than what they have.
NUMBER = """
local last = tonumber(redis.call('GET', KEYS[1]) or '0')
local n = string.format('%.0f', math.max(last + 1, tonumber(ARGV[1])))
local told = '{"n":' .. n .. ',' .. string.sub(ARGV[2], 2)
redis.call('SET', KEYS[1], n, 'EX', ARGV[3])
redis.call('SET', KEYS[2], told, 'EX', ARGV[3])
redis.call('PUBLISH', ARGV[4], told)
return n
"""

Message = dict[str, Any]
log = logging.getLogger(__name__)


class Relay:
    """``heard``: every message of every process, also our own; ``trouble``: one that
    reached nobody else, and why."""

    def __init__(
        self,
        heard: Callable[[Message], None],
        trouble: Callable[[Message, str], None],
    ) -> None:
        self._heard = heard
        self._trouble = trouble
        self._waiting: dict[str, Message] = {}
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._away_until = 0.0
        self._n = 0

    def start(self) -> None:
        self._client = _client(socket_timeout=2)
        self._number = self._client.register_script(NUMBER)
        self._tasks = [
            asyncio.create_task(self._send_forever(), name="wall-send"),
            asyncio.create_task(self._hear_forever(), name="wall-hear"),
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._tasks:
            await self._client.aclose()

    def send(self, key: str, message: Message) -> None:
        """Of messages with one key only the newest is sent when Redis is slow."""
        self._waiting[key] = message
        self._wake.set()

    async def last_camera(self, wall: str) -> Message | None:
        with suppress(RedisError, OSError, ValueError):
            text = await self._client.get(_last(wall))
            return orjson.loads(text) if text else None
        return None

    async def beats(self, wall: str) -> list[Message]:
        """The newest heartbeat of each panel that Redis knows."""
        try:
            kept = await self._client.hgetall(_beats(wall))
        except (RedisError, OSError):
            return []
        return [orjson.loads(text) for text in kept.values()]

    async def _send_forever(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            waiting, self._waiting = self._waiting, {}
            for message in waiting.values():
                try:
                    # while it is away nobody waits for it again and again
                    if time.monotonic() < self._away_until:
                        raise OSError("Redis is away")
                    await self._send(message)
                except (RedisError, OSError) as error:
                    self._fail(message, error)

    async def _send(self, message: Message) -> None:
        text, wall = orjson.dumps(message), message["wall"]
        if message["type"] == "wall.camera":
            keys = [_count(wall), _last(wall)]
            args = [message["at"], text, KEPT_S, CHANNEL]
            self._n = int(await self._number(keys=keys, args=args))
            return
        async with self._client.pipeline(transaction=False) as pipe:
            place = "/".join(map(str, message["panel"]))
            pipe.hset(_beats(wall), place, text)
            pipe.expire(_beats(wall), KEPT_S)
            pipe.publish(CHANNEL, text)
            await pipe.execute()

    def _fail(self, message: Message, error: Exception) -> None:
        if time.monotonic() >= self._away_until:
            log.warning("walls of other processes are not told: %s", error)
            self._away_until = time.monotonic() + AWAY_S
        if message["type"] == "wall.camera":
            self._n = max(self._n + 1, message["at"])
            message = {"n": self._n, **message}
        self._heard(message)
        self._trouble(message, str(error))

    async def _hear_forever(self) -> None:
        while True:
            client = _client(socket_timeout=None)
            try:
                pubsub = client.pubsub()
                await pubsub.subscribe(CHANNEL)
                async for told in pubsub.listen():
                    if told["type"] == "message":
                        self._take(told["data"])
            except (RedisError, OSError) as error:
                log.warning("walls are not heard, trying again: %s", error)
            finally:
                with suppress(RedisError, OSError):
                    await client.aclose()
            await asyncio.sleep(RETRY_S)

    def _take(self, text: bytes) -> None:
        try:
            self._heard(orjson.loads(text))
        except (ValueError, KeyError, TypeError) as error:
            log.warning("message of a wall cannot be read: %s", error)


def _client(socket_timeout: float | None) -> redis.asyncio.Redis:
    return redis.asyncio.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=socket_timeout,
        socket_connect_timeout=2,
        health_check_interval=15 if socket_timeout is None else 0,
    )


def _count(wall: str) -> str:
    return f"ioc:wall:n:{wall}"


def _last(wall: str) -> str:
    return f"ioc:wall:camera:{wall}"


def _beats(wall: str) -> str:
    return f"ioc:wall:beats:{wall}"
