"""The fleet: dashboard, list, export."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from layers.core.export import FORMATS
from layers.core.scope import Grant
from layers.core.spec import by_role
from layers.vessels.fleet import board, listing
from layers.vessels.fleet.asked import Asked
from layers.vessels.fleet.choices import STATES, filters, sorts
from layers.vessels.fleet.listing import Order

EXPORTS = ("xlsx", "csv", "geojson")
MOST_CHOSEN = 500
REFRESH_S = 10


def _grant(request: HttpRequest) -> Grant:
    grant: Grant = request.grant  # type: ignore[attr-defined]
    if not grant.allows(by_role("vessels")):
        raise Http404
    return grant


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The dashboard; htmx asks for its figures alone."""
    made = board.board(_grant(request), timezone.now())
    context = {
        "board": made,
        "heroes": [
            (state, title, made.total.figures[state]) for state, title in STATES
        ],
        "refresh_s": REFRESH_S,
        "tab": "fleet",
    }
    alone = request.htmx  # type: ignore[attr-defined]
    name = "vessels/board.html" if alone else "vessels/fleet.html"
    return render(request, name, context)


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The list; htmx asks for its rows alone."""
    grant = _grant(request)
    asked = Asked.read(request.GET)
    order = Order.read(request.GET, asked)
    now = timezone.now()
    today = timezone.localdate(now)
    found = listing.page(asked, order, grant, today)
    how = {"sort": order.sort, "dir": "desc" if order.down else "asc"}
    context: dict[str, Any] = {
        "asked": asked,
        "order": order,
        "page": found,
        "now": now,
        "today": today,
        "query": urlencode({**asked.values, **how}),
        "filter_query": asked.address,
        "map_link": asked.map_link(by_role("vessels").slug),
        "sorts": sorts(asked, order),
        "opened": request.GET.get("open", ""),
        "tab": "list",
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "vessels/list_rows.html", context)
    context |= {
        "filters": filters(asked, grant),
        "exports": EXPORTS,
        "recall_link": _recall_link(request),
    }
    return render(request, "vessels/list.html", context)


@login_required
@require_GET
def export(request: HttpRequest, fmt: str) -> StreamingHttpResponse:
    """The vessels of the list as it is filtered, or those chosen in it (``ids``)."""
    grant = _grant(request)
    if fmt not in EXPORTS:
        raise Http404
    layer, asked = by_role("vessels"), Asked.read(request.GET)
    ids = _ids(request.GET.get("ids", ""))
    today = timezone.localdate()
    query = listing.query(asked, grant, today, ids)
    request.audit(  # type: ignore[attr-defined]
        "export", layer=layer.slug, format=fmt, filter=asked.address, chosen=len(ids)
    )
    wanted = FORMATS[fmt]
    response = StreamingHttpResponse(
        wanted.write(layer, grant, query), content_type=wanted.content_type
    )
    name = f"fleet-{timezone.localtime():%Y%m%d-%H%M}.{fmt}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _recall_link(request: HttpRequest) -> str:
    """Where a recall of chosen vessels begins; "" where nobody recalls."""
    try:
        layer = by_role("recalls")
    except LookupError:
        return ""
    may = request.user.has_perm(layer.permission)  # type: ignore[union-attr]
    return f"/{layer.slug}/?vessels=" if may else ""


def _ids(text: str) -> list[int]:
    parts = text.split(",")[:MOST_CHOSEN]
    return [int(part) for part in parts if part.isdecimal() and len(part) <= 18]
