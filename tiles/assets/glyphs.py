"""Glyphs as distance fields in the protobuf form that MapLibre reads.

Size 24 px, buffer 3, radius 8, cutoff 0.25: as node-fontnik and Martin make them.
FreeType draws each glyph four times as large, so the field is exact to a small part
of a pixel.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path
from struct import Struct
from threading import Lock

import freetype
import numpy as np
import numpy.typing as npt

from tiles.mvt import delimited, varint, zigzag

from . import sdf

SIZE = 24  # px per em
SCALE = 4
_LOAD = (
    freetype.FT_LOAD_RENDER | freetype.FT_LOAD_NO_HINTING | freetype.FT_LOAD_NO_BITMAP
)
# FreeType's library object serves one thread at a time.
_library = Lock()
# A packed glyph: code point, top over the base line, bytes of the message.
_HEAD = Struct("<IiI")

Codes = npt.NDArray[np.uint32]


class FontError(ValueError):
    """The file is no font that can be drawn; the text says why."""


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a font file; ``codes`` are its code points, ascending.

    ``ascender`` is in pixels at 24 px per em.
    """

    path: Path
    number: int
    family: str
    style: str
    ascender: int
    glyphs: int
    codes: Codes

    def between(self, start: int, end: int) -> list[int]:
        first, last = np.searchsorted(self.codes, [start, end + 1])
        return self.codes[first:last].tolist()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A glyph at four times its size; ``left`` and ``top`` from the base line."""

    code: int
    coverage: sdf.Bytes
    left: int
    top: int
    advance_px: float


def faces(path: Path) -> list[Face]:
    """The faces of a file; :class:`FontError` when there are none to be used."""
    with _library:
        count = _open(path, 0).num_faces
        return [
            _described(_open(path, number), path, number) for number in range(count)
        ]


def _open(path: Path, number: int) -> freetype.Face:
    """The face, for who holds the library's lock."""
    try:
        return freetype.Face(str(path), number)
    except freetype.FT_Exception as problem:
        raise FontError(str(problem)) from None


def _described(face: freetype.Face, path: Path, number: int) -> Face:
    if not face.is_scalable:
        raise FontError("a font of bitmaps, without outlines")
    # The last pair of the iteration is no character: its glyph is 0.
    codes = np.fromiter((c for c, glyph in face.get_chars() if glyph), np.uint32)
    if not face.family_name or not len(codes):
        raise FontError("no family name, or no code points")
    family, style = (
        (name or b"").decode("utf-8", "replace")
        for name in (face.family_name, face.style_name)
    )
    ascender = ceil(face.ascender * SIZE / face.units_per_EM)
    count = face.num_glyphs
    return Face(path, number, family, style, ascender, count, np.unique(codes))


def draw(used: Sequence[Face], start: int, end: int) -> bytes:
    """The glyphs of one font from ``start`` to ``end``, packed for :func:`stack`.

    The first face that has a glyph gives it.
    """
    missing = set(range(start, end + 1))
    packed: list[bytes] = []
    for face in used:
        wanted = [code for code in face.between(start, end) if code in missing]
        missing.difference_update(wanted)
        for drawn in _draw(face, wanted):
            top, body = _message(drawn)
            packed += [_HEAD.pack(drawn.code, top, len(body)), body]
    return b"".join(packed)


def stack(
    name: str, fonts: Sequence[bytes], ascender: int, start: int, end: int
) -> bytes:
    """Packed fonts as one ``glyphs`` message; the first that has a glyph gives it.

    ``top`` counts from one ascender, the first font's, so that all glyphs stand on
    one base line. (Martin takes each font's own; a font alone comes out the same.)
    """
    messages: dict[int, bytes] = {}
    for packed in fonts:
        at = 0
        while at < len(packed):
            code, top, size = _HEAD.unpack_from(packed, at)
            at += _HEAD.size + size
            if code not in messages:
                body = packed[at - size : at] + b"\x30" + _signed(top - ascender)
                messages[code] = delimited(b"\x1a", body)
    head = delimited(b"\x0a", name.encode())
    head += delimited(b"\x12", f"{start}-{end}".encode())
    glyphs = b"".join(messages[code] for code in sorted(messages))
    return delimited(b"\x0a", head + glyphs)


def _draw(face: Face, codes: Sequence[int]) -> list[Drawn]:
    if not codes:
        return []
    with _library:
        return list(_drawn(_open(face.path, face.number), codes))


def _drawn(face: freetype.Face, codes: Sequence[int]) -> Iterator[Drawn]:
    face.set_char_size(0, SIZE * SCALE * 64)
    for code in codes:
        try:
            face.load_char(code, _LOAD)
        except freetype.FT_Exception:  # an outline that is damaged
            continue
        glyph = face.glyph
        image = glyph.bitmap
        held = ctypes.string_at(image._FT_Bitmap.buffer, image.rows * image.pitch)
        rows = np.frombuffer(held, np.uint8).reshape(image.rows, image.pitch)
        advance_px = glyph.linearHoriAdvance / 65536 / SCALE
        yield Drawn(
            code,
            rows[:, : image.width],
            glyph.bitmap_left,
            glyph.bitmap_top,
            advance_px,
        )


def _message(drawn: Drawn) -> tuple[int, bytes]:
    """Top over the base line, and the protobuf message of a glyph without it."""
    left, top = floor(drawn.left / SCALE), ceil(drawn.top / SCALE)
    rows, columns = drawn.coverage.shape
    width = ceil((drawn.left + columns) / SCALE) - left if columns else 0
    height = top - floor((drawn.top - rows) / SCALE) if rows else 0
    body = b"\x08" + varint(drawn.code)
    if width and height:
        body += delimited(b"\x12", _field(drawn, left, top, width, height))
    body += b"\x18" + varint(width) + b"\x20" + varint(height)
    body += b"\x28" + _signed(left)
    return top, body + b"\x38" + varint(max(0, round(drawn.advance_px)))


def _field(drawn: Drawn, left: int, top: int, width: int, height: int) -> bytes:
    """The distance field on the grid of whole pixels, with its buffer."""
    shape = (height + 2 * sdf.BUFFER) * SCALE, (width + 2 * sdf.BUFFER) * SCALE
    canvas = np.zeros(shape, np.uint8)
    x = drawn.left - (left - sdf.BUFFER) * SCALE
    y = (top + sdf.BUFFER) * SCALE - drawn.top
    rows, columns = drawn.coverage.shape
    canvas[y : y + rows, x : x + columns] = drawn.coverage
    return sdf.encode(sdf.shrunk(sdf.distance(canvas), SCALE)).tobytes()


def _signed(number: int) -> bytes:
    return varint(int(zigzag(np.int32(number))))
