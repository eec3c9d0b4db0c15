"""``/api/v1/directives/map``: links and clocks of open directives as GeoJSON."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Router

from layers.core.api import json

from .links import collection

router = Router(tags=["directives"])


@router.get("/map")
def links(request: HttpRequest) -> HttpResponse:
    """Lines to whom each open directive went, and when it is due."""
    return json(collection(request.grant))  # type: ignore[attr-defined]
