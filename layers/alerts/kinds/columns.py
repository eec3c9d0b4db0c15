"""The columns that rule kinds work on: observations in, states kept, changes out."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from .search import Bools, Floats, Ints

# Fixes kept per (feature, zone), so that late ones can still be put in order.
TAIL = 24
# Seconds behind the newest fix within which a late one still counts.
LATE_S = 1_800.0


@dataclass(slots=True, kw_only=True)
class Batch:
    """Observations: columns of length n, ordered by ``feature_id`` and ``at``.

    ``at`` seconds since 1970 UTC; ``lon``/``lat`` degrees (NaN: no position).
    ``known`` marks rows that were stored before this batch came: history that the
    engine adds when a kind looks back (``RuleKind.lookback``) or when something came
    late, so that what is found does not depend on the order of arrival. They are
    evidence like any other; a change found again in them has a known key.
    ``others`` are the rows that a kind over pairs compares with (None: its own).
    """

    feature_id: Ints
    at: Floats
    lon: Floats
    lat: Floats
    values: dict[str, Floats] = field(default_factory=dict)
    now: float = 0.0
    others: Batch | None = None
    known: Bools = field(default_factory=lambda: np.zeros(0, dtype=bool))

    def __post_init__(self) -> None:
        if len(self.known) != len(self.feature_id):
            self.known = np.zeros(len(self.feature_id), dtype=bool)

    def __len__(self) -> int:
        return len(self.feature_id)

    def column(self, name: str) -> Floats:
        """A column of ``values``; NaN where nobody gave it."""
        found = self.values.get(name)
        return np.full(len(self), np.nan) if found is None else found

    def newest_of(self, feature_id: Ints) -> Ints:
        """The row of each feature's newest observation (all have one)."""
        return np.searchsorted(self.feature_id, feature_id, side="right") - 1

    def take(self, index: Any) -> Batch:
        """The rows at ``index`` (integers or a mask), in that order."""
        return replace(
            self,
            feature_id=self.feature_id[index],
            at=self.at[index],
            lon=self.lon[index],
            lat=self.lat[index],
            values={name: column[index] for name, column in self.values.items()},
            known=self.known[index],
        )


@dataclass(slots=True, kw_only=True)
class States:
    """What a rule remembers: columns of length m, one row per (feature, zone).

    ``zone_id`` is 0 for a rule without zones. ``active`` since ``since``;
    ``last_at`` is the newest fix looked at. ``base_*`` is the state before the
    kept tail: confirmed state, and the unfinished run of equal fixes with its
    class (+1 in, -1 out), start and length. ``tail_at``/``tail_class`` have shape
    (m, TAIL), oldest first, padded at the end with NaN and 0.
    """

    feature_id: Ints
    zone_id: Ints
    zone_version: Ints
    active: Bools
    since: Floats
    last_at: Floats
    base_active: Bools
    base_at: Floats
    base_class: Ints
    base_start: Floats
    base_count: Ints
    tail_at: Floats
    tail_class: Ints

    def __len__(self) -> int:
        return len(self.feature_id)

    def take(self, index: Any) -> States:
        """The rows at ``index`` (integers or a mask), copied."""
        return States(**{f.name: getattr(self, f.name)[index] for f in fields(self)})


def blank_states(feature_id: Ints, zone_id: Ints, zone_version: Ints) -> States:
    """States of pairs never seen before: outside, nothing pending."""
    m = len(feature_id)
    return States(
        feature_id=feature_id,
        zone_id=zone_id,
        zone_version=zone_version,
        active=np.zeros(m, dtype=bool),
        since=np.full(m, np.nan),
        last_at=np.full(m, -np.inf),
        base_active=np.zeros(m, dtype=bool),
        base_at=np.full(m, -np.inf),
        base_class=np.zeros(m, dtype=np.int64),
        base_start=np.full(m, np.nan),
        base_count=np.zeros(m, dtype=np.int64),
        tail_at=np.full((m, TAIL), np.nan),
        tail_class=np.zeros((m, TAIL), dtype=np.int64),
    )


def no_states() -> States:
    empty = np.zeros(0, dtype=np.int64)
    return blank_states(empty, empty, empty)


def with_features(states: States, features: Ints) -> States:
    """The states and blank ones (zone 0) for ``features`` that have none yet."""
    met = np.setdiff1d(features, states.feature_id)
    if not len(met):
        return states
    nowhere = np.zeros(len(met), dtype=np.int64)
    return concat(states, blank_states(met, nowhere, nowhere.copy()))


def concat(first: States, second: States) -> States:
    return States(
        **{
            f.name: np.concatenate([getattr(first, f.name), getattr(second, f.name)])
            for f in fields(States)
        }
    )


@dataclass(slots=True, kw_only=True)
class Transitions:
    """Confirmed changes, ordered by time, ends before beginnings: length k.

    ``state`` is the row in the new states, ``row`` the observation that confirmed
    the change (-1 when it came from an earlier batch); ``on`` true: the condition
    began. ``late``: newer fixes were already known when this one came. ``maybe``:
    nothing changed, but it may have been so for a moment in between. ``reason`` is
    given when no observation ended it (the zone expired); ``evidence`` is what the
    kind has to show for it.
    """

    state: Ints
    row: Ints
    at: Floats
    on: Bools
    late: Bools
    maybe: Bools = field(default_factory=lambda: np.zeros(0, dtype=bool))
    reason: list[str] = field(default_factory=list)
    evidence: list[dict[str, Any] | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        k = len(self.state)
        if len(self.maybe) != k:
            self.maybe = np.zeros(k, dtype=bool)
        if len(self.reason) != k:
            self.reason = [""] * k
        if len(self.evidence) != k:
            self.evidence = [None] * k

    def __len__(self) -> int:
        return len(self.state)

    def take(self, index: Ints) -> Transitions:
        """The changes at ``index``, in that order."""
        return Transitions(
            state=self.state[index],
            row=self.row[index],
            at=self.at[index],
            on=self.on[index],
            late=self.late[index],
            maybe=self.maybe[index],
            reason=[self.reason[at] for at in index],
            evidence=[self.evidence[at] for at in index],
        )


def nothing_changed() -> Transitions:
    empty, never = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
    return Transitions(
        state=empty, row=empty, at=np.zeros(0), on=never, late=never.copy()
    )


def merged(parts: list[Transitions]) -> Transitions:
    """All of them by time; at one moment what ends comes before what begins."""
    found = Transitions(
        state=np.concatenate([part.state for part in parts]),
        row=np.concatenate([part.row for part in parts]),
        at=np.concatenate([part.at for part in parts]),
        on=np.concatenate([part.on for part in parts]),
        late=np.concatenate([part.late for part in parts]),
        maybe=np.concatenate([part.maybe for part in parts]),
        reason=[text for part in parts for text in part.reason],
        evidence=[entry for part in parts for entry in part.evidence],
    )
    return found.take(np.lexsort((found.on, found.at)))
