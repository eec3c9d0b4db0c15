"""Heartbeats: every panel says how it does, consoles see it, the map keeps it."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.db import Error as DatabaseError

from gis_ioc.live.topics import Rooms
from gis_ioc.wall import displays

from .messages import Stats
from .relay import Relay

if TYPE_CHECKING:
    from gis_ioc.live.connection import Connection

# Consoles are told at most so often; the map is told by each panel at most so often.
TELL_S = 1.0
STORE_S = 10.0

Message = dict[str, Any]
log = logging.getLogger(__name__)


class Panels:
    """The newest heartbeat of each panel of each wall that this process heard of."""

    def __init__(self, rooms: Rooms, relay: Relay) -> None:
        self._rooms = rooms
        self._relay = relay
        self._beats: dict[str, dict[tuple[int, int], Message]] = {}
        self._stored: dict[tuple[str, int, int], float] = {}
        self._news: set[str] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._writing: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._tell_forever(), name="wall-panels")]

    async def stop(self) -> None:
        tasks = [*self._tasks, *self._writing]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def beat(
        self, connection: Connection, wall: str, panel: tuple[int, int], stats: Stats
    ) -> None:
        """One panel of this process said how it does."""
        message = {
            "type": "wall.beat",
            "wall": wall,
            "panel": list(panel),
            "at": int(time.time() * 1000),
            "user": connection.name,
            "address": address_of(connection.scope),
            "stats": stats.model_dump(mode="json"),
        }
        self._relay.send(f"beat:{wall}:{panel}", message)
        place, now = (wall, *panel), time.monotonic()
        if now - self._stored.get(place, -STORE_S) >= STORE_S:
            self._stored[place] = now
            task = asyncio.create_task(self._store(message))
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)

    async def _store(self, message: Message) -> None:
        try:
            await database_sync_to_async(displays.deliver)([message])
        except (DatabaseError, LookupError) as error:
            log.warning("heartbeat of a panel is not on the map: %s", error)

    def heard(self, message: Message) -> None:
        """A heartbeat from any process."""
        column, row = message["panel"]
        known = self._beats.setdefault(message["wall"], {})
        held = known.get((column, row))
        if held is None or held["at"] <= message["at"]:
            known[column, row] = message
            self._news.add(message["wall"])

    async def welcome(self, wall: str, connection: Connection) -> None:
        """A console joined."""
        for message in await self._relay.beats(wall):
            self.heard(message)
        connection.put_latest(f"wall.panels:{wall}", self._message(wall))

    def _message(self, wall: str) -> Message:
        beats = self._beats.get(wall, {})
        return {
            "type": "wall.panels",
            "wall": wall,
            "time": int(time.time() * 1000),
            "panels": [beats[place] for place in sorted(beats)],
        }

    async def _tell_forever(self) -> None:
        while True:
            await asyncio.sleep(TELL_S)
            news, self._news = self._news, set()
            for wall in news:
                message = self._message(wall)
                for connection, member in self._rooms.members(wall):
                    if member.panel is None:
                        connection.put_latest(f"wall.panels:{wall}", message)


def address_of(scope: dict[str, Any]) -> str:
    """Where the panel calls from; behind our own proxy as it says."""
    if settings.BEHIND_PROXY:
        header = dict(scope["headers"]).get(b"x-forwarded-for", b"").decode("latin-1")
        told = header.rpartition(",")[2].strip()
        if told:
            return told[:45]
    return str((scope.get("client") or ("",))[0])
