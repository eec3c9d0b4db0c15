"""Reading warnings: what the drawer shows besides the facts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from .models import Warning as Row


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    """The words of the sender, and the messages before and after."""
    row = Row.objects.select_related("ended_by").get(pk=feature["id"])
    earlier = Row.objects.filter(ended_by=row).order_by("-sent")
    return {"warning": row, "earlier": list(earlier[:10])}
