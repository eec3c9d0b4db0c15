"""Tails: rings of places, and their lines in tiles."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.core.live_tails import TailRows, Tails
from layers.core.mercator import EXTENT, tile_bounds, tile_size_m
from layers.core.spec import TailSpec
from tiles.tails import encode_tails

from .service import decode

SPEC = TailSpec(relation="nowhere", minutes=60, gap_minutes=15, points=6)
TILE = (9, 405, 227)
WEST, SOUTH, EAST, NORTH = tile_bounds(*TILE)
UNIT_M = tile_size_m(TILE[0]) / EXTENT
NOW_S = 1_800_000_000.0
WORLD = (-3e7, -3e7, 3e7, 3e7)

# seconds before now, tile coordinates
Fix = tuple[float, int, int]


def add(tails: Tails, slot: int, fix: Fix) -> Any:
    ago_s, px, py = fix
    return tails.add(
        np.array([slot]),
        np.array([NOW_S - ago_s]),
        np.array([WEST + px * UNIT_M]),
        np.array([NORTH - py * UNIT_M]),
    )


def tails_of(*boats: list[Fix], spec: TailSpec = SPEC) -> Tails:
    tails = Tails(spec)
    for slot, fixes in enumerate(boats):
        for fix in fixes:
            add(tails, slot, fix)
    return tails


def rows(tails: Tails) -> TailRows:
    found = tails.crossing(WORLD)
    assert found is not None
    return found


def lines(tails: Tails, now_s: float = NOW_S) -> dict[int, list[list[list[int]]]]:
    """The runs of each feature, by id (a hundred and the slot)."""
    found = rows(tails)
    tile = encode_tails(
        "boats_tail", found.slots + 100, found, tails.spec, TILE, 64, now_s
    )
    if not tile:
        return {}
    runs = {}
    for feature in decode(tile)["boats_tail"]["features"]:
        shape = feature["geometry"]
        one = shape["type"] == "LineString"
        runs[feature["id"]] = [shape["coordinates"]] if one else shape["coordinates"]
    return runs


def test_a_tail_is_a_line_through_the_places_in_order_of_time() -> None:
    tails = tails_of([(1800, 10, 10), (1200, 20, 30), (600, 40, 35), (0, 60, 35)])
    assert lines(tails) == {100: [[[10, 10], [20, 30], [40, 35], [60, 35]]]}


def test_places_that_follow_each_other_closely_are_thinned_but_the_newest_stays() -> (
    None
):
    fixes = [(3600 - 10 * n, n, 0) for n in range(361)]
    (run,) = lines(tails_of(fixes))[100]
    assert run[-1] == [360, 0]
    assert len(run) <= SPEC.points
    assert run == sorted(run)


def test_what_is_not_newer_changes_nothing() -> None:
    tails = tails_of([(1200, 10, 10), (600, 20, 20)])
    before = lines(tails)
    assert len(add(tails, 0, (900, 500, 500))) == 0
    assert len(add(tails, 0, (600, 500, 500))) == 0
    assert lines(tails) == before


def test_a_tail_ends_where_the_last_hour_begins() -> None:
    tails = tails_of([(4000, 10, 10), (1200, 20, 20), (600, 30, 30), (0, 40, 40)])
    spec_gap = lines(tails)[100]
    assert spec_gap == [[[20, 20], [30, 30], [40, 40]]]
    assert lines(tails, NOW_S + 3600) == {}


def test_silence_breaks_the_line_and_rest_does_not() -> None:
    silent = [(2400, 10, 10), (1800, 20, 20), (600, 30, 30), (0, 40, 40)]
    resting = [(2400, 10, 90), (1800, 20, 90), (1200, 20, 90), (600, 20, 90), (0, 9, 9)]
    found = lines(tails_of(silent, resting))
    assert found[100] == [[[10, 10], [20, 20]], [[30, 30], [40, 40]]]
    assert found[101] == [[[10, 90], [20, 90], [9, 9]]]


def test_what_is_far_outside_of_the_tile_is_left_out() -> None:
    fixes = [(1800, 50, 50), (1200, -900, 50), (600, -9_000, 50), (0, -9_000, 900)]
    assert lines(tails_of(fixes)) == {100: [[[50, 50], [-900, 50]]]}
    assert lines(tails_of([(600, -900, 0), (0, -800, 0)])) == {}


def test_one_place_is_no_line() -> None:
    assert lines(tails_of([(0, 5, 5)])) == {}
    assert lines(tails_of([(600, 5, 5), (0, 5, 5)])) == {}


def test_the_tails_of_a_box_are_found_also_when_the_boat_has_left_it() -> None:
    tails = tails_of(
        [(1200, 50, 50), (600, 9_000, 50)],
        [(1200, 9_000, 60), (600, 9_100, 60)],
    )
    found = tails.crossing((WEST, SOUTH, EAST, NORTH))
    assert found is not None
    assert found.slots.tolist() == [0]


def test_more_tails_than_a_tile_should_show_are_not_drawn() -> None:
    spec = TailSpec(relation="nowhere", most=1)
    tails = tails_of([(600, 1, 1), (0, 2, 2)], [(600, 3, 3), (0, 4, 4)], spec=spec)
    assert tails.crossing(WORLD) is None


def test_tails_follow_their_features_to_new_slots() -> None:
    tails = tails_of([(600, 1, 1), (0, 2, 2)], [(600, 3, 3), (0, 4, 4)])
    tails.settle(np.array([-1, 1, -1, 0]))
    assert lines(tails) == {101: [[[3, 3], [4, 4]]], 103: [[[1, 1], [2, 2]]]}
    add(tails, 0, (0, 7, 7))
    assert len(rows(tails).slots) == 3


FIXES = st.lists(
    st.tuples(
        st.integers(0, 4_000), st.integers(-400, 4_500), st.integers(-400, 4_500)
    ),
    max_size=30,
).map(lambda fixes: sorted(fixes, reverse=True))


@settings(max_examples=200)
@given(st.lists(FIXES, max_size=4))
def test_lines_are_those_of_a_plain_reading_of_the_rings(
    boats: list[list[Fix]],
) -> None:
    tails = tails_of(*boats)
    found = rows(tails)
    wanted = {}
    for k, slot in enumerate(found.slots.tolist()):
        ring = [
            (at, round((x / 100 - WEST) / UNIT_M), round((NORTH - y / 100) / UNIT_M))
            for at, x, y in zip(found.at[k], found.x[k], found.y[k], strict=True)
            if at > NOW_S - 3600
        ]
        plain = plain_runs([(int(at), x, y) for at, x, y in ring])
        if plain:
            wanted[100 + slot] = plain
    assert lines(tails) == wanted


def plain_runs(ring: list[tuple[int, int, int]]) -> list[list[list[int]]]:
    runs: list[list[list[int]]] = []
    current: list[list[int]] = []
    for (at, *start), (later, *end) in pairwise(ring):
        broken = later - at > 900
        if not broken and start == end:
            continue
        outside = any(
            max(a, b) < -64 or min(a, b) > 4160 for a, b in zip(start, end, strict=True)
        )
        if broken or outside:
            current = []
            continue
        if not current:
            current = [start]
            runs.append(current)
        current.append(end)
    return runs


@settings(max_examples=100)
@given(FIXES)
def test_the_boxes_drawn_anew_hold_every_change(fixes: list[Fix]) -> None:
    tails = Tails(SPEC)
    for fix in fixes:
        before = rows(tails)
        old = points(before)
        boxes = add(tails, 0, fix)
        new = points(rows(tails))
        for x, y in {p for p in old ^ new if p not in dropped(old, new)}:
            west, south, east, north = boxes[0]
            assert west - 0.02 <= x <= east + 0.02
            assert south - 0.02 <= y <= north + 0.02


def points(found: TailRows) -> set[tuple[float, float]]:
    known = found.at > 0
    return set(zip(found.x[known] / 100, found.y[known] / 100, strict=True))


def dropped(old: set[Any], new: set[Any]) -> set[Any]:
    """A full ring lets its oldest place go, which is as good as an hour old."""
    return old - new if len(old) == SPEC.points else set()
