"""Rules that are evaluated united tell what each of them tells alone."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.alerts.kinds import kinds
from layers.alerts.kinds.areas import Zones
from layers.alerts.kinds.base import Batch, States, no_states, no_zones
from layers.alerts.kinds.columns import Transitions
from layers.alerts.kinds.uniting import Asked, Union
from layers.alerts.storage import quiet

from .helpers import PLACES, SQUARE, zones

FEATURES = (1, 2)
WEST = shapely.box(105.9, 18.9, 106.02, 19.2)
LEVELS = {"field": "level"}
# Rules that differ in their limit alone, and the zones of rules that differ in these.
LIMITS = {
    "threshold": [{**LEVELS, "limit": limit} for limit in (8, 10, 13)],
    "rate": [{**LEVELS, "limit": limit, "window_minutes": 5} for limit in (20, 60)],
}
ZONED: dict[str, dict[str, Any]] = {
    "zone": {"fixes": 2},
    "speed": {"limit_kn": 10},
    "crossing": {"direction": "inward", "tolerance_m": 0, "possible": "no"},
}
AREAS = ((SQUARE,), (WEST,), (SQUARE, WEST))
Told = set[tuple[int, int, int, float, bool]]

ROWS = st.lists(
    st.tuples(
        st.sampled_from(FEATURES),
        st.integers(0, 40).map(lambda minute: 30 * minute),
        st.sampled_from(sorted(PLACES)),
        st.integers(5, 15).map(float),
    ),
    min_size=1,
    max_size=24,
    unique_by=lambda row: row[:2],
)


def batches(rows: list[Any], cuts: int) -> list[Batch]:
    """What came, in order, cut into batches; each knows what came before."""
    rows = sorted(rows, key=lambda row: (row[1], row[0]))
    edges = np.linspace(0, len(rows), cuts + 1).astype(int).tolist()
    found = []
    for first, last in pairwise(edges):
        if first == last:
            continue
        seen = sorted((row, place >= first) for place, row in enumerate(rows[:last]))
        places = np.array([PLACES[row[2]] for row, _new in seen])
        level = np.array([row[3] for row, _new in seen])
        found.append(
            Batch(
                feature_id=np.array([row[0] for row, _new in seen], dtype=np.int64),
                at=np.array([row[1] for row, _new in seen], dtype=float),
                lon=places[:, 0],
                lat=places[:, 1],
                values={"level": level, "speed_kn": level},
                known=np.array([not new for _row, new in seen]),
            )
        )
    return found


def told(found: Transitions, states: States, rule: int) -> Told:
    """(rule, feature, zone, time, on) of changes; ``states`` are those after them."""
    zone, feature = states.zone_id[found.state], states.feature_id[found.state]
    rows = zip(feature.tolist(), zone.tolist(), found.at.tolist(), found.on.tolist(),
               strict=True)  # fmt: skip
    return {(rule, *row) for row in rows}


def alone(kind: Any, typed: Any, area: Zones, came: list[Batch], rule: int) -> Told:
    states = no_states()
    said: Told = set()
    for batch in came:
        new, found = kind.evaluate(typed, area, states, batch)
        said |= told(found, new, rule)
        states = new.take(~quiet(new))
    return said


def together(union: Union, rules: list[int], came: list[Batch]) -> Told:
    states, owner = no_states(), np.zeros(0, dtype=np.int64)
    said: Told = set()
    every = np.arange(len(rules))
    for batch in came:
        series = np.unique(np.concatenate([batch.feature_id, states.feature_id]))
        asked = Asked(
            rule=np.repeat(every, len(series)),
            series=np.tile(series, len(rules)),
            owner=owner,
            states=states,
        )
        answer = union(asked, batch)
        where = answer.found.state
        for place, rule in enumerate(rules):
            mine = np.flatnonzero(answer.owner[where] == place)
            said |= told(answer.found.take(mine), answer.states, rule)
        states, owner = _kept(answer.states, answer.owner)
    return said


def _kept(states: States, owner: np.ndarray) -> tuple[States, np.ndarray]:
    """As storage gives them back: what is worth remembering, by rule, series, zone."""
    kept = np.flatnonzero(~quiet(states))
    order = np.lexsort((states.zone_id[kept], states.feature_id[kept], owner[kept]))
    return states.take(kept[order]), owner[kept[order]]


def check(slug: str, params: list[dict[str, Any]], areas: list[Zones], came: Any):
    kind = kinds[slug]
    typed = [kind.params.model_validate(entry) for entry in params]
    groups = kind.unite(typed, areas)
    assert max(len(places) for places, _union in groups) > 1, "nothing is united"
    assert sorted(n for places, _union in groups for n in places) == [
        *range(len(typed))
    ]
    for places, union in groups:
        apart = set().union(*(alone(kind, typed[n], areas[n], came, n) for n in places))
        assert together(union, places, came) == apart


@pytest.mark.parametrize("slug", sorted(LIMITS))
@settings(max_examples=60)
@given(rows=ROWS, cuts=st.integers(1, 5))
def test_rules_that_differ_in_their_limit(slug, rows, cuts):
    params = LIMITS[slug]
    check(slug, params, [no_zones()] * len(params), batches(rows, cuts))


@pytest.mark.parametrize("slug", sorted(ZONED))
@settings(max_examples=60)
@given(rows=ROWS, cuts=st.integers(1, 5))
def test_rules_that_differ_in_their_zones(slug, rows, cuts):
    areas = [zones(*shapes, first_id=10 * n + 1) for n, shapes in enumerate(AREAS)]
    check(slug, [ZONED[slug]] * len(areas), areas, batches(rows, cuts))


def test_every_kind_that_is_united_is_tried():
    assert {kind.slug for kind in kinds.values() if kind.unite} == {*LIMITS, *ZONED}
