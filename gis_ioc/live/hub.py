"""All websocket clients of one web process, and what reaches them."""

from __future__ import annotations

from layers.core.live_sync import LiveLayer, LiveStore
from layers.core.spec import registry
from layers.core.watch import Watcher
from tiles.tokens import Revocations

from .connection import REVOKED, Connection


class Hub:
    """One reader of the change stream for everybody: fan-out is in process."""

    def __init__(
        self, store: LiveStore, watcher: Watcher, revocations: Revocations
    ) -> None:
        self.store = store
        self.connections: set[Connection] = set()
        store.on_tick.append(self._ticked)
        watcher.on_layer.append(self._layer_changed)
        self.revocations = revocations
        revocations.on_revoked.append(self._revoked)

    def _ticked(self, live: LiveLayer) -> None:
        for connection in self.connections:
            connection.touch(live.layer.slug)

    def _layer_changed(self, slug: str, seq: int) -> None:
        layer = registry.get(slug)
        if layer is None or slug in self.store:
            return  # live layers are told when their arrays have moved
        for connection in self.connections:
            if connection.grant.allows(layer):
                connection.announce(slug, seq)

    def _revoked(self, user_id: int) -> None:
        for connection in list(self.connections):
            held = connection.grant.user_id, connection.since
            if held[0] == user_id and not self.revocations.valid(*held):
                connection.close(REVOKED)
