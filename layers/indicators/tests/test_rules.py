from __future__ import annotations

from layers.indicators.rules import spark


def test_a_trend_spans_its_box_and_needs_two_values():
    assert spark([1]) == ""
    assert spark([1, 3, 2]) == "2.0,22.0 48.0,2.0 94.0,12.0"
    assert spark([5, 5]) == "2.0,22.0 94.0,22.0"
