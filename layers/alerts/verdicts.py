"""What rules found becomes states kept and crossings told, for many rules at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from layers.core.spec import Layer, registry

from . import series, storage
from .crossings import Crossing, Outcome, tell_all
from .kinds.base import Ints, States, Transitions, Zones
from .ruleset import LoadedRule
from .sight import Sight, matching, of_live


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verdict:
    """What rules with one filter found: states before and after (``new`` begins with
    the rows of ``old``; ``owner``: whose they are, places in ``rules``), the changes,
    and what was looked at."""

    rules: list[LoadedRule]
    owner: Ints
    old: States
    new: States
    found: Transitions
    sight: Sight

    @property
    def filter(self) -> str:
        """Which features the rules are about, where they leave it to be asked."""
        first = self.rules[0]
        return "" if first.kind.total else first.row.feature_filter

    @property
    def pk(self) -> Ints:
        """The rule of each state."""
        return np.array([rule.row.pk for rule in self.rules])[self.owner]


def conclude_all(layer: Layer, verdicts: list[Verdict]) -> int:
    """Keep the states and tell the changes; how many were new."""
    verdicts = _only_wanted(layer, verdicts)
    storage.save(layer.slug, [(v.pk, v.old, v.new) for v in verdicts])
    return tell_all([found for v in verdicts for found in _outcomes(layer, v)])


def _outcomes(layer: Layer, verdict: Verdict) -> Iterator[Outcome]:
    """What each rule found."""
    new, found, owner = verdict.new, verdict.found, verdict.owner
    if not len(found):
        return
    touched = np.isin(new.feature_id, new.feature_id[found.state])
    held = np.flatnonzero(new.active & touched)
    mine, theirs = _sorted(owner[found.state]), _sorted(owner[held])
    for number, changes in mine.items():
        rule = verdict.rules[number]
        states = held[theirs.get(number, [])]
        yield Outcome(
            layer=layer,
            rule=rule,
            crossings=[_crossing(layer, rule, verdict, at) for at in changes],
            active={_subject(rule, new, state) for state in states.tolist()},
        )


def _sorted(owner: Ints) -> dict[int, list[int]]:
    """The entries of each rule, in order."""
    found: dict[int, list[int]] = defaultdict(list)
    for place, number in enumerate(owner.tolist()):
        found[number].append(place)
    return found


def _only_wanted(layer: Layer, verdicts: list[Verdict]) -> list[Verdict]:
    """Without the features that the rules' filters leave out; one question for all
    rules with the same filter."""
    asked: dict[str, set[int]] = defaultdict(set)
    for verdict in verdicts:
        if verdict.filter:
            asked[verdict.filter].update(_in_question(verdict).tolist())
    if not any(asked.values()):
        return verdicts
    wanted = {
        text: np.array(sorted(matching(layer, text, ids)), dtype=np.int64)
        for text, ids in asked.items()
    }
    return [
        _of(verdict, wanted[verdict.filter]) if verdict.filter else verdict
        for verdict in verdicts
    ]


def _in_question(verdict: Verdict) -> Ints:
    """Series that the rule has met for the first time or begun something for."""
    new, found = verdict.new, verdict.found
    begun = new.feature_id[found.state[found.on]]
    return np.concatenate([new.feature_id[len(verdict.old) :], begun])


def _of(verdict: Verdict, wanted: Ints) -> Verdict:
    new, found, m = verdict.new, verdict.found, len(verdict.old)
    fits = np.isin(new.feature_id, wanted)
    keep = fits.copy()
    keep[:m] = True
    if keep.all() and fits[found.state[found.on]].all():
        return verdict
    place = np.cumsum(keep) - 1
    # the end of what was begun counts even when the feature no longer matches
    told = keep[found.state] & (~found.on | fits[found.state])
    kept = found.take(np.flatnonzero(told))
    kept.state = place[kept.state]
    rows = np.flatnonzero(keep)
    return replace(verdict, owner=verdict.owner[rows], new=new.take(rows), found=kept)


def _subject(rule: LoadedRule, new: States, state: int) -> tuple[int | None, str, str]:
    """What an alert about a state is about, see ``Crossing.subject``."""
    if rule.kind.total:
        return None, "", _group(new, state)
    return *series.split(int(new.feature_id[state])), ""


def _group(new: States, state: int) -> str:
    """The key of an alert about what all features do together in a zone."""
    zone_id = int(new.zone_id[state])
    return f"zone:{zone_id}" if zone_id else "all"


def _crossing(layer: Layer, rule: LoadedRule, verdict: Verdict, at: int) -> Crossing:
    new, found, sight = verdict.new, verdict.found, verdict.sight
    state = int(found.state[at])
    number = int(new.feature_id[state])
    feature_id, part, _group_key = _subject(rule, new, state)
    row: int | None = int(found.row[at])
    if row == -1:  # no fix of this batch told it: the newest place stands in
        row = sight.row_of(number)
    title, unit_id, lon, lat = sight.facts(row)
    other = int(new.zone_id[state]) if rule.kind.paired else 0
    zone_id = 0 if other else int(new.zone_id[state])
    place = _place(rule.zones, zone_id) if zone_id else None
    zone_title = rule.zones.title[place] if place is not None else ""
    if rule.kind.total:
        title, unit_id, lon, lat = zone_title, None, *_middle(rule.zones, place)
    return Crossing(
        feature_id=feature_id,
        part=part,
        part_title=_part_title(layer, part),
        title=title,
        unit_id=unit_id,
        lon=lon,
        lat=lat,
        zone_id=zone_id or None,
        # of a pair the other one, so that keys tell the pairs of a feature apart
        zone_version=other or int(new.zone_version[state]),
        zone_title=zone_title,
        at=float(found.at[at]),
        on=bool(found.on[at]),
        late=bool(found.late[at]) or sight.is_past(number, float(found.at[at])),
        maybe=bool(found.maybe[at]),
        group=_group(new, state) if rule.kind.total else "",
        reason=found.reason[at],
        evidence=_evidence(rule.zones, place, found.evidence[at])
        if not other
        else _with_title(sight, found.evidence[at]),
    )


def _with_title(sight: Sight, found: dict[str, Any] | None) -> dict[str, Any] | None:
    """With the name of the other of a pair."""
    if found is None:
        return found
    slug, number = found["other_layer"], found["other_id"]
    if slug:
        if slug not in registry:
            return found
        sight = of_live(registry[slug], ids=np.array([number], dtype=np.int64))
    return {**found, "other_title": sight.facts(sight.row_of(number))[0]}


def _part_title(layer: Layer, part: str) -> str:
    """A part that is a field of the layer has its title."""
    named = next((f for f in layer.fields if f.name == part), None)
    return (str(named.title) if named else part)[: series.TITLE_LENGTH]


def _place(zones: Zones, zone_id: int) -> int | None:
    """An entry of the zone, whichever."""
    place = int(np.searchsorted(zones.id, zone_id))
    there = place < len(zones) and zones.id[place] == zone_id
    return place if there else None


def _middle(zones: Zones, place: int | None) -> tuple[float | None, float | None]:
    """A point in the zone."""
    if place is None:
        return None, None
    point = zones.area[place].representative_point()
    return point.x, point.y


def _evidence(
    zones: Zones, place: int | None, found: dict[str, Any] | None
) -> dict[str, Any] | None:
    """With the version and the law of the zone that was in force."""
    if place is None or found is None:
        return found
    law = {"zone_version": int(zones.number[place]), "law": zones.legal_basis[place]}
    return {**found, **law}
