"""Recording events: what changed, from what, to what, why, when, who."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from pathlib import Path
from typing import Any

import orjson
from django.contrib.gis.geos import Point
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.utils import timezone

from .models import Event
from .registry import Registry

RECORD = (Path(__file__).parent / "sql" / "events_record.sql").read_text()
_encode = DjangoJSONEncoder().default


@dataclass(frozen=True, slots=True)
class Listener:
    """Something that acts on events. ``run`` gets those recorded just now, never one
    twice, inside the transaction that recorded them. What it records itself is not
    told to it."""

    slug: str
    run: Callable[[list[Event]], None]
    order: int = 100


listeners: Registry[Listener] = Registry("event listener")
# Who is being told at this moment.
_busy: ContextVar[frozenset[str]] = ContextVar("busy_listeners", default=frozenset())


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
        if self.lon is not None and self.lat is not None and _finite(self):
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


def _finite(happening: Happening) -> bool:
    """A beacon may call before it has a position: NaN is no place."""
    return isfinite(happening.lon or 0) and isfinite(happening.lat or 0)


def record(happenings: Iterable[Happening]) -> set[str]:
    """Append the events not recorded before; their keys come back.

    Call it inside the transaction that makes the change. The listeners are told.
    """
    wanted = {happening.key[:200]: happening for happening in happenings}
    if not wanted:
        return set()
    rows = {key: happening.row() for key, happening in wanted.items()}
    with connection.cursor() as cursor:
        cursor.execute(RECORD, [_as_json(rows.values())])
        ids = dict(cursor.fetchall())
    fresh = []
    for key, event in rows.items():
        if key in ids:
            event.pk = ids[key]
            fresh.append(event)
    if fresh:
        _tell(fresh)
    return set(ids)


def _as_json(rows: Iterable[Event]) -> str:
    return orjson.dumps(
        [
            {
                "key": row.key,
                "kind": row.kind,
                "layer": row.layer,
                "feature_id": row.feature_id,
                "title": row.title,
                "unit_id": row.unit_id,
                "lon": row.geom.x if row.geom else None,
                "lat": row.geom.y if row.geom else None,
                "old": row.old,
                "new": row.new,
                "reason": row.reason,
                "happened_at": row.happened_at,
                "actor_id": row.actor_id,
            }
            for row in rows
        ],
        default=_encode,
    ).decode()


def _tell(fresh: list[Event]) -> None:
    busy = _busy.get()
    for listener in listeners.values():
        if listener.slug in busy:
            continue
        token = _busy.set(busy | {listener.slug})
        try:
            listener.run(fresh)
        finally:
            _busy.reset(token)


def log_of(layer: str, feature_id: int, limit: int = 100) -> list[Event]:
    """The events of one feature, newest first."""
    return list(
        Event.objects.filter(layer=layer, feature_id=feature_id)
        .select_related("actor")
        .order_by("-happened_at", "-id")[:limit]
    )
