"""Which tiles a change touches: all of them, and few others."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.core.mercator import EXTENT, HALF_M, Bounds, tile_bounds
from tiles import clock as module
from tiles.clock import DEEPEST, LOW_ZOOM, TileClock, touched

metres = st.floats(-HALF_M, HALF_M)
sizes = st.floats(0, 6).map(lambda power: 10**power - 1)


def box_at(x: float, y: float, width: float, height: float) -> Bounds:
    return x, y, min(x + width, HALF_M), min(y + height, HALF_M)


def meets(box: Bounds, z: int, x: int, y: int, units: int) -> bool:
    """Whether the square of a tile, so many units wider, meets the box."""
    west, south, east, north = tile_bounds(z, x, y, units / EXTENT)
    return box[0] <= east and box[2] >= west and box[1] <= north and box[3] >= south


def tile_at(z: int, x: float, y: float) -> tuple[int, int]:
    size, last = 2 * HALF_M / 2**z, 2**z - 1
    column, row = math.floor((x + HALF_M) / size), math.floor((HALF_M - y) / size)
    return min(max(column, 0), last), min(max(row, 0), last)


@given(
    box=st.builds(box_at, metres, metres, sizes, sizes),
    z=st.integers(0, 22),
    near=st.tuples(st.integers(-2, 2), st.integers(-2, 2)),
    corner=st.sampled_from([(0, 1), (2, 3), (0, 3), (2, 1)]),
    buffer=st.sampled_from([0, 64, 256]),
)
def test_a_tile_is_marked_when_a_box_meets_it_with_its_buffer(
    box: Bounds,
    z: int,
    near: tuple[int, int],
    corner: tuple[int, int],
    buffer: int,
) -> None:
    clock = TileClock(buffer, refresh_s=0.0)
    clock.mark_all(1)
    clock.version(0, 0, 0)
    clock.mark_boxes(2, [box])
    x, y = tile_at(z, box[corner[0]], box[corner[1]])
    x, y = x + near[0], y + near[1]
    if not (0 <= x < 2**z and 0 <= y < 2**z):
        return
    if meets(box, z, x, y, buffer):
        assert clock.version(z, x, y) == 2
    elif z <= DEEPEST and (box[2] - box[0]) < 1 and (box[3] - box[1]) < 1:
        # points are followed down; of areas a little more is marked
        assert meets(box, z, x, y, buffer + 2) or clock.version(z, x, y) == 1


@given(box=st.builds(box_at, metres, metres, sizes, sizes))
def test_a_change_costs_few_marks_however_large_it_is(box: Bounds) -> None:
    clock = TileClock(64)
    clock.mark_boxes(1, [box])
    assert len(clock) < 2_000


def test_a_point_touches_about_one_tile_per_zoom() -> None:
    """(1 + 2 * 64/4096)**2 = 1.06, and the deepest stands for all below it."""
    rng = np.random.default_rng(1)
    points = rng.uniform(-HALF_M, HALF_M, (500, 2))
    marks = [len(list(touched((x, y, x, y), 64))) for x, y in points]
    assert 17 <= np.mean(marks) < 17 * 1.1


def test_versions_only_grow_and_stay_where_nothing_happened() -> None:
    clock = TileClock(64, refresh_s=0.0)
    clock.mark_all(5)
    here, there = (0.0, 0.0, 1.0, 1.0), (9e6, 9e6, 9e6, 9e6)
    tile = (12, *tile_at(12, 9e6, 9e6))
    clock.mark_boxes(6, [here])
    assert clock.version(*tile) == 5
    clock.mark_boxes(7, [there])
    assert clock.version(*tile) == 7
    clock.mark_all(8)
    clock.mark_all(3)
    assert clock.version(*tile) == clock.version(0, 0, 0) == 8


def test_before_the_first_news_no_version_is_one_that_others_use() -> None:
    """A shared cache must not take such a tile for one of the database's numbers."""
    first, second = TileClock(64), TileClock(64)
    versions = {c.version(z, 0, 0) for c in (first, second) for z in (0, 9)}
    assert len(versions) == 2
    assert max(versions) < 0


def test_low_zooms_are_made_anew_at_most_so_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(module, "monotonic", lambda: now)
    clock = TileClock(64, refresh_s=10.0)
    clock.mark_all(1)
    box = (0.0, 0.0, 1.0, 1.0)
    low = (LOW_ZOOM, *tile_at(LOW_ZOOM, 0, 0))
    high = (LOW_ZOOM + 1, *tile_at(LOW_ZOOM + 1, 0, 0))
    assert clock.version(*low) == 1
    clock.mark_boxes(2, [box])
    assert (clock.version(*low), clock.version(*high)) == (1, 2)
    clock.mark_all(3)
    assert (clock.version(*low), clock.version(*high)) == (1, 3)
    now += 10
    assert clock.version(*low) == 3
    clock.mark_boxes(4, [(-HALF_M, -HALF_M, HALF_M, HALF_M)])
    assert (clock.version(*low), clock.version(*high)) == (3, 4)
    now += 10
    assert clock.version(*low) == 4


def test_memory_is_bounded_and_forgetting_never_makes_a_tile_older(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAX_MARKS", 1_000)
    clock = TileClock(64, refresh_s=0.0)
    rng = np.random.default_rng(2)
    expected: dict[tuple[int, int, int], int] = {}
    for seq, (x, y) in enumerate(rng.uniform(-HALF_M, HALF_M, (500, 2)), start=1):
        clock.mark_boxes(seq, [(x, y, x, y)])
        expected[(14, *tile_at(14, x, y))] = seq
        assert len(clock) < 1_000 + 2_000, "low zooms are few, and one change is added"
    for tile, seq in expected.items():
        assert clock.version(*tile) >= seq
    newest = max(expected.values())
    untouched = [clock.version(14, 5, n) for n in range(50)]
    assert max(untouched) < newest, "what is new is still known tile by tile"


def test_marking_points_and_marking_their_boxes_agree() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.uniform(-HALF_M, HALF_M, (2, 300))
    by_box, by_point = TileClock(64, 0.0), TileClock(64, 0.0)
    for clock in (by_box, by_point):
        clock.mark_all(1)
    by_box.mark_boxes(2, [(a, b, a, b) for a, b in zip(x, y, strict=True)])
    by_point.mark_points(2, x, y)
    for z in (0, 4, 7, 11, 16, 19):
        for a, b in zip(x, y, strict=True):
            tile = (z, *tile_at(z, a, b))
            assert by_box.version(*tile) == by_point.version(*tile) == 2
