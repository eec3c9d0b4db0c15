"""What staff enter in the drawer of a vessel: calls, faults, told positions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from layers.core import drawer
from layers.core.spec import by_role
from layers.vessels.duties import services
from layers.vessels.duties.services import RefusedError, Said
from layers.vessels.fleet.card import WRITES
from layers.vessels.models import Vessel

from .moments import moment_of

Data = Any
# A comma is how a position is written in Vietnam.
DECIMAL = str.maketrans(",", ".")


def _moment(data: Data) -> datetime:
    moment = moment_of(data.get("at", ""))
    if moment is None:
        raise RefusedError(_("Give a date and a time."))
    return moment


def _number(data: Data, name: str) -> float:
    try:
        return float(data.get(name, "").strip().translate(DECIMAL))
    except ValueError:
        raise RefusedError(
            _("This is no place: degrees, longitude and latitude.")
        ) from None


def _contact(vessel: Vessel, data: Data, user: Any) -> None:
    corrects = data.get("corrects", "")
    said = Said(
        channel=data.get("channel", ""),
        outcome=data.get("outcome", ""),
        at=_moment(data),
        person=data.get("person", ""),
        number=data.get("number", ""),
        text=data.get("text", ""),
        corrects_id=int(corrects) if corrects.isdecimal() else None,
    )
    services.log_contact(vessel, said, user)


def _position(vessel: Vessel, data: Data, user: Any) -> None:
    services.report_position(
        vessel, _number(data, "lon"), _number(data, "lat"), _moment(data), user,
        note=data.get("note", ""),
    )  # fmt: skip


def _fault(vessel: Vessel, data: Data, user: Any) -> None:
    services.declare_fault(
        vessel, _moment(data), user, reported_by=data.get("reported_by", ""),
        channel=data.get("channel", ""), note=data.get("note", ""),
    )  # fmt: skip


def _mend(vessel: Vessel, data: Data, user: Any) -> None:
    services.mend_fault(vessel, _moment(data), user)


ACTIONS: dict[str, Callable[[Vessel, Data, Any], None]] = {
    "contact": _contact,
    "position": _position,
    "fault": _fault,
    "mend": _mend,
}


@login_required
@permission_required(WRITES, raise_exception=True)
@require_POST
def act(request: HttpRequest, vessel_id: int, action: str) -> HttpResponse:
    """One entry; the drawer comes back as it stands now, with what went wrong."""
    layer, grant = by_role("vessels"), request.grant  # type: ignore[attr-defined]
    vessel = Vessel.objects.filter(pk=vessel_id).first()
    seen = grant.allows(layer) and drawer.context(request, layer, grant, vessel_id)
    if action not in ACTIONS or vessel is None or not seen:
        raise Http404
    problem = ""
    try:
        ACTIONS[action](vessel, request.POST, request.user)
        request.audit(  # type: ignore[attr-defined]
            f"vessel.{action}", layer=layer.slug, feature_id=vessel_id
        )
    except RefusedError as error:
        problem = str(error)
    if not request.htmx:  # type: ignore[attr-defined]
        if problem:
            messages.error(request, problem)
        return redirect(f"/#open={layer.slug}/{vessel_id}")
    context = drawer.context(request, layer, grant, vessel_id) or {}
    context |= {"problem": problem, "said": request.POST if problem else {}}
    response = render(request, "vessels/drawer.html", {**context, "done": action})
    response["HX-Trigger"] = "fleet-changed"
    return response
