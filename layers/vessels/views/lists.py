"""The daily lists: page, PDF, workbook."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from layers.core import pdf
from layers.core.spec import by_role
from layers.vessels.duties.queries import KINDS
from layers.vessels.publishing import lists

from .moments import moment_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_GET
def first(request: HttpRequest) -> HttpResponse:
    """The list that is asked for most."""
    return redirect("vessels:list", kind=KINDS[0])


@login_required
@require_GET
def show(request: HttpRequest, kind: str) -> HttpResponse:
    """One list as of a moment (``?at=``), on the screen."""
    document = _document(request, kind)
    return render(
        request,
        "vessels/published.html",
        {**lists.context(document), "tab": "published", "asked": _asked(request)},
    )


@login_required
@require_GET
def download(request: HttpRequest, kind: str, fmt: str) -> HttpResponse:
    """The same as PDF or XLSX."""
    if fmt not in ("pdf", "xlsx"):
        raise Http404
    document = _document(request, kind)
    request.audit(  # type: ignore[attr-defined]
        "export", layer=by_role("vessels").slug, format=fmt, list=kind,
        at=document.moment.isoformat(), vessels=len(document.lines),
    )  # fmt: skip
    if fmt == "pdf":
        return pdf.response(lists.to_pdf(document), f"{document.name}.pdf")
    answer = HttpResponse(lists.to_xlsx(document), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{document.name}.xlsx"'
    return answer


def _document(request: HttpRequest, kind: str) -> lists.Document:
    grant = request.grant  # type: ignore[attr-defined]
    if kind not in KINDS or not grant.allows(by_role("vessels")):
        raise Http404
    # whole minutes, so that the address of a list gives that list again
    moment = (_asked(request) or timezone.now()).replace(second=0, microsecond=0)
    return lists.make(kind, grant, moment)  # type: ignore[arg-type]


def _asked(request: HttpRequest) -> datetime | None:
    """``?at=``: local time as a form sends it, or ISO 8601 with a zone."""
    return moment_of(request.GET.get("at", ""))
