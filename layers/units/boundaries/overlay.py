"""The outlines before and after laid over each other. Pure: no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from layers.units import topology

from .changes import Piece, Proposed, Standing

HA_M2 = 10_000.0
# A border that moved by less is no change: connected land gained or lost.
LEAST_HA = 1.0


class Overlay:
    """Areas of old, new and of what they have in common, ha."""

    def __init__(self, old: Sequence[Standing], new: Sequence[Proposed]) -> None:
        self.old = topology.flat([unit.shape for unit in old])
        self.new = topology.flat([unit.shape for unit in new])
        self.old_ha = shapely.area(self.old) / HA_M2
        self.new_ha = shapely.area(self.new) / HA_M2
        tree = shapely.STRtree(self.new)
        first, second = tree.query(self.old, predicate="intersects")
        common = shapely.intersection(self.old[first], self.new[second])
        sizes = shapely.area(common) / HA_M2
        self.common: dict[tuple[int, int], float] = {}
        self.shapes: dict[tuple[int, int], Any] = {}
        for i, j, ha, shape in zip(first, second, sizes, common, strict=True):
            if ha > 0:
                self.common[int(i), int(j)] = float(ha)
                self.shapes[int(i), int(j)] = shape

    def likeness(self, i: int, j: int) -> float:
        """The common part of two outlines over the larger of them."""
        larger = max(float(self.old_ha[i]), float(self.new_ha[j]))
        return self.common.get((i, j), 0.0) / larger if larger else 0.0


def pieces(over: Overlay, matched: Mapping[int, int]) -> list[Piece]:
    """Land that one unit loses to another, and what comes from or goes outside.

    ``matched``: new unit → the old unit that it continues. Land of units that went
    over whole into a new one is no piece: the new outline shows it.
    """
    continued = set(matched.values())
    found: list[Piece] = []
    for (i, j), shape in over.shapes.items():
        if matched.get(j) != i and (i in continued or j in matched):
            found += _large(shape, i, j)
    if len(over.old) and len(over.new):
        before, after = shapely.union_all(over.old), shapely.union_all(over.new)
        for j in matched:
            found += _large(shapely.difference(over.new[j], before), None, j)
        for i in sorted(continued):
            found += _large(shapely.difference(over.old[i], after), i, None)
    return sorted(found, key=lambda piece: -piece.ha)


def _large(shape: Any, i: int | None, j: int | None) -> list[Piece]:
    parts = np.asarray(topology.polygons(shape), dtype=object)
    sizes = shapely.area(parts) / HA_M2
    keep = np.flatnonzero(sizes >= LEAST_HA)
    return [Piece(i, j, float(sizes[at]), topology.lonlat(parts[at])) for at in keep]
