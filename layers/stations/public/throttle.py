"""So many requests a minute from one address, then 429."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

WINDOW_S = 60
MOST = 60

View = Callable[..., HttpResponse]


def throttled(view: View) -> View:
    """A view that one address may ask 60 times a minute; all of them together."""

    @wraps(view)
    def limited(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        now = time.time()
        address = request.META.get("REMOTE_ADDR", "")
        key = f"stations-public-asked:{address}:{int(now // WINDOW_S)}"
        cache.add(key, 0, WINDOW_S * 2)
        if cache.incr(key) > MOST:
            wait = int(WINDOW_S - now % WINDOW_S) + 1
            return HttpResponse(
                "too many requests", status=429, headers={"Retry-After": str(wait)}
            )
        return view(request, *args, **kwargs)

    return limited
