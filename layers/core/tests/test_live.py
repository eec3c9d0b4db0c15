"""The arrays in memory, without a database."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from layers.core.live import Dictionary, LiveArrays
from layers.core.scope import Grant
from layers.core.spec import ScopeSpec

from .boats import SLUG, layer

# id, seq, x, y, at, scope, title, kind, speed_kn, crew, moored, draught, seen
Row = tuple[Any, ...]


def row(
    boat_id: int, seq: int = 1, x: float = 0.0, y: float = 0.0, **other: Any
) -> Row:
    return (
        boat_id,
        seq,
        x,
        y,
        other.get("at", 1_000.5),
        other.get("unit", 1),
        other.get("title", f"Boat {boat_id}"),
        other.get("kind", "fishing"),
        other.get("speed_kn", 4.5),
        6,
        False,
        1.25,
        1_000,
    )


def arrays(*rows: Row, **changes: Any) -> LiveArrays:
    live = LiveArrays(layer(**changes))
    live.apply(rows)
    return live


def grant(*units: int) -> Grant:
    return Grant(
        user_id=1,
        layers=frozenset({SLUG}),
        units=frozenset(units) if units else None,
    )


def test_a_row_that_comes_again_replaces_the_old_one() -> None:
    live = arrays(row(7, 1, x=10.0), row(8, 1))
    live.apply([row(7, 2, x=20.0, title="Renamed")])
    snapshot = live.snapshot()
    assert snapshot.ids.tolist() == [7, 8]
    assert snapshot.x.tolist() == [20.0, 0.0]
    assert snapshot.columns["title"].take(np.array([0])) == ["Renamed"]
    assert (snapshot.seq, snapshot.seqs.tolist()) == (2, [2, 1])


def test_a_snapshot_stays_as_it_was_when_rows_move_on() -> None:
    live = arrays(row(7, 1, x=10.0, kind="fishing"))
    before = live.snapshot()
    live.apply([row(7, 2, x=20.0, kind="cargo")])
    assert before.x.tolist() == [10.0]
    assert before.columns["kind"].take(np.array([0])) == ["fishing"]
    assert live.snapshot().columns["kind"].take(np.array([0])) == ["cargo"]


def test_one_snapshot_is_shared_until_something_changes() -> None:
    live = arrays(row(7))
    assert live.snapshot() is live.snapshot()
    before = live.snapshot()
    live.apply([row(7, 2)])
    assert live.snapshot() is not before


def test_arrays_grow_beyond_their_first_size() -> None:
    live = arrays(*(row(n, n, x=float(n)) for n in range(1, 3_001)))
    snapshot = live.snapshot()
    assert len(snapshot) == 3_000
    assert snapshot.x.sum() == sum(range(3_001))
    assert snapshot.changed_since(2_990).tolist() == list(range(2_990, 3_000))


def test_missing_and_unfit_values_are_null() -> None:
    live = arrays(
        row(1, title=None, kind=None, speed_kn=None),
        row(2, speed_kn=float("nan"), x=None, y=None, at=None),
    )
    snapshot = live.snapshot()
    both = np.array([0, 1])
    assert snapshot.columns["title"].take(both) == [None, "Boat 2"]
    assert snapshot.columns["speed_kn"].take(both) == [None, None]
    assert snapshot.columns["at"].take(both) == [1_000, None]
    assert snapshot.inside((-1e9, -1e9, 1e9, 1e9)).tolist() == [0]


@given(
    st.lists(st.tuples(st.floats(-100, 100), st.floats(-100, 100)), max_size=60),
    st.tuples(*[st.floats(-120, 120)] * 4),
)
def test_a_box_finds_exactly_the_rows_that_lie_in_it(
    points: list[tuple[float, float]], corners: tuple[float, float, float, float]
) -> None:
    west, east = sorted(corners[:2])
    south, north = sorted(corners[2:])
    live = arrays(*(row(n, 1, x=x, y=y) for n, (x, y) in enumerate(points)))
    found = live.snapshot().inside((west, south, east, north))
    assert sorted(found.tolist()) == [
        n
        for n, (x, y) in enumerate(points)
        if west <= x <= east and south <= y <= north
    ]


def test_rows_of_other_units_and_of_no_unit_are_invisible() -> None:
    snapshot = arrays(row(1, unit=1), row(2, unit=2), row(3, unit=None)).snapshot()
    every = np.arange(3)
    assert snapshot.visible(grant(1), every).tolist() == [0]
    assert snapshot.visible(grant(9), every).tolist() == []
    assert snapshot.visible(grant(), every).tolist() == [0, 1, 2]
    assert snapshot.visible(Grant(units=None), every).tolist() == []


def test_a_row_of_several_units_is_visible_to_each() -> None:
    snapshot = arrays(
        row(1, unit=[1, 2]),
        row(2, unit=[3]),
        row(3, unit=[]),
        scope=ScopeSpec(kind="units"),
    ).snapshot()
    every = np.arange(3)
    assert snapshot.visible(grant(2), every).tolist() == [0]
    assert snapshot.visible(grant(1, 3), every).tolist() == [0, 1]


def test_rows_stamped_late_are_seen_as_changed() -> None:
    live = arrays(row(1, 5), row(2, 5))
    differ = live.apply([row(1, 5), row(2, 5, title="Renamed")], stamp=9)
    assert differ == 1
    assert live.snapshot().changed_since(5).tolist() == [1]
    assert live.snapshot().seqs.tolist() == [5, 9]


def test_values_that_no_row_has_any_more_are_forgotten() -> None:
    live = arrays(row(1))
    for n in range(12_000):
        live.apply([row(1, n, title=f"Name {n}")])
    table = live.snapshot().columns["title"]
    assert len(table.table) < 10_100
    assert table.take(np.array([0])) == ["Name 11999"]


@given(st.lists(st.one_of(st.none(), st.text(max_size=3)), max_size=50))
def test_a_dictionary_gives_back_what_was_put_in(values: list[str | None]) -> None:
    table = Dictionary()
    codes = table.encode(values)
    assert [None if c < 0 else table.values[c] for c in codes.tolist()] == values
    assert len(table) == len({value for value in values if value is not None})
