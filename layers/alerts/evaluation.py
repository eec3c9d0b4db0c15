"""Rules over observations: load states, evaluate, keep states, tell the crossings.

Runs inside the transaction that stores the observations. A batch is compared with all
rules at once (see ``RuleKind.screen``); evaluated are those that it concerns, on the
features that concern them. States are loaded once and saved once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from layers.core.ingest import Observed
from layers.core.spec import Layer

from . import history, ruleset, series, storage, verdicts
from .kinds.base import Batch, Ints, States, Transitions, no_states
from .ruleset import LoadedRule, Plan
from .sight import Sight, joined, of_observed
from .verdicts import Verdict


@dataclass(frozen=True, slots=True, eq=False)
class Due:
    """A rule to be evaluated: what it remembers, and the series it looks at."""

    rule: LoadedRule
    old: States
    ids: Ints


def run(layer: Layer, observed: Observed) -> None:
    """The ingest stage: every enabled rule of the layer on one batch."""
    plan = ruleset.plan(layer.slug)
    if not plan.rules or not len(observed):
        return
    sight = of_observed(layer, observed, plan.columns)
    known = storage.load(layer.slug, sight.batch.feature_id)
    due = _due(plan, sight.batch, known)
    wide = _with_history(layer, plan, sight, due)
    verdicts.conclude_all(layer, [_judged(entry, sight, wide) for entry in due])


def _due(plan: Plan, batch: Batch, known: dict[int, States]) -> list[Due]:
    """The rules that the batch concerns, in their order."""
    every = np.unique(batch.feature_id)
    seen: dict[int, Ints] = dict.fromkeys(plan.unscreened, every)
    for places, look in plan.screens:
        number, row = look(batch)
        edge = np.flatnonzero(np.diff(number, prepend=-1, append=-1))
        for first, last in zip(edge[:-1].tolist(), edge[1:].tolist(), strict=True):
            # rows are in order, so series are
            ids = batch.feature_id[row[first:last]]
            fresh = np.ones(len(ids), dtype=bool)
            fresh[1:] = ids[1:] != ids[:-1]
            seen[int(places[number[first]])] = ids[fresh]
    found = []
    for place, rule in enumerate(plan.rules):
        old = known.get(rule.row.pk)
        if old is None and place not in seen:
            continue
        due = _of_rule(rule, no_states() if old is None else old, seen.get(place))
        if len(due.ids):
            found.append(due)
    return found


def _of_rule(rule: LoadedRule, old: States, ids: Ints | None) -> Due:
    """Only the parts that the rule is about; what it remembers of others is over
    when it was changed, see ``watching``."""
    wanted = rule.row.parts
    if wanted:
        old = old.take(series.of_parts(old.feature_id, wanted))
        ids = None if ids is None else ids[series.of_parts(ids, wanted)]
    if ids is None:
        return Due(rule, old, np.unique(old.feature_id))
    if not len(old):
        return Due(rule, old, ids)
    return Due(rule, old, np.union1d(ids, old.feature_id))


def _with_history(layer: Layer, plan: Plan, sight: Sight, due: list[Due]) -> Sight:
    """What is in sight with what kinds that look back need of the time before."""
    back = [(_lookback(entry.rule), entry.ids) for entry in due]
    seconds = max((span for span, _ids in back), default=0.0)
    if not seconds:
        return sight
    ids = np.unique(np.concatenate([ids for span, ids in back if span]))
    columns = tuple(plan.columns)
    return joined(sight, history.before(layer, columns, sight.batch, ids, seconds))


def _lookback(rule: LoadedRule) -> float:
    return rule.kind.lookback(rule.params)


def _judged(due: Due, sight: Sight, wide: Sight) -> Verdict:
    """One rule on the series that concern it."""
    rule, evaluate = due.rule, due.rule.kind.evaluate
    if evaluate is None:
        raise LookupError(f"rules of kind {rule.kind.slug} look at no observations")
    seconds = _lookback(rule)
    seen = wide if seconds else sight
    rows = rows_of(seen.batch, due.ids)
    if seconds:
        rows = rows[_recent(sight.batch, seen.batch, rows, seconds)]
    whole = len(rows) == len(seen.batch)
    batch = seen.batch if whole else seen.batch.take(rows)
    new, found = evaluate(rule.params, rule.zones, due.old, batch)
    if not whole and len(found):
        found.row = np.where(found.row < 0, -1, rows[found.row])
    return Verdict(rule=rule, old=due.old, new=new, found=found, sight=seen)


def rows_of(batch: Batch, ids: Ints) -> Ints:
    """The rows of some series, in order."""
    first = np.searchsorted(batch.feature_id, ids, side="left")
    last = np.searchsorted(batch.feature_id, ids, side="right")
    count = last - first
    start = np.repeat(first - np.cumsum(count) + count, count)
    return np.asarray(start + np.arange(len(start)))


def _recent(fresh: Batch, seen: Batch, rows: Ints, seconds: float) -> np.ndarray:
    """Rows at most so long before the first fresh one of their series."""
    ids, first = np.unique(fresh.feature_id, return_index=True)
    spot = np.searchsorted(ids, seen.feature_id[rows])
    return np.asarray(seen.at[rows] >= fresh.at[first[spot]] - seconds)


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
    verdict = Verdict(rule=rule, old=old, new=new, found=found, sight=sight)
    return verdicts.conclude_all(layer, [verdict])


def look_by_clock(layer: Layer, rule: LoadedRule, sight: Sight, now: float) -> int:
    """A timed rule on the newest rows of its layer; how many crossings were new."""
    old = storage.load_rule(rule.row.pk, layer.slug)
    timed = replace(sight, batch=replace(sight.batch, now=now))
    return look(layer, rule, old, timed)
