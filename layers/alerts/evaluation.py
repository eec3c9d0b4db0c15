"""Rules over observations: load states, evaluate, keep states, tell the crossings.

Runs inside the transaction that stores the observations.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from layers.core.ingest import Observed
from layers.core.spec import Layer

from . import ruleset, storage
from .crossings import Crossing, Outcome, tell
from .kinds.base import States, Transitions, no_states
from .ruleset import LoadedRule
from .sight import Sight, matching, of_observed


def run(layer: Layer, observed: Observed) -> None:
    """The ingest stage: every enabled rule of the layer on one batch."""
    rules = ruleset.of_layer(layer.slug)
    if not rules or not len(observed):
        return
    columns = {name for rule in rules for name in rule.kind.columns(rule.params)}
    sight = of_observed(layer, observed, columns)
    known = storage.load(layer.slug, np.unique(sight.batch.feature_id))
    for rule in rules:
        old = known.get(rule.row.pk)
        if rule.kind.timed and old is None:
            continue  # only the clock begins a silence; an observation ends it
        look(layer, rule, old if old is not None else no_states(), sight)


def look(layer: Layer, rule: LoadedRule, old: States, sight: Sight) -> int:
    """One rule on one batch; how many crossings were new."""
    new, found = rule.kind.evaluate(rule.params, rule.zones, old, sight.batch)
    new, found = _only_wanted(layer, rule, len(old), new, found)
    storage.save(rule.row.pk, layer.slug, old, new)
    if not len(found):
        return 0
    crossings = [_crossing(rule, new, found, at, sight) for at in range(len(found))]
    touched = {crossing.feature_id for crossing in crossings}
    active = set(new.feature_id[new.active].tolist()) & touched
    return tell(Outcome(layer=layer, rule=rule, crossings=crossings, active=active))


def _only_wanted(
    layer: Layer, rule: LoadedRule, m: int, new: States, found: Transitions
) -> tuple[States, Transitions]:
    """Without the features that the rule's filter leaves out."""
    text = rule.row.feature_filter
    asked = np.concatenate([new.feature_id[m:], new.feature_id[found.state[found.on]]])
    if not text or not len(asked):
        return new, found
    wanted = np.array(sorted(matching(layer, text, asked.tolist())), dtype=np.int64)
    keep = np.isin(new.feature_id, wanted)
    keep[:m] = True
    place = np.cumsum(keep) - 1
    # the end of what was begun counts even when the feature no longer matches
    told = keep[found.state] & (
        ~found.on | np.isin(new.feature_id[found.state], wanted)
    )
    return new.take(np.flatnonzero(keep)), Transitions(
        state=place[found.state[told]],
        row=found.row[told],
        at=found.at[told],
        on=found.on[told],
        late=found.late[told],
    )


def _crossing(
    rule: LoadedRule, new: States, found: Transitions, at: int, sight: Sight
) -> Crossing:
    state, row = int(found.state[at]), int(found.row[at])
    feature_id = int(new.feature_id[state])
    if row < 0:  # confirmed by a fix of an earlier batch: the newest place stands in
        row = sight.last_row(feature_id)
    zone_id = int(new.zone_id[state])
    lon, lat = float(sight.batch.lon[row]), float(sight.batch.lat[row])
    placed = bool(np.isfinite(lon) and np.isfinite(lat))
    return Crossing(
        feature_id=feature_id,
        title=sight.title[row],
        unit_id=int(sight.unit_id[row]) if sight.unit_id[row] > 0 else None,
        lon=lon if placed else None,
        lat=lat if placed else None,
        zone_id=zone_id or None,
        zone_version=int(new.zone_version[state]),
        zone_title=_zone_title(rule, zone_id),
        at=float(found.at[at]),
        on=bool(found.on[at]),
        late=bool(found.late[at]) or sight.is_past(feature_id, float(found.at[at])),
    )


def _zone_title(rule: LoadedRule, zone_id: int) -> str:
    place = int(np.searchsorted(rule.zones.id, zone_id))
    if place < len(rule.zones) and rule.zones.id[place] == zone_id:
        return rule.zones.title[place]
    return ""


def look_by_clock(layer: Layer, rule: LoadedRule, sight: Sight, now: float) -> int:
    """A timed rule on the newest rows of its layer; how many crossings were new."""
    old = storage.load_rule(rule.row.pk, layer.slug)
    timed = replace(sight, batch=replace(sight.batch, now=now))
    return look(layer, rule, old, timed)
