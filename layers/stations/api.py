"""``/api/v1/stations``: newest values and observations of one station."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router
from ninja.errors import HttpError

from layers.core.queries import feature

from . import queries
from .completeness.api import router as completeness
from .layer import LAYER
from .models import Station
from .pages import charts, compare, neighbours, span
from .surface.api import router as surface

PREFIX = "stations"
router = Router(tags=["stations"])
router.add_router("", completeness)
router.add_router("", surface)
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


@router.get("/{int:station_id}/series")
def series(
    request: HttpRequest,
    station_id: int,
    since: str = Query("", alias="from"),
    until: str = Query("", alias="to"),
    step: str = "",
    p: str = "",
) -> dict[str, Any]:
    """What a chart of the station is drawn from, in columns.

    ``from`` and ``to``: ISO 8601 (without a zone: Asia/Ho_Chi_Minh), by default the
    last 24 hours. ``step``: ``raw`` (31 days at most), ``hour`` (400 days) or ``day``;
    without it by the length of the span. ``p``: parameters, ``COD,TSS``.

    ``at`` is in seconds since 1970 (UTC): of a value its time, of an hour its end, of
    a day the midnight that begins it. Of values: ``value`` counts, ``raw`` came,
    ``flag`` is that of QARTOD, ``status`` of the logger. Of hours and days: ``value``
    is the mean (the sum of rain) of the ``valid`` of ``expected`` values. ``limits``
    with their days and source, ``levels`` of a river, ``bands`` without measuring.
    """
    _check(request, station_id)
    asked = {"from": since, "to": until, "step": step}
    try:
        wanted = span.read(asked, timezone.now())
    except span.SpanError as error:
        raise HttpError(422, str(error)) from error
    station = Station.objects.get(pk=station_id)
    return {
        "station": {"id": station.pk, "title": station.title, "kind": station.kind},
        "from": wanted.since,
        "to": wanted.until,
        "step": wanted.step,
        "series": charts.chart([station], wanted, compare.names(p)),
    }


@router.get("/{int:station_id}/around")
def around(request: HttpRequest, station_id: int) -> dict[str, Any]:
    """The next stations on the same river and the wind, for the hint on the map.

    The order on the river is that along the straight line between its two outermost
    stations; ``side`` is ``beside`` where no water levels say which way it flows.
    """
    grant = request.grant  # type: ignore[attr-defined]
    found = feature(LAYER, grant, station_id)
    if found is None:
        raise HttpError(404, "no such station, or not yours to see")
    if found["geometry"] is None:
        return {"here": None, "river": [], "wind": None}
    return {
        "here": found["geometry"]["coordinates"],
        "river": [
            {
                "side": hint.side,
                "id": hint.feature["id"],
                "title": hint.feature["properties"]["title"],
                "at": hint.feature["geometry"]["coordinates"],
                "distance_km": round(hint.distance_km, 1),
            }
            for hint in neighbours.river(found, grant)
        ],
        "wind": neighbours.wind(station_id),
    }
