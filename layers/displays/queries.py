"""Reading displays: what the drawer adds."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from layers.core import events

from .choices import State
from .models import Display

LOG_LINES = 8


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    """The display, and its last changes of state."""
    names = dict(State.choices)
    changes = [
        {
            "at": event.happened_at,
            "old": names.get(str(event.old), event.old),
            "new": names.get(str(event.new), event.new),
        }
        for event in events.log_of("displays", feature["id"], LOG_LINES)
    ]
    display = Display.objects.get(pk=feature["id"])
    return {"display": display, "changes": changes}
