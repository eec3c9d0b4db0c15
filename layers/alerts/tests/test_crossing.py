"""Lines and outlines between two fixes, against figures worked out by hand.

The line runs along the meridian 107 E from 19 N to 20 N, beyond is east. One
thousandth of a degree of longitude at 19.5 N is 105.0 m (WGS 84).
"""

from __future__ import annotations

from math import nan

import numpy as np
import pytest
import shapely
from pyproj import Geod

from layers.alerts.kinds import kinds
from layers.alerts.kinds.base import Batch, Zones, no_states
from layers.alerts.kinds.geometry import (
    distance_m,
    edges,
    offset_m,
    reachable,
    sides,
)

CROSSING = kinds["crossing"]
LINE = shapely.LineString([(107, 19), (107, 20)])
HOUR = 3_600.0
WEST, EAST = (106.95, 19.5), (107.05, 19.5)


def of_line(line=LINE, side="right", **more) -> Zones:
    region, shadow = sides(line, side)
    area, edge, past = (np.empty(1, dtype=object) for _ in range(3))
    area[0], edge[0], past[0] = region, line, shadow
    shapely.prepare(area)
    return Zones(
        id=np.array([7]), version=np.array([1]), title=["line"], area=area,
        edge=edges(edge), shadow=past, **more,
    )  # fmt: skip


def of_area(area: shapely.Polygon, edge: shapely.Polygon | None = None) -> Zones:
    found, rim = np.empty(1, dtype=object), np.empty(1, dtype=object)
    found[0], rim[0] = area, edge or area
    shapely.prepare(found)
    return Zones(
        id=np.array([7]), version=np.array([1]), title=["area"], area=found,
        edge=edges(rim),
    )  # fmt: skip


def fixes(*rows: tuple, error_m: float = nan) -> Batch:
    """(hours, lon, lat) of one boat, each knowing the one before it."""
    at = np.array([row[0] * HOUR for row in rows])
    lon, lat = (np.array([row[part] for row in rows], dtype=float) for part in (1, 2))
    shifted = {
        name: np.concatenate([[nan], column[:-1]])
        for name, column in (("at", at), ("lon", lon), ("lat", lat))
    }
    return Batch(
        feature_id=np.ones(len(rows), dtype=np.int64),
        at=at, lon=lon, lat=lat,
        values={
            "error_m": np.full(len(rows), error_m),
            **{f"before_{name}": column for name, column in shifted.items()},
        },
    )  # fmt: skip


def play(zones: Zones, batch: Batch, **params):
    typed = CROSSING.params.model_validate({"max_speed_kn": 8, **params})
    _states, found = CROSSING.evaluate(typed, zones, no_states(), batch)
    return [
        (at / HOUR, "maybe" if maybe else "on" if on else "off")
        for at, on, maybe in zip(found.at, found.on, found.maybe, strict=True)
    ], found.evidence


# (what it shows, fixes (h, lon, lat), error, parameters, what is told)
CASES = [
    ("beyond by five kilometres and back", [(0, *WEST), (2, *EAST), (4, *WEST)],
     nan, {}, [(2, "on"), (4, "off")]),
    ("along the near side nothing happens", [(0, *WEST), (2, 106.95, 19.6)],
     nan, {}, []),
    ("40 m beyond is within the tolerance", [(0, *WEST), (2, 107.0004, 19.5)],
     nan, {}, []),
    ("63 m beyond may be, GPS and tolerance not passed",
     [(0, *WEST), (2, 107.0006, 19.5)], nan, {}, [(2, "maybe")]),
    ("70 m beyond is proven by GPS", [(0, *WEST), (2, 107.0007, 19.5)],
     nan, {}, [(2, "on")]),
    ("105 m beyond is not proven by three decimals",
     [(0, *WEST), (2, 107.001, 19.5)], 110, {}, [(2, "maybe")]),
    ("168 m beyond is proven by three decimals", [(0, *WEST), (2, 107.0016, 19.5)],
     110, {}, [(2, "on")]),
    ("1.7 km beyond is not proven by whole minutes",
     [(0, *WEST), (2, 107.016, 19.5)], 1_800, {}, [(2, "maybe")]),
    ("2 km beyond is proven by whole minutes", [(0, *WEST), (2, 107.02, 19.5)],
     1_800, {}, [(2, "on")]),
    ("200 m beyond is not proven by a message of type 27",
     [(0, *WEST), (2, 107.0019, 19.5)], 185, {}, [(2, "maybe")]),
    ("a coarse fix on the near side does not prove the return",
     [(0, *EAST), (2, 106.999, 19.5)], 185, {}, [(0, "on")]),
    ("the same with a good fix does", [(0, *EAST), (2, 106.999, 19.5)],
     nan, {}, [(0, "on"), (2, "off")]),
    ("possible ones may be left out", [(0, *WEST), (2, 107.001, 19.5)], 110,
     {"possible": "no"}, []),
    ("who was never seen near is nothing with the plain way",
     [(0, *WEST), (2, *WEST)], nan, {}, []),
    ("and possible when the greatest speed reaches: 5.2 km away, 8 kn, 2 h",
     [(0, *WEST), (2, *WEST)], nan, {"possible": "reach"}, [(2, "maybe")]),
    ("not when it does not: 5.2 km away, 2 kn, 2 h",
     [(0, *WEST), (2, *WEST)], nan, {"possible": "reach", "max_speed_kn": 2}, []),
    ("two fixes beyond are needed", [(0, *WEST), (2, *EAST), (4, *EAST)], nan,
     {"fixes": 2, "possible": "no"}, [(4, "on")]),
    ("past the end of the line nobody is beyond it",
     [(0, 106.95, 18.5), (2, 107.3, 18.5)], nan, {}, []),
    ("the other direction: from the far side to the near one is nothing",
     [(0, *EAST), (2, *WEST)], nan, {}, [(0, "on"), (2, "off")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "error_m", "params", "expected"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_two_fixes_and_a_line_give_exactly_this(rows, error_m, params, expected):
    told, _evidence = play(of_line(), fixes(*rows, error_m=error_m), **params)
    assert told == expected


def test_the_evidence_names_both_fixes_and_how_far_beyond_at_most():
    _told, (evidence,) = play(of_line(), fixes((0, *WEST), (1, *EAST)))
    assert evidence["certainty"] == "proven"
    assert evidence["from"] == {"at": 0.0, "lon": 106.95, "lat": 19.5}
    assert evidence["to"] == {"at": HOUR, "lon": 107.05, "lat": 19.5}
    # 8 nm can be made in an hour at 8 kn, and both fixes may be 15 m off: the ellipse
    # is 14.85 km long, and its middle is on the line
    apart = Geod(ellps="WGS84").inv(*WEST, *EAST)[2]
    farthest = (8 * 1_852 + 30) / 2
    assert evidence["beyond_most_m"] == pytest.approx(farthest, rel=0.003)
    assert evidence["beyond_least_m"] == pytest.approx(apart / 2 - 15, abs=10)


def test_a_way_that_cuts_a_corner_of_an_area_is_possible_not_proven():
    square = shapely.box(107, 19, 108, 20)
    south, east = (107.9, 18.95), (108.05, 19.1)
    told, (evidence,) = play(
        of_area(square), fixes((0, *south), (2, *east)), direction="inward"
    )
    assert told == [(2, "maybe")]
    assert evidence["certainty"] == "possible"
    assert evidence["beyond_least_m"] == 0


def test_leaving_an_area_is_being_beyond_it():
    square = shapely.box(106, 19, 107, 20)
    outside = shapely.difference(shapely.box(100, 10, 115, 30), square)
    told, _ = play(of_area(outside, square), fixes((0, *WEST), (1, *EAST), (2, *WEST)))
    assert told == [(1, "on"), (2, "off")]


def test_left_and_right_are_as_one_goes_along_the_line():
    northward = sides(LINE, "left")[0]
    southward = sides(LINE.reverse(), "left")[0]
    assert shapely.contains_xy(northward, *WEST)
    assert not shapely.contains_xy(northward, *EAST)
    assert shapely.contains_xy(southward, *EAST)


def test_a_bent_line_has_two_clean_sides():
    bent = shapely.LineString([(107, 18), (107.5, 19), (107, 20), (108, 21)])
    left, right = sides(bent, "left")[0], sides(bent, "right")[0]
    for lon, lat, on_left in (
        (107.2, 19, True),
        (107.8, 19, False),
        (107.3, 20.8, True),
    ):
        assert shapely.contains_xy(left, lon, lat) == on_left
        assert shapely.contains_xy(right, lon, lat) != on_left
    assert shapely.intersection(left, right).area < 1e-6


@pytest.mark.parametrize("line", ["LINESTRING (0 0, 2 2, 2 0, 0 2)",
                                  "LINESTRING (0 0, 1 0, 1 1, 0 0)"])  # fmt: skip
def test_a_line_that_crosses_or_closes_itself_has_no_sides(line):
    with pytest.raises(ValueError, match="cross or close itself"):
        sides(shapely.from_wkt(line), "left")


def test_distances_agree_with_the_geodesic_ones():
    geod = Geod(ellps="WGS84")
    one, other = np.array([[106.0, 18.0]]), np.array([[106.6, 18.5]])
    got = distance_m(one[:, 0], one[:, 1], other[:, 0], other[:, 1])
    assert got[0] == pytest.approx(geod.inv(*one[0], *other[0])[2], rel=1e-4)
    line = np.array([LINE], dtype=object)
    (off,) = offset_m(edges(line), np.array([107.3]), np.array([19.5]))
    assert off == pytest.approx(geod.inv(107.3, 19.5, 107, 19.5)[2], rel=2e-3)


def test_nobody_gets_out_of_the_reachable_set():
    rng = np.random.default_rng(5)
    geod = Geod(ellps="WGS84")
    first, second = np.array([[106.0, 19.0]]), np.array([[106.2, 19.1]])
    (area,) = reachable(first, second, np.array([2 * HOUR]), 10, np.zeros(1))
    limit_m = 20 * 1_852
    for lon, lat in rng.uniform([105.7, 18.7], [106.5, 19.4], (300, 2)):
        way = geod.inv(*first[0], lon, lat)[2] + geod.inv(lon, lat, *second[0])[2]
        if way < limit_m * 0.995:
            assert shapely.contains_xy(area, lon, lat)
        if way > limit_m * 1.01:
            assert not shapely.contains_xy(area, lon, lat)


def test_a_season_of_the_line_counts_at_the_time_of_the_fix():
    starts, ends = np.array([3 * HOUR]), np.array([5 * HOUR])
    zones = of_line(starts=starts, ends=ends)
    rows = fixes((0, *WEST), (2, *EAST), (4, 107.06, 19.5), (6, 107.07, 19.5))
    told, _ = play(zones, rows)
    assert told == [(4, "on"), (5, "off")]
