"""The order along a river, spans of charts, stretches: pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from layers.stations.pages import charts, compare, span
from layers.stations.pages.rivers import Point, along, next_to

NOW = datetime(2026, 11, 20, 12, 1, tzinfo=UTC)
UP = Point(1, 104.5, 20.4, 60.0)
MIDDLE = Point(2, 105.2, 20.1, None)
LOW = Point(3, 105.7, 19.9, 4.0)
MOUTH = Point(4, 105.9, 19.8)


def test_neighbours_on_a_river_are_told_by_its_water_levels():
    found = next_to(2, [LOW, MOUTH, UP, MIDDLE])
    assert (found.upstream, found.downstream, found.sure) == (1, 3, True)
    assert next_to(1, [LOW, MOUTH, UP, MIDDLE]).upstream is None
    assert next_to(4, [LOW, MOUTH, UP, MIDDLE]).downstream is None


def test_the_same_river_read_backwards_flows_the_same_way():
    shifted = [Point(p.id, -p.lon, p.lat, p.level_m) for p in (UP, MIDDLE, LOW)]
    found = next_to(2, shifted)
    assert (found.upstream, found.downstream) == (1, 3)


def test_without_two_levels_nobody_says_which_way_it_flows():
    found = next_to(2, [Point(1, 104.5, 20.4), MIDDLE, LOW])
    assert not found.sure
    assert {found.upstream, found.downstream} == {1, 3}


def test_a_station_alone_on_its_river_has_no_neighbours():
    assert along([UP]) == [UP]
    found = next_to(1, [UP])
    assert (found.upstream, found.downstream) == (None, None)


def test_without_times_a_chart_shows_the_last_day_in_values():
    found = span.read({}, NOW)
    assert found.step == "raw"
    assert found.until == datetime(2026, 11, 20, 12, 5, tzinfo=UTC)
    assert found.until - found.since == timedelta(hours=24)


def test_a_day_without_a_zone_is_that_of_the_province():
    found = span.read({"from": "2026-11-20", "to": "2026-11-21T00:00"}, NOW)
    assert found.since == datetime(2026, 11, 19, 17, tzinfo=UTC)
    assert found.until == datetime(2026, 11, 20, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "step"), [(1, "raw"), (2, "raw"), (7, "hour"), (90, "hour"), (91, "day")]
)
def test_the_step_follows_the_length_of_the_span(days, step):
    assert span.step_for(timedelta(days=days)) == step


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"from": "yesterday"}, "from"),
        ({"to": "2026-13-40T00:00Z"}, "to"),
        ({"from": "2026-11-20T10:00Z", "to": "2026-11-20T09:00Z"}, "from"),
        ({"range": "aeon"}, "range"),
        ({"step": "minute"}, "step"),
        ({"from": "2025-01-01", "to": "2026-01-01", "step": "raw"}, "31"),
        ({"from": "0001-01-01"}, "from"),
    ],
)
def test_a_span_that_makes_no_sense_says_which_part_is_wrong(asked, says):
    with pytest.raises(span.SpanError, match=says):
        span.read(asked, NOW)


def test_neighbouring_times_of_one_kind_are_one_stretch():
    at = [300, 600, 900, 1200, 1800]
    kinds = ["fault", "fault", "", "calibrating", "calibrating"]
    assert charts.runs(at, kinds, 300, 300) == [
        {"kind": "fault", "from": 0, "to": 600},
        {"kind": "calibrating", "from": 900, "to": 1200},
        {"kind": "calibrating", "from": 1500, "to": 1800},
    ]


def test_an_address_names_stations_and_parameters_once_and_not_too_many():
    assert compare.ids("3,3,x,-1,5") == [3, 5]
    assert len(compare.ids(",".join(map(str, range(50))))) == compare.MOST
    assert compare.names("COD,Mood,COD,pH") == ["COD", "pH"]
