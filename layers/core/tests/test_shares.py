from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.core.shares import apportion

WEIGHTS = st.lists(
    st.floats(0, 1e6, allow_nan=False).map(lambda w: round(w, 3)),
    min_size=1,
    max_size=40,
).filter(lambda listed: sum(listed) > 0)


@given(total=st.integers(-(10**9), 10**9), weights=WEIGHTS)
def test_whole_parts_always_sum_to_the_whole(total, weights):
    (parts,) = apportion([total], weights)
    assert parts.sum() == total
    exact = total * np.array(weights) / sum(weights)
    assert (np.abs(parts - exact) < 1 + 1e-6).all(), "each is the rounded share"
    assert all(part == 0 for part, w in zip(parts, weights, strict=True) if w == 0)


def test_the_odd_ones_go_to_the_largest_remainders_and_ties_to_the_first():
    assert apportion([10], [1, 1, 1]).tolist() == [[4, 3, 3]]
    assert apportion([7], [0.5, 0.3, 0.2]).tolist() == [[4, 2, 1]]
    assert apportion([3, -3], [[1, 0], [1, 1]]).tolist() == [[3, 0], [-2, -1]]


def test_numbers_without_weights_are_refused_and_nothing_needs_none():
    assert apportion([0], [0, 0]).tolist() == [[0, 0]]
    with pytest.raises(ValueError, match="without weights"):
        apportion([1], [0, 0])
    with pytest.raises(ValueError, match="not negative"):
        apportion([1], [2, -1])
