"""Whatever the order in which the same observations come, the end is the same.

Fed as the engine feeds: with what is stored after rows that are late, and with the
history that a kind looks back on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.alerts.kinds import kinds
from layers.alerts.kinds.base import Batch, States, no_states, no_zones
from layers.alerts.models import RuleState
from layers.alerts.storage import quiet

from . import trial
from .helpers import PLACES, SQUARE, zones

Row = tuple[int, str, float]

# Kinds over observations, with the parameters to be drawn from.
TRIED = {
    "zone": [{}, {"fixes": 2}, {"minutes": 2}, {"hysteresis_m": 500, "fixes": 3}],
    "crossing": [
        {"direction": "inward", "tolerance_m": 0, "possible": "no"},
        {"direction": "inward", "tolerance_m": 0, "possible": "no", "fixes": 2},
    ],
    "speed": [
        {"limit_kn": 10, "deadband_kn": 1},
        {"limit_kn": 10, "fixes": 2, "minutes": 1},
    ],
    "threshold": [
        {"field": "level", "limit": 10},
        {"field": "level", "limit": 10, "deadband": 2, "minutes": 3},
        {"field": "level", "limit": 10, "fixes": 2, "of": 3},
    ],
    "rate": [
        {"field": "level", "limit": 20, "window_minutes": 5, "deadband": 5},
        {"field": "level", "limit": 20, "window_minutes": 5, "fixes": 2},
    ],
    "forecast": [
        {"field": "level", "limit": 14, "window_minutes": 6, "ahead_minutes": 10,
         "least": 3},
    ],
    "pace": [
        {"value": "level", "plan_value": 12, "limit_pct": 90, "deadband_pct": 5},
        {"value": "level", "plan_value": 12, "fixes": 2},
    ],
}  # fmt: skip
ROWS = st.lists(
    st.tuples(
        st.integers(0, 1_200),
        st.sampled_from(["in", "out", "beside"]),
        st.integers(5, 15).map(float),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda row: row[0],
)


@dataclass
class World:
    """One feature, what is stored of it, and what the rule remembers."""

    slug: str
    params: dict
    stored: dict[int, Row] = field(default_factory=dict)
    states: States = field(default_factory=no_states)
    told: dict[tuple[float, bool], None] = field(default_factory=dict)

    def come(self, rows: list[Row]) -> None:
        kind = kinds[self.slug]
        typed = kind.params.model_validate(self.params)
        first = min(row[0] for row in rows)
        behind = any(t > first for t in self.stored)
        span = kind.lookback(typed)
        fresh = {row[0]: row for row in rows}
        known = {
            t: row
            for t, row in self.stored.items()
            if t not in fresh
            and (first - span <= t < first or (t > first and (behind or span)))
        }
        batch = _batch(fresh, known)
        area = zones(SQUARE) if kind.needs_zone else no_zones()
        new, found = kind.evaluate(typed, area, self.states, batch)
        for at, on in zip(found.at.tolist(), found.on.tolist(), strict=True):
            self.told[at, on] = None
        # what storage does: states with nothing to remember are forgotten
        self.states = new.take(~quiet(new))
        self.stored |= fresh


def _batch(fresh: dict[int, Row], known: dict[int, Row]) -> Batch:
    rows = sorted({**known, **fresh}.values())
    places = np.array([PLACES[row[1]] for row in rows])
    level = np.array([row[2] for row in rows])
    return Batch(
        feature_id=np.ones(len(rows), dtype=np.int64),
        at=np.array([row[0] for row in rows], dtype=float),
        lon=places[:, 0],
        lat=places[:, 1],
        values={"level": level, "speed_kn": level},
        known=np.array([row[0] not in fresh for row in rows]),
    )


def _kept(states: States) -> tuple:
    """What is true, and since when."""
    return states.active.tolist(), states.since[states.active].tolist()


@pytest.mark.parametrize("slug", sorted(TRIED))
@settings(max_examples=40)
@given(rows=ROWS, data=st.data())
def test_any_order_of_arrival_gives_the_same_final_state(slug, rows, data):
    params = data.draw(st.sampled_from(TRIED[slug]))
    right = World(slug, params)
    for row in sorted(rows):
        right.come([row])
    any_ = World(slug, params)
    left = data.draw(st.permutations(rows))
    while left:
        size = data.draw(st.integers(1, len(left)))
        any_.come(left[:size])
        if data.draw(st.booleans()):
            any_.come(left[:size])
        left = left[size:]
    assert any_.states.active.any() == right.states.active.any()
    if right.states.active.any():
        assert _kept(any_.states) == _kept(right.states)


@pytest.mark.parametrize("slug", sorted(TRIED))
@settings(max_examples=25)
@given(rows=ROWS, data=st.data())
def test_one_by_one_and_all_at_once_tell_the_same(slug, rows, data):
    params = data.draw(st.sampled_from(TRIED[slug]))
    once, step = World(slug, params), World(slug, params)
    once.come(rows)
    for row in sorted(rows):
        step.come([row])
    assert sorted(once.told) == sorted(step.told)


@pytest.mark.parametrize("slug", sorted(TRIED))
def test_every_kind_over_observations_is_tried(slug):
    over = {k.slug for k in kinds.values() if k.evaluate and not k.timed}
    assert over == set(TRIED)


def test_states_of_timed_kinds_depend_on_the_newest_rows_alone():
    """The clock looks at what is there: rows in whatever order they came."""
    kind = kinds["proximity"]
    typed = kind.params(metres=2_000)
    rows = _batch({0: (0, "in", 1.0), 60: (60, "beside", 1.0)}, {})
    pair = replace(rows, feature_id=np.array([1, 2]), now=120.0)
    swapped = pair.take([1, 0])
    swapped.feature_id = np.array([1, 2])
    one, _ = kind.evaluate(typed, no_zones(), no_states(), pair)
    two, _ = kind.evaluate(typed, no_zones(), no_states(), swapped)
    assert one.active.tolist() == two.active.tolist()
    assert one.since.tolist() == two.since.tolist()


# Seconds and whether the boat is in the zone.
VISIT = ((0, True), (60, False), (120, True), (180, True))


@pytest.mark.parametrize(
    ("params", "since"), [({}, 120), ({"fixes": 2}, 180), ({"minutes": 1}, 180)]
)
@pytest.mark.parametrize(
    "batches", [((1,), (0, 2, 3)), ((2,), (0, 3), (1,)), ((1,), (0, 3), (2,))]
)
def test_the_engine_puts_late_rows_between_what_is_stored(
    world, params, since, batches
):
    """A batch may hold a row older than what is stored together with a newer one."""
    trial.draw(1, (105.9, 18.9, 106.0, 19.0))
    trial.rule(params=params)

    def row(place: int) -> trial.Fix:
        t, inside = VISIT[place]
        return trial.Fix(1, t, 105.95 if inside else 106.05, 18.95)

    for batch in batches:
        trial.deliver(*(row(place) for place in batch))
    state = RuleState.objects.get()
    assert state.active
    assert state.since.timestamp() == trial.START + since
