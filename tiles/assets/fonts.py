"""Fonts of folders, drawn as the glyph ranges that MapLibre asks for."""

from __future__ import annotations

import logging
import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tiles.cache import IDENTITY, TileCache

from . import AssetError, distinct
from .folders import Look, Stamp, listing
from .glyphs import Face, FontError, draw, faces, stack
from .thread import drawn

CACHE_BYTES = 32 * 1024 * 1024
RANGE = 256
LAST_CODE = 0x10FFFF
SUFFIXES = frozenset({".ttf", ".otf", ".ttc", ".otc", ".woff"})
UNREAD = ".woff2"
REGULAR = " Regular"
# A name stands in a path, and a list of names is parted by commas.
_SPACES = re.compile(r"(\s|/|,)+")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Font:
    """Faces of one family and style, and the state of their files."""

    name: str
    faces: tuple[Face, ...]
    version: Hashable

    def between(self, start: int, end: int) -> set[int]:
        """The code points from ``start`` to ``end`` that it has."""
        return {code for face in self.faces for code in face.between(start, end)}

    def entry(self) -> dict[str, Any]:
        first = self.faces[0]
        codes = [face.codes for face in self.faces]
        # Of one file its glyphs, as Martin counts; of several what they have together.
        several = len(codes) > 1
        entry = {
            "family": first.family,
            "style": first.style,
            "format": first.path.suffix[1:].lower(),
            "glyphs": len(np.unique(np.concatenate(codes)))
            if several
            else first.glyphs,
            "start": int(min(held[0] for held in codes)),
            "end": int(max(held[-1] for held in codes)),
        }
        return {name: value for name, value in entry.items() if value != ""}


class Fonts:
    """Fonts by name: family and style, as in ``Be Vietnam Pro Regular``.

    TTF, OTF, TTC and WOFF files of ``folders`` and of the folders in them. Files of
    one family and style are one font: the first in the order of folders and names
    that has a glyph gives it, so web fonts that come in subsets are whole again.
    ``broken`` says of a file why it cannot be used.
    """

    def __init__(self, folders: Sequence[Path], limit: int = CACHE_BYTES) -> None:
        self._folders = list(folders)
        self._files: dict[Path, tuple[Stamp, list[Face] | str]] = {}
        self._fonts: dict[str, Font] = {}
        self._cache = TileCache(limit)
        self._look = Look(self._read)
        self.broken: Mapping[str, str] = {}

    async def refresh(self) -> None:
        """Look at the files now, so that the first request need not."""
        await self._look.soon()

    def catalogue(self) -> dict[str, dict[str, Any]]:
        """Family, style, format, number of glyphs, first and last code point."""
        self._look.now()
        return {name: font.entry() for name, font in sorted(self._fonts.items())}

    async def glyphs(self, names: tuple[str, ...], start: int, end: int) -> bytes:
        """The glyphs of a range, ``start`` to ``end`` = ``start`` + 255, as protobuf.

        The first font that has a glyph gives it.
        """
        _check(start, end)
        names = distinct(names, "fonts")
        await self._look.soon()
        fonts = {name: self._known(name) for name in names}
        if not fonts:
            raise AssetError(404, "no font named")

        async def make() -> bytes:
            packed: list[bytes] = []
            missing = set(range(start, end + 1))
            for font in fonts.values():
                has = missing & font.between(start, end)
                if has:
                    packed.append(await self._drawn(font, start, end))
                    missing -= has
            ascender = fonts[names[0]].faces[0].ascender
            return stack(", ".join(names), packed, ascender, start, end)

        key = ("stack", names, start)
        version = tuple(font.version for font in fonts.values())
        return (await self._cache.get(key, version, IDENTITY, make)).raw()

    async def _drawn(self, font: Font, start: int, end: int) -> bytes:
        """One font's glyphs: drawn once, however many stacks it stands in."""

        async def make() -> bytes:
            try:
                return await drawn(partial(draw, font.faces, start, end))
            except FontError:  # gone since
                raise AssetError(404, f"Font {font.name} not found") from None

        key = ("font", font.name, start)
        return (await self._cache.get(key, font.version, IDENTITY, make)).raw()

    def _known(self, name: str) -> Font:
        found = self._fonts.get(name) or self._fonts.get(name + REGULAR)
        if found is None:
            raise AssetError(404, f"Font {name} not found")
        return found

    def _read(self) -> None:
        """What there is now; only files that have changed are opened."""
        seen: dict[Path, tuple[Stamp, list[Face] | str]] = {}
        broken: dict[str, str] = {}
        for folder in self._folders:
            files = listing(folder, {*SUFFIXES, UNREAD})
            for path, stamp in files.items():
                if path in seen or _twin(path, files):
                    continue
                held = self._files.get(path)
                same = held is not None and held[0] == stamp
                found = held[1] if held is not None and same else _opened(path)
                seen[path] = (stamp, found)
                if isinstance(found, str):
                    broken[path.relative_to(folder).as_posix()] = found
        self._files, self.broken = seen, broken
        self._fonts = _named(seen)


def _named(files: Mapping[Path, tuple[Stamp, list[Face] | str]]) -> dict[str, Font]:
    found: dict[str, list[tuple[Face, Stamp]]] = {}
    for stamp, held in files.values():
        for face in held if isinstance(held, list) else ():
            name = _SPACES.sub(" ", f"{face.family} {face.style}").strip()
            found.setdefault(name, []).append((face, stamp))
    return {
        name: Font(
            name,
            tuple(face for face, _stamp in held),
            tuple((face.path, stamp) for face, stamp in held),
        )
        for name, held in found.items()
    }


def _twin(path: Path, files: Mapping[Path, Stamp]) -> bool:
    """A WOFF2 file beside one that can be read: web fonts come in both forms."""
    if path.suffix.lower() != UNREAD:
        return False
    return any(path.with_suffix(suffix) in files for suffix in SUFFIXES)


def _opened(path: Path) -> list[Face] | str:
    try:
        if path.suffix.lower() == UNREAD:
            raise FontError("WOFF2 is not read: put TTF, OTF or WOFF beside it")
        return faces(path)
    except FontError as problem:
        log.warning("font file %s is left out: %s", path.name, problem)
        return str(problem)


def _check(start: int, end: int) -> None:
    """Martin's conditions and nearly its words; :class:`AssetError` 400."""
    if not 0 <= start <= end <= LAST_CODE:
        raise AssetError(400, f"font ranges lie between 0 and {LAST_CODE}")
    if start % RANGE:
        raise AssetError(400, f"Font range start ({start}) must be multiple of {RANGE}")
    if end - start != RANGE - 1:
        raise AssetError(
            400, f"Font range {start}-{end} must be {RANGE} characters long (0-255, …)"
        )
