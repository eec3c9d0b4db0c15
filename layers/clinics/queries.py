"""What the drawer of a facility adds: occupancy of past days, cases of four weeks."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone

from .models import CaseReport, ClinicDay, Disease

WEEKS = 4
DAYS = 14


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    days = ClinicDay.objects.filter(clinic_id=feature["id"]).order_by("-day")[:DAYS]
    return {"days": list(days), "diseases": diseases(feature["id"]), "weeks": WEEKS}


def diseases(clinic_id: int) -> list[dict[str, Any]]:
    """Cases of each disease in the last four weeks, oldest week first."""
    today = timezone.localdate()
    since = today - timedelta(weeks=WEEKS)
    rows = CaseReport.objects.filter(clinic_id=clinic_id, day__gt=since, day__lte=today)
    weeks: dict[str, list[int]] = defaultdict(lambda: [0] * WEEKS)
    found = rows.values("disease", "day").annotate(total=Sum("cases"))
    for row in found.order_by("disease"):
        week = WEEKS - 1 - (today - row["day"]).days // 7
        weeks[row["disease"]][week] += row["total"]
    return [
        {"title": Disease(name).label, "weeks": counts, "total": sum(counts)}
        for name, counts in sorted(weeks.items(), key=lambda item: -sum(item[1]))
    ]
