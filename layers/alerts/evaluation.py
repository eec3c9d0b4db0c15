"""Rules over observations: load states, evaluate, keep states, tell the crossings.

Runs inside the transaction that stores the observations. A batch is compared with all
rules at once (see ``RuleKind.screen``); evaluated are those that it concerns, on the
features that concern them. States are loaded once and saved once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from layers.core.ingest import Observed
from layers.core.spec import Layer

from . import history, ruleset, series, storage, verdicts
from .kinds.base import Batch, Bools, Ints, States, Transitions
from .kinds.uniting import Asked
from .ruleset import Bundle, LoadedRule, Plan
from .sight import Sight, joined, of_observed, taken
from .storage import Known
from .verdicts import Verdict


def run(layer: Layer, observed: Observed) -> None:
    """The ingest stage: every enabled rule of the layer on one batch."""
    plan = ruleset.plan(layer.slug)
    if not plan.rules or not len(observed):
        return
    sight = of_observed(layer, observed, plan.columns)
    known = storage.load(layer.slug, sight.batch.feature_id)
    due = _due(plan, sight.batch, known)
    wide = _with_history(layer, plan, sight, due)
    verdicts.conclude_all(layer, [_judged(*entry, sight, wide) for entry in due])


Due = tuple[Bundle, Asked]


def _due(plan: Plan, batch: Batch, known: Known) -> list[Due]:
    """The bundles that the batch concerns, with the series that concern their rules
    and what those remember."""
    ids = np.unique(batch.feature_id)
    spot = np.minimum(np.searchsorted(plan.pk, known.rule), len(plan.pk) - 1)
    held = np.flatnonzero(plan.pk[spot] == known.rule)  # others are not in force
    keeper, states = plan.by_pk[spot[held]], known.states.take(held)
    code = keeper * len(ids) + np.searchsorted(ids, states.feature_id)
    seen = [code, *_screened(plan, batch, ids)]
    place, rank = np.divmod(np.unique(np.concatenate(seen)), len(ids))
    wanted = _of_parts(plan, place, ids[rank])
    place, series_ = place[wanted], ids[rank[wanted]]
    mine = np.flatnonzero(_of_parts(plan, keeper, states.feature_id))
    keeper, states = keeper[mine], states.take(mine)
    ways = zip(
        _by_bundle(plan, place), _by_bundle(plan, keeper), plan.bundles, strict=True
    )
    return [
        (
            bundle,
            Asked(
                rule=plan.within[place[pairs]],
                series=series_[pairs],
                owner=plan.within[keeper[rows]],
                states=states.take(rows),
            ),
        )
        for pairs, rows, bundle in ways
        if len(pairs)
    ]


def _screened(plan: Plan, batch: Batch, ids: Ints) -> Iterator[Ints]:
    """Codes (rule, series) of what may begin something."""
    every = np.arange(len(ids))
    for place in plan.unscreened:
        yield place * len(ids) + every
    rank = np.searchsorted(ids, batch.feature_id)
    for places, look in plan.screens:
        number, row = look(batch)
        yield places[number] * len(ids) + rank[row]


def _of_parts(plan: Plan, place: Ints, numbers: Ints) -> Bools:
    """Which (rule, series) are of parts that the rule is about; what it remembers of
    others is over when it was changed, see ``watching``."""
    fits = np.ones(len(place), dtype=bool)
    for number in np.unique(place).tolist():
        wanted = plan.rules[number].row.parts
        if wanted:
            mine = place == number
            fits[mine] = series.of_parts(numbers[mine], wanted)
    return fits


def _by_bundle(plan: Plan, place: Ints) -> list[Ints]:
    """For each bundle the entries of its rules, in the order of these."""
    bundle = plan.bundle[place]
    order = np.lexsort((place, bundle))
    edge = np.searchsorted(bundle[order], np.arange(len(plan.bundles) + 1))
    return [
        order[first:last]
        for first, last in zip(edge[:-1].tolist(), edge[1:].tolist(), strict=True)
    ]


def _with_history(layer: Layer, plan: Plan, sight: Sight, due: list[Due]) -> Sight:
    """What is in sight with what kinds that look back need of the time before."""
    back = [(bundle.lookback, asked.series) for bundle, asked in due if bundle.lookback]
    if not back:
        return sight
    seconds = max(span for span, _ids in back)
    ids = np.unique(np.concatenate([ids for _span, ids in back]))
    columns = tuple(plan.columns)
    return joined(sight, history.before(layer, columns, sight.batch, ids, seconds))


def _judged(bundle: Bundle, asked: Asked, sight: Sight, wide: Sight) -> Verdict:
    """Rules of one bundle on the series that concern them."""
    if bundle.lookback:
        sight = _recent(sight.batch, wide, bundle.lookback)
    answer = bundle.run(asked, sight.batch)
    return Verdict(
        rules=bundle.rules,
        owner=answer.owner,
        old=asked.states,
        new=answer.states,
        found=answer.found,
        sight=sight,
    )


def _recent(fresh: Batch, seen: Sight, seconds: float) -> Sight:
    """Rows at most so long before the first fresh one of their series."""
    ids, first = np.unique(fresh.feature_id, return_index=True)
    spot = np.searchsorted(ids, seen.batch.feature_id)
    recent = seen.batch.at >= fresh.at[first[spot]] - seconds
    return seen if recent.all() else taken(seen, np.flatnonzero(recent))


def look(layer: Layer, rule: LoadedRule, old: States, sight: Sight) -> int:
    """One rule on all that is in sight; how many crossings were new."""
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
    owner = np.zeros(len(new), dtype=np.int64)
    verdict = Verdict(
        rules=[rule], owner=owner, old=old, new=new, found=found, sight=sight
    )
    return verdicts.conclude_all(layer, [verdict])


def look_by_clock(layer: Layer, rule: LoadedRule, sight: Sight, now: float) -> int:
    """A timed rule on the newest rows of its layer; how many crossings were new."""
    old = storage.load_rule(rule.row.pk, layer.slug)
    timed = replace(sight, batch=replace(sight.batch, now=now))
    return look(layer, rule, old, timed)
