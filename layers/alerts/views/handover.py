"""Watches and hand-overs."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from layers.alerts import services
from layers.alerts.desk import handover, watches
from layers.alerts.desk.handover import Signer
from layers.alerts.desk.words import PERMISSION
from layers.alerts.models import Handover
from layers.core.spec import by_role

PAGE = 50


def _signer(request: HttpRequest) -> Signer:
    """The caller, who must be on the alerts' side of the house: hand-overs tell of
    the work of people."""
    grant = request.grant  # type: ignore[attr-defined]
    if not grant.allows(by_role("alarms")) or not request.user.has_perm(PERMISSION):
        raise Http404
    return Signer(request.user, grant)


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Who is on watch, the state to be handed over, and the history."""
    signer, now = _signer(request), timezone.now()
    since = handover.since_of(request.user, now)
    page = request.GET.get("page", "")[:6]
    number = int(page) if page.isdecimal() else 1
    history = list(handover.history(PAGE + 1, (max(number, 1) - 1) * PAGE))
    body = handover.snapshot(signer.grant, since, now)
    context = {
        "now": now,
        "since": since,
        "mine": watches.mine(request.user, now),
        "on_watch": watches.now_there(now),
        "coming": watches.coming(now),
        "waiting": handover.waiting(now),
        "snapshot": handover.shown_to(signer.grant, body),
        "history": history[:PAGE],
        "page": number,
        "more": len(history) > PAGE,
        "key": uuid.uuid4().hex,
        **_headings(),
    }
    return render(request, "alerts/handover.html", context)


@login_required
@require_GET
def show(request: HttpRequest, handover_id: int) -> HttpResponse:
    """One hand-over, as it was given; printable."""
    signer = _signer(request)
    return render(request, "alerts/handover_one.html", _one(signer, handover_id))


@login_required
@require_GET
def printed(request: HttpRequest, handover_id: int) -> HttpResponse:
    """The same on paper."""
    from layers.core import pdf

    context = _one(_signer(request), handover_id)
    request.audit("export", layer="alerts")  # type: ignore[attr-defined]
    name = f"handover-{handover_id}.pdf"
    return pdf.response(pdf.render("alerts/handover_print.html", context), name)


def _one(signer: Signer, handover_id: int) -> dict[str, Any]:
    rows = Handover.objects.select_related("given_by", "taken_by")
    found = get_object_or_404(rows, pk=handover_id)
    body = handover.shown_to(signer.grant, found.snapshot)
    return {
        "handover": found,
        "snapshot": body,
        "at": parse_datetime(body.get("at", "")),
        "may_take": found.taken_by_id is None and found.given_by_id != signer.user.pk,
        **_headings(),
    }


def _headings() -> dict[str, Any]:
    """Titles of the lists, in the order in which they are read."""
    titles = {
        "unacknowledged": _("Unacknowledged"),
        "escalated": _("Escalated"),
        "active": _("Active"),
        "shelved": _("Shelved"),
        "suppressed": _("Suppressed"),
    }
    return {"titles": [(name, titles[name]) for name in handover.LISTS]}


@login_required
@require_POST
def act(request: HttpRequest, action: str) -> HttpResponse:
    """Come, leave, give."""
    signer = _signer(request)
    try:
        if action == "come":
            watches.come(request.user)
        elif action == "leave":
            watches.leave(request.user)
        elif action == "give":
            given = handover.give(
                signer,
                notes=request.POST.get("notes", ""),
                key=request.POST.get("key", "")[:64] or uuid.uuid4().hex,
                leave="leave" in request.POST,
            )
            return redirect("alerts:handover-one", given.pk)
        else:
            raise Http404
    except (services.NotAllowedError, services.RefusedError) as error:
        messages.error(request, str(error))
    return redirect("alerts:handover")


@login_required
@require_POST
def take(request: HttpRequest, handover_id: int) -> HttpResponse:
    """Sign that it was read."""
    try:
        handover.take(handover_id, _signer(request))
    except services.NotFoundError:
        raise Http404 from None
    except (services.NotAllowedError, services.RefusedError) as error:
        messages.error(request, str(error))
    return redirect("alerts:handover-one", handover_id)
