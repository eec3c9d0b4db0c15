"""All websocket clients of one web process, and what reaches them."""

from __future__ import annotations

from layers.core.live_sync import LiveLayer, LiveStore
from layers.core.spec import registry
from layers.core.touched import Change
from layers.core.watch import Watcher
from tiles.tokens import Revocations

from .connection import REVOKED, Connection
from .news import News, news_for
from .topics import Handler, topics


class Hub:
    """One reader of the change stream for everybody: fan-out is in process."""

    def __init__(
        self, store: LiveStore, watcher: Watcher, revocations: Revocations
    ) -> None:
        self.store = store
        self.connections: set[Connection] = set()
        store.on_tick.append(self._ticked)
        watcher.on_touched.append(self._touched)
        self.revocations = revocations
        revocations.on_revoked.append(self._revoked)
        self.topics = {topic.slug: topic.make(watcher) for topic in topics.values()}

    async def start(self) -> None:
        for topic in self.topics.values():
            await topic.start()

    async def stop(self) -> None:
        for topic in self.topics.values():
            await topic.stop()

    def topic_of(self, kind: object) -> Handler | None:
        """Who takes messages of this type."""
        return self.topics.get(str(kind).partition(".")[0])

    def gone(self, connection: Connection) -> None:
        self.connections.discard(connection)
        for topic in self.topics.values():
            topic.left(connection)

    def _ticked(self, live: LiveLayer) -> None:
        for connection in self.connections:
            connection.touch(live.layer.slug)

    def _touched(self, change: Change) -> None:
        """Tell everyone what they may know; live layers tell when they have moved."""
        layer = registry.get(change.slug)
        if layer is None:
            return
        told: dict[str, News | None] = {}  # callers of one scope are told the same
        for connection in self.connections:
            if not connection.grant.allows(layer):
                continue
            scope = connection.grant.cache_key(layer)
            if scope not in told:
                told[scope] = news_for(connection.grant, layer, change)
            news = told[scope]
            if news is not None:
                connection.announce(layer.slug, news)

    def _revoked(self, user_id: int) -> None:
        for connection in list(self.connections):
            held = connection.grant.user_id, connection.since
            if held[0] == user_id and not self.revocations.valid(*held):
                connection.close(REVOKED)
