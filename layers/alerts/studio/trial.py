"""A rule as it would be, over observations of the past, its states in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from django.utils import timezone

from layers.alerts import series
from layers.alerts.kinds.base import Batch, Floats, Ints, States, no_states
from layers.alerts.models import Rule
from layers.alerts.ruleset import LoadedRule, ready
from layers.alerts.sight import matching
from layers.core.ingest import Observed
from layers.core.spec import Layer, registry

from .booking import Book, Change


def rule_of(body: dict[str, Any], pk: int | None = None) -> Rule:
    """The body of a draft as a rule, not stored. Unknown names are left out."""
    known = {entry.name for entry in Rule._meta.concrete_fields}
    rule = Rule(pk=pk, **{name: value for name, value in body.items() if name in known})
    rule.updated_at = timezone.now()
    rule._state.adding = pk is None  # one that is there may keep its code
    return rule


@dataclass(slots=True)
class Trial:
    """One rule on its way through the past. ``counted_from``: alerts before it stand
    when the span begins, and are not counted."""

    rule: LoadedRule
    book: Book
    states: States = field(default_factory=no_states)
    told: set[tuple[Any, ...]] = field(default_factory=set)
    _wanted: dict[int, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, rule: Rule, counted_from: float) -> Trial:
        whole = ready(rule)
        return cls(whole, Book(whole, counted_from))

    @property
    def layer(self) -> Layer:
        return registry[self.rule.row.layer]

    def wanted(self, feature_id: Ints) -> np.ndarray:
        """Which rows are of features that the filter lets through, as they are now."""
        text = self.rule.row.feature_filter
        if not text:
            return np.ones(len(feature_id), dtype=bool)
        ids, spot = np.unique(series.features(feature_id), return_inverse=True)
        fresh = [pk for pk in ids.tolist() if pk not in self._wanted]
        if fresh:
            passed = matching(self.layer, text, fresh)
            self._wanted |= {pk: pk in passed for pk in fresh}
        return np.array([self._wanted[pk] for pk in ids.tolist()], dtype=bool)[spot]

    def look(self, observed: Observed, now: float = 0.0) -> None:
        """Evaluate one batch (ordered by feature and time) and book what it tells.
        ``now``: the clock of a timed rule, seconds since 1970 UTC."""
        if self.rule.kind.evaluate is None or not len(observed):
            return
        batch = Batch(
            feature_id=observed.feature_id,
            at=np.round(observed.at, 3),
            lon=observed.lon,
            lat=observed.lat,
            values=observed.values,
            now=now,
        )
        new, found = self.rule.kind.evaluate(
            self.rule.params, self.rule.zones, self.states, batch
        )
        self.states = new
        changes = [
            self._change(observed, new, found, at)
            for at in range(len(found))
            if self._is_news(new, found, at)
        ]
        self.book.apply(changes)

    def _is_news(self, new: States, found: Any, at: int) -> bool:
        """The same change told again by a look back is no news."""
        state = int(found.state[at])
        key = (
            int(new.feature_id[state]), int(new.zone_id[state]), bool(found.on[at]),
            bool(found.maybe[at]), float(found.at[at]),
        )  # fmt: skip
        if key in self.told:
            return False
        self.told.add(key)
        return True

    def _change(self, observed: Observed, new: States, found: Any, at: int) -> Change:
        state, row = int(found.state[at]), int(found.row[at])
        feature_id, zone_id = int(new.feature_id[state]), int(new.zone_id[state])
        if row < 0:
            row = int(np.searchsorted(observed.feature_id, feature_id, "right")) - 1
            if row < 0 or observed.feature_id[row] != feature_id:
                row = -1
        subject, part = self._subject(feature_id, zone_id)
        zone_title = "" if self.rule.kind.paired else self._zone_title(zone_id)
        received = observed.values.get("received_at")
        moment = float(found.at[at])
        return Change(
            subject=subject,
            part=part,
            title=observed.title[row] if row >= 0 else zone_title,
            unit_id=int(observed.unit_id[row]) if row >= 0 else 0,
            lon=float(observed.lon[row]) if row >= 0 else np.nan,
            lat=float(observed.lat[row]) if row >= 0 else np.nan,
            zone_id=zone_id,
            zone_title=zone_title,
            at=moment,
            on=bool(found.on[at]),
            maybe=bool(found.maybe[at]),
            counts=not found.reason[at],
            delay_s=float(received[row] - moment)
            if received is not None and row >= 0
            else 0.0,
        )

    def _subject(self, feature_id: int, zone_id: int) -> tuple[int | str, str]:
        """What the alert is about, and which part of it."""
        if self.rule.kind.total:
            return f"zone:{zone_id}", ""
        return series.split(feature_id)

    def _zone_title(self, zone_id: int) -> str:
        zones = self.rule.zones
        place = int(np.searchsorted(zones.id, zone_id))
        named = place < len(zones) and zones.id[place] == zone_id
        return zones.title[place] if named else ""


def by_series(observed: Observed, parts: list[str]) -> Observed:
    """The same with series (``alerts.series``) for features, of ``parts`` alone (empty:
    of all), ordered by series and time."""
    if observed.part is None:
        return observed
    whole = replace(
        observed,
        feature_id=series.numbers(observed.feature_id, observed.part),
        part=None,
    )
    order = np.lexsort((whole.at, whole.feature_id))
    if parts:
        order = order[series.of_parts(whole.feature_id[order], parts)]
    return only(whole, order)


def only(observed: Observed, rows: np.ndarray) -> Observed:
    """The rows of a mask or of indices, in that order."""
    index = np.flatnonzero(rows) if rows.dtype == bool else rows
    if len(index) == len(observed) and rows.dtype == bool:
        return observed
    return Observed(
        feature_id=observed.feature_id[index],
        at=observed.at[index],
        lon=observed.lon[index],
        lat=observed.lat[index],
        unit_id=observed.unit_id[index],
        title=[observed.title[at] for at in index.tolist()],
        newest=observed.newest[index],
        values={name: column[index] for name, column in observed.values.items()},
    )


def joined(first: Observed, second: Observed) -> Observed:
    """Both, ordered by feature and time."""

    def both(name: str) -> Any:
        return np.concatenate([getattr(first, name), getattr(second, name)])

    def column(name: str) -> Floats:
        blank = np.full(len(first), np.nan), np.full(len(second), np.nan)
        return np.concatenate(
            [first.values.get(name, blank[0]), second.values.get(name, blank[1])]
        )

    whole = Observed(
        feature_id=both("feature_id"),
        at=both("at"),
        lon=both("lon"),
        lat=both("lat"),
        unit_id=both("unit_id"),
        title=[*first.title, *second.title],
        newest=both("newest"),
        values={name: column(name) for name in {*first.values, *second.values}},
    )
    return only(whole, np.lexsort((whole.at, whole.feature_id)))
