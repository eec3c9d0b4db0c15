"""Recording events: what changed, from what, to what, why, when, who."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone

from .models import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event to be recorded. ``key`` names it for ever: told twice, kept once."""

    key: str
    kind: str
    layer: str
    feature_id: int | None
    title: str = ""
    unit_id: int | None = None
    lon: float | None = None
    lat: float | None = None
    old: Any = None
    new: Any = None
    reason: str = ""
    happened_at: datetime | None = None
    actor_id: int | None = None

    def row(self) -> Event:
        point = None
        if self.lon is not None and self.lat is not None:
            point = Point(self.lon, self.lat, srid=4326)
        return Event(
            key=self.key[:200],
            kind=self.kind,
            layer=self.layer,
            feature_id=self.feature_id,
            title=self.title[:200],
            unit_id=self.unit_id,
            geom=point,
            old=self.old,
            new=self.new,
            reason=self.reason,
            happened_at=self.happened_at or timezone.now(),
            actor_id=self.actor_id,
        )


def record(happenings: Iterable[Happening]) -> set[str]:
    """Append the events not recorded before; their keys come back.

    Call it inside the transaction that makes the change.
    """
    wanted = {happening.key[:200]: happening for happening in happenings}
    if not wanted:
        return set()
    known = set(Event.objects.filter(key__in=wanted).values_list("key", flat=True))
    fresh = [happening.row() for key, happening in wanted.items() if key not in known]
    Event.objects.bulk_create(fresh, ignore_conflicts=True)
    return {event.key for event in fresh}


def log_of(layer: str, feature_id: int, limit: int = 100) -> list[Event]:
    """The events of one feature, newest first."""
    return list(
        Event.objects.filter(layer=layer, feature_id=feature_id)
        .select_related("actor")
        .order_by("-happened_at", "-id")[:limit]
    )
