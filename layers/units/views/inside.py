"""The list of what lies inside a unit, a part of its drawer."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from layers.core import units
from layers.core.spec import registry
from layers.units import inside
from layers.units.layer import LAYER


@require_safe
@login_required
def listing(request: HttpRequest, unit_id: int, slug: str) -> HttpResponse:
    """Names of the features of a layer in the unit, with links to their drawers."""
    grant = request.grant  # type: ignore[attr-defined]
    if unit_id not in units.tree().nodes or slug not in registry:
        raise Http404
    if not grant.allows(LAYER):
        raise Http404
    try:
        found, total = inside.listed(grant, unit_id, registry[slug])
    except LookupError:
        raise Http404 from None
    request.audit("list", layer=slug, unit=unit_id)  # type: ignore[attr-defined]
    context = {
        "found": found,
        "total": total,
        "inner": registry[slug],
        "ground": LAYER,
        "unit_id": unit_id,
    }
    return render(request, "units/inside.html", context)
