"""What the drawer of a zone adds to its fields."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from layers.core.periods import in_force

from .models import Zone


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    zone = Zone.objects.get(pk=feature["id"])
    today = timezone.localdate()
    return {
        "zone": zone,
        "in_force": in_force(
            today, zone.valid_from, zone.valid_to, zone.season_from, zone.season_to
        ),
        "today": today,
    }
