"""Icons of the pages: one SVG sheet with just the symbols that something names.

Drawings are Tabler Icons (MIT) out of node_modules, plus our own shapes for severity
and vessels in ``templates/shapes.svg``. The map paints the same symbols into its
images, so a name means the same drawing everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.utils.safestring import SafeString, mark_safe

from layers.core import catalog
from layers.core.spec import registry

from .env import BASE
from .wall.scenes.panes import kinds as pane_kinds

TABLER = BASE / "node_modules" / "@tabler" / "icons" / "icons"
SHAPES = Path(__file__).parent / "templates" / "shapes.svg"

# As templates and modules name it: "#icon-map", {% icon "map" %}, icon("map").
_NAMED = re.compile(r"""#icon-([a-z0-9-]+)|\bicon[( ]"([a-z0-9-]+)\"""")
# What the navigation of the shell names (shell.py).
OF_NAVIGATION = (
    "map-2",
    "device-desktop",
    "device-tv",
    "settings",
    "file-upload",
    "grid-4x4",
    "send",
)
_INNER = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FRAME = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')
_SYMBOL = re.compile(
    r'<symbol id="(?:icon-)?([a-z0-9-]+)" viewBox="([^"]+)">(.*?)</symbol>', re.DOTALL
)
_DOCUMENT = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="{}"'
    ' fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"'
    ' stroke-linejoin="round">{}</svg>'
)
_SHAPE = re.compile(r'<symbol id="([a-z0-9-]+)"')


def drawing(name: str) -> str | None:
    """The ``<symbol>`` of a Tabler icon; ``…-filled`` is its filled form."""
    filled = name.endswith("-filled")
    folder = "filled" if filled else "outline"
    path = TABLER / folder / f"{name.removesuffix('-filled')}.svg"
    if not path.is_file():
        return None
    text = _COMMENT.sub("", path.read_text())
    found = _INNER.search(text)
    if found is None:
        return None
    inner = " ".join(_FRAME.sub("", found.group(1)).split())
    if filled:
        inner = f'<g fill="currentColor" stroke="none">{inner}</g>'
    return f'<symbol id="icon-{name}" viewBox="0 0 24 24">{inner}</symbol>'


def _folders() -> Iterator[Path]:
    for config in apps.get_app_configs():
        folder = Path(config.path)
        if BASE in folder.parents and ".venv" not in folder.parts:
            yield from (folder / "templates", folder / "static")


def _named_in_files() -> Iterator[str]:
    for folder in _folders():
        for path in folder.rglob("*"):
            if path.suffix in {".html", ".js", ".mjs"} and path.is_file():
                for found in _NAMED.finditer(path.read_text(encoding="utf-8")):
                    yield found.group(1) or found.group(2)


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for item in node:
            yield from _strings(item)
    elif isinstance(node, dict):
        for item in node.values():
            yield from _strings(item)


def _named_in_styles() -> Iterator[str]:
    """Icon names inside a layer's style; words that are no icon fall out later."""
    for layer in registry.values():
        yield layer.icon
        yield from (force.icon for force in layer.assets.forces)
        style = catalog.style(layer)
        for part in style.get("layers", []):
            yield from _strings(part.get("layout", {}).get("icon-image"))
        for entry in style.get("legend", []):
            yield from _strings(entry.get("icon"))


@cache
def names() -> tuple[str, ...]:
    """Every icon that a layer, a kind of pane, a template or a module of ours names."""
    panes = (kind.icon for kind in pane_kinds.values())
    found = {*OF_NAVIGATION, *_named_in_files(), *_named_in_styles(), *panes}
    return tuple(sorted(found))


@cache
def shapes() -> tuple[str, ...]:
    """Names of our own drawings."""
    return tuple(_SHAPE.findall(SHAPES.read_text()))


@cache
def sheet() -> SafeString:
    """The hidden SVG that pages carry; used as ``<use href="#icon-map">``."""
    own = _INNER.search(SHAPES.read_text())
    inner = "".join(filter(None, (drawing(name) for name in names())))
    shapes_inner = " ".join(own.group(1).split()) if own else ""
    return mark_safe(  # noqa: S308  (files of this repository and pinned packages)
        f'<svg class="icon-sheet" aria-hidden="true">{shapes_inner}{inner}</svg>'
    )


def documents() -> dict[str, str]:
    """Every symbol of the sheet as an SVG document by name, for the map sprite."""
    return {
        name: _DOCUMENT.format(box, inner)
        for name, box, inner in _SYMBOL.findall(sheet())
    }


def missing() -> list[str]:
    """Icons that layers ask for in their menu entry and that nobody has drawn."""
    known = set(shapes())
    wanted = {layer.icon for layer in registry.values()}
    return sorted(
        name for name in wanted if drawing(name) is None and f"icon-{name}" not in known
    )
