"""A style for every layer, and one with all of them, for maps that are not ours.

What ``style.json`` of a layer says, over the basemap and in the console's drawing
order (``gis_ioc/static/ioc/js/map/style.js``). Two things of the console are left
out, since other clients have no clock of ours: what is old does not fade, and
modules of layers (``layer.js``) do not run.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from typing import Any

import orjson

from layers.core import catalog
from layers.core.scope import Grant
from layers.core.spec import Layer, registry
from layers.core.units import ROLE as GROUND
from tiles.catalog import BASEMAP

from .ground import FONT, MapLayer, Paint, basemap, turned
from .styles import Generated, Style

ALL = "ioc"
THEMES = {"dark": "", "light": "-light"}  # and what an id has at its end
MAX_SOURCE_ZOOM = 16  # larger zooms stretch these tiles, as in the console
# What is drawn above what: areas, lines, points, symbols; words come last. A layer
# whose place is another (alarms, above all) says so: "metadata": {"rank": …}.
_RANK = {"fill": 0, "fill-extrusion": 0, "line": 1, "heatmap": 2, "circle": 3}
_SYMBOL, _WORDS = 4, 5
_TURNED = ("text-color", "text-halo-color", "icon-halo-color", "circle-stroke-color")


class LayerStyle:
    """The style of one layer in one theme; its parts are made once."""

    def __init__(self, layer: Layer, theme: str) -> None:
        self.layer = layer
        self.theme = theme

    def __call__(self, grant: Grant) -> Style | None:
        """The layer over the basemap; None for who may not see it."""
        if not grant.allows(self.layer):
            return None
        return _style(str(self.layer.title), [self], self.theme)

    @cached_property
    def parts(self) -> list[MapLayer]:
        fragment = catalog.style(self.layer)
        own = fragment.get("layers_light", {}) if self.theme == "light" else {}
        return [
            self._part(entry, own.get(entry["id"], {}))
            for entry in fragment.get("layers", [])
        ]

    @cached_property
    def hidden(self) -> list[MapLayer]:
        """The same parts, not drawn until somebody switches them on."""
        return [
            {**part, "layout": {**part["layout"], "visibility": "none"}}
            for part in self.parts
        ]

    @cached_property
    def ranks(self) -> list[float]:
        return [_rank(self.layer, part) for part in self.parts]

    @cached_property
    def needs_clock(self) -> bool:
        return b'"global-state"' in orjson.dumps(self.parts)

    def _part(self, entry: MapLayer, own: Paint) -> MapLayer:
        slug = self.layer.slug
        layout = {**entry.get("layout", {})}
        if "text-field" in layout:
            layout.setdefault("text-font", FONT)
        part = {"source-layer": slug, **entry, "source": slug, "layout": layout}
        if self.theme == "light":
            part["paint"] = _light(part.get("paint", {}), own)
        return part

    def source(self) -> dict[str, Any]:
        tile = self.layer.tile
        return {
            "type": "vector",
            "url": f"/{self.layer.slug}",
            "minzoom": min(tile.minzoom, MAX_SOURCE_ZOOM),
            "maxzoom": min(tile.maxzoom, MAX_SOURCE_ZOOM),
        }


def layer_styles() -> Generated:
    """Every layer's style by its slug and ``ioc``, both also with ``-light``.

    Asked when the registry is complete.
    """
    found: Generated = {}
    for theme, ending in THEMES.items():
        every = [LayerStyle(layer, theme) for layer in registry.values()]
        found[ALL + ending] = partial(_of_all, every, theme)
        found.update({style.layer.slug + ending: style for style in every})
    return found


def _of_all(every: Sequence[LayerStyle], theme: str, grant: Grant) -> Style | None:
    """All layers of the grant; those that the console starts without are hidden."""
    seen = [style for style in every if grant.allows(style.layer)]
    return _style("GIS-IOC", seen, theme, all_shown=False) if seen else None


def _style(
    name: str, shown: Sequence[LayerStyle], theme: str, *, all_shown: bool = True
) -> Style:
    ranked: list[tuple[float, MapLayer]] = []
    for style in shown:
        parts = style.parts if all_shown or style.layer.visible else style.hidden
        ranked.extend(zip(style.ranks, parts, strict=True))
    ranked.sort(key=lambda pair: pair[0])  # stable: equal ranks keep the registry's
    found: Style = {
        "version": 8,
        "name": name,
        "sources": {
            BASEMAP: {"type": "vector", "url": f"/{BASEMAP}"},
            **{style.layer.slug: style.source() for style in shown},
        },
        # Distance fields, because the styles colour their icons.
        "sprite": f"/sdf_sprite/{ALL}",
        "glyphs": "/font/{fontstack}/{range}",
        "layers": [*basemap(BASEMAP, theme), *(part for _rank, part in ranked)],
    }
    if any(style.needs_clock for style in shown):
        found["state"] = {"now_s": {"default": 0}}
    return found


def _light(paint: Paint, own: Paint) -> Paint:
    """Colours for the light ground: what the layer says, else turned round."""
    lit = {
        name: turned(value) if name in _TURNED else value
        for name, value in paint.items()
    }
    return {**lit, **own}


def _rank(layer: Layer, part: MapLayer) -> float:
    words = part["type"] == "symbol" and not part["layout"].get("icon-image")
    base = _WORDS if words else _RANK.get(part["type"], _SYMBOL)
    base = part.get("metadata", {}).get("rank", base)
    # Units lie below everything of their kind, as the ground that others stand on.
    return base - 0.5 if GROUND in layer.roles else base
