"""The row of a message that brought a figure, as it was received."""

from __future__ import annotations

from typing import Any

import orjson
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from layers.core import raw
from layers.core.raw import RawLine
from layers.indicators import reading, showing, wording
from layers.indicators.reading.facts import catalogue

from .frame import SLUG, Frame, answer, grant_of


@login_required
@require_GET
def message(request: HttpRequest, fact_id: int) -> HttpResponse:
    """What the sender wrote, with the value's own column marked. Whoever may see the
    figure may see its row, which is of the same unit."""
    try:
        found = reading.passport(grant_of(request), fact_id)
    except reading.NotFound as error:
        raise Http404 from error
    origin = found.origin
    if origin.batch_id is None or origin.row is None:
        raise Http404
    ref = (origin.batch_id, origin.row)
    line = raw.lookup([ref]).get(ref)
    request.audit(  # type: ignore[attr-defined]
        "view", layer=SLUG, feature_id=found.figure.unit_id, message=origin.batch_id
    )
    indicator = catalogue().by_code[found.figure.code]
    context = {
        "origin": origin,
        "source": wording.source(origin.source),
        "line": line,
        "cells": _cells(line, origin.cell) if line else [],
    }
    up = (showing.fact_url(fact_id), indicator.name)
    frame = Frame(origin.title, wording.source(origin.source), up)
    return answer(request, "indicators/message_body.html", frame, context)


def _cells(line: RawLine, marked: str) -> list[dict[str, Any]]:
    """The row by its columns; one that is no object stays a text."""
    text = line.text.encode("latin-1").decode("utf-8", "replace")
    try:
        row = orjson.loads(text)
    except orjson.JSONDecodeError:
        row = None
    if not isinstance(row, dict):
        return [{"name": "", "value": text, "marked": False}]
    return [
        {"name": name, "value": value, "marked": name == marked}
        for name, value in row.items()
    ]
