"""The page about the tile service, for browsers; programs get the service itself.

The list, the sizes and the times come from the service: the page asks it what any
other client would ask, with the visitor's cookie.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from .words import words


@login_required
@require_safe
@vary_on_headers("Accept", "Cookie")
def index(request: HttpRequest) -> HttpResponse:
    """Catalogue, preview map and addresses to copy."""
    return render(request, "tiles/index.html", {"words": words()})
