"""The sources of one process, and the catalogue that a caller may see."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from layers.core.live_sync import LiveStore
from layers.core.scope import Grant
from layers.core.spec import registry
from layers.core.watch import Watcher

from .clock import Clocks
from .gate import Gate
from .sources import Provider, Source
from .sources.files import FolderSource
from .sources.function import FunctionSource
from .sources.live import LiveSource
from .sources.postgis import PostgisSource

BASEMAP = "basemap"
BASEMAP_NOTE = "GSHHG 2.3.7, Wessel and Smith (1996), LGPL; generalised"
# Martin's, and the pages of our own.
RESERVED = frozenset(
    {
        "_",
        "catalog",
        "config",
        "font",
        "health",
        "help",
        "index",
        "manifest",
        "metrics",
        "refresh",
        "reload",
        "sprite",
        "status",
        "style",
        "tiles",
    }
)
_ODD = re.compile(r"[^A-Za-z0-9._-]")

log = logging.getLogger(__name__)


def free_id(wanted: str, taken: frozenset[str] | Mapping[str, Any]) -> str:
    """A source id that nobody uses: odd characters become ``-``, and a name that
    is taken or reserved gets ``.1``, ``.2`` and so on (the rule is Martin's)."""
    name = _ODD.sub("-", wanted)
    found, number = name, 0
    while found in taken or found in RESERVED:
        number += 1
        found = f"{name}.{number}"
    return found


class FixedSources:
    """A provider whose sources never change."""

    refresh_s = 0.0

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = {source.id: source for source in sources}
        self.broken: dict[str, str] = {}

    async def refresh(self, taken: frozenset[str]) -> None:
        return


def layer_sources(
    gate: Gate, watcher: Watcher, store: LiveStore, clocks: Clocks
) -> FixedSources:
    """A source for every registered layer, by its kind."""
    found: list[Source] = []
    for layer in registry.values():
        if layer.tile.kind == "live":
            found.append(LiveSource(layer, watcher, clocks, gate, store))
        elif layer.tile.kind == "function":
            found.append(FunctionSource(layer, watcher, clocks, gate))
        else:
            found.append(PostgisSource(layer, watcher, clocks, gate))
    return FixedSources(found)


def basemap(fixtures: Path) -> FixedSources:
    """Sea and land, rivers, lakes, borders: public facts, open to everyone."""
    folder = fixtures / BASEMAP
    return FixedSources([FolderSource(BASEMAP, folder, "Basemap", BASEMAP_NOTE)])


class Catalog:
    """All sources by id, in the order of the providers."""

    def __init__(self, providers: Sequence[Provider]) -> None:
        self.providers = list(providers)
        self.generation = 0  # grows when a source came, went or was made anew
        self._sources: dict[str, Source] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._merge()

    def get(self, source_id: str) -> Source | None:
        return self._sources.get(source_id)

    def __iter__(self) -> Iterator[Source]:
        return iter(self._sources.values())

    def visible(self, grant: Grant) -> Iterator[Source]:
        for source in self:
            if source.public or source.visible(grant):
                yield source

    @property
    def broken(self) -> dict[str, str]:
        """What could not be published, and why."""
        return {
            name: reason
            for provider in self.providers
            for name, reason in provider.broken.items()
        }

    async def refresh(self, provider: Provider) -> None:
        """Ask one provider again; it keeps what it had when that fails."""
        others = frozenset(
            name
            for other in self.providers
            if other is not provider
            for name in other.sources
        )
        try:
            await provider.refresh(others)
        except Exception:
            # Files and other people's databases can fail in every way there is.
            log.exception("%s cannot be read again", type(provider).__name__)
        self._merge()

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._follow(provider), name="tile-sources")
            for provider in self.providers
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _follow(self, provider: Provider) -> None:
        await self.refresh(provider)
        while provider.refresh_s:
            await asyncio.sleep(provider.refresh_s)
            await self.refresh(provider)

    def _merge(self) -> None:
        merged: dict[str, Source] = {}
        for provider in self.providers:
            merged.update(provider.sources)
        if merged != self._sources:
            self.generation += 1
        self._sources = merged
