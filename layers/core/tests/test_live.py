"""The arrays in memory, without a database."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from layers.core.live import Change, LiveArrays
from layers.core.live_columns import Column, Dictionary
from layers.core.live_read import SCOPE
from layers.core.scope import Grant
from layers.core.spec import ScopeSpec

from .batches import batch
from .boats import SLUG, layer

Row = dict[str, Any]


def row(
    boat_id: int, seq: int = 1, x: float = 0.0, y: float = 0.0, **other: Any
) -> Row:
    return {
        "id": boat_id,
        "seq": seq,
        "x": x,
        "y": y,
        "at": 1_000.5,
        SCOPE: other.pop("unit", 1),
        "title": f"Boat {boat_id}",
        "kind": "fishing",
        "speed_kn": 4.5,
        "crew": 6,
        "moored": False,
        "draught": 1.25,
        "seen": 1_000,
        **other,
    }


def put(live: LiveArrays, *rows: Row, stamp: int | None = None) -> Change:
    return live.apply(batch(live.layer, rows), stamp)


def arrays(*rows: Row, **changes: Any) -> LiveArrays:
    live = LiveArrays(layer(**changes))
    put(live, *rows)
    live.reached(max((given["seq"] for given in rows), default=0))
    return live


def grant(*units: int) -> Grant:
    return Grant(
        user_id=1,
        layers=frozenset({SLUG}),
        units=frozenset(units) if units else None,
    )


def test_a_row_that_comes_again_replaces_the_old_one() -> None:
    live = arrays(row(7, 1, x=10.0), row(8, 1))
    put(live, row(7, 2, x=20.0, title="Renamed"))
    live.reached(2)
    snapshot = live.snapshot()
    assert snapshot.ids.tolist() == [7, 8]
    assert snapshot.x.tolist() == [20.0, 0.0]
    assert snapshot.columns["title"].take(np.array([0])) == ["Renamed"]
    assert (snapshot.seq, snapshot.seqs.tolist()) == (2, [2, 1])


def test_a_snapshot_stays_as_it_was_when_rows_move_on() -> None:
    live = arrays(row(7, 1, x=10.0, kind="fishing"))
    before = live.snapshot()
    put(live, row(7, 2, x=20.0, kind="cargo"))
    assert before.x.tolist() == [10.0]
    assert before.columns["kind"].take(np.array([0])) == ["fishing"]
    assert live.snapshot().columns["kind"].take(np.array([0])) == ["cargo"]


def test_one_snapshot_is_shared_until_something_changes() -> None:
    live = arrays(row(7))
    assert live.snapshot() is live.snapshot()
    before = live.snapshot()
    put(live, row(7, 2))
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
    change = put(live, row(1, 5), row(2, 5, title="Renamed"), stamp=9)
    assert change.slots.tolist() == [1]
    assert live.snapshot().changed_since(5).tolist() == [1]
    assert live.snapshot().seqs.tolist() == [5, 9]


def test_values_that_no_row_has_any_more_are_forgotten() -> None:
    live = arrays(row(1))
    for n in range(12_000):
        put(live, row(1, n, title=f"Name {n}"))
    table = live.snapshot().columns["title"]
    assert len(table.table) < 10_100
    assert table.take(np.array([0])) == ["Name 11999"]


KEYS = st.one_of(st.integers(-3, 3), st.integers(-(2**63), 2**63 - 1))


@given(st.lists(st.lists(KEYS, max_size=20), max_size=8))
def test_a_dictionary_gives_back_what_was_put_in(batches: list[list[int]]) -> None:
    table = Dictionary()
    for keys in batches:
        codes = table.encode(np.array(keys, np.int64), np.ndarray.tolist)
        assert [table.values[code] for code in codes.tolist()] == keys
    assert len(table) == len({key for keys in batches for key in keys})


@given(st.lists(KEYS, min_size=1, max_size=30), st.data())
def test_a_compacted_dictionary_means_the_same(
    keys: list[int], data: st.DataObject
) -> None:
    table = Dictionary()
    codes = table.encode(np.array(keys, np.int64), np.ndarray.tolist)
    some = data.draw(st.lists(st.sampled_from([-1, *codes.tolist()])))
    smaller, fewer = table.compact(np.array(some, np.int32))
    before = [None if code < 0 else table.values[code] for code in some]
    after = [None if code < 0 else smaller.values[code] for code in fewer.tolist()]
    assert after == before
    again = smaller.encode(np.array(keys, np.int64), np.ndarray.tolist)
    assert [smaller.values[code] for code in again.tolist()] == keys


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(-2, 2))),
        max_size=8,
    )
)
def test_a_column_knows_what_changed(
    batches: list[list[tuple[int, int | None]]],
) -> None:
    column, held = Column("integer"), dict.fromkeys(range(10))
    for given_rows in batches:
        rows = dict(given_rows)
        slots = np.array(list(rows), np.intp)
        null = np.array([value is None for value in rows.values()], bool)
        keys = np.array([value or 0 for value in rows.values()], np.int64)
        changed = column.changed(slots, keys, null if null.any() else None)
        assert changed.tolist() == [held[k] != rows[k] for k in rows]
        column.put(slots, keys, null, np.ndarray.tolist)
        held.update(rows)
        values = column.table.values
        codes = column.codes[:10].tolist()
        assert [None if c < 0 else values[c] for c in codes] == list(held.values())


def test_a_change_says_where_its_rows_were() -> None:
    live = arrays(row(1, x=10.0, y=5.0), row(2, x=1.0))
    change = put(live, row(1, 2, x=20.0, y=6.0), row(2, 2, x=1.0), row(3, 2, x=7.0))
    assert change.slots.tolist() == [0, 2]
    assert change.x.tolist()[0] == 10.0
    assert np.isnan(change.x[1])
    assert change.y.tolist()[0] == 5.0


def test_ids_are_found_in_whatever_order_they_come() -> None:
    live = arrays(row(9), row(-4), row(2**60))
    put(live, row(3))
    wanted = np.array([2**60, 5, -4, 9, 3])
    slots = live.find(wanted)
    assert slots.tolist().count(-1) == 1
    assert live.snapshot().ids[slots[[0, 2, 3, 4]]].tolist() == [2**60, -4, 9, 3]
