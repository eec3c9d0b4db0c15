from __future__ import annotations

import re
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.indicators import classes

TOKENS = (
    Path(__file__).resolve().parents[3] / "gis_ioc/static/ioc/css/tokens.css"
).read_text()
ALARMS = ("critical", "high", "medium", "low", "good")
# Machado, Oliveira and Fernandes 2009: what people without one kind of cone see.
BLINDNESS = {
    "protan": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deutan": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritan": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}
XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
VALUES = st.lists(st.floats(-1e6, 1e6).map(lambda v: round(v, 3)), max_size=60)


def lab(colour: str, blindness: str = "") -> np.ndarray:
    """CIE Lab (D65), as seen with a colour blindness."""
    coded = np.array([int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)])
    linear = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    if blindness:
        linear = np.clip(np.array(BLINDNESS[blindness]) @ linear, 0, 1)
    xyz = np.array(XYZ) @ linear / np.array([0.9505, 1.0, 1.089])
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array(
        [116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])]
    )


def apart(first: str, second: str, blindness: str = "") -> float:
    """CIE 1976 colour difference; 2.3 can just be seen side by side."""
    return float(np.linalg.norm(lab(first, blindness) - lab(second, blindness)))


def alarms(theme: str) -> list[str]:
    dark, light = TOKENS.split(':root[data-theme="light"]', 1)
    text = dark if theme == "dark" else light
    found = [re.search(rf"--{name}: (#[0-9a-f]{{6}})", text) for name in ALARMS]
    return [match[1] for match in found if match]


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("count", range(3, 8))
@pytest.mark.parametrize("blindness", ["", *BLINDNESS])
def test_neighbouring_classes_are_told_apart_whatever_the_eyes(theme, count, blindness):
    ramp = classes.ramp(count, theme)
    assert all(apart(one, two, blindness) > 10 for one, two in pairwise(ramp))
    lightness = [lab(colour, blindness)[0] for colour in ramp]
    assert lightness == sorted(lightness, reverse=theme == "light"), "order shows"


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("blindness", ["", *BLINDNESS])
def test_more_and_less_are_told_apart_in_a_ramp_around_nothing(theme, blindness):
    ramp = classes.diverging(7, theme)
    assert all(apart(a, b, blindness) > 10 for a, b in combinations(ramp, 2))


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_no_class_looks_like_an_alarm(theme):
    alarming = alarms(theme)
    assert len(alarming) == len(ALARMS)
    drawn = classes.ramp(7, theme) + classes.diverging(7, theme)
    nearest = min(apart(one, two) for one in drawn for two in alarming)
    assert nearest > 20
    chroma = [float(np.hypot(*lab(colour)[1:])) for colour in drawn]
    assert max(chroma) < 45, "quiet: alarms alone are saturated"


@given(values=VALUES, count=st.integers(3, 7), method=st.sampled_from(classes.METHODS))
def test_every_value_has_one_class_and_equal_values_the_same(values, count, method):
    bounds = classes.breaks(values, method, count)
    assert bounds == sorted(bounds)
    if not values:
        assert bounds == []
        return
    assert 2 <= len(bounds) <= count + 1
    assert (bounds[0], bounds[-1]) == (min(values), max(values))
    places = [classes.place(value, bounds) for value in values]
    assert all(place is not None and place < len(bounds) - 1 for place in places)
    for (one, p), (two, q) in combinations(zip(values, places, strict=True), 2):
        assert (one < two and p <= q) or (one > two and p >= q) or p == q


@given(values=VALUES.filter(lambda v: len(set(v)) > 1), count=st.integers(3, 7))
def test_no_class_of_quantiles_or_natural_breaks_is_empty(values, count):
    for method in ("quantiles", "natural"):
        bounds = classes.breaks(values, method, count)
        found = {classes.place(value, bounds) for value in values}
        assert found == set(range(len(bounds) - 1))


def test_classes_of_simple_values_are_those_one_would_draw():
    nine = [float(n) for n in range(9)]
    assert classes.breaks(nine, "quantiles", 3) == [0, 3, 6, 8]
    assert classes.breaks(nine, "equal", 4) == [0, 2, 4, 6, 8]
    clumped = [1.0, 2, 3, 100, 101, 500]
    assert classes.breaks(clumped, "natural", 3) == [1, 100, 500, 500]
    assert classes.breaks([7.0, 7.0], "equal", 5) == [7, 7]
    assert classes.place(7.0, [7, 7]) == 0


@pytest.mark.parametrize("count", [0, 2, 8])
def test_a_number_of_classes_that_nobody_reads_is_refused(count):
    with pytest.raises(ValueError, match="3 to 7"):
        classes.breaks([1.0, 2.0], "equal", count)
