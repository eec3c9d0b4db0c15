"""Alerts about a station in a span, as the layer of alarms and the events tell them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Q

from layers.core.evidence.canonical import iso
from layers.core.models import Event
from layers.core.queries import feature
from layers.core.scope import Grant
from layers.core.spec import by_role
from layers.stations.layer import LAYER

ROLE = "alarms"
MOST = 200


def alerts_of(
    station_id: int, since: datetime, until: datetime
) -> list[dict[str, Any]]:
    """Each alert that stood in the span, with all that happened to it until now."""
    layer = by_role(ROLE)
    rows = (
        apps.get_model(layer.model)
        .objects.filter(
            Q(cleared_at=None) | Q(cleared_at__gt=since),
            layer=LAYER.slug,
            feature_id=station_id,
            raised_at__lte=until,
        )
        .order_by("raised_at", "pk")[:MOST]
    )
    return [
        {
            "id": row.pk,
            "title": row.title,
            "severity": row.severity,
            "raised_at": iso(row.raised_at),
            "cleared_at": iso(row.cleared_at),
            "closed_at": iso(row.closed_at),
            "part": row.part,
            "evidence": row.evidence,
            "history": _history(layer.slug, row.pk),
        }
        for row in rows
    ]


def _history(slug: str, alert_id: int) -> list[dict[str, Any]]:
    rows = Event.objects.filter(layer=slug, feature_id=alert_id)
    return [
        {
            "at": iso(row.happened_at),
            "known_at": iso(row.known_at),
            "kind": row.kind,
            "reason": row.reason,
            "by": row.actor.display_name if row.actor else "",
        }
        for row in rows.select_related("actor").order_by("happened_at", "pk")
    ]


def station_of(grant: Grant, alert_id: int) -> dict[str, Any] | None:
    """The alert's own facts when it is about a station and the caller may see it."""
    layer = by_role(ROLE)
    found = feature(layer, grant, alert_id)
    if found is None or found["properties"].get("layer") != LAYER.slug:
        return None
    values: dict[str, Any] = found["properties"]
    return values
