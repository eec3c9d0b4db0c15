from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.stations.indices import units, vn_aqi

NAMES = {"O3_1h": "O3", "SO2_1h": "SO2", "NO2_1h": "NO2", "CO_1h": "CO"}


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_index_vector_is_reproduced_to_the_last_digit(shared_file):
    vectors = rows(shared_file("environment/vn_aqi_vectors.csv"))
    assert vectors
    for row in vectors:
        name, value = row["parameter"], float(row["concentration_ug_m3"])
        if name == "O3_8h":
            index = float(vn_aqi.sub_index_ozone_8h(value))
        else:
            index = float(vn_aqi.sub_index(NAMES.get(name, name), value))
        if not row["aqi_exact"]:
            assert np.isnan(index), row
            continue
        assert index == pytest.approx(float(row["aqi_exact"]), abs=5e-5), row
        assert vn_aqi.round_index(index) == float(row["aqi_rounded"]), row


def test_every_nowcast_vector_is_reproduced(shared_file):
    for row in rows(shared_file("environment/nowcast_vectors.csv")):
        text = row["c1_newest_to_c12"].split(";")
        hours = [float(part) if part else np.nan for part in text]
        (result,) = vn_aqi.nowcast(hours)
        if row["nowcast"]:
            assert result == pytest.approx(float(row["nowcast"]), abs=5e-5), row
        else:
            assert np.isnan(result), row


def test_break_points_and_bands_agree_with_the_decision(shared_file):
    for row in rows(shared_file("environment/vn_aqi_breakpoints.csv")):
        if row["averaging"].startswith("8h"):
            continue
        wanted = tuple(float(row[f"I{knot}"]) for knot in vn_aqi.KNOTS)
        assert vn_aqi.BREAKPOINTS[row["parameter"]] == wanted
    for row in rows(shared_file("environment/vn_aqi_bands.csv")):
        for edge in ("low", "high"):
            assert vn_aqi.band(float(row[edge]))[1] == row["hex"]


def test_the_index_does_not_jump_between_50_and_51():
    below, above = vn_aqi.sub_index("PM2.5", [25.0, 25.04])
    assert above - below == pytest.approx(0.08)


def test_values_on_the_edges_and_off_them():
    for name, knots in vn_aqi.BREAKPOINTS.items():
        assert vn_aqi.sub_index(name, knots).tolist() == list(vn_aqi.KNOTS)
        low, high, none = vn_aqi.sub_index(name, [-4.0, 1e12, np.nan])
        assert (low, high) == (0, 500)
        assert np.isnan(none)
    with pytest.raises(KeyError):
        vn_aqi.sub_index("H2S", 5.0)


def test_a_half_is_rounded_up_and_only_at_the_end():
    # 50 + 2.25 x 50 / 225 is a half exactly, whatever the machine makes of it
    found = vn_aqi.hourly({"PM10": [20.0] * 12, "SO2": [127.25]})
    assert found.parts["SO2"][0] == 50.5
    assert found.value[0] == 51
    assert vn_aqi.round_index([0.5, 1.5, 2.5, 99.49]).tolist() == [1, 2, 3, 99]


def test_without_particles_there_is_no_overall_index():
    hours = {
        "PM2.5": [[np.nan] * 12, [40.0] * 12],
        "SO2": [[400.0], [12.0]],
    }
    found = vn_aqi.hourly(hours)
    assert np.isnan(found.value[0])
    assert found.parameter((0,)) == ""
    assert found.value[1] == 80
    assert found.parameter((1,)) == "PM2.5"
    assert np.isnan(vn_aqi.hourly({"SO2": [400.0]}).value).all()
    assert np.isnan(vn_aqi.overall({}).value).all()


def test_either_kind_of_dust_is_enough_and_the_first_of_equals_names_the_index():
    found = vn_aqi.hourly({"PM10": [50.0] * 12, "NO2": [100.0]})
    assert (found.value[0], found.parameter((0,))) == (50, "PM10")
    gas = vn_aqi.hourly({"PM2.5": [5.0] * 12, "CO": [37_500.0]})
    assert (gas.value[0], gas.parameter((0,))) == (125, "CO")


def test_the_nowcast_by_hand():
    # 100, 40 and 20: weights 1, 0.5 (20/100 is below the floor), 0.25
    (found,) = vn_aqi.nowcast([100, 40, 20, *[np.nan] * 9])
    assert found == pytest.approx((100 + 20 + 5) / 1.75)
    # 60 and 80 with a hole between them: weight 0.75, so 1 and 0.5625
    (holed,) = vn_aqi.nowcast([60, np.nan, 80])
    assert holed == pytest.approx((60 + 80 * 0.5625) / 1.5625)


@pytest.mark.parametrize(
    ("hours", "result"),
    [
        ([0.0] * 12, 0.0),
        ([-3.0, -2.0, -1.0], 0.0),
        ([-5.0, 10.0], (10 * 0.5) / 1.5),
        ([np.nan, np.nan, 50.0, 50.0], np.nan),
        ([np.nan] * 12, np.nan),
        ([1e9, 1e9, np.nan], 1e9),
        ([np.inf, 30.0, 30.0], 30.0),
        # the thirteenth hour is not looked at
        ([20.0] * 12 + [900.0], 20.0),
    ],
)
def test_nowcasts_of_odd_hours(hours, result):
    assert vn_aqi.nowcast(hours)[0] == pytest.approx(result, nan_ok=True)


@pytest.mark.parametrize(
    ("one_hour", "eight_hours", "index", "which"),
    [
        (150.0, 110.0, 75, "O3"),  # 46.9 by the hour, 75 by eight
        (300.0, 110.0, 150, "O3"),
        (420.0, 401.0, 205, "O3"),  # the branch of eight is dropped
        (420.0, 400.0, 300, "O3"),
        (np.nan, 145.0, 125, "O3"),
        (np.nan, 401.0, 60, "PM2.5"),
    ],
)
def test_of_ozone_the_day_takes_the_larger_result(one_hour, eight_hours, index, which):
    found = vn_aqi.daily({"PM2.5": 30.0}, {"O3": one_hour}, eight_hours)
    assert (found.value[0], found.parameter((0,))) == (index, which)


def test_a_day_is_made_of_24_hours_of_dust_and_the_largest_hour_of_gases():
    found = vn_aqi.daily({"PM10": 175.0}, {"SO2": 450.0, "NO2": 20.0, "CO": 5000.0})
    assert {name: part[0] for name, part in found.parts.items()} == {
        "PM10": 112.5, "SO2": 125, "NO2": 10, "CO": 25
    }  # fmt: skip
    assert found.value[0] == 125
    assert np.isnan(vn_aqi.daily({"PM10": np.nan}, {"SO2": 450.0}).value[0])


@pytest.mark.parametrize(
    ("parameter", "unit", "value", "micrograms"),
    [
        ("O3", "ppb", 100.0, 196.3),
        ("O3", "ppm", 0.1, 196.3),
        ("NO2", "ppb", 50.0, 94.1),
        ("SO2", "ppb", 40.0, 104.8),
        ("CO", "ppm", 9.0, 10_305.0),
        ("CO", "ppb", 9_000.0, 10_305.0),
        ("CO", "mg/m\u00b3", 10.0, 10_000.0),
        ("PM2.5", "mg/m\u00b3", 0.05, 50.0),
        ("PM2.5", "\u00b5g/m\u00b3", 50.0, 50.0),
    ],
)
def test_units_are_converted_at_25_degrees(parameter, unit, value, micrograms):
    factor = units.air_factor(parameter, unit)
    assert factor is not None
    assert value * factor == pytest.approx(micrograms)


@pytest.mark.parametrize("pair", [("PM2.5", "ppb"), ("SO2", "mg/Nm\u00b3"), ("O3", "")])
def test_a_unit_that_cannot_be_converted_is_not_guessed(pair):
    assert units.air_factor(*pair) is None


# A slow machine is no fault of the index.
CALM = settings(suppress_health_check=[HealthCheck.too_slow])
AMOUNTS = st.floats(0, 5_000)
HOURS = st.lists(st.one_of(st.none(), st.floats(0, 900)), min_size=12, max_size=12)


@CALM
@given(st.sampled_from(sorted(vn_aqi.BREAKPOINTS)), AMOUNTS, AMOUNTS)
def test_more_of_a_pollutant_never_lowers_the_index(name, one, other):
    low, high = vn_aqi.sub_index(name, sorted((one, other)))
    assert 0 <= low <= high <= 500


@CALM
@given(st.sampled_from(sorted(vn_aqi.BREAKPOINTS)), AMOUNTS)
def test_the_index_is_continuous(name, amount):
    here, there = vn_aqi.sub_index(name, [amount, amount + 1e-6])
    # the steepest line rises by 2.5 for one \u00b5g/m\u00b3 (fine dust, 0 to 25: 2)
    assert abs(there - here) <= 3e-6


@CALM
@given(HOURS)
def test_the_nowcast_lies_between_the_least_and_the_largest_hour(hours):
    values = np.array([np.nan if hour is None else hour for hour in hours])
    (found,) = vn_aqi.nowcast(values)
    assert np.isnan(found) == ((~np.isnan(values[:3])).sum() < 2)
    if not np.isnan(found):
        assert np.nanmin(values) - 1e-9 <= found <= np.nanmax(values) + 1e-9


@CALM
@given(HOURS, st.permutations(range(12)))
def test_which_of_the_old_hours_are_missing_never_voids_a_nowcast(hours, order):
    values = np.array([30.0, 40.0, *[np.nan if h is None else h for h in hours[2:]]])
    gone = [n for n in order if n >= 2][:5]
    values[gone] = np.nan
    assert not np.isnan(vn_aqi.nowcast(values)).any()
    # rows of a table are worked out each by itself
    both = vn_aqi.nowcast([values, np.full(12, 7.0)])
    assert both[0] == vn_aqi.nowcast(values)[0]
    assert both[1] == 7.0
