"""``/api/v1/stations``: newest values and observations of one station."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from ninja.errors import HttpError

from layers.core.queries import feature

from . import queries
from .layer import LAYER

PREFIX = "stations"
router = Router(tags=["stations"])
LONGEST = timedelta(days=62)


def _check(request: HttpRequest, station_id: int) -> None:
    grant = request.grant  # type: ignore[attr-defined]
    if feature(LAYER, grant, station_id) is None:
        raise HttpError(404, "no such station, or not yours to see")


@router.get("/{int:station_id}/latest")
def latest(request: HttpRequest, station_id: int) -> list[dict[str, Any]]:
    """Newest value of each parameter with status, QARTOD flag and version."""
    _check(request, station_id)
    return queries.newest(station_id)


@router.get("/{int:station_id}/observations")
def observations(
    request: HttpRequest,
    station_id: int,
    parameter: str,
    start: datetime | None = None,
    end: datetime | None = None,
) -> list[dict[str, Any]]:
    """Values of a parameter in (start, end], by default the last 24 hours."""
    _check(request, station_id)
    until = end or timezone.now()
    since = start or until - timedelta(hours=24)
    if until.tzinfo is None or since.tzinfo is None:
        raise HttpError(422, "times need a zone: 2026-11-22T08:00:00+07:00")
    if until - since > LONGEST:
        raise HttpError(422, f"at most {LONGEST.days} days at once")
    return queries.observations(station_id, parameter, since, until)
