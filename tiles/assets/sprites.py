"""Sprites of folders with SVG files, and of drawings that the product makes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tiles.cache import IDENTITY, TileCache

from . import AssetError, distinct, svg
from .folders import Look, Stamp, listing
from .sheet import Drawing, Sheet, build
from .thread import drawn

CACHE_BYTES = 32 * 1024 * 1024
RATIOS = (1, 2)

Folders = Mapping[str, Path] | Callable[[], Mapping[str, Path]]
Generated = Mapping[str, Callable[[], Mapping[str, str]]]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Images:
    """The drawings of one sprite id; another ``version``, another picture."""

    version: Hashable
    drawings: Mapping[str, Drawing]


class Sprites:
    """Sprites by id.

    ``folders`` gives a folder for every id, or is called to give them each time
    that the files are looked at. An image is named by its path in the folder
    without ``.svg``. ``generated`` gives for further ids a function that returns
    the SVG text of every image by name, ``{"anchor": "<svg …>…</svg>"}``: whole
    documents with ``xmlns`` and ``viewBox``. It is called once, in any thread.
    A folder wins over a generated sprite of the same id.

    ``broken`` says of ``id/name`` why an image was left out.
    """

    def __init__(
        self,
        folders: Folders,
        generated: Generated | None = None,
        limit: int = CACHE_BYTES,
    ) -> None:
        self._folders = folders if callable(folders) else lambda: folders
        self._generated = dict(generated or {})
        self._made: dict[str, tuple[_Images, dict[str, str]]] = {}
        self._files: dict[Path, tuple[Stamp, Drawing | str]] = {}
        self._sprites: dict[str, _Images] = {}
        self._cache = TileCache(limit)
        self._look = Look(self._read)
        self.broken: Mapping[str, str] = {}

    async def refresh(self) -> None:
        """Look at the files now, so that the first request need not."""
        await self._look.soon()

    def catalogue(self) -> dict[str, dict[str, list[str]]]:
        """``{"icons": {"images": ["bear", "sub/dot"]}}``."""
        self._look.now()
        return {
            name: {"images": sorted(images.drawings)}
            for name, images in sorted(self._sprites.items())
        }

    async def json(self, ids: tuple[str, ...], *, sdf: bool, ratio: int) -> bytes:
        """The index of these sprites together; the first id wins on equal names."""
        return (await self._sheet(ids, sdf, ratio)).index

    async def png(self, ids: tuple[str, ...], *, sdf: bool, ratio: int) -> bytes:
        """The picture that goes with :meth:`json`."""
        return (await self._sheet(ids, sdf, ratio)).picture

    async def _sheet(self, ids: tuple[str, ...], sdf: bool, ratio: int) -> Sheet:
        if ratio not in RATIOS:
            raise AssetError(404, "sprites have the ratios 1 and 2 (@2x)")
        names = distinct(ids, "sprites")
        await self._look.soon()
        sprites = {name: self._known(name) for name in names}
        drawings: dict[str, Drawing] = {}
        for images in reversed(sprites.values()):
            drawings.update(images.drawings)
        if len(drawings) == sum(len(images.drawings) for images in sprites.values()):
            names = tuple(sorted(names))  # the order only decides on equal names
        version = frozenset((name, images.version) for name, images in sprites.items())

        async def make() -> bytes:
            sheet = await drawn(partial(build, drawings, sdf_=sdf, ratio=ratio))
            # One entry of the cache: the two only fit together.
            return len(sheet.index).to_bytes(4) + sheet.index + sheet.picture

        tile = await self._cache.get((names, sdf, ratio), version, IDENTITY, make)
        body = tile.raw()
        end = 4 + int.from_bytes(body[:4])
        return Sheet(body[4:end], body[end:])

    def _known(self, name: str) -> _Images:
        found = self._sprites.get(name)
        if found is None:
            raise AssetError(404, f"Sprite {name} not found")
        return found

    def _read(self) -> None:
        """What there is now; only files that have changed are read."""
        sprites: dict[str, _Images] = {}
        broken: dict[str, str] = {}
        seen: dict[Path, tuple[Stamp, Drawing | str]] = {}
        for name, make in self._generated.items():
            if name not in self._made:
                self._made[name] = _generated(name, make)
            sprites[name], reasons = self._made[name]
            broken.update(reasons)
        for name, folder in self._folders().items():
            drawings: dict[str, Drawing] = {}
            stamps = listing(folder, {".svg"})
            for path, stamp in stamps.items():
                title = path.relative_to(folder).with_suffix("").as_posix()
                found = self._file(path, stamp, f"{name}/{title}")
                seen[path] = (stamp, found)
                if isinstance(found, Drawing):
                    drawings[title] = found
                else:
                    broken[f"{name}/{title}"] = found
            sprites[name] = _Images(hash(tuple(stamps.items())), drawings)
        self._files, self._sprites, self.broken = seen, sprites, broken

    def _file(self, path: Path, stamp: Stamp, title: str) -> Drawing | str:
        held = self._files.get(path)
        if held is not None and held[0] == stamp:
            return held[1]
        try:
            if stamp[1] > svg.MAX_BYTES:
                return _refused(title, f"larger than {svg.MAX_BYTES // 1000} kB")
            return _drawing(title, path.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError) as problem:
            # Without the path: the list of what is broken can be seen from outside.
            return _refused(title, getattr(problem, "strerror", "") or "no UTF-8 text")


def _drawing(title: str, text: str) -> Drawing | str:
    """The drawing, tried once; otherwise why it cannot be used."""
    try:
        box = svg.size(text)
        svg.draw(text, box, 1)
    except svg.DrawingError as problem:
        return _refused(title, str(problem))
    return Drawing(text, box)


def _refused(title: str, reason: str) -> str:
    log.warning("sprite image %s is left out: %s", title, reason)
    return reason


def _generated(
    name: str, make: Callable[[], Mapping[str, str]]
) -> tuple[_Images, dict[str, str]]:
    drawings: dict[str, Drawing] = {}
    broken: dict[str, str] = {}
    for title, text in make().items():
        found = _drawing(f"{name}/{title}", text)
        if isinstance(found, Drawing):
            drawings[title] = found
        else:
            broken[f"{name}/{title}"] = found
    return _Images("generated", drawings), broken
