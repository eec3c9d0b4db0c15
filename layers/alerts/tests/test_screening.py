"""Screened and put together, rules tell what each of them tells by itself.

A rule that is not named by its screen is not evaluated at all, so what the screen
overlooks is lost without a trace.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.alerts import evaluation, ruleset, series
from layers.alerts.kinds import kinds
from layers.alerts.kinds.base import (
    Batch,
    States,
    Transitions,
    Zones,
    no_states,
    no_zones,
)
from layers.alerts.kinds.columns import concat
from layers.alerts.models import Rule
from layers.alerts.ruleset import LoadedRule
from layers.alerts.storage import Known, quiet

from .helpers import zones

SCREENED = sorted(
    slug for slug, kind in kinds.items() if kind.screen is not None and not kind.timed
)
# Areas that meet, overlap and lie apart: fixes are on a grid that hits their edges.
AREAS = [
    shapely.box(106.0, 19.0, 106.1, 19.1),
    shapely.box(106.1, 19.0, 106.2, 19.1),
    shapely.box(106.05, 19.05, 106.15, 19.2),
    shapely.box(106.4, 19.4, 106.5, 19.5),
]
PARTS = ["", "ph", "cod"]
BOATS, ROUNDS = 5, 5


def _params(slug: str, rng: np.random.Generator) -> dict[str, Any]:
    """Parameters of a kind, few enough of each that rules meet in a union."""

    def one(*values: Any) -> Any:
        return values[int(rng.integers(len(values)))]

    held = {"fixes": one(1, 1, 2), "minutes": one(0, 0, 3)}
    limit, dead = one(6, 8, 10, 12), one(0, 1, 2)
    return {
        "zone": lambda: {
            **held, "on": one("inside", "enter", "exit"),
            "hysteresis_m": one(0, 500), "dwell_minutes": one(0, 0, 4),
            "speed_min_kn": one(None, None, 4), "speed_deadband_kn": one(0, 2),
        },
        "speed": lambda: {
            **held, "limit_kn": limit, "deadband_kn": dead,
            "direction": one("above", "below"), "hysteresis_m": one(0, 500),
        },
        "crossing": lambda: {
            "direction": "inward", "fixes": held["fixes"], "tolerance_m": one(0, 50),
            "possible": one("no", "segment", "reach"), "max_speed_kn": one(12, 60),
        },
        "threshold": lambda: one(
            {**held, "field": one("level", "plan"), "limit": limit, "deadband": dead,
             "direction": one("above", "below")},
            {"field": "level", "direction": "outside", "limit": 12, "lower": 5},
            {"field": "level", "limit": limit, "fixes": 2, "of": 3},
        ),
        "rate": lambda: {
            **held, "field": "level", "limit": one(20, 60), "deadband": one(0, 5),
            "direction": one("rise", "fall", "either"), "window_minutes": one(5, 10),
        },
        "forecast": lambda: {
            "field": "level", "limit": limit + 2, "window_minutes": one(6, 12),
            "ahead_minutes": 10, "least": 3, "direction": one("above", "below"),
        },
        "pace": lambda: {
            "value": "level", "limit_pct": one(80, 100), "deadband_pct": one(0, 5),
            **one({"plan": "plan"}, {"plan_value": 12}), "fixes": held["fixes"],
        },
    }[slug]()  # fmt: skip


def _rule(pk: int, slug: str, rng: np.random.Generator) -> LoadedRule:
    kind = kinds[slug]
    parts = [PARTS[n] for n in range(1, 3) if rng.random() < 0.2]
    row = Rule(pk=pk, slug=f"r{pk}", kind=slug, layer="x", parts=parts)
    return LoadedRule(
        row=row,
        kind=kind,
        params=kind.params.model_validate(_params(slug, rng)),
        zones=_zones(rng) if kind.needs_zone else no_zones(),
    )


def _zones(rng: np.random.Generator) -> Zones:
    """Some of the areas, under one number in every rule; now and then one whose time
    comes or goes between the fixes."""
    chosen = np.sort(rng.permutation(len(AREAS))[: int(rng.integers(1, 4))])
    found = zones(*(AREAS[n] for n in chosen))
    found.id = chosen + 1
    if rng.random() < 0.3:
        found.starts[0] = 600.0 * rng.integers(0, 3)
        found.ends[0] = found.starts[0] + 900.0
        found.version[:] = 2 + int(found.starts[0])
    return found


def _fresh(rng: np.random.Generator, number: int) -> Batch:
    """Fixes of ten minutes, of some boats or their parts; now and then without place
    or value, and some of the ten minutes before."""
    n = int(rng.integers(1, 14))
    ids = rng.integers(1, BOATS + 1, n)
    parts = [PARTS[place] for place in rng.integers(0, 3, n)]
    at = 600.0 * number + 60.0 * rng.integers(-10 if number else 0, 10, n)
    keys = series.numbers(ids, parts)
    _pairs, first = np.unique(
        np.stack([keys, at.astype(int)]), axis=1, return_index=True
    )
    order = first[np.lexsort((at[first], keys[first]))]
    n, keys, at = len(order), keys[order], at[order]
    lon = 105.95 + 0.05 * rng.integers(0, 12, n)
    lat = 18.95 + 0.05 * rng.integers(0, 12, n)
    lon[rng.random(n) < 0.1] = np.nan
    level = rng.integers(3, 16, n).astype(float)
    level[rng.random(n) < 0.1] = np.nan
    values = {
        "level": level,
        "plan": rng.integers(5, 15, n).astype(float),
        "speed_kn": rng.choice([2.0, 6.0, 8.0, 10.0, 14.0, np.nan], n),
        "error_m": rng.choice([np.nan, 0.0, 200.0], n),
        "before_at": at - rng.choice([60.0, 600.0], n),
        "before_lon": 105.95 + 0.05 * rng.integers(0, 12, n),
        "before_lat": 18.95 + 0.05 * rng.integers(0, 12, n),
    }
    return Batch(feature_id=keys, at=at, lon=lon, lat=lat, values=values)


def _whole(before: Batch | None, fresh: Batch) -> Batch:
    """What came before of the series of the batch, with the batch."""
    if before is None:
        return fresh
    mine = before.take(np.isin(before.feature_id, fresh.feature_id))
    at = {*zip(fresh.feature_id.tolist(), fresh.at.tolist(), strict=True)}
    again = [
        k in at for k in zip(mine.feature_id.tolist(), mine.at.tolist(), strict=True)
    ]
    return _joined(mine.take(~np.array(again, dtype=bool)), fresh, known=True)


def _joined(one: Batch, two: Batch, *, known: bool = False) -> Batch:
    def both(get: Any) -> Any:
        return np.concatenate([get(one), get(two)])

    found = Batch(
        feature_id=both(lambda b: b.feature_id),
        at=both(lambda b: b.at),
        lon=both(lambda b: b.lon),
        lat=both(lambda b: b.lat),
        values={name: both(lambda b, name=name: b.values[name]) for name in two.values},
        known=np.arange(len(one) + len(two)) < (len(one) if known else 0),
    )
    return found.take(np.lexsort((found.at, found.feature_id)))


Told = set[tuple[Any, ...]]


def _told(pk: int, states: States, found: Transitions, batch: Batch) -> Told:
    return {
        (pk, int(states.feature_id[state]), int(states.zone_id[state]), float(at), *how,
         float(batch.at[row]) if row >= 0 else None, reason)
        for state, at, row, reason, *how in zip(
            found.state.tolist(), found.at.tolist(), found.row.tolist(), found.reason,
            found.on.tolist(), found.late.tolist(), found.maybe.tolist(), strict=True,
        )
    }  # fmt: skip


def _alone(rule: LoadedRule, held: States, fresh: Batch, wide: Batch) -> Any:
    """The rule by itself, on everything that it is about."""
    batch = fresh
    if span := rule.kind.lookback(rule.params):
        ids, first = np.unique(fresh.feature_id, return_index=True)
        begins = fresh.at[first[np.searchsorted(ids, wide.feature_id)]]
        batch = wide.take(wide.at >= begins - span)
    if rule.row.parts:
        batch = batch.take(series.of_parts(batch.feature_id, rule.row.parts))
    mine = np.isin(held.feature_id, batch.feature_id)
    new, found = rule.kind.evaluate(rule.params, rule.zones, held.take(mine), batch)
    told = _told(rule.row.pk, new, found, batch)
    return concat(held.take(~mine), new.take(~quiet(new))), told


def _together(plan: Any, known: dict[int, States], fresh: Batch, wide: Batch) -> Any:
    """All rules as the engine goes about it."""
    seen = {
        pk: held.take(np.isin(held.feature_id, fresh.feature_id))
        for pk, held in known.items()
    }
    rule = np.concatenate([np.full(len(seen[pk]), pk) for pk in sorted(seen)])
    states = no_states()
    for pk in sorted(seen):
        order = np.lexsort((seen[pk].zone_id, seen[pk].feature_id))
        states = concat(states, seen[pk].take(order))
    told: Told = set()
    after = dict(known)
    for bundle, asked in evaluation._due(plan, fresh, Known(rule.astype(int), states)):
        batch = fresh
        if bundle.lookback:
            ids, first = np.unique(fresh.feature_id, return_index=True)
            begins = fresh.at[first[np.searchsorted(ids, wide.feature_id)]]
            batch = wide.take(wide.at >= begins - bundle.lookback)
        answer = bundle.run(asked, batch)
        for place, one in enumerate(bundle.rules):
            pk, mine = one.row.pk, answer.owner == place
            new = answer.states.take(mine & ~quiet(answer.states))
            old = asked.states.take(asked.owner == place)
            touched = np.isin(after[pk].feature_id, old.feature_id)
            after[pk] = concat(after[pk].take(~touched), new)
            changed = answer.found.take(np.flatnonzero(mine[answer.found.state]))
            told |= _told(pk, answer.states, changed, batch)
    return after, told


def _plain(states: States) -> dict[tuple[int, int], tuple[Any, ...]]:
    """States by series and zone, NaN as None so that equal is equal."""
    columns = [np.atleast_2d(getattr(states, f.name).T).T for f in fields(States)]
    rows = [
        tuple(None if v != v else v for column in columns for v in column[n].tolist())
        for n in range(len(states))
    ]
    keys = zip(states.feature_id.tolist(), states.zone_id.tolist(), strict=True)
    return dict(zip(keys, rows, strict=True))


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32 - 1))
def test_rules_screened_and_put_together_tell_what_each_tells_by_itself(seed):
    rng = np.random.default_rng(seed)
    slugs = [slug for slug in SCREENED for _ in range(4)]
    rules = [_rule(pk, slug, rng) for pk, slug in enumerate(slugs, start=1)]
    plan = ruleset._planned(rules)
    alone = {rule.row.pk: no_states() for rule in rules}
    together = dict(alone)
    stored: Batch | None = None
    for number in range(ROUNDS):
        fresh = _fresh(rng, number)
        wide = _whole(stored, fresh)
        expected: Told = set()
        for rule in rules:
            pk = rule.row.pk
            alone[pk], told = _alone(rule, alone[pk], fresh, wide)
            expected |= told
        together, told = _together(plan, together, fresh, wide)
        assert told == expected
        for rule in rules:
            pk = rule.row.pk
            assert _plain(together[pk]) == _plain(alone[pk]), rule.params
        rest = None if stored is None else stored
        stored = fresh if rest is None else _joined(rest, fresh)
        keys = np.stack([stored.feature_id, stored.at.astype(np.int64)])
        _keys, last = np.unique(keys[:, ::-1], axis=1, return_index=True)
        stored = stored.take(np.sort(len(stored) - 1 - last))


def test_every_kind_with_a_screen_is_tried():
    rng = np.random.default_rng(1)
    assert all(_params(slug, rng) for slug in SCREENED)
