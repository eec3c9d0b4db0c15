"""Reading movements: of a vessel, the last port visit, open silences."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from layers.core import queries
from layers.core.scope import Grant
from layers.core.spec import by_role

from .choices import Kind
from .models import Movement


def shown(grant: Grant) -> QuerySet[Movement]:
    """Published movements of the units granted, those retracted left out."""
    rows = Movement.objects.filter(published=True, retracted_at=None)
    if "movements" not in grant.layers:
        return rows.none()
    return (
        rows
        if grant.units is None
        else rows.filter(scope_units__overlap=list(grant.units))
    )


def of_vessel(
    grant: Grant, vessel_id: int, since: datetime, until: datetime
) -> QuerySet[Movement]:
    """Movements of a vessel, alone or with others, that touch [since, until]."""
    lasts = Q(ended_at__isnull=True) | Q(ended_at__gte=since)
    rows = shown(grant).filter(lasts, vessel_ids__contains=[vessel_id])
    return rows.filter(began_at__lte=until).order_by("began_at", "id")


def last_visit(
    grant: Grant, vessel_id: int, at: datetime | None = None
) -> Movement | None:
    """The last port visit that had begun at ``at`` (now)."""
    rows = shown(grant).filter(kind=Kind.VISIT, vessel_ids__contains=[vessel_id])
    if at is not None:
        rows = rows.filter(began_at__lte=at)
    return rows.order_by("-began_at").first()


def open_gaps(grant: Grant) -> QuerySet[Movement]:
    """Silences that last, the longest first."""
    return shown(grant).filter(kind=Kind.GAP, ended_at=None).order_by("began_at")


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    """The movement, the vessels that the caller may see, and what was measured."""
    movement = Movement.objects.get(pk=feature["id"])
    grant: Grant = request.grant  # type: ignore[attr-defined]
    layer = by_role("vessels")
    ids = movement.vessel_ids
    vessels = (
        queries.features(layer, grant, queries.FeatureQuery(ids=tuple(ids)))
        if grant.allows(layer) and ids
        else []
    )
    return {
        "movement": movement,
        "vessels": vessels,
        "hidden": len(ids) - len(vessels),
        "vessel_layer": layer.slug,
        "details": movement.details,
    }
