"""Reports read from the audit log who looked at what."""

from __future__ import annotations

from datetime import datetime

from layers.core.seen import Keeper, Look, keepers

from .models import AuditEntry


def read(layer: str, feature_id: int, since: datetime) -> list[Look]:
    """What people did about one feature. Programs with a key are not people."""
    entries = (
        AuditEntry.objects.filter(
            at__gte=since, layer=layer, feature_id=feature_id, api_key=None
        )
        .exclude(user=None)
        .select_related("user")
        .order_by("at", "pk")
    )
    return [
        Look(entry.at, entry.user.display_name, entry.action)
        for entry in entries
        if entry.user is not None
    ]


KEEPER = keepers.register(Keeper(slug="audit", run=read))
