"""``/api/v1/stations/completeness``: the figures of the pages as JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from ninja.errors import HttpError

from layers.core.scope import Grant
from layers.stations.layer import LAYER
from layers.stations.models import Series, Station

from . import months, queries
from .files import percent

router = Router()
LONGEST_DAYS = 366


def _grant(request: HttpRequest) -> Grant:
    grant: Grant = request.grant  # type: ignore[attr-defined]
    if not grant.allows(LAYER):
        raise HttpError(403, "the layer is not open to you")
    return grant


def said(count: queries.Count) -> dict[str, Any]:
    """Counts with shares in per cent."""
    return {
        "expected": count.expected,
        "received": count.received,
        "measured": count.measured,
        "valid": count.valid,
        "received_percent": percent(count.share()),
        "valid_percent": percent(count.share("valid")),
    }


@router.get("/completeness")
def completeness(
    request: HttpRequest, month: str = "", owner: str = "", by: str = "stations"
) -> dict[str, Any]:
    """A month (``2026-11``) of all stations, or with ``by=owners`` of all owners."""
    grant, today = _grant(request), timezone.localdate()
    chosen = months.month_of(month, today)
    if month and f"{chosen.first:%Y-%m}" != month:
        raise HttpError(422, "month: like 2026-11")
    if by not in ("stations", "owners"):
        raise HttpError(422, "by: stations or owners")
    make = months.by_owner if by == "owners" else months.by_station
    lines = make(chosen, months.stations(grant, owner), timezone.now())
    return {
        "month": f"{chosen.first:%Y-%m}",
        "by": by,
        "rows": [
            {
                "id": line.key,
                "title": line.title,
                "about": line.about,
                **said(line.total.count),
                "days": [
                    {"day": cell.day, **said(cell.count)}
                    for cell in line.cells
                    if cell.count.expected
                ],
            }
            for line in lines
        ],
    }


@router.get("/{int:station_id}/completeness")
def of_station(
    request: HttpRequest, station_id: int, since: date, until: date | None = None
) -> dict[str, Any]:
    """Series of a station day by day, ``since`` to ``until``; of one day by hours."""
    grant = _grant(request)
    station = Station.objects.filter(pk=station_id).first()
    if station is None or not grant.sees_unit(station.unit_id):
        raise HttpError(404, "no such station, or not yours to see")
    last = until or since
    if last < since or (last - since).days > LONGEST_DAYS:
        raise HttpError(422, f"until: at most {LONGEST_DAYS} days after since")
    series = {entry.pk: entry for entry in Series.objects.filter(station=station)}
    found: dict[int, list[dict[str, Any]]] = {}
    if last == since:
        for pk, cells in queries.hours(station_id, since).items():
            found[pk] = [{"hour": n, **said(c)} for n, c in enumerate(cells)]
    else:
        for row in queries.days([station_id], since, last):
            found.setdefault(row.series_id, []).append(
                {"day": row.day, **said(row.count)}
            )
    return {
        "station": station_id,
        "series": [
            {
                "id": pk,
                "parameter": series[pk].parameter,
                "unit": series[pk].unit,
                "averaging_minutes": series[pk].averaging_minutes,
                "counts": counts,
            }
            for pk, counts in found.items()
        ],
    }
