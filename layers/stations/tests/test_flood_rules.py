"""Rates, times and hysteresis of rising and falling water, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from layers.stations.flood.rules import (
    Level,
    held,
    hours_to,
    is_near,
    next_level,
    rate,
    standing,
)

NOW = 1_800_000_000.0
LEVELS = [Level(1, 4.0), Level(2, 5.5), Level(3, 6.5)]
GAPS = [Level(1, 8.0), Level(2, None), Level(3, 10.0)]


def minutes(*ago: float) -> np.ndarray:
    return NOW - 60 * np.array(ago, dtype=float)


def test_a_steady_rise_is_its_slope():
    at = minutes(60, 45, 30, 15, 0)
    assert rate(at, 3 + (at - NOW) / 3600 * 0.2, NOW, 1) == pytest.approx(0.2)


def test_one_wrong_value_does_not_move_the_rate():
    at = minutes(*range(55, -1, -5))
    level = 3 + (at - NOW) / 3600 * 0.2
    level[6] = 9.0
    assert rate(at, level, NOW, 1) == pytest.approx(0.2, abs=0.02)


def test_gaps_are_tolerated_but_not_guessed_over():
    at = minutes(55, 50, 5, 0)
    assert rate(at, 3 + (at - NOW) / 3600 * 0.3, NOW, 1) == pytest.approx(0.3)
    assert rate(minutes(10, 5, 0), np.array([1.0, 2.0, 3.0]), NOW, 1) is None
    assert rate(minutes(50, 0), np.array([1.0, 2.0]), NOW, 1) is None
    nothing = np.array([np.nan] * 4)
    assert rate(minutes(55, 40, 20, 0), nothing, NOW, 1) is None


def test_what_is_outside_of_the_window_does_not_count():
    at = minutes(170, 150, 120, 90, 50, 30, 10, 0)
    level = np.array([1.0, 1.0, 1.0, 1.0, 2.0, 2.4, 2.8, 3.0])
    assert rate(at, level, NOW, 1) == pytest.approx(1.2)


def test_the_time_to_a_level_is_a_straight_line():
    assert hours_to(3.5, 4.0, 0.25) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("level", "target", "speed"),
    [(3.5, 4.0, 0.0), (3.5, 4.0, -0.3), (3.5, 4.0, None), (4.0, 4.0, 0.3),
     (3.5, None, 0.3), (None, 4.0, 0.3), (1.0, 4.0, 0.1)],
)  # fmt: skip
def test_no_time_is_told_when_it_does_not_rise_or_is_far(level, target, speed):
    assert hours_to(level, target, speed) is None


def test_unknown_levels_are_left_out():
    assert next_level(8.5, GAPS) == Level(3, 10.0)
    assert standing(8.5, GAPS) == 1
    assert standing(10.0, GAPS) == 3
    assert standing(3.0, [Level(n, None) for n in (1, 2, 3)]) is None
    assert next_level(12.0, GAPS) is None
    assert standing(None, LEVELS) is None


def test_a_level_is_reached_at_once_and_left_ten_centimetres_below():
    assert held([3.9, 4.0], LEVELS) == 1
    assert held([4.0, 3.95], LEVELS) == 1
    assert held([4.0, 3.9], LEVELS) == 1
    assert held([4.0, 3.89], LEVELS) == 0
    assert held([3.95], LEVELS) == 0
    assert held([5.6, 5.45, 5.3], LEVELS) == 1
    assert held([6.6, 3.0], LEVELS) == 0
    assert held([], LEVELS) is None


def test_half_a_metre_below_the_lowest_known_level_is_near():
    assert is_near(3.5, LEVELS)
    assert not is_near(3.4, LEVELS)
    assert not is_near(None, LEVELS)
    assert not is_near(3.5, [])
