"""One SVG drawing as pixels. resvg draws; Pillow reads what it drew."""

from __future__ import annotations

import io
import re
from math import ceil
from xml.etree.ElementTree import Element, ParseError

import numpy as np
import numpy.typing as npt
import resvg_py
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from PIL import Image

from . import sdf

Bytes = npt.NDArray[np.uint8]

MAX_BYTES = 1_000_000
MAX_SIDE = 512  # px
SUPERSAMPLED_SIDE = 128  # px; larger drawings are sharp enough without
SUPERSAMPLE = 4
_LENGTH = re.compile(r"\s*([0-9.]+(?:e-?[0-9]+)?)\s*(px|pt|pc|mm|cm|in)?\s*", re.I)
_PX = {
    "px": 1.0,
    "pt": 96 / 72,
    "pc": 16.0,
    "mm": 96 / 25.4,
    "cm": 96 / 2.54,
    "in": 96.0,
}


class DrawingError(ValueError):
    """The drawing cannot be used; the text says why."""


def size(text: str) -> tuple[int, int]:
    """Width and height in whole pixels; :class:`DrawingError` when there are none.

    Asked before anything is drawn: resvg allocates what a drawing claims to need,
    and a process that cannot have it ends.
    """
    if len(text) > MAX_BYTES:
        raise DrawingError(f"larger than {MAX_BYTES // 1000} kB")
    try:
        root = fromstring(text)
    except (ParseError, DefusedXmlException, ValueError) as problem:
        raise DrawingError(f"no readable XML: {problem}") from None
    if root.tag.rpartition("}")[2] != "svg":
        raise DrawingError(f"the root element is {root.tag}, not svg")
    sides = _side(root, "width", 2), _side(root, "height", 3)
    if not all(0 < side <= MAX_SIDE for side in sides):
        raise DrawingError(f"{sides[0]:g} × {sides[1]:g} px; 1 to {MAX_SIDE} are drawn")
    return ceil(sides[0]), ceil(sides[1])


def _side(root: Element, name: str, position: int) -> float:
    found = _LENGTH.fullmatch(root.get(name, ""))
    try:
        if found:
            return float(found[1]) * _PX[(found[2] or "px").lower()]
        return float(root.get("viewBox", "").replace(",", " ").split()[position])
    except (IndexError, ValueError):
        raise DrawingError(f"no usable {name} and no viewBox") from None


def draw(text: str, box: tuple[int, int], scale: int) -> Bytes:
    """RGBA of shape (height × scale, width × scale, 4); ``box`` is :func:`size`."""
    width, height = box[0] * scale, box[1] * scale
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=text, width=width, height=height, skip_system_fonts=True
        )
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as problem:  # a panic of Rust is no Exception
        raise DrawingError(str(problem) or type(problem).__name__) from None
    with Image.open(io.BytesIO(png)) as image:
        drawn = np.asarray(image.convert("RGBA"))[:height, :width]
    canvas = np.zeros((height, width, 4), np.uint8)
    canvas[: drawn.shape[0], : drawn.shape[1]] = drawn
    return canvas


def draw_sdf(text: str, box: tuple[int, int], ratio: int) -> Bytes:
    """RGBA with the distance field in alpha and 3 × ``ratio`` pixels around it.

    Buffer and radius grow with the ratio, so that a halo of one width looks the
    same at both (spreet does so too).
    """
    scale = SUPERSAMPLE if max(box) <= SUPERSAMPLED_SIDE else ratio
    alpha = np.pad(draw(text, box, scale)[..., 3], sdf.BUFFER * scale)
    field = sdf.shrunk(sdf.distance(alpha), scale // ratio)
    canvas = np.zeros((*field.shape, 4), np.uint8)
    canvas[..., 3] = sdf.encode(field, sdf.RADIUS * ratio)
    return canvas
