"""The console's page, the log of the shift, and drills."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from pydantic import ValidationError

from gis_ioc.wall import services
from gis_ioc.wall.models import Wall, WallAct
from layers.core import drawer as drawers

from . import pushing, queries

USE, RUN = "console.use_console", "console.run_drill"
CONDUCT = "wall.conduct_wall"
SHIFT = timedelta(hours=12)
LONGEST_LOG = timedelta(days=7)
MOST_BODY = 20_000

View = Callable[..., HttpResponse]


def keepers_only(permission: str) -> Callable[[View], View]:
    """Signed in, and trusted with it; everybody else is told so."""

    def wrap(view: View) -> View:
        guarded = permission_required(permission, raise_exception=True)(view)
        return login_required(guarded)  # type: ignore[return-value]

    return wrap


@keepers_only(USE)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The operator's one screen. ``?wall=`` names the wall it conducts."""
    walls = list(Wall.objects.all())
    asked = request.GET.get("wall", "")
    wall = next((w for w in walls if w.slug == asked), walls[0] if walls else None)
    request.audit("open-console", wall=wall.slug if wall else "")  # type: ignore[attr-defined]
    console = {
        "wall": _wall(wall) if wall else None,
        "walls": [{"slug": w.slug, "title": w.title} for w in walls],
        "user": request.user.pk,
        "conducts": request.user.has_perm(CONDUCT),
        "drills": request.user.has_perm(RUN),
    }
    context = {"console": console, "wall": wall, "starts": drawers.starts(request)}
    return render(request, "console/console.html", context)


def _wall(wall: Wall) -> dict[str, Any]:
    canvas = wall.canvas
    return {
        "slug": wall.slug,
        "title": wall.title,
        "columns": wall.columns,
        "rows": wall.rows,
        "width_px": canvas.width_px,
        "height_px": canvas.height_px,
    }


@keepers_only(USE)
@require_safe
@never_cache
def log(request: HttpRequest) -> HttpResponse:
    """Who did what from ``?since=`` (the last twelve hours) to ``?at=`` (now), newest
    first: at alerts, directives and walls."""
    try:
        until = moment_of(request.GET.get("at", "")) or timezone.now()
        since = moment_of(request.GET.get("since", "")) or until - SHIFT
    except ValueError as error:
        return problem(str(error), 400)
    if not since <= until <= since + LONGEST_LOG:
        return problem(_("A log spans seven days at most."), 400)
    found = queries.of_shift(request.grant, since, until)  # type: ignore[attr-defined]
    return JsonResponse({"entries": [entry.as_json() for entry in found]})


def moment_of(text: str) -> datetime | None:
    """Raises ValueError for what is no moment with a zone."""
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        message = _("“{text}” is no moment: write it as ISO 8601 with a zone.")
        raise ValueError(message.format(text=text[:40]))
    return found


def problem(text: str, status: int) -> JsonResponse:
    return JsonResponse({"detail": text}, status=status)


@keepers_only(USE)
@require_safe
@never_cache
def then(request: HttpRequest, slug: str) -> HttpResponse:
    """What a wall had been told at ``?at=``: its state after the last act until then,
    null before the first one."""
    wall = get_object_or_404(Wall, slug=slug)
    try:
        at = moment_of(request.GET.get("at", "")) or timezone.now()
    except ValueError as error:
        return problem(str(error), 400)
    act = WallAct.objects.filter(wall=wall, at__lte=at).order_by("-seq").first()
    return JsonResponse({"at": at, "state": act.body if act else None})


@keepers_only(USE)
@require_POST
def push(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what the console's map shows on a wall: a ``pushing.Picture`` with an
    ``Idempotency-Key``."""
    wall = get_object_or_404(Wall, slug=slug)
    body, key = body_of(request)
    if body is None or not key:
        return problem(_("A JSON object and an Idempotency-Key are needed."), 400)
    try:
        picture = pushing.Picture.model_validate(body)
        done = pushing.push(wall, picture, request.user, key)
    except services.NotAllowedError as error:
        return problem(str(error), 403)
    except (services.RefusedError, pushing.PictureRefusedError) as error:
        return problem(str(error), 409)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        return problem(f"{place}: {first['msg']}", 422)
    return JsonResponse({"seq": done.seq, "changed": done.changed})


@keepers_only(CONDUCT)
@require_POST
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the console that has the hand of a wall for it; every console is told."""
    wall = get_object_or_404(Wall, slug=slug)
    body, _key = body_of(request)
    console = str((body or {}).get("console") or "")[:40]
    if not console:
        return problem(_("Say which console asks."), 400)
    asked = {
        "user": request.user.pk,
        "name": request.user.display_name,  # type: ignore[union-attr]
        "console": console,
        "at": services.now_ms(),
    }
    services.tell({"type": "wall.asked", "wall": wall.slug, "by": asked})
    request.audit("ask-hand", wall=wall.slug)  # type: ignore[attr-defined]
    return JsonResponse({"asked": asked})


def body_of(request: HttpRequest) -> tuple[dict[str, Any] | None, str]:
    """The JSON object sent and its key."""
    key = request.headers.get("Idempotency-Key", "")[:64]
    try:
        body = json.loads(request.body[:MOST_BODY])
    except ValueError:
        return None, key
    return (body if isinstance(body, dict) else None), key
