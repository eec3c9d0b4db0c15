"""The after-action report for those who may see the directive."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from layers.core import pdf
from layers.directives import queries
from layers.directives.callers import page, who_of
from layers.directives.log import SLUG

from .document import render


@page
@require_GET
def report(request: HttpRequest, directive_id: int) -> HttpResponse:
    """The PDF, as the directive stands now."""
    who = who_of(request)
    directive = queries.one(who.rights, directive_id)
    if directive is None:
        raise Http404
    request.audit("report", layer=SLUG, feature_id=directive_id, **who.stamp)  # type: ignore[attr-defined]
    return pdf.response(render(directive), f"directive-{directive.number}.pdf")
