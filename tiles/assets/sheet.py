"""A sprite: many drawings in one picture, and the index that says where each is."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
import orjson
from PIL import Image

from . import AssetError, sdf, svg

MAX_AREA = 16_000_000  # px at ratio 1

Box = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Drawing:
    """SVG text and its size in pixels."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Sheet:
    """``index`` is JSON of the MapLibre sprite specification, ``picture`` PNG."""

    index: bytes
    picture: bytes


def pack(boxes: Mapping[str, Box]) -> tuple[dict[str, Box], Box]:
    """Places (x, y) of all boxes in rows, and the size of the whole.

    Tall ones first, then by name: equal drawings always give equal places.
    """
    area = sum(width * height for width, height in boxes.values())
    if area > MAX_AREA:
        raise AssetError(400, "too many or too large images: ask for fewer ids")
    widest = max((width for width, _height in boxes.values()), default=1)
    limit = max(widest, ceil(sqrt(area)))
    places: dict[str, Box] = {}
    x = y = row = right = 0
    for name in sorted(boxes, key=lambda name: (-boxes[name][1], name)):
        width, height = boxes[name]
        if x and x + width > limit:
            x, y, row = 0, y + row, 0
        places[name] = (x, y)
        x += width
        row, right = max(row, height), max(right, x)
    return places, (max(right, 1), max(y + row, 1))


def build(drawings: Mapping[str, Drawing], *, sdf_: bool, ratio: int) -> Sheet:
    """The sheet; a drawing that cannot be drawn after all is left out."""
    more = 2 * sdf.BUFFER if sdf_ else 0
    draw = svg.draw_sdf if sdf_ else svg.draw
    boxes = {
        name: (drawing.box[0] + more, drawing.box[1] + more)
        for name, drawing in drawings.items()
    }
    places, whole = pack(boxes)
    canvas = np.zeros((whole[1] * ratio, whole[0] * ratio, 4), np.uint8)
    index: dict[str, dict[str, int | bool]] = {}
    for name in sorted(places):
        drawing = drawings[name]
        try:
            pixels = draw(drawing.text, drawing.box, ratio)
        except svg.DrawingError:
            continue
        height, width = pixels.shape[:2]
        x, y = places[name][0] * ratio, places[name][1] * ratio
        canvas[y : y + height, x : x + width] = pixels
        entry: dict[str, int | bool]
        entry = {"height": height, "pixelRatio": ratio, "width": width, "x": x, "y": y}
        index[name] = {**entry, "sdf": True} if sdf_ else entry
    return Sheet(orjson.dumps(index), _png(canvas))


def _png(pixels: svg.Bytes) -> bytes:
    out = io.BytesIO()
    if pixels[..., :3].any():
        Image.fromarray(pixels).save(out, "png")
    else:  # black in degrees of alpha, as every distance field: a palette says it
        image = Image.fromarray(np.ascontiguousarray(pixels[..., 3]))
        image.putpalette(bytes(3 * 256))
        image.save(out, "png", transparency=bytes(range(256)))
    return out.getvalue()
