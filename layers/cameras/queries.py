"""Reading cameras: who sees this place, and what the drawer adds."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import QuerySet
from django.http import HttpRequest

from layers.core import events
from layers.core.scope import Grant

from .choices import State
from .models import Camera

LOG_LINES = 8


def in_scope(grant: Grant) -> QuerySet[Camera]:
    rows = Camera.objects.defer("credentials", "stream_address")
    return rows if grant.units is None else rows.filter(unit_id__in=grant.units)


def watching(grant: Grant, lon: float, lat: float) -> QuerySet[Camera]:
    """Cameras of the caller whose view cone holds the point."""
    point = Point(lon, lat, srid=4326)
    return in_scope(grant).filter(cone__intersects=point).order_by("range_m")


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    """The camera without its secrets, and its last changes of state."""
    camera = Camera.objects.defer("credentials").get(pk=feature["id"])
    names = dict(State.choices)
    changes = [
        {
            "at": event.happened_at,
            "old": names.get(str(event.old), event.old),
            "new": names.get(str(event.new), event.new),
            "reason": event.reason,
        }
        for event in events.log_of("cameras", camera.pk, LOG_LINES)
    ]
    return {"camera": camera, "down_for": camera.down_for, "changes": changes}
