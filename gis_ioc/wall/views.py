"""The wall's page and the small state it asks for while it stays open for weeks."""

from __future__ import annotations

import time

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import queries
from .models import Wall


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The only wall, or the list of walls (``?all``)."""
    walls = list(Wall.objects.all())
    if len(walls) == 1 and "all" not in request.GET:
        return redirect("wall", slug=walls[0].slug)
    return render(request, "wall/list.html", {"walls": walls})


@login_required
@require_safe
def show(
    request: HttpRequest, slug: str, column: int | None = None, row: int | None = None
) -> HttpResponse:
    """One panel of a wall, or its whole canvas in one window."""
    wall = get_object_or_404(Wall, slug=slug)
    panel = None
    if column is not None and row is not None:
        try:
            wall.canvas.panel(column, row)
        except ValueError as error:
            raise Http404(str(error)) from error
        panel = [column, row]
    request.audit("open-wall", wall=slug, panel=panel)  # type: ignore[attr-defined]
    context = {"wall": wall, "column": column, "row": row}
    return render(request, "wall/panel.html", context)


@login_required
@require_safe
@never_cache
def state(request: HttpRequest, slug: str) -> HttpResponse:
    """Release, time and counts. Asking keeps the session of the display alive."""
    get_object_or_404(Wall, slug=slug)
    request.session.set_expiry(settings.SESSION_COOKIE_AGE)
    return JsonResponse(
        {
            "release": settings.RELEASE,
            "time": time.time(),
            "layers": queries.freshness(request.grant),  # type: ignore[attr-defined]
        }
    )
