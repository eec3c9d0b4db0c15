"""Answers that a client may keep: valid until the figures or the units change."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from layers.core.scope import Grant
from layers.core.spec import by_role
from layers.core.versions import current


def tag(request: HttpRequest) -> str:
    """The same as long as the same caller's question has the same answer."""
    grant: Grant = request.grant  # type: ignore[attr-defined]
    layers = [by_role("indicators"), by_role("administrative-units")]
    parts = (
        *(current(layer.slug) for layer in layers),
        *(grant.allows(layer) for layer in layers),
        grant.units_key,
        get_language(),
        timezone.localdate(),  # without a date the units of today are drawn
        request.get_full_path(),
    )
    return f'W/"{hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'


def conditional(request: HttpRequest, make: Callable[[], HttpResponse]) -> HttpResponse:
    """What ``make`` gives, or 304 to a client whose copy is still right. Every use
    asks again, for figures that were withdrawn must not live on in a browser."""
    mine = tag(request)
    known = request.headers.get("If-None-Match", "")
    if mine in [one.strip() for one in known.split(",")]:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = make()
    response["ETag"] = mine
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ("Cookie", "Authorization", "Accept-Language"))
    return response
