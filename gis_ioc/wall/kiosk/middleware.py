"""What the session of a display may do: look at its wall, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden

from .links import MARK, valid

Handler = Callable[[HttpRequest], HttpResponse]
READING = ("GET", "HEAD")
# A panel's own pages, by what follows the slug of its wall.
PAGES = re.compile(r"(?:/\d+/\d+|/state|/bundle|/enter)?")
API = "/api/v1/"
# Whole tables, and what is no data of the map.
NO_API = re.compile(r"export|/docs|/openapi|\.(?:csv|xlsx|gpkg|zip|pdf|shp)\b")


class DisplayOnlyMiddleware:
    """403 for everything that is not a panel's; a session whose link was revoked is
    over. Stands behind the session and the user."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        mark = request.session.get(MARK)
        if mark is None:
            return self.handler(request)
        if not valid(mark):
            logout(request)
            return self.handler(request)
        if request.method in READING and may_read(request.path, mark["wall"]):
            return self.handler(request)
        return HttpResponseForbidden("a display only shows its wall")


def may_read(path: str, wall: str) -> bool:
    own = f"/wall/{wall}"
    if path.startswith(own):
        return PAGES.fullmatch(path.removeprefix(own)) is not None
    return path.startswith(API) and NO_API.search(path) is None
