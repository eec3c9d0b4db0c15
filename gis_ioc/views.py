"""Pages of the shell. What a layer shows comes from the layer."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.views.decorators.csrf import requires_csrf_token

from layers.core import drawer as drawers
from layers.core import nearby
from layers.core.spec import by_role, registry

from .shell import USE_CONSOLE
from .wall.models import Wall
from .wall.services import CONDUCT


@login_required
def map_page(request: HttpRequest) -> HttpResponse:
    """The map: one page, drawn by its modules from the catalogue."""
    conducts = request.user.has_perm(CONDUCT) and request.user.has_perm(USE_CONSOLE)
    wall = Wall.objects.first() if conducts else None
    context = {
        "starts": drawers.starts(request),
        "wall": wall.slug if wall else None,
    }
    return render(request, "map.html", context)


@login_required
def drawer(request: HttpRequest, slug: str, feature_id: int) -> HttpResponse:
    """The drawer of one feature, an HTML fragment for htmx."""
    layer = registry.get(slug)
    grant = request.grant  # type: ignore[attr-defined]
    if layer is None or not grant.allows(layer):
        raise Http404
    if layer.drawer_role and grant.allows(by_role(layer.drawer_role)):
        layer = by_role(layer.drawer_role)
    context = drawers.context(request, layer, grant, feature_id)
    if context is None:
        raise Http404
    request.audit("view", layer=layer.slug, feature_id=feature_id)  # type: ignore[attr-defined]
    templates = [f"{layer.slug}/drawer.html", "core/drawer.html"]
    return render(request, templates, context)


@login_required
def around(request: HttpRequest, slug: str, feature_id: int) -> HttpResponse:
    """A part of a drawer that takes longer: the nearest alike, and the catchment."""
    layer = registry.get(slug)
    grant = request.grant  # type: ignore[attr-defined]
    if layer is None or not grant.allows(layer) or not layer.alike:
        raise Http404
    context = nearby.around(layer, grant, feature_id)
    if context is None:
        raise Http404
    return render(request, "core/around.html", context)


def favicon(request: HttpRequest) -> HttpResponse:
    """For pages that are not ours (administration, API) and name no icon."""
    return redirect(static("ioc/img/mark.svg"))


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "403.html", status=403)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return render(request, "404.html", {"path": request.path}, status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """Touches neither the database nor the session: they may be what failed."""
    return HttpResponse(render_to_string("500.html"), status=500)
