"""Reading reports: what the drawer adds, and how fields and units keep their time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from layers.core import units
from layers.core.scope import Grant

from .choices import DONE
from .layer import REPORTER
from .models import CitizenReport, ReportStep


def in_scope(grant: Grant) -> QuerySet[CitizenReport]:
    rows = CitizenReport.objects.defer(
        "reporter_name", "reporter_phone", "reporter_email"
    )
    return rows if grant.units is None else rows.filter(unit_id__in=grant.units)


def punctuality(grant: Grant, start: datetime, end: datetime) -> list[Any]:
    """Per field in [start, end): handed in, answered in time, late, mean rating."""
    done = Q(answered_at__isnull=False)
    overdue = ~Q(status__in=sorted(DONE)) & Q(due_at__lt=timezone.now())
    rows = in_scope(grant).filter(requested_at__gte=start, requested_at__lt=end)
    return list(
        rows.values("category")
        .annotate(
            number=Count("id"),
            in_time=Count("id", filter=done & Q(answered_at__lte=F("due_at"))),
            answered_late=Count("id", filter=done & Q(answered_at__gt=F("due_at"))),
            overdue=Count("id", filter=overdue),
            mean_rating=Avg("rating"),
        )
        .order_by("-number", "category")
    )


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    """Steps with who and when. Seeing who reported is written down."""
    steps = ReportStep.objects.filter(report_id=feature["id"]).select_related("actor")
    report = in_scope(request.grant).get(pk=feature["id"])  # type: ignore[attr-defined]
    if REPORTER in request.grant.masks:  # type: ignore[attr-defined]
        request.audit(  # type: ignore[attr-defined]
            "view-reporter", layer="citizen_reports", feature_id=report.pk
        )
    return {
        "report": report,
        "steps": steps,
        "late": feature["properties"]["late"],
        "handler": units.tree().title(report.handler_unit_id),
        "photos": report.photos,
    }


def is_open(report: CitizenReport) -> bool:
    """Somebody still waits for an answer."""
    return report.status not in DONE


def still_open(rows: QuerySet[CitizenReport], wanted: bool) -> QuerySet[CitizenReport]:
    done = Q(status__in=sorted(DONE))
    return rows.filter(~done if wanted else done)
