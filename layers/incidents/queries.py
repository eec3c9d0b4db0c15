"""Reading incidents: what the drawer adds, and counts of a span."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from layers.core import queries
from layers.core.scope import Grant
from layers.core.spec import registry

from .models import Incident, IncidentStep


def in_scope(grant: Grant) -> QuerySet[Incident]:
    rows = Incident.objects.all()
    return rows if grant.units is None else rows.filter(unit_id__in=grant.units)


def counts(grant: Grant, start: datetime, end: datetime) -> list[Any]:
    """Per kind in [start, end): number, dead, injured; the official habit is to
    compare the three with the same span of the year before."""
    rows = in_scope(grant).filter(started_at__gte=start, started_at__lt=end)
    return list(
        rows.values("kind")
        .annotate(
            number=Count("id"),
            all_dead=Coalesce(Sum("dead"), 0),
            all_injured=Coalesce(Sum("injured"), 0),
        )
        .order_by("-number", "kind")
    )


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    """Steps with who and when, and linked features that the caller may see."""
    steps = IncidentStep.objects.filter(incident_id=feature["id"])
    grant: Grant = request.grant  # type: ignore[attr-defined]
    incident = Incident.objects.prefetch_related("links").get(pk=feature["id"])
    linked = []
    for link in incident.links.all():
        layer = registry.get(link.layer)
        if layer is None:
            continue
        found = queries.feature(layer, grant, link.feature_id)
        if found is not None:
            linked.append({"link": link, "layer": layer, "feature": found})
    return {
        "incident": incident,
        "steps": steps.select_related("actor"),
        "linked": linked,
    }
