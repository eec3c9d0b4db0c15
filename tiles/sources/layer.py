"""What the sources made from a registered layer have in common."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from django.conf import settings

from layers.core.columns import TYPE_NAMES, map_fields
from layers.core.scope import Grant
from layers.core.spec import Layer
from layers.core.watch import Watcher
from tiles.clock import Clocks

from . import Source, TileRequest

TAKEN = ("id", "title")


class LayerSource(Source):
    """Base of the sources over layers: identity, permission, TileJSON."""

    def __init__(self, layer: Layer, watcher: Watcher, clocks: Clocks) -> None:
        self.id = layer.slug
        self.layer = layer
        self.watcher = watcher
        self.clock = clocks[layer.slug]
        self.minzoom = layer.tile.minzoom
        self.maxzoom = layer.tile.maxzoom

    def visible(self, grant: Grant) -> bool:
        return grant.allows(self.layer)

    def version(self, request: TileRequest) -> Hashable:
        return self.clock.version(request.z, request.x, request.y)

    @property
    def description(self) -> str:  # type: ignore[override]
        return str(self.layer.title)  # translated when it is read

    def fields(self) -> dict[str, str]:
        """Property names and their PostgreSQL type names."""
        entries = map_fields(self.layer, TAKEN)
        return {"title": "text", **{e.name: TYPE_NAMES[e.type] for e in entries}}

    async def bounds(self, grant: Grant) -> list[float]:
        """Clients ask for nothing outside, so things that may come count too."""
        return list(settings.IOC_HOME_BBOX)

    async def tilejson(self, grant: Grant) -> dict[str, Any]:
        names = [self.id]
        if self.layer.tile.labels:
            names.append(self.layer.label_layer)
        found = {
            "tilejson": "3.0.0",
            "name": self.id,
            "description": self.description,
            "minzoom": self.minzoom,
            "maxzoom": self.maxzoom,
            "vector_layers": [{"id": name, "fields": self.fields()} for name in names],
        }
        if self.layer.source:
            found["attribution"] = str(self.layer.source)
        return found
