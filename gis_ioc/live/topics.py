"""Matters other than layers on ``/live``: each takes the messages of its own prefix
(``wall.join`` goes to ``wall``) and tells those who joined its rooms.

A topic is registered from ``AppConfig.ready()``; every web process makes one handler of
each, which lives as long as the process.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from layers.core.registry import Registry
from layers.core.watch import Watcher

if TYPE_CHECKING:
    from .connection import Connection

Message = dict[str, Any]


class Handler(Protocol):
    """Callbacks run in the event loop and must not block."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def take(self, connection: Connection, message: Message) -> None:
        """One message of a client. Raises ViewError for one that makes no sense."""

    def left(self, connection: Connection) -> None:
        """The client is gone."""


@dataclass(frozen=True, slots=True)
class Topic:
    """``slug`` is the prefix; ``make`` gets the reader of the change stream."""

    slug: str
    make: Callable[[Watcher], Handler]


topics: Registry[Topic] = Registry("live topic")


class Rooms:
    """Who wants to hear of what, in this process."""

    def __init__(self) -> None:
        self._rooms: dict[str, dict[Connection, Any]] = defaultdict(dict)

    def join(self, room: str, connection: Connection, note: Any = None) -> None:
        """``note``: what the topic wants to know about the member."""
        self._rooms[room][connection] = note

    def leave(self, room: str, connection: Connection) -> Any:
        """The note of the member; None when it was none."""
        members = self._rooms.get(room, {})
        note = members.pop(connection, None)
        if not members:
            self._rooms.pop(room, None)
        return note

    def note(self, room: str, connection: Connection) -> Any:
        return self._rooms.get(room, {}).get(connection)

    def names(self, connection: Connection) -> list[str]:
        return [room for room, members in self._rooms.items() if connection in members]

    def members(self, room: str) -> list[tuple[Connection, Any]]:
        return list(self._rooms.get(room, {}).items())

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._rooms))
