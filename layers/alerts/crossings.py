"""Confirmed changes of rule states become events, then alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from layers.core import events
from layers.core.events import Happening
from layers.core.spec import Layer

from .ruleset import LoadedRule

# What an alert is about: feature and part of it, or nothing and the group.
Subject = tuple[int | None, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """One confirmed change. ``at`` is the observed time, seconds since 1970 UTC.
    ``part``: which series of the feature, "" when it has one only.

    ``feature_id`` None: it is about the ``group``; else that is the group that the
    feature belongs to. ``maybe``: possible for a moment, nothing changed. ``reason``:
    why it ended without an observation. ``evidence``: what the kind has to show.
    """

    feature_id: int | None
    title: str
    unit_id: int | None
    lon: float | None
    lat: float | None
    zone_id: int | None
    zone_version: int
    zone_title: str
    at: float
    on: bool
    late: bool
    part: str = ""
    part_title: str = ""
    group: str = ""
    maybe: bool = False
    reason: str = ""
    evidence: dict[str, Any] | None = None

    @property
    def subject(self) -> Subject:
        """What the alert is about: a part of a feature, or a group of features."""
        return self.feature_id, self.part, self.group * (self.feature_id is None)

    @property
    def name(self) -> str:
        """The subject as part of keys."""
        if self.feature_id is None and self.group:
            return self.group
        return f"{self.feature_id}/{self.part}" if self.part else f"{self.feature_id}"

    @property
    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one rule found in one batch. ``active``: subjects for which the
    condition holds at the end of it."""

    layer: Layer
    rule: LoadedRule
    crossings: list[Crossing]
    active: set[Subject]


def key_of(rule: LoadedRule, crossing: Crossing) -> str:
    """The name of the change for ever: replays find it taken."""
    verb = _verb(rule, crossing)
    zone = f"{crossing.zone_id or 0}:{crossing.zone_version:x}"
    part = f"/{crossing.part}" if crossing.part else ""
    return (
        f"{verb}:{rule.row.pk}:{rule.row.version}:{crossing.feature_id}{part}:{zone}"
        f":{crossing.at:.3f}"
    )


def _verb(rule: LoadedRule, crossing: Crossing) -> str:
    if crossing.maybe:
        return rule.kind.maybe_verb
    return rule.kind.verbs[0 if crossing.on else 1]


def tell(outcome: Outcome) -> int:
    """Record the changes; those not known before open, repeat or clear alerts."""
    return tell_all([outcome])


def tell_all(outcomes: list[Outcome]) -> int:
    """The same for what many rules found; how many were new."""
    from .raising import apply_all

    keyed = [
        (outcome, {key_of(outcome.rule, found): found for found in outcome.crossings})
        for outcome in outcomes
    ]
    fresh = events.record(
        _happening(outcome, key, crossing)
        for outcome, crossings in keyed
        for key, crossing in crossings.items()
    )
    told = []
    for outcome, crossings in keyed:
        new = [crossing for key, crossing in crossings.items() if key in fresh]
        if new:
            told.append((outcome, sorted(new, key=lambda crossing: crossing.at)))
    apply_all(told)
    return sum(len(new) for _outcome, new in told)


def _happening(outcome: Outcome, key: str, crossing: Crossing) -> Happening:
    rule = outcome.rule
    return Happening(
        key=key,
        kind=_verb(rule, crossing),
        layer=outcome.layer.slug,
        feature_id=crossing.feature_id,
        title=crossing.title,
        unit_id=crossing.unit_id,
        lon=crossing.lon,
        lat=crossing.lat,
        old={"active": not crossing.on},
        new={
            "active": crossing.on,
            "rule": rule.row.slug,
            "rule_version": rule.row.version,
            "zone": crossing.zone_title,
            "zone_id": crossing.zone_id,
            "late": crossing.late,
            **_part(crossing),
            **({"evidence": crossing.evidence} if crossing.evidence else {}),
        },
        reason=crossing.reason,
        happened_at=crossing.moment,
    )


def _part(crossing: Crossing) -> dict[str, str]:
    if not crossing.part:
        return {}
    return {"part": crossing.part, "part_title": crossing.part_title}
