"""Which way vessels move, against a table worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from layers.recalls.choices import (
    DEEPER,
    ENTERING,
    IN_PORT,
    LEAVING,
    LEFT,
    STILL,
    UNKNOWN,
)
from layers.recalls.moves import KNOT, Plane, Seen, name_moves, which_way

NONE = float("nan")
# A square of 20 km: the middle is 10 km from every edge.
SQUARE = shapely.box(-10_000, -10_000, 10_000, 10_000)
HOUR = 3_600.0

# x, y, x and y before, seconds between, m/s, course (degrees)
# -> inside, edge (m), outward (m/s), leave (s), enter (s), word
TABLE = [
    # 4 km from the east edge, was 6 km from it 1,000 s before: 2 m/s outward,
    # 4,000 m at 2 m/s eastward are 2,000 s
    (6_000, 0, 4_000, 0, 1_000, 2.0, 90, True, 4_000, 2.0, 2_000, NONE, LEAVING),
    # the same place, but heading west: the edge ahead is 16 km off
    (6_000, 0, 8_000, 0, 1_000, 2.0, 270, True, 4_000, -2.0, 8_000, NONE, DEEPER),
    # no speed told: (0, 3,000) from (0, 0) in 1,500 s is 2 m/s north, 7 km to go
    (0, 3_000, 0, 0, 1_500, NONE, NONE, True, 7_000, 2.0, 3_500, NONE, LEAVING),
    # no earlier fix: told by speed and course, 3 m/s south from 2 km off the edge
    (0, -8_000, NONE, NONE, NONE, 3.0, 180, True, 2_000, 3.0, 666.667, NONE, LEAVING),
    # lies still
    (0, 0, 0, 0, 1_000, 0.0, 0, True, 10_000, 0.0, np.inf, NONE, STILL),
    # nothing known but the place
    (0, 0, NONE, NONE, NONE, NONE, NONE, True, 10_000, NONE, NONE, NONE, UNKNOWN),
    # 5 km west of the area, eastward at 5 m/s: in it after 1,000 s
    (-15_000, 0, -20_000, 0, 1_000, 5.0, 90, False, -5_000, -5.0, NONE, 1_000,
     ENTERING),
    # the same place, sailing along the edge: never
    (-15_000, 0, -15_000, -5_000, 1_000, 5.0, 0, False, -5_000, 0.0, NONE, np.inf,
     LEFT),
    # 100 km off at 5 m/s: in it after five and a half hours
    (-110_000, 0, -115_000, 0, 1_000, 5.0, 90, False, -100_000, -5.0, NONE, 20_000,
     ENTERING),
    # 200 km off: later than six hours
    (-210_000, 0, -215_000, 0, 1_000, 5.0, 90, False, -200_000, -5.0, NONE, 40_000,
     LEFT),
]  # fmt: skip


def seen_of(rows: list[tuple]) -> Seen:
    columns = [np.array([row[i] for row in rows], dtype=float) for i in range(7)]
    return Seen(*columns[:6], np.radians(columns[6]))


def test_every_row_of_the_table_worked_by_hand() -> None:
    way = which_way(SQUARE, seen_of(TABLE))
    expected = [np.array([row[i] for row in TABLE], dtype=float) for i in range(7, 12)]
    found = (way.inside, way.edge, way.outward, way.leave, way.enter)
    names = ("inside", "edge", "outward", "leave", "enter")
    for name, got, want in zip(names, found, expected, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-6, err_msg=name)
    words, wanted = name_moves(way, np.zeros(len(TABLE), bool), 6 * HOUR, 0.7)
    assert words.tolist() == [row[12] for row in TABLE]
    assert wanted.tolist() == [row[12] != LEFT for row in TABLE]


def test_who_lies_in_port_inside_the_area_needs_no_way() -> None:
    way = which_way(SQUARE, seen_of(TABLE[:2]))
    words, wanted = name_moves(way, np.array([True, False]), 6 * HOUR, 0.7)
    assert words.tolist() == [IN_PORT, DEEPER]
    assert wanted.all()


def test_a_hole_in_the_area_is_outside_and_its_rim_is_an_edge() -> None:
    ring = SQUARE.difference(shapely.box(-2_000, -2_000, 2_000, 2_000))
    rows = [
        (0, 0, NONE, NONE, NONE, 2.0, 90, *[None] * 6),
        (3_000, 0, NONE, NONE, NONE, 1.0, 270, *[None] * 6),
    ]
    way = which_way(ring, seen_of(rows))
    assert way.inside.tolist() == [False, True]
    assert way.enter[0] == pytest.approx(1_000)
    assert way.leave[1] == pytest.approx(1_000)


def test_a_course_through_two_areas_meets_the_nearest_edge_first() -> None:
    both = shapely.union_all([SQUARE, shapely.box(30_000, -1_000, 40_000, 1_000)])
    rows = [(20_000, 0, NONE, NONE, NONE, 10.0, 90, *[None] * 6)]
    way = which_way(both, seen_of(rows))
    assert way.enter[0] == pytest.approx(1_000)
    assert way.edge[0] == pytest.approx(-10_000)


def test_nobody_gives_nothing() -> None:
    way = which_way(SQUARE, seen_of([]))
    assert len(way.inside) == len(way.leave) == 0


def test_the_plane_agrees_with_the_ellipsoid() -> None:
    from pyproj import Geod

    area = shapely.box(106.0, 18.0, 108.0, 20.0)
    plane = Plane.around(area)
    lon, lat = np.array([106.4, 107.9, np.nan]), np.array([18.3, 19.6, 19.0])
    x, y = plane.points(lon, lat)
    assert np.isnan(x[2])
    assert np.isnan(y[2])
    measured = np.hypot(x[1] - x[0], y[1] - y[0])
    true = Geod(ellps="WGS84").inv(lon[0], lat[0], lon[1], lat[1])[2]
    assert measured == pytest.approx(true, rel=1e-3)
    inside = shapely.intersects_xy(plane.area(area), x[:2], y[:2])
    assert inside.all()


def test_a_knot_is_1852_metres_an_hour() -> None:
    assert pytest.approx(1_852 / 3_600) == KNOT
