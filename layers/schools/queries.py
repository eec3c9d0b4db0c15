"""What the drawer of a school adds: its figures year by year."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from .models import SchoolYear

YEARS = 6


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    years = SchoolYear.objects.filter(school_id=feature["id"])
    return {"years": list(years.order_by("-school_year")[:YEARS])}
