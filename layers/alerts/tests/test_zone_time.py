"""Zones that hold for a time, fixes of different worth, and fishing-like speed."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
import shapely

from layers.alerts.kinds import kinds
from layers.alerts.kinds.base import Batch, Zones, no_states
from layers.alerts.kinds.presence import EXPIRED, REDRAWN

from .helpers import BESIDE, INSIDE, OUTSIDE, SQUARE

ZONE = kinds["zone"]
ELSEWHERE = shapely.box(107, 20, 107.1, 20.1)
PLACES = {"in": INSIDE, "out": OUTSIDE, "beside": BESIDE}


def zones(area=SQUARE, starts=-inf, ends=inf, version=1, changed=inf, also=()) -> Zones:
    """One zone; ``also`` further spans (starts, ends, version) of the same one."""
    spans = [(starts, ends, version), *also]
    areas = np.empty(len(spans), dtype=object)
    areas[:] = [area] * len(spans)
    shapely.prepare(areas)
    return Zones(
        id=np.full(len(spans), 1), version=np.array([span[2] for span in spans]),
        title=["zone"] * len(spans), area=areas,
        starts=np.array([float(span[0]) for span in spans]),
        ends=np.array([float(span[1]) for span in spans]),
        changed=np.full(len(spans), float(changed)),
    )  # fmt: skip


def fixes(*rows: tuple, error_m=None, speed_kn=None, before=None) -> Batch:
    """(seconds, place) of one boat; ``before``: what its first fix came after."""
    points = [PLACES[place] for _at, place in rows]
    at = [float(moment) for moment, _place in rows]
    lon, lat = [p[0] for p in points], [p[1] for p in points]
    first = (before[0], *PLACES[before[1]]) if before else (np.nan,) * 3
    values = {
        f"before_{name}": np.array([first[part], *column[:-1]])
        for part, (name, column) in enumerate((("at", at), ("lon", lon), ("lat", lat)))
    }
    for name, column in (("error_m", error_m), ("speed_kn", speed_kn)):
        if column is not None:
            values[name] = np.array(column, dtype=float)
    return Batch(
        feature_id=np.ones(len(rows), dtype=np.int64), at=np.array(at),
        lon=np.array(lon), lat=np.array(lat), values=values,
    )  # fmt: skip


def run(area: Zones, *batches: Batch, **params):
    """(seconds, on or off, why) of every change, batch by batch."""
    states, told = no_states(), []
    for batch in batches:
        states, found = ZONE.evaluate(
            ZONE.params.model_validate(params), area, states, batch
        )
        told += [
            (float(at), "on" if on else "off", why)
            for at, on, why in zip(found.at, found.on, found.reason, strict=True)
        ]
    return states, told


def test_an_expired_zone_lets_everyone_go_at_the_moment_it_ended():
    _states, told = run(
        zones(ends=100), fixes((0, "in"), (60, "in")), fixes((500, "in"))
    )
    assert told == [(0, "on", ""), (100, "off", EXPIRED)]


def test_the_same_in_one_batch():
    _states, told = run(zones(ends=100), fixes((0, "in"), (500, "in")))
    assert told == [(0, "on", ""), (100, "off", EXPIRED)]


def test_before_and_after_its_time_a_zone_is_nowhere():
    _states, told = run(zones(starts=100, ends=200), fixes((0, "in"), (300, "in")))
    assert told == []


def test_who_is_inside_when_the_season_begins_enters_at_that_moment():
    _states, told = run(zones(starts=100), fixes((0, "in"), (160, "in")))
    assert told == [(100, "on", "")]


def test_the_same_when_the_fix_before_is_known_from_another_batch():
    batch = fixes((160, "in"), before=(40, "in"))
    _states, told = run(zones(starts=100), batch)
    assert told == [(100, "on", "")]


def test_who_came_after_the_season_began_enters_when_he_came():
    _states, told = run(zones(starts=100), fixes((0, "out"), (160, "in")))
    assert told == [(160, "on", "")]


def test_next_years_season_is_entered_anew():
    both = zones(ends=100, also=[(1_000, 1_100, 2)])
    _states, told = run(both, fixes((0, "in")), fixes((1_050, "in"), (1_200, "in")))
    assert told == [
        (0, "on", ""), (100, "off", EXPIRED), (1_050, "on", ""), (1_100, "off", EXPIRED)
    ]  # fmt: skip


def test_a_redrawn_zone_is_left_when_it_was_redrawn():
    states, _told = run(zones(), fixes((0, "in")))
    redrawn = zones(ELSEWHERE, version=2, changed=50)
    batch = fixes((60, "in"), before=(0, "in"))
    _states, found = ZONE.evaluate(ZONE.params(), redrawn, states, batch)
    assert (found.at.tolist(), found.reason) == ([50.0], [REDRAWN])


def test_a_zone_redrawn_around_a_boat_says_nothing():
    states, _told = run(zones(), fixes((0, "in")))
    wider = zones(shapely.box(105.9, 18.9, 106.2, 19.2), version=2, changed=50)
    batch = fixes((60, "in"), before=(0, "in"))
    after, found = ZONE.evaluate(ZONE.params(), wider, states, batch)
    assert len(found) == 0
    assert (after.zone_version.tolist(), after.since.tolist()) == ([2], [0.0])


def test_a_boat_that_goes_from_one_zone_to_the_next_leaves_before_it_enters():
    areas = np.array([SQUARE, shapely.box(106.1, 19.0, 106.2, 19.1)], dtype=object)
    shapely.prepare(areas)
    both = Zones(id=np.array([1, 2]), version=np.array([1, 1]), title=["a", "b"],
                 area=areas)  # fmt: skip
    batch = Batch(
        feature_id=np.ones(2, dtype=np.int64), at=np.array([0.0, 60.0]),
        lon=np.array([106.05, 106.15]), lat=np.array([19.05, 19.05]),
    )  # fmt: skip
    states, found = ZONE.evaluate(ZONE.params(), both, no_states(), batch)
    told = [
        (float(at), int(states.zone_id[state]), bool(on))
        for at, state, on in zip(found.at, found.state, found.on, strict=True)
    ]
    assert told == [(0, 1, True), (60, 1, False), (60, 2, True)]


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_fixes_at_one_instant_the_one_inside_counts(turned):
    first, second = ("out", "in") if not turned else ("in", "out")
    _states, told = run(zones(), fixes((0, "out"), (60, first), (60, second)))
    assert told == [(60, "on", "")]


# 300 m beside the square: an error of 500 m reaches over its border, one of 200 not
@pytest.mark.parametrize(
    ("error_m", "expected"),
    [
        (500, [(0, "on", "")]),
        (200, [(0, "on", ""), (60, "off", "")]),
    ],
)
def test_a_fix_whose_error_reaches_over_the_border_says_nothing(error_m, expected):
    batch = fixes((0, "in"), (60, "beside"), error_m=[5, error_m])
    assert run(zones(), batch)[1] == expected


def test_a_coarse_fix_near_the_border_does_not_enter():
    # the middle of the square is 5.3 km from its border
    assert run(zones(), fixes((0, "in"), error_m=[6_000]))[1] == []
    assert run(zones(), fixes((0, "in"), error_m=[5_000]))[1] == [(0, "on", "")]


FISHING = {"speed_min_kn": 1, "speed_max_kn": 5, "dwell_minutes": 60}


def test_a_boat_that_passes_through_is_not_fishing_there():
    batch = fixes(*[(t, "in") for t in range(0, 7_201, 600)], speed_kn=[8.5] * 13)
    assert run(zones(), batch, **FISHING)[1] == []


def test_a_boat_at_anchor_is_not_fishing_there():
    batch = fixes(*[(t, "in") for t in range(0, 7_201, 600)], speed_kn=[0.2] * 13)
    assert run(zones(), batch, **FISHING)[1] == []


def test_an_hour_at_the_speed_of_trawling_is_fishing_and_over_when_it_steams():
    rows = [(t, "in") for t in range(0, 7_201, 600)]
    speeds = [3.0] * 9 + [8.0] * 4
    assert run(zones(), fixes(*rows, speed_kn=speeds), **FISHING)[1] == [
        (3_600, "on", ""),
        (5_400, "off", ""),
    ]


def test_leaving_needs_no_dwelling():
    rows = [(0, "in"), (3_600, "in"), (3_700, "out")]
    assert run(zones(), fixes(*rows), dwell_minutes=60)[1] == [
        (3_600, "on", ""),
        (3_700, "off", ""),
    ]


def test_where_no_speed_was_said_the_way_since_the_fix_before_tells_it():
    rows = [(0, "in"), (7_200, "in")]
    batch = fixes(*rows, speed_kn=[np.nan, np.nan])
    # it stayed where it was: too slow to be fishing
    assert run(zones(), batch, speed_min_kn=1)[1] == []
    assert run(zones(), batch, speed_max_kn=1)[1] == [(7_200, "on", "")]
