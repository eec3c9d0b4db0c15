"""Grid aggregation against counting by hand."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.core.live import LiveArrays, Snapshot
from layers.core.live_read import SCOPE
from layers.core.mercator import HALF_M, tile_bounds, tile_size_m
from layers.core.spec import GridSpec
from layers.core.tests.batches import batch
from layers.core.tests.boats import layer
from tiles.grid import cells_of, encode_grid

from .service import decode

GRID = GridSpec(
    cells=4,
    threshold=0,
    worst="kind",
    ranks=("fine", "bad", "worse"),
    dominant="crew",
)
Z, X, Y = 6, 50, 28
Point = tuple[float, float, str | None, int | None]


def snapshot(points: list[Point]) -> Snapshot:
    """Points in parts of the tile (0-1, y down), kind, crew."""
    west, _south, _east, north = tile_bounds(Z, X, Y)
    size = tile_size_m(Z)
    arrays = LiveArrays(layer())
    rows = [
        {
            "id": n,
            "seq": 1,
            "x": west + x * size,
            "y": north - y * size,
            "at": 1_000.0,
            SCOPE: 1,
            "kind": kind,
            "crew": crew,
        }
        for n, (x, y, kind, crew) in enumerate(points)
    ]
    arrays.apply(batch(arrays.layer, rows))
    return arrays.snapshot()


def cells(points: list[Point], tile: tuple[int, int, int]) -> list[dict[str, Any]]:
    held = snapshot(points)
    found = cells_of(GRID, held, np.arange(len(held)), tile)
    if not len(found.rows):
        return []
    drawn = encode_grid("g", GRID, held, found, tile, ("kind", "crew"))
    if not drawn:
        return []
    return decode(drawn)["g"]["features"]


PART = st.floats(-0.5, 1.5, width=32)
POINTS = st.lists(
    st.tuples(
        PART,
        PART,
        st.sampled_from([None, "fine", "bad", "worse", "other"]),
        st.none() | st.integers(0, 3),
    ),
    max_size=40,
)


@settings(max_examples=150)
@given(POINTS)
def test_cells_count_what_lies_in_them(points: list[Point]) -> None:
    held = snapshot(points)
    size, side = tile_size_m(Z), GRID.cells
    by_cell = defaultdict(list)
    for row in range(len(held)):
        column = math.floor((held.x[row] + HALF_M) / size * side) - X * side
        line = math.floor((HALF_M - held.y[row]) / size * side) - Y * side
        if 0 <= column < side and 0 <= line < side:
            by_cell[line, column].append(points[row])
    wanted = []
    for members in by_cell.values():
        if len(members) > 1:
            ranks = [GRID.ranks.index(k) for _, _, k, _ in members if k in GRID.ranks]
            crews = Counter(c for _, _, _, c in members if c is not None)
            summary: dict[str, Any] = {"count": len(members)}
            if ranks:
                summary["kind"] = GRID.ranks[max(ranks)]
            if crews:
                most = max(crews.values())
                summary["crew"] = min(c for c, n in crews.items() if n == most)
            wanted.append(summary)
    found = [feature["properties"] for feature in cells(points, (Z, X, Y))]
    assert sorted(map(str, map(sorted_items, found))) == sorted(
        map(str, map(sorted_items, wanted))
    )


def sorted_items(properties: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(properties.items())


@settings(max_examples=100)
@given(POINTS)
def test_every_point_is_in_one_cell_of_one_of_the_neighbours(
    points: list[Point],
) -> None:
    held = snapshot(points)
    every = np.arange(len(held))
    seen = [
        row
        for dx in (-1, 0, 1)
        for dy in (-1, 0, 1)
        for row in cells_of(GRID, held, every, (Z, X + dx, Y + dy)).rows.tolist()
    ]
    assert sorted(seen) == every.tolist()


def test_the_point_of_a_cell_lies_where_its_rows_are_and_has_no_id() -> None:
    (feature,) = cells(
        [(0.1, 0.1, "bad", 1), (0.2, 0.1, None, 1), (0.9, 0.9, None, None)],
        (Z, X, Y),
    )
    assert feature["geometry"]["coordinates"] == [614, 410]
    assert not feature.get("id")
    assert feature["properties"] == {"count": 2, "kind": "bad", "crew": 1}


def test_rows_alone_in_their_cell_are_named() -> None:
    held = snapshot([(0.1, 0.1, None, 1), (0.11, 0.1, None, 1), (0.9, 0.9, None, 1)])
    found = cells_of(GRID, held, np.arange(3), (Z, X, Y))
    assert found.alone.tolist() == [2]
