"""The estimate between stations, against arithmetic by hand and its own bounds."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.stations.surface.areas import Class, areas, reach
from layers.stations.surface.idw import interpolate, left_out, plane, typical_error

PLACES = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [7.0, 8.0], [3.0, 2.0]])
VALUES = np.array([10.0, 40.0, 70.0, 55.0, 20.0])
BOX = shapely.box(105.0, 19.0, 106.5, 20.5)
LON = np.array([105.4, 105.8, 106.0, 105.6])
LAT = np.array([19.5, 19.9, 19.6, 20.1])


def by_hand(x: float, y: float, left: int | None = None) -> float:
    above = below = 0.0
    for number, ((px, py), value) in enumerate(zip(PLACES, VALUES, strict=True)):
        if number == left:
            continue
        weight = 1.0 / math.dist((x, y), (px, py)) ** 2
        above, below = above + weight * value, below + weight
    return above / below


def test_at_a_station_it_is_what_the_station_says() -> None:
    assert np.array_equal(interpolate(PLACES, VALUES, PLACES), VALUES)


def test_elsewhere_it_is_the_mean_with_weights_of_the_inverse_square() -> None:
    asked = np.random.default_rng(7).uniform(-5, 15, (200, 2))
    found = interpolate(PLACES, VALUES, asked)
    assert found == pytest.approx([by_hand(x, y) for x, y in asked], rel=1e-12)


def test_between_two_equally_far_stations_it_is_their_mean() -> None:
    pair = interpolate(PLACES[:2], VALUES[:2], np.array([[5.0, 3.0]]))
    assert pair[0] == pytest.approx(25.0)


def test_stations_at_one_place_count_with_their_mean() -> None:
    twice = np.array([[0.0, 0.0], [0.0, 0.0], [9.0, 0.0]])
    found = interpolate(twice, np.array([10.0, 30.0, 5.0]), twice[:1])
    assert found[0] == pytest.approx(20.0)


def test_one_station_says_the_same_everywhere() -> None:
    assert interpolate(PLACES[:1], VALUES[:1], PLACES).tolist() == [10.0] * 5


@given(
    st.lists(
        st.tuples(st.floats(-50, 50), st.floats(-50, 50), st.floats(0, 500)),
        min_size=2,
        max_size=12,
    ),
    st.floats(-80, 80),
    st.floats(-80, 80),
)
def test_it_never_leaves_the_range_of_the_stations(
    stations: list[tuple[float, float, float]], x: float, y: float
) -> None:
    table = np.array(stations)
    found = interpolate(table[:, :2], table[:, 2], np.array([[x, y]]))[0]
    assert table[:, 2].min() - 1e-9 <= found <= table[:, 2].max() + 1e-9


def test_the_order_of_stations_does_not_matter_and_a_mirror_mirrors_it() -> None:
    asked = np.array([[4.0, 6.0], [1.0, 9.0]])
    once = interpolate(PLACES, VALUES, asked)
    again = interpolate(PLACES[::-1], VALUES[::-1], asked)
    mirrored = interpolate(PLACES * [-1, 1], VALUES, asked * [-1, 1])
    assert again == pytest.approx(once, rel=1e-12)
    assert mirrored == pytest.approx(once, rel=1e-12)


def test_the_typical_error_leaves_each_station_out_in_turn() -> None:
    wanted = [by_hand(*place, left=n) for n, place in enumerate(PLACES)]
    assert left_out(PLACES, VALUES) == pytest.approx(wanted, rel=1e-12)
    square = np.mean((np.array(wanted) - VALUES) ** 2)
    assert typical_error(PLACES, VALUES) == pytest.approx(math.sqrt(square))


def test_a_degree_is_111_km_and_shrinks_with_latitude() -> None:
    one = plane(np.array([0.0, 1.0]), np.array([60.0, 60.0]), 60.0)
    assert one[1, 0] - one[0, 0] == pytest.approx(111.195 / 2, rel=1e-3)


def test_areas_hold_the_places_of_their_class_and_nothing_far_from_stations() -> None:
    values = np.array([20.0, 60.0, 90.0, 40.0])
    where = reach(LON, LAT, BOX)
    drawn = areas(
        LON, LAT, values, where,
        [Class(0, 50, "low", "#0f0"), Class(50, 100, "high", "#ff0")],
    )  # fmt: skip
    shapes = {
        entry["properties"]["title"]: shapely.geometry.shape(entry["geometry"])
        for entry in drawn
    }
    for lon, lat, value in zip(LON, LAT, values, strict=True):
        inside = "low" if value < 50 else "high"
        assert shapes[inside].buffer(0.01).contains(shapely.Point(lon, lat))
    both = shapely.union_all(list(shapes.values()))
    assert where.buffer(0.001).contains(both)
    assert shapely.area(both) == pytest.approx(shapely.area(where), rel=0.01)
    assert shapely.area(shapes["low"].intersection(shapes["high"])) < 1e-4
    places = plane(LON, LAT, float(LAT.mean()))
    rng = np.random.default_rng(3)
    asked = np.column_stack([rng.uniform(105, 106.5, 400), rng.uniform(19, 20.5, 400)])
    found = interpolate(
        places, values, plane(asked[:, 0], asked[:, 1], float(LAT.mean()))
    )
    for (lon, lat), value in zip(asked, found, strict=True):
        if abs(value - 50) > 3 and where.buffer(-0.02).contains(
            shapely.Point(lon, lat)
        ):
            inside = "low" if value < 50 else "high"
            assert shapes[inside].buffer(0.01).contains(shapely.Point(lon, lat))


def test_nothing_is_drawn_outside_the_outline() -> None:
    far = reach(LON, LAT, shapely.box(110.0, 10.0, 111.0, 11.0))
    assert far.is_empty
    assert areas(LON, LAT, np.ones(4), far, [Class(0, 50, "low", "#0f0")]) == []
