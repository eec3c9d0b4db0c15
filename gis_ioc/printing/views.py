"""Printing what the map shows: the page draws the picture, here it becomes a sheet."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from layers.core import pdf

from . import document
from .forms import PrintForm, terms
from .papers import PAPERS

ANSWERED = "%Y%m%d-%H%M"


def _slugs(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


@login_required
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest) -> HttpResponse:
    """GET: papers, resolution and limits as JSON. POST: the PDF, or 400 with the
    first problem in ``problem`` and all of them by field in ``errors``."""
    if request.method == "GET":
        return JsonResponse(terms())
    form = PrintForm(request.POST, request.FILES)
    if not form.is_valid():
        errors = {name: list(map(str, told)) for name, told in form.errors.items()}
        name, told = next(iter(errors.items()))
        answer = {"problem": f"{name}: {told[0]}", "errors": errors}
        return JsonResponse(answer, status=400)
    given = form.cleaned_data
    user = request.user
    order = document.Order(
        paper=PAPERS[given["paper"]],
        title=given["title"],
        box=given["box"],
        picture=given["picture"],
        layers=_slugs(given["layers"]),
        filtered=_slugs(given["filtered"]),
        at=given["at"],
        who=user.display_name or user.get_username(),  # type: ignore[union-attr]
    )
    grant = request.grant  # type: ignore[attr-defined]
    data = document.render(order, grant)
    box = order.box
    request.audit(  # type: ignore[attr-defined]
        "print",
        paper=order.paper.slug,
        title=order.title,
        box=[box.west, box.south, box.east, box.north],
        layers=[layer.slug for layer in document.shown(order, grant)],
        at=order.at.isoformat() if order.at else None,
    )
    name = timezone.localtime().strftime(ANSWERED)
    return pdf.response(data, f"map-{name}.pdf")
