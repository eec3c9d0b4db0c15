"""The tests by themselves, against the published examples of ioos_qc 3.0.

Figures from its documentation and tests (Apache-2.0), written anew; where ours differ
on purpose (decision 18) the test says so.
"""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from layers.stations.quality import single, windows
from layers.stations.quality.running import saturation, too_high

MIN5 = 1_762_000_000.0 + 300 * np.arange(100)


def arr(*found: float | None) -> np.ndarray:
    return np.array([np.nan if v is None else v for v in found], float)


def test_the_worst_flag_is_the_primary_one() -> None:
    rows = [np.array(r, np.int8) for r in ([9, 9, 2, 1, 3, 9], [2, 1, 1, 3, 4, 9])]
    assert single.worst(*rows).tolist() == [2, 1, 1, 3, 4, 9]


def test_gross_range_of_the_documentation() -> None:
    flags = single.gross_range(arr(1, 2, 3, 4, 8), (0, 5), (1, 4))
    assert flags.tolist() == [1, 1, 1, 1, 4]
    wide = single.gross_range(arr(None, *range(5, 14), None), (6, 12), (7, 11))
    assert wide.tolist() == [9, 4, 3, 1, 1, 1, 1, 1, 3, 4, 9]


def test_a_suspect_range_beyond_the_other_is_refused() -> None:
    with pytest.raises(ValueError, match="within"):
        single.gross_range(arr(1), (0, 5), (-1, 4))


def test_percentiles_of_the_documentation() -> None:
    flags = single.percentile_range(arr(4.1, 4.0, 4.3, 4.5, 6.1, 6.2))
    assert flags.tolist() == [1, 3, 1, 1, 1, 3]


def test_climatology_by_season_and_what_lies_outside_of_all() -> None:
    at = np.array(
        [datetime(2026, month, 15, tzinfo=UTC).timestamp() for month in (1, 2, 7, 11)]
    )
    seasons = [
        single.Season("month", 1, 3, (10, 20)),
        single.Season("quarter", 3, 3, (20, 30), (10, 40)),
    ]
    flags = single.climatology(arr(15, 25, 45, 15), at, seasons)
    assert flags.tolist() == [1, 3, 4, 2]


@pytest.mark.parametrize(
    "day", ["2026-01-01", "2024-12-30", "2021-01-03", "2027-01-01"]
)
def test_weeks_are_those_of_iso_8601(day: str) -> None:
    moment = datetime.fromisoformat(day).replace(tzinfo=UTC)
    found = single.part_of_year(np.array([moment.timestamp()]), "week")
    assert found[0] == moment.isocalendar().week


def test_spikes_by_the_midpoint_and_by_differences() -> None:
    value = arr(3, 4.99, 5, 6, 8, 6, 6, 6.75, 6, 6, 5.3, 6, 6, 9, 5, None, 4, 4)
    by = {
        method: windows.spike(value, MIN5[:18], 0.5, 1, method).tolist()
        for method in ("average", "differential")
    }
    assert by["average"] == [2, 3, 1, 1, 4, 3, 1, 3, 1, 1, 3, 1, 4, 4, 2, 9, 2, 2]
    assert by["differential"] == [2, 1, 1, 1, 4, 1, 1, 3, 1, 1, 3, 1, 1, 4, 2, 9, 2, 2]


def test_a_step_is_a_spike_by_the_midpoint_and_none_by_differences() -> None:
    value = arr(1, 1, 1, 9, 9, 9)
    assert windows.spike(value, MIN5[:6], 2, 3.5).tolist() == [2, 1, 4, 4, 1, 2]
    other = windows.spike(value, MIN5[:6], 2, 3.5, "differential")
    assert other.tolist() == [2, 1, 1, 1, 1, 2]


def test_a_spike_needs_neighbours_that_are_near() -> None:
    at = np.array([0.0, 300.0, 600.0, 7_200.0])
    flags = windows.spike(arr(1, 1, 9, 1), at, 1, 2, "differential", gap_s=900)
    assert flags.tolist() == [2, 1, 2, 2]


def test_rate_of_change_of_the_documentation() -> None:
    # 15 minutes apart, at most 5 a quarter of an hour
    value, at = arr(2, 10, 2.1, 3, 4, 5, 7, 10, 0, 2, 2.2, 2), 900.0 * np.arange(12)
    flags = windows.rate_of_change(value, at, 5 / 900)
    assert flags.tolist() == [1, 3, 3, 1, 1, 1, 1, 1, 3, 1, 1, 1]


def test_flat_line_of_the_documentation() -> None:
    value = arr(1, 2, 2.0001, 2, 2.0001, 2, 2.0001, 2, 4, 5, 3, 3.0001, 3.0005, 3.00001)
    at = 30.0 * 60 * np.arange(14)
    flags = windows.flat_line(value, at, 3_600, 5_400, 0.01)
    assert flags.tolist() == [1, 1, 1, 3, 4, 4, 4, 4, 1, 1, 1, 1, 3, 4]


def test_without_tolerance_only_equal_values_are_flat() -> None:
    # ioos_qc flags nothing with a tolerance of 0
    flags = windows.flat_line(arr(5, 5, 5, 5, 5.01, 5), MIN5[:6], 600, 900)
    assert flags.tolist() == [1, 1, 3, 4, 1, 1]


def test_a_gap_begins_a_flat_line_anew() -> None:
    at = np.concatenate([MIN5[:13], MIN5[:13] + 86_400])
    flags = windows.flat_line(np.full(26, 5.0), at, 3_600, 10_800, gap_s=1_800)
    assert np.flatnonzero(flags == 3).tolist() == [12, 25]


def test_series_do_not_see_each_other() -> None:
    value, at = np.r_[np.full(13, 5.0), np.full(13, 5.0)], np.r_[MIN5[:13], MIN5[:13]]
    series = np.repeat([1, 2], 13)
    flags = windows.flat_line(value, at, 3_600, 10_800, series=series)
    assert np.flatnonzero(flags != 1).tolist() == [12, 25]


def test_a_weak_signal_by_deviation_and_by_range() -> None:
    value = arr(1, 2, 3, 4)
    at = MIN5[:4]
    std = windows.attenuated_signal(value, at, 0.75, 0.5, 600, least=2)
    assert std.tolist() == [2, 3, 3, 3]
    spread = windows.attenuated_signal(value, at, 3, 1, 900, 2, "range")
    assert spread.tolist() == [2, 3, 3, 3]


def test_places() -> None:
    flags = single.location(arr(105, None, 200, 105, None), arr(19, 19, 19, 95, None))
    assert flags.tolist() == [1, 4, 4, 4, 9]
    moved = single.location(arr(105, 105.001, 106), arr(19, 19, 19), farthest_m=1_000)
    assert moved.tolist() == [1, 1, 3]


def test_times() -> None:
    at = np.array([0.0, 100.0, 10_000.0])
    assert single.impossible_date(at, 5_000).tolist() == [1, 1, 4]
    assert single.data_reception(at, 20_000, 15_000, 11_000).tolist() == [4, 4, 1]
    assert single.time_gap(at, 3_600).tolist() == [1, 1, 4]
    assert single.time_gap(at, 60).tolist() == [4, 4, 4]


def test_lines() -> None:
    assert single.syntax(["data,string", "data"], 2, ",").tolist() == [1, 4]
    assert single.syntax(["data,string"], 11).tolist() == [1]


def test_water_holds_less_oxygen_when_it_is_warm() -> None:
    assert saturation(arr(0, 20, 30)).round(2).tolist() == [14.65, 9.02, 7.44]
    flags = too_high("do_saturation", arr(14.8, 15.0), arr(30, 30), 200)
    assert flags.tolist() == [1, 3]


def test_the_median_deviation_leaves_the_value_itself_out() -> None:
    value = arr(10, 12, 10, 12, 99, 10, 12, 10, 12)
    middle, mad = windows.local_mad(value, MIN5[:9], np.array([4]), 4, 3_600)
    assert (middle[0], mad[0]) == (11, 1)
