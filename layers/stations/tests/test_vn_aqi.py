from __future__ import annotations

import csv

import numpy as np
import pytest

from layers.stations.indices import vn_aqi

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


def test_without_particles_there_is_no_overall_index():
    parts = {
        "PM2.5": np.array([np.nan, 40.0]),
        "PM10": np.array([np.nan, np.nan]),
        "SO2": np.array([90.0, 12.0]),
    }
    index, dominant = vn_aqi.overall(parts)
    assert np.isnan(index[0])
    assert dominant[0] == -1
    assert index[1] == 40
    assert dominant[1] == 0
