"""Events of directives: every change of state with who and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from layers.core import events
from layers.core.events import Happening

from .models import Directive

SLUG = "directives"


def note(
    directive: Directive,
    kind: str,
    at: datetime,
    *,
    old: Any = None,
    new: Any = None,
    reason: str = "",
    actor_id: int | None = None,
    key: str = "",
) -> None:
    """Append one event of the directive; ``key`` makes it happen only once."""
    place = directive.geom.point_on_surface if directive.geom else None
    events.record(
        [
            Happening(
                key=key or f"{kind}:{directive.pk}:{at.timestamp():.6f}",
                kind=kind,
                layer=SLUG,
                feature_id=directive.pk,
                title=directive.title,
                unit_id=directive.unit_id,
                lon=place.x if place else None,
                lat=place.y if place else None,
                old=old,
                new=new,
                reason=reason,
                happened_at=at,
                actor_id=actor_id,
            )
        ]
    )
