"""Pages of recalls: all of them, a new one, the call screen, documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from layers.core import pdf

from . import document, havens, queries, screen, services
from .access import SLUG, NotAllowedError, RefusedError, Who
from .forms import RecallForm
from .models import Recall

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ACTS = {"issue": services.issue, "lift": services.lift}


def who_of(request: HttpRequest) -> Who:
    return Who(request.user, request.grant)  # type: ignore[attr-defined]


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All recalls, those in force first."""
    who = who_of(request)
    if not who.sees:
        raise Http404
    found = list(queries.visible(who.grant, drafts=who.writes)[:200])
    order = {"issued": 0, "draft": 1, "lifted": 2}
    found.sort(key=lambda recall: order[recall.status])
    for recall in found:
        recall.stands = queries.progress(queries.boats(recall, who.grant))  # type: ignore[attr-defined]
    context = {"recalls": found, "may_write": who.writes}
    return render(request, "recalls/index.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Draft a recall."""
    who = who_of(request)
    if not (who.sees and who.writes):
        raise PermissionDenied
    nonce = str(getattr(request, "csp_nonce", ""))
    if request.method == "POST":
        form = RecallForm(request.POST, request.FILES, csp_nonce=nonce)
        if form.is_valid():
            try:
                recall = services.create(form.draft(), who)
                return redirect("recalls:detail", recall.pk)
            except RefusedError as error:
                form.add_error(None, str(error))
    else:
        form = RecallForm(csp_nonce=nonce)
    return render(request, "recalls/new.html", {"form": form})


@login_required
@require_GET
def detail(request: HttpRequest, recall_id: int) -> HttpResponse:
    """The call screen of a recall."""
    who = who_of(request)
    recall = _recall(request, who, recall_id)
    request.audit("view", layer=SLUG, feature_id=recall_id)  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "recall": recall,
        "shelters": havens.titles(recall.shelters),
        "may_write": who.writes,
        "screen": screen.facts(recall, who),
        "filters": screen.filters(),
        "outcomes": screen.outcomes(),
        "log": queries.log_of(recall),
    }
    return render(request, "recalls/detail.html", context)


@login_required
@require_POST
def act(request: HttpRequest, recall_id: int, action: str) -> HttpResponse:
    """Issue or lift, then back to the page."""
    who = who_of(request)
    _recall(request, who, recall_id)
    if action not in ACTS:
        raise Http404
    try:
        ACTS[action](recall_id, who)
    except NotAllowedError:
        raise PermissionDenied from None
    except RefusedError as error:
        messages.error(request, str(error))
    return redirect("recalls:detail", recall_id)


@login_required
@require_GET
def download(request: HttpRequest, recall_id: int, fmt: str) -> HttpResponse:
    """The list as PDF or XLSX, now or as of ``?at=``."""
    if fmt not in ("pdf", "xlsx"):
        raise Http404
    who = who_of(request)
    recall = _recall(request, who, recall_id)
    made = document.make(recall, who.grant, _asked(request))
    request.audit(  # type: ignore[attr-defined]
        "export", layer=SLUG, feature_id=recall_id, format=fmt,
        at=made.moment.isoformat(), vessels=len(made.rows),
    )  # fmt: skip
    if fmt == "pdf":
        return pdf.response(document.to_pdf(made), f"{made.name}.pdf")
    answer = HttpResponse(document.to_xlsx(made), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{made.name}.xlsx"'
    return answer


def _recall(request: HttpRequest, who: Who, recall_id: int) -> Recall:
    found = queries.visible(who.grant, drafts=who.writes).filter(pk=recall_id).first()
    if found is None:
        raise Http404
    return found


def _asked(request: HttpRequest) -> datetime | None:
    """``?at=``: local time as a form sends it, or ISO 8601 with a zone."""
    try:
        moment = parse_datetime(request.GET.get("at", "").replace(" ", "+"))
    except ValueError:
        return None
    if moment is None:
        return None
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
