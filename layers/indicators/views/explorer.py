"""Choropleth, small multiples and comparison: pages that are drawn by scripts.

The address says everything that they show (``static/indicators/explorer/state.js``);
figures come from the API.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from layers.core import catalog, units
from layers.core.drawer import starts
from layers.core.scope import Grant
from layers.core.spec import by_role
from layers.indicators import classes, exploring
from layers.indicators.layer import KINDS
from layers.indicators.models import Vintage

from .frame import grant_of

_WORDS = Path(__file__).parents[1] / "static" / "indicators" / "explorer" / "words.json"
OUTLINES_AGE_S = 300
THEMES = ("dark", "light")
# classes of a difference: three below nothing, three above
DIVERGING = 7


@cache
def _words() -> dict[str, str]:
    return dict(orjson.loads(_WORDS.read_bytes()))


def _data(grant: Grant) -> dict[str, Any]:
    """What the scripts of all three pages start from."""
    ground = by_role(units.ROLE)
    tree = units.tree()
    catalogue = exploring.catalogue(grant)
    facets = {facet for entry in catalogue for facet in entry["facets"] if facet}
    levels = [(kind, title) for kind, title in KINDS if kind != "province"]
    return {
        "words": {key: _(text) for key, text in _words().items()},
        "vintages": {v.name.lower(): str(v.label) for v in Vintage},
        "catalogue": catalogue,
        "facets": {facet: _(facet) for facet in sorted(facets)},
        "levels": [
            {
                "kind": kind,
                "title": str(title),
                "sets": [asdict(found) for found in exploring.unit_sets(tree, kind)],
            }
            for kind, title in levels
        ],
        "ground": (
            catalog.describe(ground, grant, count=False)
            if grant.allows(ground)
            else None
        ),
        "diverging": {theme: classes.diverging(DIVERGING, theme) for theme in THEMES},
        "today": timezone.localdate(),
        "partial": grant.units is not None,
    }


def _page(request: HttpRequest, name: str) -> HttpResponse:
    data = {**_data(grant_of(request)), "starts": starts(request)}
    context = {"data": data, "page": name}
    return render(request, f"indicators/{name}.html", context)


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """One indicator over the units of a level, with its ranking."""
    return _page(request, "explorer")


@login_required
@require_GET
def small(request: HttpRequest) -> HttpResponse:
    """The same map many times: over periods, or indicator beside indicator."""
    return _page(request, "explorer_small")


@login_required
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Two dates, two indicators, two unit sets, or two units."""
    return _page(request, "explorer_compare")


@login_required
@require_GET
def outlines(request: HttpRequest) -> HttpResponse:
    """Outlines of the units of a level (``kind``) on a day (``on``), for small maps."""
    if not grant_of(request).allows(by_role(units.ROLE)):
        raise Http404
    kind = request.GET.get("kind", "")
    if kind not in dict(KINDS):
        text = _("kind: one of %(kinds)s") % {"kinds": ", ".join(dict(KINDS))}
        return JsonResponse({"detail": text}, status=400)
    try:
        day = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        text = _("on: a day such as 2025-07-01")
        return JsonResponse({"detail": text}, status=400)
    answer = JsonResponse(exploring.outlines(kind, day))
    answer["Cache-Control"] = f"private, max-age={OUTLINES_AGE_S}"
    return answer
