"""Dividing whole numbers by shares so that nothing is lost. Pure.

People, accidents, schools are counted in whole numbers. When the count of a unit is
divided among others, each part is rounded so that the parts still sum to the whole:
the method of largest remainders (Hamilton; Balinski and Young, *Fair Representation*,
1982, ch. 3).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def apportion(totals: npt.ArrayLike, weights: npt.ArrayLike) -> Ints:
    """Whole parts of whole ``totals``: row ``i`` of the answer sums to ``totals[i]``.

    totals: (n,) whole numbers, negative ones too. weights: (n, m) or (m,), none
    negative; what a weight is measured in does not matter. A row without any weight
    raises ValueError unless its total is 0. Of equal remainders the first column
    wins, so the answer is always the same. Returns (n, m).
    """
    whole = np.asarray(totals, dtype=np.int64)
    parts = np.broadcast_to(
        np.asarray(weights, dtype=np.float64), (len(whole), np.shape(weights)[-1])
    )
    if (parts < 0).any() or not np.isfinite(parts).all():
        raise ValueError("weights are finite and not negative")
    sums = parts.sum(axis=1)
    if ((sums == 0) & (whole != 0)).any():
        raise ValueError("a number cannot be divided without weights")
    sizes = np.abs(whole)
    shares = parts / np.where(sums == 0, 1.0, sums)[:, None]
    exact = sizes[:, None] * shares
    # a share of 1 must give the whole in spite of floating point
    floor = np.floor(exact + 1e-9).astype(np.int64)
    left = sizes - floor.sum(axis=1)
    remainder = np.where(parts > 0, exact - floor, -1.0)
    # nobody without weight gets the odd one; ties go to the first column
    order = np.argsort(-np.round(remainder, 9), axis=1, kind="stable")
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.arange(parts.shape[1])[None, :], axis=1)
    given = floor + (place < left[:, None])
    return np.where(whole < 0, -1, 1)[:, None] * given
