"""Reads of the layer: what the drawer shows, tracks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from layers.core import events

from .models import Device

STALE = timedelta(minutes=10)
SHOWN_FIXES = 12
SHOWN_EVENTS = 8
MAX_TRACK = 20_000

_TRACK = """
SELECT at, lon, lat, speed_kn, course_deg, source
FROM vessels_position
WHERE vessel_id = %s AND at >= %s AND at <= %s
ORDER BY at DESC, digest LIMIT %s
"""


def track(
    vessel_id: int, since: datetime, until: datetime, limit: int = MAX_TRACK
) -> list[dict[str, Any]]:
    """Fixes of a vessel in a span, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_TRACK, [vessel_id, since, until, limit])
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    """Age of the position, the last fixes, devices and events."""
    at = feature["properties"].get("at")
    now = timezone.now()
    fixes: list[dict[str, Any]] = []
    if at is not None:
        fixes = track(feature["id"], at - timedelta(days=1), at, SHOWN_FIXES)
    return {
        "age_s": (now - at).total_seconds() if at else None,
        "stale": at is None or now - at > STALE,
        "fixes": fixes,
        "devices": Device.objects.filter(vessel_id=feature["id"]).order_by("key"),
        "events": events.log_of("vessels", feature["id"], SHOWN_EVENTS),
    }
