"""Signed distance fields as MapLibre reads them, out of antialiased coverage.

One byte per pixel: 192 at the outline, more inside, 255 / ``radius`` per pixel
(radius 8, cutoff 0.25, as node-fontnik and spreet make them).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

BUFFER = 3  # pixels around the drawing, at ratio 1
RADIUS = 8
CUTOFF = 0.25


def distance(coverage: Bytes) -> Floats:
    """Pixels to the outline, negative inside; ``coverage`` is 0 to 255.

    The outline lies within the half covered pixels: the distance to the nearest
    of them is put right by how much of it is covered (Gustavson and Strand 2011).
    """
    from scipy.ndimage import distance_transform_edt  # 27 MB that few servers need

    part = coverage.astype(np.float32) / 255
    empty, full = coverage == 0, coverage == 255
    if empty.all():
        return np.full(coverage.shape, np.inf, np.float32)
    away = 0.5 - part
    outside, at = distance_transform_edt(empty, return_indices=True)
    found = np.where(empty, outside + away[tuple(at)], away)
    if full.any() and not full.all():
        inside, at = distance_transform_edt(full, return_indices=True)
        found = np.where(full, away[tuple(at)] - inside, found)
    return found.astype(np.float32)


def shrunk(field: Floats, factor: int) -> Floats:
    """The field at 1 / ``factor`` of its size, in pixels of that size."""
    if factor == 1:
        return field
    first, last = (factor - 1) // 2, factor // 2
    # The middle of the new pixel lies between these old ones.
    middle = (
        field[first::factor, first::factor]
        + field[first::factor, last::factor]
        + field[last::factor, first::factor]
        + field[last::factor, last::factor]
    )
    return middle / np.float32(4 * factor)


def encode(field: Floats, radius: int = RADIUS) -> Bytes:
    """Distances in pixels as bytes."""
    values = 255 - 255 * (field / radius + CUTOFF)
    return np.rint(np.clip(values, 0, 255)).astype(np.uint8)
