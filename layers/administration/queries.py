"""Reading dossiers: what the drawer adds to the figures of a one-stop shop."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.http import HttpRequest
from django.utils import timezone

from .choices import DONE
from .models import Dossier

DAYS = 90
LINES = 6
# Scale of the score of Decision 766/QD-TTg (2022), per cent, best first.
BANDS = ((90, "excellent"), (80, "good"), (70, "fair"), (50, "average"))


def band(share: float | None) -> str:
    """Name of the band that a share in per cent falls into; empty without one."""
    if share is None:
        return ""
    return next((name for least, name in BANDS if share >= least), "weak")


def by_procedure(counter_id: int) -> list[Any]:
    """The procedures most asked for in the last ninety days, with those late."""
    now = timezone.now()
    late = Q(finished_at__gt=F("due_at")) | Q(finished_at=None, due_at__lt=now)
    rows = Dossier.objects.filter(
        counter_id=counter_id,
        received_at__gt=now - timedelta(days=DAYS),
        received_at__lte=now,
    )
    return list(
        rows.values("procedure__code", "procedure__title")
        .annotate(number=Count("id"), late=Count("id", filter=late))
        .order_by("-number", "procedure__code")[:LINES]
    )


def longest_overdue(counter_id: int) -> list[Dossier]:
    """Open dossiers past their due time, the oldest first."""
    return list(
        Dossier.objects.filter(
            counter_id=counter_id, due_at__lt=timezone.now(), finished_at=None
        )
        .exclude(status__in=DONE)
        .select_related("procedure")
        .order_by("due_at")[:LINES]
    )


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    share = feature["properties"]["on_time_share"]
    return {
        "band": band(share),
        "procedures": by_procedure(feature["id"]),
        "overdue": longest_overdue(feature["id"]),
    }
