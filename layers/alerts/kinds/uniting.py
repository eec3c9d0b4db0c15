"""Many rules of one kind evaluated as one.

To be asked at all costs a rule more than what it finds. So rules that differ in their
limit or their zones alone are put together: what tells them apart is carried in the
number of the series or of the zone, and the kind works as if there were one rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .areas import SHIFT, ZONE, Zones
from .columns import Batch, States, Transitions
from .debounce import Confirm
from .search import Floats, Ints
from .series import judge


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """What the rules of a union have to look at: (rule, series) pairs, shapes (p,),
    ordered by both, with those of all states; the states and their rules, shape (m,).
    Rules are places in the union."""

    rule: Ints
    series: Ints
    owner: Ints
    states: States


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """States (the first m are those that were asked about) with their rules, and what
    changed."""

    owner: Ints
    states: States
    found: Transitions


Union = Callable[[Asked, Batch], Answer]
# (parameters, zones) of rules: places of those that go together, with their union.
Unite = Callable[[list[Any], list[Zones]], list[tuple[list[int], Union]]]
Evaluate = Callable[[Any, Zones, States, Batch], tuple[States, Transitions]]


def alike(keys: Sequence[Hashable]) -> list[list[int]]:
    """Places of equal keys, in order."""
    found: dict[Hashable, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        found[key].append(place)
    return list(found.values())


def rows_of(batch: Batch, series: Ints) -> tuple[Ints, Ints]:
    """(place in ``series``, row) of all rows of these series, in order."""
    first = np.searchsorted(batch.feature_id, series, side="left")
    last = np.searchsorted(batch.feature_id, series, side="right")
    count = last - first
    which = np.repeat(np.arange(len(series)), count)
    start = np.repeat(first - np.cumsum(count) + count, count)
    return which, np.asarray(start + np.arange(len(start)))


def _narrowed(
    asked: Asked, batch: Batch, evaluate: Callable[[Batch], tuple[States, Transitions]]
) -> tuple[States, Transitions]:
    """``evaluate`` on the rows of the series in question alone."""
    _which, rows = rows_of(batch, np.unique(asked.series))
    if len(rows) == len(batch):
        return evaluate(batch)
    new, found = evaluate(batch.take(rows))
    if len(found):
        found.row = np.where(found.row < 0, -1, rows[found.row])
    return new, found


class Alone:
    """One rule."""

    def __init__(self, evaluate: Evaluate, params: Any, zones: Zones) -> None:
        self.evaluate, self.params, self.zones = evaluate, params, zones

    def __call__(self, asked: Asked, batch: Batch) -> Answer:
        new, found = _narrowed(
            asked,
            batch,
            lambda part: self.evaluate(self.params, self.zones, asked.states, part),
        )
        owner = np.zeros(len(new), dtype=np.int64)
        return Answer(owner=owner, states=new, found=found)


class ByZone:
    """Rules of equal parameters with zones of their own: one rule with all zones."""

    def __init__(self, evaluate: Evaluate, params: Any, zones: list[Zones]) -> None:
        self.evaluate, self.params = evaluate, params
        self.zones = _together(zones)

    def __call__(self, asked: Asked, batch: Batch) -> Answer:
        number = asked.states.zone_id | (asked.owner << SHIFT)
        states = replace(asked.states, zone_id=number)
        new, found = _narrowed(
            asked,
            batch,
            lambda part: self.evaluate(self.params, self.zones, states, part),
        )
        owner = new.zone_id >> SHIFT
        plain = replace(new, zone_id=new.zone_id & ZONE)
        return Answer(owner=owner, states=plain, found=found)


def _together(zones: list[Zones]) -> Zones:
    """All zones in one index, each with the rule in its number."""

    def column(name: str) -> Any:
        return np.concatenate([getattr(entry, name) for entry in zones])

    rule = np.repeat(np.arange(len(zones)), [len(entry) for entry in zones])
    return Zones(
        id=column("id") | (rule << SHIFT),
        title=[title for entry in zones for title in entry.title],
        legal_basis=[text for entry in zones for text in entry.legal_basis],
        gone_by_rule=np.array([entry.gone_at for entry in zones]),
        **{name: column(name) for name in ZONE_COLUMNS},
    )


ZONE_COLUMNS = (
    "version", "area", "starts", "ends", "changed", "number", "edge", "shadow",
)  # fmt: skip


def by_zone(evaluate: Evaluate) -> Unite:
    """For kinds that look at each pair of feature and zone by itself."""

    def unite(params: list[Any], zones: list[Zones]) -> list[tuple[list[int], Union]]:
        keys = [
            (entry.model_dump_json(), found.everywhere)
            for entry, found in zip(params, zones, strict=True)
        ]
        return [
            (mine, ByZone(evaluate, params[mine[0]], [zones[at] for at in mine]))
            for mine in alike(keys)
        ]

    return unite


# What (rules, rows) of a batch say: +1, -1 or 0.
Said = Callable[[Batch, Ints, Ints], Ints]


class ByValue:
    """Rules over values that are confirmed in one way: one rule with a series for
    each pair of rule and series. ``recast``: see ``judge``; ``shown``: evidence of
    rows."""

    def __init__(
        self,
        said: Said,
        confirm: Confirm,
        *,
        recast: bool = False,
        shown: Callable[[Batch, Ints], list[dict[str, Any] | None]] | None = None,
    ) -> None:
        self.said, self.confirm = said, confirm
        self.recast, self.shown = recast, shown

    def __call__(self, asked: Asked, batch: Batch) -> Answer:
        ids, rank = np.unique(asked.series, return_inverse=True)
        pair = asked.rule * len(ids) + rank
        held = np.searchsorted(ids, asked.states.feature_id)
        held = held + asked.owner * len(ids)
        which, row = rows_of(batch, asked.series)
        cls = self.said(batch, asked.rule[which], row)
        busy = np.isin(pair, held)
        busy[which[cls > 0]] = True  # of the others there is nothing to remember
        keep = busy[which]
        which, row, cls = which[keep], row[keep], cls[keep]
        cast = Batch(
            feature_id=pair[which],
            at=batch.at[row],
            lon=batch.lon[row],
            lat=batch.lat[row],
            known=batch.known[row],
        )
        states = replace(asked.states, feature_id=held)
        new, found = judge(states, cast, cls, self.confirm, recast=self.recast)
        if len(found):
            found.row = np.where(found.row < 0, -1, row[found.row])
            if self.shown is not None:
                found.evidence = self.shown(batch, found.row)
        owner, spot = np.divmod(new.feature_id, max(len(ids), 1))
        new = replace(new, feature_id=ids[spot])
        return Answer(owner=owner, states=new, found=found)


class Beyond:
    """By how much values are beyond the limits of many rules, each of its own field."""

    def __init__(self, sides: list[tuple[str, float, float]]) -> None:
        """``sides``: (field, upper limit, lower limit); infinite: none."""
        self.names = sorted({name for name, _upper, _lower in sides})
        self.field = np.array([self.names.index(side[0]) for side in sides])
        self.upper = np.array([side[1] for side in sides])
        self.lower = np.array([side[2] for side in sides])

    def __call__(self, batch: Batch, rule: Ints, row: Ints) -> Floats:
        value = np.full(len(row), np.nan)
        field = self.field[rule]
        for number in np.unique(field).tolist():
            mine = np.flatnonzero(field == number)
            value[mine] = batch.column(self.names[number])[row[mine]]
        return np.maximum(value - self.upper[rule], self.lower[rule] - value)
