"""Hand-worked sequences for every kind: the exact transitions expected."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.alerts.kinds import kinds
from layers.alerts.kinds.base import LATE_S, TAIL, no_states, no_zones
from layers.alerts.kinds.geometry import grown

from .helpers import BESIDE, INSIDE, OUTSIDE, SQUARE, batch, told, zones

ZONE, THRESHOLD, SILENCE = kinds["zone"], kinds["threshold"], kinds["silence"]

# (what it shows, parameters, batches as they arrive, transitions expected)
ZONE_CASES = [
    ("a boat comes in and goes out", {}, [[(0, "out"), (60, "in"), (120, "out")]],
     [(60, "on"), (120, "off")]),
    ("a boat first seen inside is inside", {}, [[(10, "in")]], [(10, "on")]),
    ("a boat never near is nothing", {}, [[(0, "out")], [(60, "out")]], []),
    ("two fixes are needed", {"fixes": 2}, [[(0, "in")], [(60, "in")]], [(60, "on")]),
    ("one wild fix among two needed is nothing", {"fixes": 2},
     [[(0, "out"), (60, "in"), (120, "out"), (180, "out")]], []),
    ("one wild fix outside does not end it", {"fixes": 2},
     [[(0, "in"), (60, "in"), (120, "out"), (180, "in")]], [(60, "on")]),
    ("ten minutes inside are needed, over batches", {"minutes": 10},
     [[(0, "in")], [(300, "in")], [(600, "in")]], [(600, "on")]),
    ("minutes begin anew after leaving", {"minutes": 10},
     [[(0, "in"), (300, "out"), (400, "in"), (700, "in"), (1000, "in")]],
     [(1000, "on")]),
    ("beside the zone is still inside with hysteresis", {"hysteresis_m": 500},
     [[(0, "in"), (60, "beside"), (120, "out")]], [(0, "on"), (120, "off")]),
    ("beside the zone is outside without", {},
     [[(0, "in"), (60, "beside")]], [(0, "on"), (60, "off")]),
    ("coming close does not enter with hysteresis", {"hysteresis_m": 500},
     [[(0, "out"), (60, "beside")]], []),
    ("the same batch twice tells nothing new", {},
     [[(0, "in")], [(0, "in")]], [(0, "on")]),
    ("a late fix inside between two outside is told late", {},
     [[(0, "in"), (20, "out"), (100, "out")], [(60, "in")]],
     [(0, "on"), (20, "off"), (60, "on"), (100, "off")]),
    ("a fix without a position is no evidence", {}, [[(0, "in"), (60, "none")]],
     [(0, "on")]),
]  # fmt: skip


def play(kind, params: dict, area, batches, **more):
    """Feed batches one after the other, as after a restart each time."""
    typed = kind.params.model_validate(params)
    states, seen = no_states(), []
    for rows in batches:
        states, found = kind.evaluate(typed, area, states, batch(rows, **more))
        seen += [entry for entry in told(states, found) if entry not in seen]
    return states, seen


@pytest.mark.parametrize(
    ("params", "batches", "expected"),
    [case[1:] for case in ZONE_CASES],
    ids=[case[0] for case in ZONE_CASES],
)
def test_zone_sequences_give_exactly_these_transitions(params, batches, expected):
    _states, seen = play(ZONE, params, zones(SQUARE), batches)
    assert sorted(seen) == sorted(expected)


def test_all_at_once_and_one_by_one_end_in_the_same_state():
    rows = [(t, "in" if 3 <= t // 60 <= 6 else "out") for t in range(0, 900, 60)]
    once, _ = play(ZONE, {"fixes": 2}, zones(SQUARE), [rows])
    step, _ = play(ZONE, {"fixes": 2}, zones(SQUARE), [[row] for row in rows])
    assert once.active.tolist() == step.active.tolist() == [False]
    assert once.since.tolist() == step.since.tolist() == [480.0]


def test_fixes_older_than_the_folded_past_change_nothing():
    states, _ = play(ZONE, {}, zones(SQUARE), [[(0, "in")], [(10 * LATE_S, "in")]])
    again, found = ZONE.evaluate(
        ZONE.params(), zones(SQUARE), states, batch([(0, "out"), (0, "out")])
    )
    assert len(found) == 0
    assert again.active.tolist() == [True]


def test_a_zone_edited_around_a_boat_keeps_the_confirmed_state():
    states, _ = play(ZONE, {}, zones(SQUARE), [[(0, "in")]])
    wider = zones(shapely.box(105.9, 18.9, 106.2, 19.2), version=2)
    states, found = ZONE.evaluate(ZONE.params(), wider, states, batch([(60, "in")]))
    assert len(found) == 0
    assert states.zone_version.tolist() == [2]
    assert states.active.tolist() == [True]


def test_a_zone_edited_away_from_a_boat_lets_it_go_with_its_next_fix():
    states, _ = play(ZONE, {}, zones(SQUARE), [[(0, "in")]])
    elsewhere = zones(shapely.box(107, 20, 107.1, 20.1), version=2)
    states, found = ZONE.evaluate(ZONE.params(), elsewhere, states, batch([(60, "in")]))
    assert told(states, found) == [(60.0, "off")]


def test_a_zone_edited_during_confirmation_begins_the_confirmation_anew():
    typed = ZONE.params(fixes=2)
    states, _ = ZONE.evaluate(typed, zones(SQUARE), no_states(), batch([(0, "in")]))
    edited = zones(shapely.box(105.9, 18.9, 106.2, 19.2), version=2)
    states, found = ZONE.evaluate(typed, edited, states, batch([(60, "in")]))
    assert len(found) == 0
    states, found = ZONE.evaluate(typed, edited, states, batch([(120, "in")]))
    assert told(states, found) == [(120.0, "on")]


def test_a_zone_that_is_gone_lets_everyone_go():
    states, _ = play(ZONE, {}, zones(SQUARE), [[(0, "in")]])
    states, found = ZONE.evaluate(ZONE.params(), no_zones(), states, batch([(9, "in")]))
    assert told(states, found) == [(9.0, "off")]


def test_features_and_zones_do_not_disturb_each_other():
    area = zones(SQUARE, shapely.box(106.04, 19.04, 106.2, 19.2))
    rows = [(1, 0, "in"), (2, 0, "out"), (1, 60, "out"), (2, 60, "in")]
    states, found = ZONE.evaluate(ZONE.params(), area, no_states(), batch(rows))
    got = {
        (int(states.feature_id[s]), int(states.zone_id[s]), float(at), bool(on))
        for s, at, on in zip(found.state, found.at, found.on, strict=True)
    }
    assert got == {
        (1, 1, 0.0, True), (1, 2, 0.0, True), (1, 1, 60.0, False),
        (1, 2, 60.0, False), (2, 1, 60.0, True), (2, 2, 60.0, True),
    }  # fmt: skip


def test_more_late_fixes_than_the_tail_holds_are_still_folded():
    rows = [(t, "in") for t in range(3 * TAIL)]
    states, seen = play(ZONE, {}, zones(SQUARE), [rows])
    assert seen == [(0.0, "on")]
    assert (states.tail_class[0] == 1).sum() == TAIL
    assert states.base_count.tolist() == [2 * TAIL]


THRESHOLD_CASES = [
    ("over and back", {"limit": 10}, [[(0, 9), (60, 11), (120, 9)]],
     [(60, "on"), (120, "off")]),
    ("exactly the limit is not over it", {"limit": 10}, [[(0, 10)]], []),
    ("inside the dead band it stays", {"limit": 10, "deadband": 2},
     [[(0, 11), (60, 9), (120, 8)]], [(0, "on"), (120, "off")]),
    ("below a limit", {"limit": 5, "direction": "below"}, [[(0, 6), (60, 4), (90, 6)]],
     [(60, "on"), (90, "off")]),
    ("an hour is needed", {"limit": 10, "minutes": 60},
     [[(0, 11)], [(1800, 12)], [(3600, 13)]], [(3600, "on")]),
    ("a missing value is no evidence", {"limit": 10},
     [[(0, 11), (60, float("nan"))]], [(0, "on")]),
    ("a late value in between is put in its place", {"limit": 10},
     [[(0, 11), (120, 11)], [(60, 5)]], [(0, "on"), (60, "off"), (120, "on")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("params", "batches", "expected"),
    [case[1:] for case in THRESHOLD_CASES],
    ids=[case[0] for case in THRESHOLD_CASES],
)
def test_threshold_sequences_give_exactly_these_transitions(params, batches, expected):
    _states, seen = play(
        THRESHOLD, {"field": "level", **params}, no_zones(), batches, field="level"
    )
    assert sorted(seen) == sorted(expected)


def test_a_batch_without_the_field_changes_nothing():
    typed = THRESHOLD.params(field="level", limit=1)
    states, found = THRESHOLD.evaluate(
        typed, no_zones(), no_states(), batch([(0, "in")])
    )
    assert len(states) == len(found) == 0


def silent(states, rows, now, **params):
    typed = SILENCE.params.model_validate({"minutes": 10, **params})
    return SILENCE.evaluate(typed, no_zones(), states, batch(rows, now=now))


def test_silence_begins_at_the_last_word_plus_the_limit_whenever_the_clock_looks():
    for now in (600.0, 660.0, 3_000.0):
        states, found = silent(no_states(), [(0, "in")], now)
        assert told(states, found) == [(600.0, "on")]


def test_silence_is_told_once_and_ends_with_the_next_word():
    states, _ = silent(no_states(), [(0, "in")], 700.0)
    states, found = silent(states, [(0, "in")], 800.0)
    assert len(found) == 0
    states, found = silent(states, [(810, "in")], 820.0)
    assert told(states, found) == [(810.0, "off")]
    assert states.active.tolist() == [False]


def test_a_word_from_before_the_silence_does_not_end_it():
    states, _ = silent(no_states(), [(0, "in")], 700.0)
    states, found = silent(states, [(300, "in")], 0.0)
    assert len(found) == 0
    assert states.active.tolist() == [True]


def test_what_was_silent_too_long_is_not_this_rules_business():
    states, found = silent(no_states(), [(0, "in")], 1e6, until_minutes=60)
    assert len(found) == len(states) == 0


MOMENTS = st.lists(
    st.tuples(st.integers(0, 1_200), st.sampled_from(["in", "out", "beside"])),
    min_size=1,
    max_size=14,
    unique_by=lambda row: row[0],
)


@settings(max_examples=150)
@given(rows=MOMENTS, data=st.data())
def test_any_order_of_arrival_ends_in_the_same_state(rows, data):
    params = {
        "fixes": data.draw(st.integers(1, 3)),
        "minutes": data.draw(st.sampled_from([0, 2])),
        "hysteresis_m": data.draw(st.sampled_from([0, 500])),
    }
    area = zones(SQUARE)
    # once in contact (an old fix inside), whatever order the rest comes in
    contact = (-1_000, "in")
    ordered = sorted(rows)
    shuffled = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(0, len(rows)))
    again = data.draw(st.sampled_from(rows))
    want, _ = play(ZONE, params, area, [[contact], ordered])
    got, _ = play(
        ZONE, params, area, [[contact], *[[row] for row in shuffled[:cut]], [again],
                             shuffled[cut:] or [again]],
    )  # fmt: skip
    assert got.active.tolist() == want.active.tolist()
    assert got.last_at.tolist() == want.last_at.tolist()
    assert np.array_equal(got.tail_at, want.tail_at, equal_nan=True)


@settings(max_examples=50)
@given(rows=MOMENTS)
def test_the_same_input_twice_changes_nothing(rows):
    area = zones(SQUARE)
    once, _ = play(ZONE, {"fixes": 2}, area, [rows])
    twice, _found = ZONE.evaluate(ZONE.params(fixes=2), area, once, batch(rows))
    for name in ("active", "last_at", "base_count", "tail_class"):
        assert np.array_equal(getattr(once, name), getattr(twice, name))


def test_a_widened_zone_is_wider_by_about_so_many_metres():
    (wide,) = grown(zones(SQUARE).area, 1_000.0)
    assert shapely.contains(wide, shapely.Point(BESIDE))
    degree_m = 111_320 * np.cos(np.radians(19.05))
    assert (wide.bounds[2] - 106.1) * degree_m == pytest.approx(1_000, rel=0.02)


def test_points_are_found_in_the_right_areas():
    area = zones(SQUARE, shapely.box(106.4, 19.4, 106.6, 19.6))
    lon, lat = np.array([INSIDE, OUTSIDE, (0.0, 0.0)]).T
    point, zone, _deep = area.search.points(lon, lat)
    assert sorted(zip(point.tolist(), zone.tolist(), strict=True)) == [(0, 0), (1, 1)]
