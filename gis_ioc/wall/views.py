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
from .scenes.shipped import OVERVIEW, SCENES


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The only wall, or the list of walls and scenes (``?all``)."""
    walls = list(Wall.objects.all())
    if len(walls) == 1 and "all" not in request.GET:
        return redirect("wall", slug=walls[0].slug)
    context = {"walls": walls, "scenes": [scene.as_json() for scene in SCENES.values()]}
    return render(request, "wall/list.html", context)


@login_required
@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """The full-screen map of one wall, in the scene that ``?scene=`` names."""
    wall = get_object_or_404(Wall, slug=slug)
    scene = SCENES.get(request.GET.get("scene", OVERVIEW.slug))
    if scene is None:
        raise Http404
    request.audit("open-wall", wall=slug, scene=scene.slug)  # type: ignore[attr-defined]
    context = {"wall": wall, "sizes": wall.sizes, "scene": scene.as_json()}
    return render(request, "wall/wall.html", context)


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
