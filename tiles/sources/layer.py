"""What the sources made from a registered layer have in common."""

from __future__ import annotations

import time
from collections.abc import Hashable
from typing import Any

from django.conf import settings

from layers.core.columns import TYPE_NAMES, map_fields
from layers.core.scope import Grant
from layers.core.spec import Layer
from layers.core.watch import Watcher
from tiles.clock import Clocks
from tiles.params import past
from tiles.shared import Place

from . import Source, TileRequest

TAKEN = ("id", "title")
# What happened in the past may become known later.
PAST_S = 60.0


def turn(request: TileRequest, seconds: float) -> int:
    """A number that grows every ``seconds``, for each tile at another moment, so
    that they are not all made at once; the same in every process."""
    place = (request.x * 7_919 + request.y * 104_729 + request.z) % 997 / 997
    return int(time.time() / seconds + place)


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
        return self.state(request)

    def state(self, request: TileRequest) -> tuple[int, int]:
        """The last change that touched the tile, and the turn of the clock where the
        layer asks for one. Of a picture of the past, which is read from other tables
        too, the last change of the layer."""
        expires_s = self.layer.tile.expires_s
        if request.params and past(request.params):
            live = self.layer.tile.kind == "live"  # changes all the time
            seen = 0 if live else self.watcher.seq(self.id)
            expires_s = PAST_S
        else:
            seen = self.clock.version(request.z, request.x, request.y)
        return seen, turn(request, expires_s) if expires_s else 0

    def place(self, request: TileRequest) -> Place | None:
        seen, turned = self.state(request)
        if seen < 0:  # nothing is known yet
            return None
        name = repr((self.key(request), turned))
        return Place(name, reach=self.watcher.seq(self.id), needed=seen)

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

    def vector_layers(self) -> dict[str, dict[str, str]]:
        """The fields of every vector layer that a tile may hold."""
        layer = self.layer
        found = dict.fromkeys(layer.vector_layers, self.fields())
        if layer.tile.grid is not None:
            grid, known = layer.tile.grid, self.fields()
            named = [name for name in (grid.worst, grid.dominant) if name]
            found[layer.grid_layer] = {"count": "int8", **{n: known[n] for n in named}}
        return found

    async def tilejson(self, grant: Grant) -> dict[str, Any]:
        found = {
            "tilejson": "3.0.0",
            "name": self.id,
            "description": self.description,
            "minzoom": self.minzoom,
            "maxzoom": self.maxzoom,
            "vector_layers": [
                {"id": name, "fields": fields}
                for name, fields in self.vector_layers().items()
            ],
        }
        if self.layer.source:
            found["attribution"] = str(self.layer.source)
        return found
