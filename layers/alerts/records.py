"""What is written when an alert changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from layers.core.events import Happening

from .models import Alert

SLUG = "alerts"
RETURNED = gettext_noop("returned to normal")


def close_returned(alert: Alert, now: datetime) -> None:
    """ISA-18.2: over and acknowledged is back to normal, off the list."""
    alert.closed_at, alert.closed_reason = now, RETURNED


def happening(
    alert: Alert,
    kind: str,
    at: datetime,
    *,
    old: Any = None,
    new: Any = None,
    reason: str = "",
    actor_id: int | None = None,
) -> Happening:
    """An event of the alert itself."""
    return Happening(
        key=f"{kind}:{alert.pk}:{at.timestamp():.6f}",
        kind=kind,
        layer=SLUG,
        feature_id=alert.pk,
        title=alert.title,
        unit_id=alert.unit_id,
        lon=alert.geom.x if alert.geom else None,
        lat=alert.geom.y if alert.geom else None,
        old=old,
        new=new,
        reason=reason,
        happened_at=at,
        actor_id=actor_id,
    )
