"""Shares of descent: pure, from outlines and people, and the way there and back."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.units.descent.shares import (
    Place,
    cast,
    collect,
    of_parts,
    shares,
    turned,
)


def box(west: float, east: float) -> shapely.Polygon:
    return shapely.box(105 + west, 19.8, 105 + east, 19.9)


NEW = {"a": box(0, 1), "b": box(1, 2)}


def test_an_old_unit_that_lies_in_one_new_unit_goes_over_whole():
    (share,) = shares({"old": box(0.2, 0.8)}, NEW)
    assert (share.new, share.people, share.area, share.basis) == ("a", 1, 1, "whole")


def test_a_divided_unit_is_divided_by_area_when_nobody_was_counted():
    first, second = shares({"old": box(0.5, 2)}, NEW)
    assert (first.new, first.basis) == ("a", "area")
    assert first.area == first.people == pytest.approx(1 / 3)
    assert first.area + second.area == 1


def test_people_follow_where_they_were_counted():
    people = [
        Place(shapely.Point(105.7, 19.85), 900),
        Place(box(0.9, 1.1), 200),  # half on each side
        Place(shapely.Point(109, 12), 5_000),  # elsewhere
    ]
    first, second = shares({"old": box(0.5, 2)}, NEW, people)
    assert first.people == pytest.approx(1_000 / 1_100)
    assert second.people == pytest.approx(100 / 1_100)
    assert first.area == pytest.approx(1 / 3)
    assert first.basis == "census"


def test_a_sliver_along_a_border_drawn_twice_is_no_piece_of_its_own():
    (share,) = shares({"old": box(0, 1.01)}, NEW)
    assert share.new == "a"
    both = shares({"old": box(0, 1.01)}, NEW, least=0.001)
    assert [entry.new for entry in both] == ["a", "b"]


def test_an_old_unit_beyond_the_new_ones_is_left_out():
    assert shares({"old": box(3, 4)}, NEW) == []


def test_a_point_on_a_border_is_counted_once():
    people = [Place(shapely.Point(106, 19.85), 10)]
    found = shares({"old": box(0.5, 2)}, NEW, people)
    assert sum(share.people for share in found) == 1
    assert sorted(share.people for share in found) == [0, 1]


def test_known_parts_become_shares_that_sum_to_one():
    found = of_parts(
        {"o": {"a": 30, "b": 10}, "p": {"b": 1}},
        {"o": {"a": 1, "b": 1}, "p": {"b": 9}},
        "estimate",
    )
    assert [(s.new, s.people, s.area, s.basis) for s in found] == [
        ("a", 0.75, 0.5, "estimate"),
        ("b", 0.25, 0.5, "estimate"),
        ("b", 1, 1, "whole"),
    ]


def test_whole_numbers_keep_their_total_there_and_back():
    weights = {"x": {"a": 1 / 3, "b": 2 / 3}, "y": {"b": 1.0}}
    there = cast({"x": 100, "y": 7}, weights)
    assert there == {"x": {"a": 33, "b": 67}, "y": {"b": 7}}
    new = collect(there)
    assert new == {"a": 33, "b": 74}
    assert collect(cast(new, turned(there))) == {"x": 100, "y": 7}


def test_a_value_that_cannot_be_divided_is_an_error():
    with pytest.raises(KeyError):
        cast({"x": 1}, {})
    assert cast({"x": 0}, {}) == {}


@given(
    st.dictionaries(st.integers(0, 8), st.integers(0, 10**7), min_size=1),
    st.data(),
)
def test_no_person_is_lost_or_made_whatever_the_shares(values, data):
    weights = {
        key: data.draw(
            st.dictionaries(
                st.integers(100, 105), st.floats(1e-6, 1), min_size=1, max_size=4
            )
        )
        for key in values
    }
    there = cast(values, weights)
    assert {key: sum(parts.values()) for key, parts in there.items()} == values
    new = collect(there)
    assert sum(new.values()) == sum(values.values())
    assert collect(cast(new, turned(there))) == values
