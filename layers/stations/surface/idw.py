"""Inverse distance weighting (Shepard 1968) over all stations. Pure.

scipy's tree gives the distances; a value at a place is the mean of the measured ones
with weights 1 / distance². So it is exact at stations and never leaves their range.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree

Floats = npt.NDArray[np.float64]
POWER = 2.0
KM_PER_DEGREE = 111.195
# Closer than this a place is the station itself, km.
SAME_KM = 1e-6


def plane(lon: Floats, lat: Floats, lat0: float) -> Floats:
    """Kilometres on a plane that keeps distances near latitude ``lat0``; shape (n, 2).

    Equirectangular: over a province of 150 km off by less than one per cent.
    """
    return np.column_stack(
        [lon * KM_PER_DEGREE * np.cos(np.radians(lat0)), lat * KM_PER_DEGREE]
    )


def interpolate(places: Floats, values: Floats, asked: Floats) -> Floats:
    """Values at ``asked`` (m, 2) from ``values`` (n) at ``places`` (n, 2), n >= 1, in
    any unit of length. Stations at the same place count with the mean of them."""
    distance, number = KDTree(places).query(asked, k=len(places))
    if len(places) == 1:
        return np.full(len(asked), values[0])
    found = values[number]
    weight = 1.0 / np.maximum(distance, SAME_KM) ** POWER
    here = distance <= SAME_KM
    weight = np.where(here.any(axis=1, keepdims=True), here, weight)
    result: Floats = (weight * found).sum(axis=1) / weight.sum(axis=1)
    return result


def left_out(places: Floats, values: Floats) -> Floats:
    """What the other stations say at the place of each one (n >= 2)."""
    rows = np.arange(len(places))
    return np.array(
        [
            interpolate(places[rows != n], values[rows != n], places[n : n + 1])[0]
            for n in rows
        ]
    )


def typical_error(places: Floats, values: Floats) -> float:
    """Root of the mean square of what each station differs from the others' say."""
    return float(np.sqrt(np.mean((left_out(places, values) - values) ** 2)))
