"""``/api/v1/stations/surface``: an estimate between stations, for the map."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from layers.core.scope import Grant
from layers.stations.layer import LAYER

from . import queries

router = Router()


@router.get("/surface")
def surface(
    request: HttpRequest, what: str = queries.INDEX, at: datetime | None = None
) -> dict[str, Any]:
    """Areas between air stations as GeoJSON: an **estimate** by inverse distance
    weighting (power 2) of the hour before ``at``, at most 25 km from a station.

    ``what``: vn_aqi, PM2.5, PM10, SO2, NO2, CO or O3. ``error``: root of the mean
    square of what each station differs from the estimate of the others. With fewer
    than four stations there are no areas but a ``reason``.
    """
    grant: Grant = request.grant  # type: ignore[attr-defined]
    if not grant.allows(LAYER):
        raise HttpError(403, "the layer is not open to you")
    if what not in queries.CHOICES:
        raise HttpError(422, f"what: one of {', '.join(queries.CHOICES)}")
    if at is not None and at.tzinfo is None:
        raise HttpError(422, "at: needs a zone: 2026-11-22T08:00:00+07:00")
    return queries.surface(what, grant, at)
