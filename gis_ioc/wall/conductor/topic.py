"""The handler of ``wall.…`` messages: one for each web process."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import Error as DatabaseError
from psycopg import AsyncConnection

from gis_ioc.live.topics import Rooms, Topic
from gis_ioc.live.views import ViewError
from layers.core.watch import Watcher

from . import reading
from .messages import Beat, Join, Led, Stats, read
from .panels import Panels
from .relay import Relay

if TYPE_CHECKING:
    from gis_ioc.live.connection import Connection

RATE = 30.0  # cameras a second of one console
BURST = 6.0
# A console that stops without saying so has come to rest.
REST_S = 1.5

Message = dict[str, Any]
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Member:
    """A page that joined: a panel, or a console by its window's name."""

    panel: tuple[int, int] | None
    console: str
    allowance: float = BURST
    counted_at: float = field(default_factory=time.monotonic)
    moving: Led | None = None
    resting: asyncio.TimerHandle | None = None

    def spend(self) -> bool:
        now = time.monotonic()
        gained = RATE * (now - self.counted_at)
        self.allowance = min(BURST, self.allowance + gained)
        self.counted_at = now
        if self.allowance < 1:
            return False
        self.allowance -= 1
        return True


class WallTopic:
    """Rooms are named by the slug of the wall; ``states`` holds the newest
    ``wall.state`` of each that somebody here has joined."""

    def __init__(self, watcher: Watcher) -> None:
        self.rooms = Rooms()
        self.states: dict[str, Message] = {}
        self.relay = Relay(self._heard, self._trouble)
        self.panels = Panels(self.rooms, self.relay)
        self._tasks: set[asyncio.Task[None]] = set()
        self._kinds = {
            "wall.join": self._join,
            "wall.leave": self._leave,
            "wall.camera": self._camera,
            "wall.beat": self._beat,
        }
        watcher.on_message.append(self._told)
        watcher.on_poll.append(self._poll)

    async def start(self) -> None:
        self.relay.start()
        self.panels.start()

    async def stop(self) -> None:
        await self.panels.stop()
        await self.relay.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def take(self, connection: Connection, message: Message) -> None:
        kind = message.get("type")
        run = self._kinds.get(str(kind))
        if run is None:
            raise ViewError(f"unknown type {kind!r:.40}")
        run(connection, message)

    def left(self, connection: Connection) -> None:
        for wall in self.rooms.names(connection):
            self._gone(wall, connection)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # joining

    def _join(self, connection: Connection, message: Message) -> None:
        asked = read(Join, message)
        if len(self.rooms.names(connection)) > 8:
            raise ViewError("a page joins eight walls at most")
        self.rooms.join(asked.wall, connection, Member(asked.panel, asked.console))
        self._spawn(self._welcome(connection, asked))

    async def _welcome(self, connection: Connection, asked: Join) -> None:
        """The state at once, and the camera if a console is leading now."""
        try:
            found = await reading.told(asked.wall)
        except DatabaseError as error:
            log.warning("a page of wall %s waits for the poll: %s", asked.wall, error)
            return
        why = ""
        if found is None:
            why = f"no wall {asked.wall!r:.60}"
        elif asked.panel and not _inside(asked.panel, found[1]):
            why = f"no panel {asked.panel[0]}/{asked.panel[1]} on this wall"
        if found is None or why:
            self.rooms.leave(asked.wall, connection)
            refused = {"type": "wall.refused", "wall": asked.wall, "reason": why}
            connection.put_latest(f"wall.refused:{asked.wall}", refused)
            return
        state = self._newer(found[0])
        connection.put_latest(f"wall.state:{asked.wall}", state)
        camera = await self.relay.last_camera(asked.wall)
        if camera is not None and camera["at"] > state["at"]:
            connection.put_latest(f"wall.camera:{asked.wall}", camera)
        if asked.panel is None:
            await self.panels.welcome(asked.wall, connection)

    def _leave(self, connection: Connection, message: Message) -> None:
        self._gone(str(message.get("wall")), connection)

    def _gone(self, wall: str, connection: Connection) -> None:
        member = self.rooms.leave(wall, connection)
        if isinstance(member, Member) and member.moving is not None:
            self._rest(wall, connection.grant.user_id, member)

    # states

    def _newer(self, message: Message) -> Message:
        """Keep it if it is newer than the one known; the newest of the two."""
        known = self.states.get(message["wall"])
        if known is not None and known["seq"] > message["seq"]:
            return known
        self.states[message["wall"]] = message
        return message

    def _told(self, message: Message) -> None:
        """Of the change stream: an act, or a word to pages."""
        if message.get("kind") != "wall":
            return
        said = message["message"]
        if said["type"] == "wall.state":
            self._spread(said)
        else:
            self._pass_on(said)

    def _spread(self, state: Message) -> None:
        if self._newer(state) is state:
            self._to_all(state)

    def _to_all(self, message: Message) -> None:
        wall = message["wall"]
        for connection, _member in self.rooms.members(wall):
            connection.put_latest(f"{message['type']}:{wall}", message)

    def _pass_on(self, message: Message) -> None:
        """To one panel, or to all pages when it names none."""
        wall, panel = message["wall"], message.get("panel")
        for connection, member in self.rooms.members(wall):
            if panel is None or (member.panel and list(member.panel) == list(panel)):
                connection.put_latest(f"{message['type']}:{wall}", message)

    async def _poll(self, connection: AsyncConnection[tuple[Any, ...]]) -> None:
        """What the change stream lost, and scenes that were edited."""
        rooms = {str(wall) for wall in self.rooms}
        if not rooms:
            return
        for wall, head in (await reading.heads(connection)).items():
            known = self.states.get(wall)
            if wall in rooms and (
                known is None or (known["seq"], known["bundle"]) != head
            ):
                found = await reading.told(wall)
                if found is not None:
                    self._spread(found[0])

    # the armed console

    def _camera(self, connection: Connection, message: Message) -> None:
        led = read(Led, message)
        member = self.rooms.note(led.wall, connection)
        why = self._not_leading(led.wall, connection, member)
        if why:
            refused = {"type": "wall.refused", "wall": led.wall, "reason": why}
            connection.put_latest(f"wall.refused:{led.wall}", refused)
            return
        if not led.rest and not member.spend():
            return
        self.relay.send(
            f"camera:{led.wall}",
            {
                "type": "wall.camera",
                "wall": led.wall,
                "at": _now_ms(),
                **led.model_dump(include={"x", "y", "zoom", "rest"}),
            },
        )
        self._await_rest(led, connection, member)

    def _not_leading(
        self, wall: str, connection: Connection, member: Member | None
    ) -> str:
        if member is None:
            return "join the wall first"
        hand = self.states.get(wall, {}).get("state", {}).get("hand")
        mine = (
            hand
            and hand["user"] == connection.grant.user_id
            and hand["console"] == member.console
        )
        if not mine:
            return f"{hand['name']} has the hand" if hand else "nobody has the hand"
        return "" if hand["armed"] else "the console is not armed"

    def _await_rest(self, led: Led, connection: Connection, member: Member) -> None:
        if member.resting is not None:
            member.resting.cancel()
            member.resting = None
        member.moving = led
        user_id = connection.grant.user_id
        if led.rest:
            self._rest(led.wall, user_id, member)
        else:
            loop = asyncio.get_running_loop()
            member.resting = loop.call_later(
                REST_S, self._rest, led.wall, user_id, member
            )

    def _rest(self, wall: str, user_id: int | None, member: Member) -> None:
        led, member.moving = member.moving, None
        if led is None or user_id is None:
            return
        view = led.model_dump(include={"x", "y", "zoom"})
        self._spawn(self._write_rest(wall, user_id, member.console, view))

    async def _write_rest(
        self, wall: str, user_id: int, console: str, view: dict[str, float]
    ) -> None:
        try:
            why = await reading.rest(wall, user_id, console, view)
        except DatabaseError as error:
            why = str(error)
        if why:
            log.info("the camera of wall %s was not written down: %s", wall, why)

    # relayed

    def _beat(self, connection: Connection, message: Message) -> None:
        beat = read(Beat, message)
        member = self.rooms.note(beat.wall, connection)
        if member is None or member.panel != beat.panel:
            raise ViewError("a panel joins before it tells how it does")
        stats: Stats = beat.stats
        self.panels.beat(connection, beat.wall, beat.panel, stats)

    def _heard(self, message: Message) -> None:
        if message["type"] == "wall.camera":
            self._to_all(message)
        else:
            self.panels.heard(message)

    def _trouble(self, message: Message, why: str) -> None:
        """Say to who leads that panels of other processes do not follow."""
        if message["type"] != "wall.camera":
            return
        told = {"type": "wall.trouble", "wall": message["wall"], "reason": why}
        for connection, member in self.rooms.members(message["wall"]):
            if member.moving is not None:
                connection.put_latest(f"wall.trouble:{message['wall']}", told)


def _inside(panel: tuple[int, int], wall: Any) -> bool:
    return panel[0] <= wall.columns and panel[1] <= wall.rows


def _now_ms() -> int:
    return int(time.time() * 1000)


TOPIC = Topic("wall", WallTopic)
