"""Tails as lines of vector tiles: the geometry of all of them in one pass.

Places are flattened into one sequence; a segment is drawn when both its ends are
of one feature, close enough in time, and its box meets the tile. What is drawn
forms runs, each a MoveTo and a LineTo. So a line that leaves the tile ends just
outside of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from layers.core.live_columns import Bools, Floats, Ints
from layers.core.live_tails import CM, TailRows
from layers.core.mercator import EXTENT, HALF_M, tile_size_m
from layers.core.spec import TailSpec
from tiles.mvt import (
    FEATURE_GEOMETRY,
    FEATURE_ID,
    FEATURE_TYPE,
    LAYER_FEATURE,
    MOVE_TO_ONE,
    Bytes,
    delimited,
    one_layer,
    varint,
    zigzag,
)

LINE = 2
LINE_TO = 2
Tile = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Path:
    """Places one after the other (shape n): whose they are, where (tile units),
    and whether a segment leads to each from the one before."""

    owner: Ints
    x: Ints
    y: Ints
    joined: Bools

    def take(self, kept: Bools) -> _Path:
        return _Path(self.owner[kept], self.x[kept], self.y[kept], self.joined[kept])


def encode_tails(
    name: str,
    ids: Ints,
    tails: TailRows,
    spec: TailSpec,
    tile: Tile,
    buffer: int,
    now_s: float,
) -> bytes:
    """A tile with one layer of lines; ``ids`` (shape m) are those of the tails."""
    path = _path(tails, spec, tile, now_s)
    path = _visible(path, buffer)
    if not len(path.owner):
        return b""
    geometry, ends = _geometry(path)
    features = []
    for k, (begin, end) in ends.items():
        content = geometry[begin:end].tobytes()
        own_id = bytes([FEATURE_ID]) + varint(int(ids[k])) if ids[k] >= 0 else b""
        body = own_id + bytes([FEATURE_TYPE, LINE])
        body += delimited(bytes([FEATURE_GEOMETRY]), content)
        features.append(delimited(LAYER_FEATURE, body))
    joined = np.frombuffer(b"".join(features), np.uint8)
    return one_layer(name, joined, (), ())


def _path(tails: TailRows, spec: TailSpec, tile: Tile, now_s: float) -> _Path:
    """All places of the last minutes in tile units, repeated ones left out."""
    z, tile_x, tile_y = tile
    scale = EXTENT / tile_size_m(z)
    owner, place = np.nonzero(tails.at > max(now_s - 60 * spec.minutes, 0))
    at = tails.at[owner, place].astype(np.int64)
    across = (tails.x[owner, place] / CM + HALF_M) * scale - tile_x * EXTENT
    down = (HALF_M - tails.y[owner, place] / CM) * scale - tile_y * EXTENT
    x, y = _whole(across), _whole(down)
    same = np.zeros(len(owner), bool)
    same[1:] = owner[1:] == owner[:-1]
    gap = np.zeros(len(owner), bool)
    gap[1:] = same[1:] & (np.diff(at) > 60 * spec.gap_minutes)
    # How many gaps there were so far: it must not change along a segment.
    gaps = np.cumsum(gap)
    moves = ~same
    moves[1:] |= (np.diff(x) != 0) | (np.diff(y) != 0)
    moves |= gap
    owner, x, y, gaps = owner[moves], x[moves], y[moves], gaps[moves]
    joined = np.zeros(len(owner), bool)
    joined[1:] = (owner[1:] == owner[:-1]) & (gaps[1:] == gaps[:-1])
    return _Path(owner, x, y, joined)


def _whole(numbers: Floats) -> Ints:
    return np.rint(numbers).astype(np.int64)


def _visible(path: _Path, buffer: int) -> _Path:
    """Without the segments that the buffered tile does not meet, and without the
    places at which no segment is left."""
    low, high = -buffer, EXTENT + buffer
    joined = path.joined.copy()
    for numbers in (path.x, path.y):
        least = np.minimum(numbers[1:], numbers[:-1])
        most = np.maximum(numbers[1:], numbers[:-1])
        joined[1:] &= (least <= high) & (most >= low)
    kept = joined.copy()
    kept[:-1] |= joined[1:]
    return _Path(path.owner, path.x, path.y, joined).take(kept)


def _geometry(path: _Path) -> tuple[Bytes, dict[int, tuple[int, int]]]:
    """The commands of all lines as bytes, and where those of each owner are."""
    n = len(path.owner)
    begins = ~path.joined
    first = np.ones(n, bool)  # the cursor starts anew with each feature
    first[1:] = path.owner[1:] != path.owner[:-1]
    run = np.cumsum(begins)
    lengths = np.diff(np.append(np.flatnonzero(begins), n))
    words = np.zeros(2 * n + 2 * len(lengths), np.int64)
    # Two words a place; a MoveTo before the first of a run, a LineTo after it.
    at = 2 * np.arange(n) + 2 * run - begins
    for offset, numbers in ((0, path.x), (1, path.y)):
        before = np.where(first, 0, np.roll(numbers, 1))
        words[at + offset] = zigzag(numbers - before)
    words[at[begins] - 1] = MOVE_TO_ONE
    words[at[begins] + 2] = (lengths - 1) << 3 | LINE_TO
    widths = np.ones(len(words), np.int64)
    for seven in (7, 14, 21, 28):
        widths += words >> seven > 0
    ends = np.cumsum(widths)
    out = np.empty(int(ends[-1]), np.uint8)
    for place in range(5):
        longer = np.flatnonzero(widths > place)
        more = np.where(widths[longer] > place + 1, 0x80, 0)
        bits = words[longer] >> 7 * place & 0x7F
        out[(ends - widths)[longer] + place] = bits | more
    starts = (ends - widths)[at[first] - 1]
    bounds = np.append(starts, len(out)).tolist()
    owners = path.owner[first].tolist()
    return out, dict(zip(owners, pairwise(bounds), strict=True))
