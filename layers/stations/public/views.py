"""Indices of air and water for everybody: page, JSON, CSV. Read only, no sign-in."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from .queries import CACHED_S, public_indices
from .throttle import throttled

COLUMNS = (
    "station", "place", "lon", "lat", "index", "value", "band", "colour", "dominant",
    "at", "advice", "reason",
)  # fmt: skip
# An hour can be worked out when it has ended.
DELAY = "PT1H"


def licence() -> str:
    """What somebody who uses the figures has to know."""
    return _(
        "Preliminary figures of automatic stations, not yet reviewed. They may be used"
        " freely if the source is named: %(province)s, Department of Agriculture and"
        " Environment."
    ) % {"province": settings.IOC_PROVINCE}


@require_safe
@throttled
def page(request: HttpRequest) -> HttpResponse:
    """The page: a small map and the list that says the same."""
    rows = public_indices()
    kinds = {row["index"] for row in rows}
    groups = [
        (title, [row for row in rows if row["index"] == index])
        for index, title in (("VN_AQI", _("Air")), ("VN_WQI", _("Surface water")))
        if index in kinds
    ]
    asked = request.GET.get("show")
    shown = asked if asked in kinds else next((r["index"] for r in rows), "")
    context = {
        "groups": groups,
        "shown": shown,
        "points": _points([row for row in rows if row["index"] == shown]),
        "licence": licence(),
    }
    return render(request, "stations/public/page.html", context)


def _points(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the map draws: one index at a time, or the dots would hide each other."""
    return [
        {name: row[name] for name in ("lon", "lat", "value", "colour")}
        for row in rows
        if row["lon"] is not None
    ]


@require_safe
@throttled
@cache_control(public=True, max_age=CACHED_S)
@vary_on_headers("Cookie")
def as_json(request: HttpRequest) -> HttpResponse:
    """The list as JSON with its licence; ``at`` is the end of the hour."""
    body = {
        "about": licence(),
        "demo": settings.IOC_DEMO,
        "delay": DELAY,
        "read_at": timezone.now(),
        "stations": public_indices(),
    }
    return JsonResponse(
        body,
        json_dumps_params={"ensure_ascii": False},
        headers={"Access-Control-Allow-Origin": "*"},
    )


@require_safe
@throttled
@cache_control(public=True, max_age=CACHED_S)
@vary_on_headers("Cookie")
def as_csv(request: HttpRequest) -> HttpResponse:
    """The list as CSV (UTF-8 with BOM); the first line is the licence as a comment."""
    text = io.StringIO()
    text.write("\ufeff# " + licence() + (" DEMO" if settings.IOC_DEMO else "") + "\r\n")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for row in public_indices():
        writer.writerow({**row, "at": row["at"].isoformat() if row["at"] else ""})
    return HttpResponse(
        text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="indices.csv"',
            "Access-Control-Allow-Origin": "*",
        },
    )
