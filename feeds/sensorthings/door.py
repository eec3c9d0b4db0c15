"""``/sta/v1.1``: reading is the layer's, creating Observations goes to the inbox."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import HttpError

from feeds.core import doors
from layers.stations.sensorthings import views

from . import access, intake
from .entries import Entry

READING = ("GET", "HEAD")
CREATING = re.compile(
    r"(?P<all>Observations)|Datastreams\((?P<id>\d{1,18})\)/Observations"
    r"|(?P<array>CreateObservations)"
)
STATUS = {"unknown_datastream": 404}


@csrf_exempt  # writing takes a key, which no browser sends by itself
def service(request: HttpRequest, path: str = "") -> HttpResponse:
    """Every address below the service root, and the root itself."""
    if request.method in READING:
        return views.show(request, path) if path.strip("/") else views.root(request)
    if request.method != "POST":
        response = views.refusal("only GET and POST are understood", 405)
        response["Allow"] = "GET, HEAD, POST"
        return response
    try:
        return create(request, path)
    except HttpError as error:
        return views.refusal(str(error), error.status_code)


def create(request: HttpRequest, path: str) -> HttpResponse:
    """POST: one Observation, or an array of them."""
    found = CREATING.fullmatch(path.strip("/"))
    if found is None:
        reason = (
            "only Observations are created here: POST Observations,"
            " Datastreams(id)/Observations or CreateObservations;"
            " stations and their series are made in the administration"
        )
        raise HttpError(405, reason)
    feed, source = access.sender(request)
    body = doors.body_of(request)
    if not body.strip():
        raise HttpError(400, "the body is empty")

    def take(form: str, meta: dict[str, Any]) -> intake.Taken:
        return intake.take(
            feed, source, body, form, lambda series: access.may_send(request, series),
            meta,
        )  # fmt: skip

    base = views.base_of(request)
    if found["array"]:
        return _created(base, take("array", {}))
    meta = {"datastream": int(found["id"])} if found["id"] else {}
    (entry,) = take("observation", meta).entries
    if entry.value is None:
        status = 404 if meta and entry.reason in STATUS else 400
        raise HttpError(status, f"{entry.reason}: {entry.detail}")
    response = HttpResponse(status=201)
    response["Location"] = f"{base}/Observations({entry.value.id})"
    return response


def _created(base: str, taken: intake.Taken) -> HttpResponse:
    """An address for every row, or what is wrong with it, in their order."""
    if not taken.accepted:
        first = taken.refused[0] if taken.refused else Entry(0, "", None, "no_array")
        raise HttpError(400, f"row {first.number}: {first.reason}: {first.detail}")
    listed = [
        f"{base}/Observations({entry.value.id})"
        if entry.value is not None
        else f"error: {entry.reason}: {entry.detail}"
        for entry in taken.entries
    ]
    return views.answer(listed, 201)
