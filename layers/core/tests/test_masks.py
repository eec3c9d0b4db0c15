"""Filters over live arrays mean what the SQL of the same filter means."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.core import filters
from layers.core.asyncdb import make_pool
from layers.core.live import LiveArrays, Snapshot
from layers.core.live_read import SCOPE
from layers.core.live_sync import LiveLayer
from layers.core.masks import Mask, NotHeld
from layers.core.spec import Layer

from .batches import batch
from .boats import NOON, Boats, boats, committed, layer  # noqa: F401  (fixtures)

KINDS = (None, "", "cargo", "Cargo", "fishing", "50%_\\x", "tàu cá", "a'b\nc")
SPEEDS = (None, 0.0, -0.5, 4.5, 12.25)
CREWS = (None, -3, 0, 6)
PLACES = ((105.9, 19.8), (106.1, 19.9), (105.2, 20.3))


def open_to_filters(known: Layer) -> Layer:
    return replace(
        known, fields=tuple(replace(entry, filter=True) for entry in known.fields)
    )


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


TEXTS = st.sampled_from([kind for kind in KINDS if kind]).map(quoted)
NUMBERS = st.sampled_from(["0", "4.5", "-0.5", "6", "-3", "100"])
MOMENTS = st.integers(-3, 3).map(
    lambda n: f"TIMESTAMP('{(NOON + timedelta(seconds=n)).isoformat()[:19]}Z')"
)
PATTERNS = st.sampled_from(
    ["'%'", "'car%'", "'_argo'", "'%ca%'", "'50\\%\\_%'", "'tàu%'", "''", "'%c'"]
)
LEAVES = st.one_of(
    st.tuples(st.sampled_from(["=", "<>"]), TEXTS).map(lambda p: f"kind {p[0]} {p[1]}"),
    st.tuples(
        st.sampled_from(["speed_kn", "crew"]),
        st.sampled_from(["=", "<>", "<", ">", "<=", ">="]),
        NUMBERS,
    ).map(" ".join),
    st.tuples(st.sampled_from(["=", "<>", "<", ">", "<=", ">="]), MOMENTS).map(
        lambda p: f"at {p[0]} {p[1]}"
    ),
    PATTERNS.map("kind LIKE {}".format),
    PATTERNS.map("kind NOT LIKE {}".format),
    st.lists(TEXTS, min_size=1, max_size=3).map(lambda p: f"kind IN ({', '.join(p)})"),
    st.lists(NUMBERS, min_size=1, max_size=3).map(
        lambda p: f"crew NOT IN ({', '.join(p)})"
    ),
    st.lists(MOMENTS, min_size=1, max_size=3).map(lambda p: f"at IN ({', '.join(p)})"),
    st.tuples(NUMBERS, NUMBERS).map(lambda p: f"speed_kn BETWEEN {p[0]} AND {p[1]}"),
    st.sampled_from(["kind", "speed_kn", "crew", "moored", "at"]).map(
        "{} IS NULL".format
    ),
    st.sampled_from(["kind", "moored"]).map("{} IS NOT NULL".format),
    st.sampled_from(["moored = true", "moored = FALSE", "moored <> true"]),
    st.sampled_from(
        [
            "S_INTERSECTS(geom, BBOX(105.5, 19.5, 106.0, 20.0))",
            "S_WITHIN(geom, BBOX(105.5, 19.5, 106.0, 20.0))",
            "S_DISJOINT(geom, BBOX(105.5, 19.5, 106.0, 20.0))",
            "S_INTERSECTS(geom, POLYGON((105 19, 107 19, 106 20.5, 105 19)))",
            "S_INTERSECTS(geom, MULTIPOLYGON(((105 20, 106 20, 105 21, 105 20))))",
        ]
    ),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: f"({p[0]} AND {p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]} OR {p[1]})"),
        inner.map("NOT ({})".format),
    ),
    max_leaves=6,
)


def load(known: Layer) -> Snapshot:
    async def read() -> Snapshot:
        async with make_pool() as pool:
            live = LiveLayer(known)
            async with pool.connection() as opened:
                await live.load(opened)
            return live.snapshot

    return asyncio.run(read())


def by_sql(known: Layer, text: str) -> list[int]:
    condition, values = filters.to_sql(known, text)
    query = "SELECT id FROM test_boats WHERE " + condition.as_string(
        connection.cursor()
    )
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return sorted(row[0] for row in cursor.fetchall())


@pytest.fixture
def mixed(boats: Boats) -> tuple[Layer, Snapshot]:  # noqa: F811
    """Boats with every combination that matters, nulls among them."""
    rows: list[dict[str, Any]] = []
    for n in range(120):
        lon, lat = PLACES[n % 3]
        rows.append(
            {
                "id": n + 1,
                "lon": lon,
                "lat": lat,
                "kind": KINDS[n % 8],
                "speed_kn": SPEEDS[n % 5],
                "crew": CREWS[n // 2 % 4],
                "moored": (None, True, False)[n // 4 % 3],
                "at": None if n % 7 == 3 else NOON + timedelta(seconds=n % 5 - 2),
            }
        )
    boats.put(*rows)
    known = open_to_filters(boats.layer)
    return known, load(known)


@settings(
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(TREES)
def test_a_mask_keeps_the_rows_that_the_database_keeps(
    mixed: tuple[Layer, Snapshot], text: str
) -> None:
    known, snapshot = mixed
    kept = snapshot.ids[Mask(known, text).rows(snapshot)]
    assert sorted(kept.tolist()) == by_sql(known, text)


KNOWN = open_to_filters(layer())


def arrays(*kinds: str | None) -> LiveArrays:
    live = LiveArrays(KNOWN)
    rows = [
        {"id": n, "seq": 1, "x": 0.0, "y": 0.0, "at": 1.0, SCOPE: 1, "kind": kind}
        for n, kind in enumerate(kinds)
    ]
    live.apply(batch(KNOWN, rows))
    return live


@pytest.mark.parametrize(
    "text",
    [
        "kind > 'cargo'",
        "kind BETWEEN 'a' AND 'b'",
        "seen = TIMESTAMP('2026-11-22T05:00:00Z')",
        "CASEI(kind) = 'cargo'",
        "T_AFTER(at, TIMESTAMP('2026-11-22T05:00:00Z'))",
        "S_INTERSECTS(geom, POINT(105 20))",
        "S_INTERSECTS(geom, LINESTRING(105 20, 106 20))",
    ],
)
def test_what_the_arrays_cannot_know_is_left_to_the_database(text: str) -> None:
    with pytest.raises(NotHeld):
        Mask(KNOWN, text)


@pytest.mark.parametrize("text", ["nothing = 1", "kind =", "crew = 'many'", "kind"])
def test_a_filter_that_is_wrong_is_refused_as_everywhere(text: str) -> None:
    with pytest.raises(filters.FilterError):
        Mask(KNOWN, text)


def test_a_mask_follows_the_arrays_and_looks_at_new_values_only() -> None:
    live = arrays("cargo", "fishing", None)
    mask = Mask(KNOWN, "kind LIKE 'c%'")
    assert mask.rows(live.snapshot()).tolist() == [True, False, False]
    row = {"id": 2, "seq": 2, "x": 0.0, "y": 0.0, "at": 1.0, "kind": "canoe"}
    live.apply(batch(KNOWN, [row]))
    assert mask.rows(live.snapshot()).tolist() == [True, False, True]


def test_one_snapshot_is_looked_at_once() -> None:
    snapshot = arrays("cargo").snapshot()
    mask = Mask(KNOWN, "kind = 'cargo'")
    assert mask.rows(snapshot) is mask.rows(snapshot)
    assert isinstance(mask.rows(snapshot), np.ndarray)
