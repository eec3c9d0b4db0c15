"""Confirmed changes of rule states become events, then alerts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from layers.core import events
from layers.core.events import Happening
from layers.core.spec import Layer

from .ruleset import LoadedRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """One confirmed change. ``at`` is the observed time, seconds since 1970 UTC."""

    feature_id: int
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

    @property
    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.at, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one rule found in one batch. ``active``: features for which the
    condition holds at the end of it."""

    layer: Layer
    rule: LoadedRule
    crossings: list[Crossing]
    active: set[int]


def key_of(rule: LoadedRule, crossing: Crossing) -> str:
    """The name of the change for ever: replays find it taken."""
    verb = rule.kind.verbs[0 if crossing.on else 1]
    zone = f"{crossing.zone_id or 0}:{crossing.zone_version:x}"
    return (
        f"{verb}:{rule.row.pk}:{rule.row.version}:{crossing.feature_id}:{zone}"
        f":{crossing.at:.3f}"
    )


def tell(outcome: Outcome) -> int:
    """Record the changes; those not known before open, repeat or clear alerts."""
    from .raising import apply

    rule = outcome.rule
    keyed = {key_of(rule, crossing): crossing for crossing in outcome.crossings}
    fresh = events.record(
        _happening(outcome, key, crossing) for key, crossing in keyed.items()
    )
    new = [crossing for key, crossing in keyed.items() if key in fresh]
    if new:
        apply(outcome, sorted(new, key=lambda crossing: crossing.at))
    return len(new)


def _happening(outcome: Outcome, key: str, crossing: Crossing) -> Happening:
    rule = outcome.rule
    return Happening(
        key=key,
        kind=rule.kind.verbs[0 if crossing.on else 1],
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
        },
        happened_at=crossing.moment,
    )
