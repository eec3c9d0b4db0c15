"""What only the database can refuse, told to the sender instead of failing."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.utils.translation import gettext as _

from layers.core.filters import FilterError

Handler = Callable[[HttpRequest], HttpResponse]

log = logging.getLogger(__name__)


class RefusedDataMiddleware:
    """400 for values that no column holds: a NUL in a text, a number beyond 64 bits,
    a filter that means nothing. They are the sender's mistake, wherever they arise."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.handler(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """None for all that is not of this kind."""
        if not isinstance(exception, DataError | FilterError):
            return None
        log.warning("%s %s: %s", request.method, request.path, exception)
        if request.path.startswith("/api/"):
            detail = str(exception).splitlines()[0]
            return JsonResponse({"detail": detail}, status=400)
        return HttpResponseBadRequest(
            _("A value of this request cannot be used."),
            content_type="text/plain; charset=utf-8",
        )
