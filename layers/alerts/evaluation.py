"""Rules over observations: load states, evaluate, keep states, tell the crossings.

Runs inside the transaction that stores the observations.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from layers.core.ingest import Observed
from layers.core.spec import Layer

from . import ruleset, storage
from .crossings import Crossing, Outcome, tell
from .kinds.base import States, Transitions, Zones, no_states
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
        if rule.kind.evaluate is None:
            continue  # it works on events
        old = known.get(rule.row.pk)
        if rule.kind.timed and old is None:
            continue  # only the clock begins a silence; an observation ends it
        look(layer, rule, old if old is not None else no_states(), sight)


def look(layer: Layer, rule: LoadedRule, old: States, sight: Sight) -> int:
    """One rule on one batch; how many crossings were new."""
    if rule.kind.evaluate is None:
        return 0
    new, found = rule.kind.evaluate(rule.params, rule.zones, old, sight.batch)
    return conclude(layer, rule, old, new, found, sight)


def conclude(
    layer: Layer,
    rule: LoadedRule,
    old: States,
    new: States,
    found: Transitions,
    sight: Sight,
) -> int:
    """Keep the states (``new`` begins with the rows of ``old``) and tell the changes;
    how many were new."""
    new, found = _only_wanted(layer, rule, len(old), new, found)
    storage.save(rule.row.pk, layer.slug, old, new)
    if not len(found):
        return 0
    crossings = [_crossing(rule, new, found, at, sight) for at in range(len(found))]
    touched = {crossing.subject for crossing in crossings}
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
    kept = found.take(np.flatnonzero(told))
    kept.state = place[kept.state]
    return new.take(np.flatnonzero(keep)), kept


def _crossing(
    rule: LoadedRule, new: States, found: Transitions, at: int, sight: Sight
) -> Crossing:
    state = int(found.state[at])
    feature_id = int(new.feature_id[state])
    row: int | None = int(found.row[at])
    if row == -1:  # no fix of this batch told it: the newest place stands in
        row = sight.row_of(feature_id)
    title, unit_id, lon, lat = sight.facts(row)
    zone_id = int(new.zone_id[state])
    place = _place(rule.zones, zone_id)
    return Crossing(
        feature_id=feature_id,
        title=title,
        unit_id=unit_id,
        lon=lon,
        lat=lat,
        zone_id=zone_id or None,
        zone_version=int(new.zone_version[state]),
        zone_title=rule.zones.title[place] if place is not None else "",
        at=float(found.at[at]),
        on=bool(found.on[at]),
        late=bool(found.late[at]) or sight.is_past(feature_id, float(found.at[at])),
        maybe=bool(found.maybe[at]),
        reason=found.reason[at],
        evidence=_evidence(rule.zones, place, found.evidence[at]),
    )


def _place(zones: Zones, zone_id: int) -> int | None:
    """An entry of the zone, whichever."""
    place = int(np.searchsorted(zones.id, zone_id))
    there = place < len(zones) and zones.id[place] == zone_id
    return place if there else None


def _evidence(
    zones: Zones, place: int | None, found: dict[str, Any] | None
) -> dict[str, Any] | None:
    """With the version and the law of the zone that was in force."""
    if place is None or found is None:
        return found
    law = {"zone_version": int(zones.number[place]), "law": zones.legal_basis[place]}
    return {**found, **law}


def look_by_clock(layer: Layer, rule: LoadedRule, sight: Sight, now: float) -> int:
    """A timed rule on the newest rows of its layer; how many crossings were new."""
    old = storage.load_rule(rule.row.pk, layer.slug)
    timed = replace(sight, batch=replace(sight.batch, now=now))
    return look(layer, rule, old, timed)
