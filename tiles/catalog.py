"""The sources of one process, and the catalogue that a caller may see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from layers.core.asyncdb import Pool
from layers.core.live_sync import LiveStore
from layers.core.scope import Grant
from layers.core.spec import registry
from layers.core.watch import Watcher

from .sources import Source
from .sources.files import FolderSource
from .sources.function import FunctionSource
from .sources.live import LiveSource
from .sources.postgis import Gate, PostgisSource

CONTENT_TYPE = "application/x-protobuf"
BASEMAP = "basemap"
BASEMAP_NOTE = "GSHHG 2.3.7, Wessel and Smith (1996), LGPL; generalised"

Sources = dict[str, Source]


def layer_sources(pool: Pool, watcher: Watcher, store: LiveStore) -> Sources:
    """A source for every registered layer, by its kind."""
    gate = Gate(pool)
    found: Sources = {}
    for layer in registry.values():
        if layer.tile.kind == "live":
            found[layer.slug] = LiveSource(layer, watcher, gate, store)
        elif layer.tile.kind == "function":
            found[layer.slug] = FunctionSource(layer, watcher, gate)
        else:
            found[layer.slug] = PostgisSource(layer, watcher, gate)
    return found


def basemap(fixtures: Path) -> Sources:
    """Sea and land, rivers, lakes, borders: public facts, open to everyone."""
    folder = fixtures / BASEMAP
    return {BASEMAP: FolderSource(BASEMAP, folder, "Basemap", BASEMAP_NOTE)}


def catalog(sources: Sources, grant: Grant) -> dict[str, Any]:
    """What ``/catalog`` answers, in the shape of Martin's."""
    return {
        "tiles": {
            source.id: {
                "content_type": CONTENT_TYPE,
                "description": source.description(),
            }
            for source in sources.values()
            if source.public or source.visible(grant)
        },
        "sprites": {},
        "fonts": {},
        "styles": {},
        "settings": {"rendering": False},
    }
