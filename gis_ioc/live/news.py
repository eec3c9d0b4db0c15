"""What a client is told of a change in a layer that is not live."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from layers.core.mercator import Bounds
from layers.core.scope import Grant
from layers.core.spec import Layer
from layers.core.touched import Change, Place
from tiles.clock import Tile, touched

# Longer lists are replaced by "everything".
MAX_TILES = 500

Tiles = frozenset[Tile]
NO_TILES: Tiles = frozenset()


@dataclass(frozen=True, slots=True)
class News:
    """Tiles to ask for again: those of ``tiles``, and of ``deep`` each with all
    above and all below it. Both None: every tile. Both empty: no tile, but
    something that lists and drawers show."""

    seq: int
    tiles: Tiles | None = NO_TILES
    deep: Tiles | None = NO_TILES

    def merged(self, later: News) -> News:
        """Both in one message."""
        if self.tiles is None or self.deep is None:
            return everything(later.seq)
        if later.tiles is None or later.deep is None:
            return later
        return bounded(later.seq, self.tiles | later.tiles, self.deep | later.deep)

    def message(self, layer: Layer) -> dict[str, Any]:
        said: dict[str, Any] = {"type": "changed", "layer": layer.slug, "seq": self.seq}
        if self.tiles is not None and self.deep is not None:
            said |= {"tiles": sorted(self.tiles), "deep": sorted(self.deep)}
        if layer.tile.overview_s > 1:
            said["overview_s"] = layer.tile.overview_s
        return said


def everything(seq: int) -> News:
    return News(seq, None, None)


def bounded(seq: int, tiles: Tiles, deep: Tiles) -> News:
    if len(tiles) + len(deep) > MAX_TILES:
        return everything(seq)
    return News(seq, tiles, deep)


def news_for(grant: Grant, layer: Layer, change: Change) -> News | None:
    """What may be told to somebody with this grant; None: nothing.

    Where something changed is told only to those who may see the row. Who cannot
    be told where, since nobody knows whose it is, is told to look everywhere.
    """
    if change.whole:
        return everything(change.seq)
    places: Iterable[Place] = change.places
    if layer.scope.kind != "open" and grant.units is not None:
        if any(place.units is None for place in places):
            return everything(change.seq)
        mine = grant.units
        places = [place for place in places if place.units and place.units & mine]
        if change.places and not places:
            return None
    boxes = {place.box for place in places if place.box is not None}
    if len(boxes) > MAX_TILES:
        return everything(change.seq)
    return bounded(change.seq, *_tiles(layer, boxes))


def _tiles(layer: Layer, boxes: Iterable[Bounds]) -> tuple[Tiles, Tiles]:
    """Tiles that only the buffer of a box reaches, and the deepest of the others,
    which stand for all above and below them."""
    shallow: set[Tile] = set()
    deepest: set[Tile] = set()
    for box in boxes:
        found = list(touched(box, layer.tile.buffer))
        deep = {tile for tile, last in found if last}
        above = {
            (up, x >> z - up, y >> z - up) for z, x, y in deep for up in range(z + 1)
        }
        shallow |= {tile for tile, _last in found} - above
        deepest |= deep
    low = layer.tile.minzoom
    return frozenset(tile for tile in shallow if tile[0] >= low), frozenset(deepest)
