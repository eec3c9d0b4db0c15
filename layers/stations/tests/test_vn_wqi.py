from __future__ import annotations

import csv
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.stations.indices import units, vn_wqi

# column of the vectors -> parameter; their q_ columns
NAMES = {
    "pH": "pH", "DO_mg_l": "DO", "BOD5": "BOD5", "COD": "COD", "N_NH4": "NH4",
    "P_PO4": "PO4", "coliform": "Coliform",
}  # fmt: skip
SCORED = {"N_NH4": "q_NH4", "P_PO4": "q_PO4", "DO_mg_l": "q_DO"}


def value(**given: float) -> float:
    """The weighted index of some concentrations, 25 degrees."""
    return float(vn_wqi.compute(given, 25.0).variants["weighted"][0])


def test_every_vector_is_reproduced_to_the_last_digit(shared_file):
    path = shared_file("environment/vn_wqi_vectors.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        given_ = {name: float(row[column]) for column, name in NAMES.items()}
        temperature = float(row["T_C"])
        percent = vn_wqi.saturation_percent(given_["DO"], temperature)
        assert round(float(percent), 2) == float(row["DO_pct"])
        found = vn_wqi.compute(given_, temperature)
        for column, name in NAMES.items():
            wanted = float(row[SCORED.get(column, f"q_{column}")])
            assert round(float(found.scores[name][0]), 2) == wanted, (row, name)
        weighted, equal = (float(found.variants[v][0]) for v in vn_wqi.VARIANTS)
        assert round(weighted, 2) == float(row["WQI_weighted_2to1"])
        assert round(equal, 2) == float(row["WQI_equal"])


@pytest.mark.parametrize("name", sorted(vn_wqi.KNOTS))
def test_knots_give_their_scores_exactly(name):
    assert vn_wqi.score(name, vn_wqi.KNOTS[name]).tolist() == list(vn_wqi.SCORES)


@pytest.mark.parametrize(
    ("name", "values", "scores"),
    [
        ("NH4", [0.0, 0.29, 0.3, 0.6, 0.9, 5, 90], [100, 100, 75, 50, 25, 10, 10]),
        ("NO3", [0.0, 2, 5, 10, 15, 15.01], [100, 100, 75, 50, 25, 10]),
        ("NO2", [0.0, 0.05, 0.0501], [100, 100, 10]),
        ("Coliform", [2_500, 5_000, 10_000, 10_001], [100, 75, 25, 10]),
        ("EColi", [20, 50, 100, 200, 201], [100, 75, 50, 25, 10]),
        ("pH", [5.49, 5.5, 5.75, 6, 8.5], [10, 50, 75, 100, 100]),
        ("pH", [8.75, 9, 9.01], [75, 50, 10]),
        ("pH", [0.0, 14.0], [10, 10]),
        ("DO", [19.99, 20, 50, 75, 88, 112, 125, 150, 200, 200.01],
         [10, 25, 50, 75, 100, 100, 75, 50, 25, 10]),
        ("BOD5", [-1.0, 0.0, 1e9], [100, 100, 10]),
    ],
)  # fmt: skip
def test_scores_on_the_edges_and_off_them(name, values, scores):
    assert vn_wqi.score(name, values).tolist() == scores


def test_what_is_no_value_has_no_score():
    for name in (*vn_wqi.KNOTS, *vn_wqi.STEP_AT_END, "NH4", "NO2", "pH", "DO"):
        assert np.isnan(vn_wqi.score(name, np.nan)), name
    assert np.isnan(vn_wqi.score("pH", [-0.1, 14.1])).all()
    with pytest.raises(KeyError):
        vn_wqi.score("TSS", 5.0)


def test_oxygen_by_hand():
    # 14.652 - 8.2044 + 3.1964 - 0.622192 at 20 degrees
    assert vn_wqi.saturation(20.0) == pytest.approx(9.021808)
    assert vn_wqi.saturation_percent(9.021808, 20.0) == pytest.approx(100)
    assert np.isnan(vn_wqi.saturation([-0.1, 50.1, np.nan])).all()
    # twice saturated: bubbles of algae, a bad score
    assert vn_wqi.score("DO", vn_wqi.saturation_percent(18.0, 20.0)) < 26


def test_without_a_temperature_oxygen_does_not_count():
    found = vn_wqi.compute({"DO": 7.0, "COD": 20.0}, np.nan)
    assert np.isnan(found.scores["DO"][0])
    assert found.variants["weighted"][0] == pytest.approx(66.6667, abs=1e-4)
    assert np.isnan(vn_wqi.compute({"DO": 7.0}, np.nan).variants["weighted"][0])


def test_group_four_is_required():
    found = vn_wqi.compute({"pH": 7.0, "Coliform": 100.0}, 25.0)
    assert all(np.isnan(index).all() for index in found.variants.values())
    assert found.worst().tolist() == [-1]
    assert all(np.isnan(i).all() for i in vn_wqi.compute({}).variants.values())


def test_groups_without_values_are_left_out():
    # IV: mean of 50 and 100; no V; pH of 75
    assert value(COD=30.0, BOD5=2.0) == pytest.approx(75)
    assert value(COD=30.0, BOD5=2.0, pH=5.75) == pytest.approx(56.25)
    # V of 25: cube root of 75 x 75 x 25, square root of 75 x 25
    both = vn_wqi.compute({"COD": 30.0, "BOD5": 2.0, "EColi": 200.0}).variants
    assert both["weighted"][0] == pytest.approx(52.0021, abs=1e-4)
    assert both["equal"][0] == pytest.approx(43.3013, abs=1e-4)


def test_scores_of_pesticides_and_metals_may_be_given():
    found = vn_wqi.compute({"COD": 10.0}, scores={"As": 50, "Cd": 25, "DDTs": 10})
    # geometric means: metals 35.355, pesticides 10
    assert found.variants["weighted"][0] == pytest.approx(3.5355, abs=1e-4)


def test_the_lowest_score_is_named_and_halves_are_rounded_up():
    found = vn_wqi.compute({"COD": [12.0, 60.0], "NH4": [0.7, 0.1], "pH": [7.0, 7.0]})
    assert [list(found.scores)[place] for place in found.worst()] == ["NH4", "COD"]
    half = vn_wqi.compute({"COD": 10.0, "BOD5": 8.7})  # 100 and 67.5 - 0.5
    assert half.rounded().tolist() == [np.floor(half.variants["weighted"][0] + 0.5)]
    with pytest.raises(ValueError, match="unknown variant"):
        vn_wqi.aggregate({"COD": [50.0]}, "best")


@pytest.mark.parametrize(
    ("index", "slug"),
    [(100, "excellent"), (91, "excellent"), (90, "good"), (76, "good"),
     (75, "moderate"), (51, "moderate"), (50, "poor"), (26, "poor"), (25, "bad"),
     (10, "bad"), (9, "very_bad"), (0, "very_bad")],
)  # fmt: skip
def test_bands(index, slug):
    assert vn_wqi.band(index)[0] == slug


def test_units_of_water():
    assert units.water_factor("NH4", "\u00b5g/L") == pytest.approx(0.001)
    assert units.water_factor("COD", "mg/L") == 1
    assert units.water_factor("pH", "") == 1
    assert units.water_factor("Temp", "\u00b0C") == 1
    for pair in (("COD", "%"), ("DO", "%"), ("pH", "mg/L"), ("Temp", "")):
        assert units.water_factor(*pair) is None


# A slow machine is no fault of the index.
CALM = settings(suppress_health_check=[HealthCheck.too_slow])
FALLING = ("BOD5", "TOC", "COD", "PO4", "NH4", "NO3", "NO2", "Coliform", "EColi")
MUCH = st.floats(0, 20_000)


@CALM
@given(st.sampled_from(FALLING), MUCH, MUCH)
def test_more_of_a_substance_never_raises_the_score(name, one, other):
    low, high = sorted((one, other))
    better, worse = vn_wqi.score(name, [low, high])
    assert 100 >= better >= worse >= 10


@CALM
@given(st.floats(20, 199.99))
def test_the_score_of_oxygen_is_continuous_between_its_ends(percent):
    here, there = vn_wqi.score("DO", [percent, percent + 1e-6])
    assert abs(there - here) < 3e-6


@CALM
@given(st.dictionaries(st.sampled_from(FALLING), MUCH, min_size=1), st.floats(0, 14))
def test_an_index_lies_between_0_and_100_and_both_ways_agree_on_extremes(found, ph):
    index = vn_wqi.compute({**found, "pH": ph})
    for name in vn_wqi.VARIANTS:
        (result,) = index.variants[name]
        assert np.isnan(result) or 0 < result <= 100 + 1e-9
    scores = [score[0] for name, score in index.scores.items() if name != "pH"]
    if "COD" in found and len({*scores}) == 1:
        weighted, equal = (index.variants[v][0] for v in vn_wqi.VARIANTS)
        assert weighted == pytest.approx(equal)


@CALM
@given(st.permutations(["COD", "BOD5", "NH4", "Coliform", "pH"]))
def test_the_order_of_parameters_does_not_matter(order):
    amounts = {"COD": 22.0, "BOD5": 7.0, "NH4": 0.5, "Coliform": 6_000.0, "pH": 8.6}
    found = [
        value(**{name: amounts[name] for name in names}) for names in (order, amounts)
    ]
    assert found[0] == pytest.approx(found[1])


def test_bands_fall_without_a_gap():
    lowest = [low for low, _slug, _colour in vn_wqi.BANDS]
    assert all(above > below for above, below in pairwise(lowest))
