"""The work list of identities: list, one conflict side by side, actions, CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from layers.core.export import FORMULA_STARTS
from layers.vessels.fitting import RefusedError
from layers.vessels.models import Conflict
from layers.vessels.register import conflicts, worklist
from layers.vessels.register.conflicts import PERMISSION, Who

PAGE = 50
MOST_EXPORTED = 10_000
SLUG = "vessels"
EVIDENCE = {
    "imo": gettext_lazy("IMO number"),
    "declared": gettext_lazy("Registration declared by the provider"),
    "registration": gettext_lazy("Registration in the name"),
    "number": gettext_lazy("Registration, damaged"),
    "digits": gettext_lazy("Digits of the registration"),
    "cut_off": gettext_lazy("Registration, cut off"),
    "mmsi": gettext_lazy("MMSI of the register"),
    "call_sign": gettext_lazy("Call sign"),
    "name": gettext_lazy("Similar name"),
    "length": gettext_lazy("Length agrees"),
    "home_waters": gettext_lazy("Heard in home waters"),
    "other_number": gettext_lazy("Says another registration"),
    "other_imo": gettext_lazy("Says another IMO number"),
    "other_length": gettext_lazy("Length contradicts"),
}


def who_of(request: HttpRequest) -> Who:
    return Who(user=request.user, grant=request.grant)  # type: ignore[attr-defined]


@login_required
@permission_required(PERMISSION, raise_exception=True)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Conflicts in the caller's scope, open ones unless asked otherwise."""
    grant = request.grant  # type: ignore[attr-defined]
    asked = _asked(request)
    page = Paginator(worklist.find(grant, **_wanted(asked)), PAGE).get_page(
        request.GET.get("page")
    )
    for row in page.object_list:
        row.names = worklist.heard_as(row, grant)  # type: ignore[attr-defined]
    context = {
        "page": page,
        "asked": asked,
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "kinds": Conflict.Kind.choices,
        "states": Conflict.State.choices,
        "tab": "conflicts",
    }
    return render(request, "vessels/conflicts.html", context)


def _asked(request: HttpRequest) -> dict[str, str]:
    asked = {
        name: request.GET.get(name, "").strip()[:100] for name in ("state", "kind", "q")
    }
    asked["state"] = asked["state"] or Conflict.State.OPEN
    return asked


def _wanted(asked: dict[str, str]) -> dict[str, str]:
    return {
        "state": asked["state"] if asked["state"] in Conflict.State.values else "",
        "kind": asked["kind"] if asked["kind"] in Conflict.Kind.values else "",
        "text": asked["q"],
    }


@login_required
@permission_required(PERMISSION, raise_exception=True)
@require_GET
def detail(request: HttpRequest, conflict_id: int) -> HttpResponse:
    """One conflict: what was heard beside the vessels that it may be."""
    grant = request.grant  # type: ignore[attr-defined]
    row = worklist.find(grant).filter(pk=conflict_id).first()
    if row is None:
        raise Http404
    request.audit("view", layer=SLUG, conflict=conflict_id)  # type: ignore[attr-defined]
    context = {
        "row": row,
        "names": worklist.heard_as(row, grant),
        "tracks": worklist.tracks(row, grant),
        "reports": worklist.reports(row, grant),
        "proposals": worklist.proposals(row, grant),
        "evidence": EVIDENCE,
        "tab": "conflicts",
    }
    return render(request, "vessels/conflicts_detail.html", context)


def _vessel(data: Any) -> int:
    text = data.get("vessel", "")
    if not text.isdecimal():
        raise RefusedError(_("Choose a vessel."))
    return int(text)


ACTIONS: dict[str, Callable[[int, Who, Any], Conflict]] = {
    "fit": lambda pk, who, data: conflicts.fit_to(
        pk, _vessel(data), who, data.get("reason", "")
    ),
    "apart": lambda pk, who, data: conflicts.keep_apart(
        pk, who, data.get("reason", "")
    ),
    "ignore": lambda pk, who, data: conflicts.ignore(pk, who, data.get("reason", "")),
}


@login_required
@permission_required(PERMISSION, raise_exception=True)
@require_POST
def act(request: HttpRequest, conflict_id: int, action: str) -> HttpResponse:
    """One decision, then the list again; back to the conflict if it was refused."""
    if action not in ACTIONS:
        raise Http404
    try:
        row = ACTIONS[action](conflict_id, who_of(request), request.POST)
    except LookupError as error:
        raise Http404(str(error)) from None
    except RefusedError as error:
        messages.error(request, str(error))
        return redirect("vessels:conflict", conflict_id)
    request.audit(  # type: ignore[attr-defined]
        f"conflict.{action}", layer=SLUG, conflict=row.pk, reason=row.reason
    )
    messages.success(
        request, _("Decided: %(what)s") % {"what": row.get_state_display()}
    )
    return redirect("vessels:conflicts")


@login_required
@permission_required(PERMISSION, raise_exception=True)
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is filtered, as CSV."""
    grant = request.grant  # type: ignore[attr-defined]
    rows = worklist.find(grant, **_wanted(_asked(request)))[:MOST_EXPORTED]
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(
        ["id", "kind", "state", "opened_at", "device", "branch", "names", "vessel",
         "best_score", "resolved_at", "resolved_by", "reason"]
    )  # fmt: skip
    for row in rows:
        cells = [
            row.pk, row.kind, row.state, row.opened_at.isoformat(), row.device or "",
            row.branch, " | ".join(worklist.heard_as(row, grant)), row.vessel or "",
            row.score, row.resolved_at.isoformat() if row.resolved_at else "",
            row.resolved_by or "", row.reason,
        ]  # fmt: skip
        writer.writerow([safe(cell) for cell in cells])
    request.audit("export", layer=SLUG, what="conflicts")  # type: ignore[attr-defined]
    return as_csv(buffer.getvalue(), "conflicts.csv")


def safe(value: Any) -> Any:
    """A cell that a spreadsheet does not run as a formula."""
    text = str(value)
    if isinstance(value, int | float) or not text.startswith(FORMULA_STARTS):
        return value
    return f"'{text}"


def as_csv(text: str, name: str) -> HttpResponse:
    """With a BOM, so that Excel opens Vietnamese names rightly."""
    response = HttpResponse(
        b"\xef\xbb\xbf" + text.encode(), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
