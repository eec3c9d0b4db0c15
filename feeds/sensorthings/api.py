"""``/api/v1/stations/{code}/observations``: values that loggers push as plain rows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.errors import HttpError

from feeds.core import doors
from layers.stations.sensorthings.views import answer

from . import access, intake

PREFIX = "stations"
SHOWN = 200

router = Router(tags=["stations"])


@router.post("/{code}/observations")
def push(request: HttpRequest, code: str) -> HttpResponse:
    """Take rows of one station: a JSON array of ``{"symbol", "value", "unit", "at",
    "status"}``; ``unit`` and ``status`` may be left out, ``averaging`` (minutes) is 5,
    a value of null is missing. 202 once they are durable; the answer counts what is
    taken and names row and reason of what is not. Sending the same again is harmless.
    """
    feed, source = access.sender(request)
    body = doors.body_of(request)
    if not body.strip():
        raise HttpError(400, "the body is empty")
    taken = intake.take(
        feed,
        source,
        body,
        "rows",
        lambda series: access.may_send(request, series),
        {"station": code},
    )
    refused = taken.refused
    told = {
        "id": taken.id,
        "accepted": taken.accepted,
        "refused_count": len(refused),
        "refused": [
            {"row": entry.number, "reason": entry.reason, "detail": entry.detail}
            for entry in refused[:SHOWN]
        ],
    }
    return answer(told, 202 if taken.accepted or not taken.entries else 400)
