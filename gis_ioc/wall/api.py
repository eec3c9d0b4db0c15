"""What pages and consoles of a wall ask by HTTP: the bundle, and acts."""

from __future__ import annotations

from typing import Any

import orjson
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from pydantic import ValidationError

from . import program, services
from .acts import ACTS
from .models import Wall
from .services import HeldError, NotAllowedError, RefusedError

KEY = "Idempotency-Key"
MOST_BYTES = 16_384


@login_required
@require_safe
def bundle(request: HttpRequest, slug: str) -> HttpResponse:
    """All that the wall can show. With the ``ETag`` of an earlier answer: 304."""
    wall = get_object_or_404(Wall, slug=slug)
    etag = f'"{program.version(wall)}-{translation.get_language()}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None or answer.status_code != 304:
        answer = JsonResponse(program.bundle(wall))
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    answer["Vary"] = "Cookie"
    return answer


@login_required
@require_POST
def act(request: HttpRequest, slug: str) -> HttpResponse:
    """``{"act": "scene", "scene": "overview", "console": "a1b2"}`` with an
    ``Idempotency-Key``. 409: another console has the hand, or it makes no sense now."""
    wall = get_object_or_404(Wall, slug=slug)
    try:
        asked = ACTS.validate_python(_read(request))
        done = services.apply(wall, asked, request.user, request.headers.get(KEY, ""))
    except ValidationError as error:
        return problem(_wrong(error), 400)
    except NotAllowedError as error:
        return problem(str(error), 403)
    except HeldError as error:
        return problem(str(error), 409, hand=error.hand.model_dump(mode="json"))
    except RefusedError as error:
        return problem(str(error), 409)
    if done.changed:
        request.audit("conduct-wall", wall=slug, act=asked.act)  # type: ignore[attr-defined]
    state = done.state.model_dump(mode="json")
    return JsonResponse({"seq": done.seq, "changed": done.changed, "state": state})


def _read(request: HttpRequest) -> Any:
    if len(request.body) > MOST_BYTES:
        raise RefusedError(_("An act is not that long."))
    try:
        return orjson.loads(request.body)
    except orjson.JSONDecodeError:
        raise RefusedError(_("An act is a JSON object.")) from None


def _wrong(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(map(str, first["loc"])) or "act"
    return f"{place}: {first['msg']}"


def problem(text: str, status: int, **more: Any) -> JsonResponse:
    return JsonResponse({"detail": text, **more}, status=status)
