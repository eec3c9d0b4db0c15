"""Which places of the map one reading of a live layer changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .live import Change, LiveArrays
from .live_columns import Floats
from .mercator import Bounds

# Shorter than a tile of zoom 16, the deepest whose changes are told apart.
SHORT_M = 600.0
_NO_PLACE = np.empty(0)


@dataclass(frozen=True, slots=True)
class Moved:
    """The places (shape n, metres, NaN: nowhere) that rows left and took, whatever
    it was that changed in them; or everything. ``boxes`` (west, south, east, north)
    changed besides, where tails were drawn anew.

    ``seq`` is greater than that of every reading before, unless it is everything.
    """

    seq: int
    x: Floats
    y: Floats
    boxes: tuple[Bounds, ...] = ()
    everything: bool = False

    @classmethod
    def all(cls, seq: int) -> Moved:
        return cls(seq, _NO_PLACE, _NO_PLACE, everything=True)

    @classmethod
    def of(
        cls, arrays: LiveArrays, changes: Sequence[Change], drawn: Sequence[Floats]
    ) -> Moved:
        """What ``changes`` moved in ``arrays``; ``drawn`` are the boxes (k, 4) of
        tails drawn anew."""
        now = arrays.numbers
        x = [p for c in changes for p in (c.x, now["x"][c.slots])]
        y = [p for c in changes for p in (c.y, now["y"][c.slots])]
        if not drawn:
            return cls(arrays.seq, np.concatenate(x), np.concatenate(y))
        boxes = np.concatenate(drawn)
        long = np.any(boxes[:, 2:] - boxes[:, :2] > SHORT_M, axis=1)
        west, south, east, north = boxes[~long].T
        # What is shorter than a tile is in the tiles of its corners.
        x += [west, east, west, east]
        y += [south, south, north, north]
        return cls(
            arrays.seq,
            np.concatenate(x),
            np.concatenate(y),
            tuple((w, s, e, n) for w, s, e, n in boxes[long].tolist()),
        )
