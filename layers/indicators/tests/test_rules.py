from __future__ import annotations

import pytest

from fixtures import Demo
from layers.indicators.rules import holds, spark, status


@pytest.mark.parametrize(
    ("value", "bands", "expected"),
    [
        (98, (">=98", "90-98", "<90"), "green"),
        (97.9, (">=98", "90-98", "<90"), "amber"),
        (90, (">=98", "90-98", "<90"), "amber"),
        (89.99, (">=98", "90-98", "<90"), "red"),
        (0, ("0", "1-5", ">5"), "green"),
        (6, ("0", "1-5", ">5"), "red"),
        (7.2, ("6-9 (A)", "5.5-6", "<5.5 or >9"), "green"),
        (9.3, ("6-9 (A)", "5.5-6", "<5.5 or >9"), "red"),
        (1, ("0", "", ">=1"), "red"),
        (50, (">=plan", "", "<plan"), None),
        (50, (">=pro-rata", ">=0.9*pro-rata", "<0.9*pro-rata"), None),
        (50, ("", "", ""), None),
        (0.5, ("0", "1-3", ">3"), None),
    ],
)
def test_a_value_lies_in_its_band(value, bands, expected):
    assert status(value, *bands) == expected


def test_a_band_against_a_plan_is_left_to_people():
    assert holds("<0.9*plan", 3) is None
    assert holds("<-5% yoy", 3) is None


def test_bands_of_the_catalogue_never_contradict_themselves():
    """Green, amber and red of every indicator: no number is in none but a gap."""
    for row in Demo().table("indicators"):
        bands = (row["green"], row["amber"], row["red"])
        if status(1e9, *bands) or status(-1e9, *bands):
            ends = {status(1e9, *bands), status(-1e9, *bands)} - {None}
            assert ends <= {"green", "red"}, row["code"]


def test_a_trend_spans_its_box_and_needs_two_values():
    assert spark([1]) == ""
    assert spark([1, 3, 2]) == "2.0,22.0 48.0,2.0 94.0,12.0"
    assert spark([5, 5]) == "2.0,22.0 94.0,22.0"
