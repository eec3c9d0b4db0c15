"""What the pages of scenes have in common: JSON in and out, refusals, the log."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gis_ioc.wall.models import Wall

from .drafts import ScenesRefusedError
from .services import NotAllowedError, StaleError

MOST_BYTES = 400_000

View = Callable[..., HttpResponse]


def problem(status: int, detail: str, **more: Any) -> JsonResponse:
    return JsonResponse({"detail": detail, **more}, status=status)


def act(view: View) -> View:
    """A posted act that answers with JSON: 403, 404, 409 and 422 say why."""

    @login_required
    @require_POST
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotAllowedError as error:
            return problem(403, str(error))
        except StaleError as error:
            return problem(409, str(error))
        except ScenesRefusedError as error:
            found = [entry.as_json() for entry in error.problems]
            return problem(422, str(error), problems=found)

    return guarded


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a request.

    Raises ScenesRefusedError.
    """
    from .services import refused

    if len(request.body) > MOST_BYTES:
        raise refused(_("This is larger than a scene can be."))
    try:
        values = json.loads(request.body)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise refused(_("This is not JSON.")) from None
    if not isinstance(values, dict):
        raise refused(_("A JSON object is needed."))
    return values


def log(request: HttpRequest, action: str, **detail: Any) -> None:
    request.audit(action, **detail)  # type: ignore[attr-defined]


def wall_of(request: HttpRequest) -> Wall:
    """The wall that ``?wall=`` names, else the first one. Raises Http404."""
    named = request.GET.get("wall", "")
    walls = Wall.objects.order_by("pk")
    wall = walls.filter(slug=named).first() if named else walls.first()
    if wall is None:
        raise Http404
    return wall
