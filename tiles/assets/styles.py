"""Styles of a folder and styles that the product makes for each caller."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson

from layers.core.scope import Grant

from . import AssetError
from .folders import Look, Stamp, listing

MAX_BYTES = 4_000_000
_ABSOLUTE = re.compile(r"(?:[a-z][a-z0-9+.-]*:|//)", re.I)

Style = dict[str, Any]
Generated = dict[str, Callable[[Grant], Style | None]]

log = logging.getLogger(__name__)


class Styles:
    """Styles by id.

    ``folder`` holds ``<id>.json`` files, also in folders of its own; the id is the
    file's name. ``generated`` gives for further ids a function of the caller's
    grant that returns the style, or None when the caller may not know of it. Both
    name what is on this server by relative URLs. A file wins over a generated
    style of the same id, and is there for everyone. ``broken`` says of a file why
    it cannot be used.
    """

    def __init__(
        self,
        folder: Path | None,
        generated: Mapping[str, Callable[[Grant], Style | None]],
    ) -> None:
        self._folder = folder
        self._generated = dict(generated)
        self._files: dict[Path, tuple[Stamp, bytes | str]] = {}
        self._styles: dict[str, tuple[str, bytes]] = {}  # name of the file, content
        self._look = Look(self._read)
        self.broken: Mapping[str, str] = {}

    async def refresh(self) -> None:
        """Look at the files now, so that the first request need not."""
        await self._look.soon()

    def catalogue(self, grant: Grant) -> dict[str, dict[str, str]]:
        """``{"day": {"path": "day.json"}}``; never a path of this machine."""
        self._look.now()
        files = {name: file for name, (file, _text) in self._styles.items()}
        made = {
            name: f"{name}.json"
            for name, make in self._generated.items()
            if name not in files and make(grant) is not None
        }
        return {
            name: {"path": path} for name, path in sorted({**made, **files}.items())
        }

    async def document(self, style_id: str, grant: Grant, base_url: str) -> Style:
        """The style, its relative URLs below ``base_url`` (``http://host/tiles``).

        Its parts are shared between callers: to be written out, not changed.
        """
        await self._look.soon()
        name = style_id.removesuffix(".json")
        held = self._styles.get(name)
        style: Style | None = None
        if held is not None:
            style = await asyncio.to_thread(orjson.loads, held[1])
        elif name in self._generated:
            style = self._generated[name](grant)
        if style is None:
            raise AssetError(404, "No such style exists")
        return absolute(style, base_url.rstrip("/"))

    def _read(self) -> None:
        """What there is now; only files that have changed are read."""
        seen: dict[Path, tuple[Stamp, bytes | str]] = {}
        styles: dict[str, tuple[str, bytes]] = {}
        broken: dict[str, str] = {}
        files = listing(self._folder, {".json"}) if self._folder else {}
        for path, stamp in files.items():
            held = self._files.get(path)
            same = held is not None and held[0] == stamp
            found = held[1] if held is not None and same else _opened(path, stamp)
            seen[path] = (stamp, found)
            if isinstance(found, str):
                broken[path.stem] = found
            else:
                styles.setdefault(path.stem, (path.name, found))
        self._files, self._styles, self.broken = seen, styles, broken


def _opened(path: Path, stamp: Stamp) -> bytes | str:
    """The text of a style, or why it is none."""
    try:
        if stamp[1] > MAX_BYTES:
            return _refused(path, f"larger than {MAX_BYTES // 1_000_000} MB")
        text = path.read_bytes()
        style = orjson.loads(text)
    except OSError as problem:
        return _refused(path, problem.strerror or "cannot be read")
    except orjson.JSONDecodeError as problem:
        return _refused(path, f"no JSON: {problem}")
    if not isinstance(style, dict) or not isinstance(style.get("layers"), list):
        return _refused(path, "no style: an object with a list of layers is expected")
    if not isinstance(style.get("sources", {}), dict):
        return _refused(path, "no style: sources must be an object")
    return text


def _refused(path: Path, reason: str) -> str:
    log.warning("style file %s is left out: %s", path.name, reason)
    return reason


def absolute(style: Style, base_url: str) -> Style:
    """``style`` with every URL of this server written out, as clients expect."""
    result = {**style}
    if "glyphs" in style:
        result["glyphs"] = _full(style["glyphs"], base_url)
    if isinstance(style.get("sprite"), list):
        result["sprite"] = [_with_urls(held, base_url) for held in style["sprite"]]
    elif "sprite" in style:
        result["sprite"] = _full(style["sprite"], base_url)
    if "sources" in style:
        sources = style["sources"].items()
        result["sources"] = {name: _with_urls(held, base_url) for name, held in sources}
    return result


def _with_urls(held: Any, base_url: str) -> Any:
    """A source, or one of several sprites."""
    if not isinstance(held, dict):
        return held
    found = {**held}
    for name in ("url", "data"):
        if name in found:
            found[name] = _full(found[name], base_url)
    if isinstance(found.get("tiles"), list):
        found["tiles"] = [_full(url, base_url) for url in found["tiles"]]
    return found


def _full(url: Any, base_url: str) -> Any:
    if not isinstance(url, str) or _ABSOLUTE.match(url):
        return url
    return f"{base_url}/{url.lstrip('/')}"
