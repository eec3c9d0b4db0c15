"""Linear interpolation between knots, exact at them, and rounding half up. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# A half that floating point makes 49.999999999 is a half all the same.
NOISE_DECIMALS = 9


def interpolate(
    values: npt.ArrayLike, knots: Sequence[float], scores: Sequence[float]
) -> Floats:
    """Score of each value, linear between neighbouring knots, any shape; NaN stays.

    ``knots`` rise strictly; below the first and above the last one the score of
    that knot holds. Multiplies before it divides, so that a knot gives its own
    score and a simple fraction an exact one.
    """
    x = np.asarray(knots, dtype=np.float64)
    y = np.asarray(scores, dtype=np.float64)
    found = np.clip(np.asarray(values, dtype=np.float64), x[0], x[-1])
    left = np.clip(np.searchsorted(x, found, side="right") - 1, 0, len(x) - 2)
    rise, run = y[left + 1] - y[left], x[left + 1] - x[left]
    return np.asarray(y[left] + (found - x[left]) * rise / run)


def half_up(values: npt.ArrayLike) -> Floats:
    """Half up to a whole number: 50.5 is 51, where Python's round gives 50."""
    found = np.asarray(values, dtype=np.float64)
    return np.floor(np.round(found, NOISE_DECIMALS) + 0.5)
