"""The page on which a directive is drafted, and changed before it is signed."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from layers.core import units
from layers.core.areas import AreaError
from layers.core.units import UnitTree

from . import calendar, playbook_draft, queries, rules, supervisors
from .access import Who
from .dispatch import playbook_for
from .dispatch_api import drawn
from .layer import SEVERITIES
from .log import SLUG
from .models import Directive, Task
from .starting import NothingThereError, Start, start_of

_WORDS = Path(__file__).parent / "static" / "directives" / "dispatch" / "words.json"
_EMPTY: dict[str, Any] = {
    "body": "",
    "needed_min": 60,
    "legal_min": 1_440,
    "working": False,
    "needs_evidence": False,
    "playbook": "",
    "playbook_version": None,
    "tasks": [],
    "document_no": "",
    "supervisor": None,
    "seen": "",
}


@cache
def _words() -> dict[str, str]:
    return dict(orjson.loads(_WORDS.read_bytes()))


@login_required
@require_GET
def new(request: HttpRequest) -> HttpResponse:
    """Draft a directive: from an alert, a feature, a figure, a place, or nothing."""
    who = _drafter(request)
    asked = {name: str(value)[:4_000] for name, value in request.GET.items()}
    problem = ""
    try:
        start = start_of(asked, who.rights)
    except NothingThereError as error:
        raise Http404(str(error)) from None
    except AreaError as error:
        start, problem = Start(), str(error)
    exercise = asked.get("exercise") == "1"
    if start.alert is not None and not exercise:
        known = Directive.objects.filter(
            source="alert", external_id=str(start.alert.pk)
        ).first()
        if known is not None:
            return redirect("directives:detail", known.pk)
    draft = _started(start, who) | {"exercise": exercise}
    alert = None if exercise else start.alert
    return _page(request, who, draft, alert=alert, problem=problem)


@login_required
@require_GET
def edit(request: HttpRequest, directive_id: int) -> HttpResponse:
    """Change a draft that nobody has signed; a signed one is shown as it is."""
    who = _drafter(request)
    directive = queries.one(who.rights, directive_id)
    if directive is None:
        raise Http404
    if directive.status != rules.DRAFT:
        return redirect("directives:detail", directive_id)
    return _page(request, who, _stored(directive), directive=directive)


def _drafter(request: HttpRequest) -> Who:
    who = Who(user=request.user, grant=request.grant)  # type: ignore[attr-defined]
    if not who.drafts() or SLUG not in who.rights.layers:
        raise PermissionDenied
    return who


def _page(
    request: HttpRequest,
    who: Who,
    draft: dict[str, Any],
    *,
    alert: Any = None,
    directive: Directive | None = None,
    problem: str = "",
) -> HttpResponse:
    screen = {
        "draft": draft,
        "directive": directive.pk if directive else None,
        "units": _units(units.tree()),
        "playbooks": playbook_draft.choices(),
        "signs": who.signs(),
        "working_day_min": calendar.current().day_minutes,
        "words": {key: _(text) for key, text in _words().items()},
    }
    context = {
        "screen": screen,
        "alert": alert,
        "directive": directive,
        "problem": problem,
        "severities": SEVERITIES,
        "supervisors": supervisors.choices(),
        "playbooks": screen["playbooks"],
        "signs": who.signs(),
        "exercise": settings.IOC_DEMO or draft["exercise"],
    }
    return render(request, "directives/new.html", context)


def _units(tree: UnitTree) -> list[dict[str, Any]]:
    """Units in force for the lists of the form."""
    return [
        {
            "id": unit_id,
            "title": tree.nodes[unit_id].title,
            "full": title,
            "kind": tree.nodes[unit_id].kind,
        }
        for unit_id, title in units.choices()
    ]


def _started(start: Start, who: Who) -> dict[str, Any]:
    """A new draft as the page takes it; of an alert with what its playbook says."""
    layer, feature_id, part = start.origin
    draft = {
        **_EMPTY,
        "key": secrets.token_hex(16),
        "title": start.title,
        "severity": start.severity,
        "area": _area(start),
        "alert": start.alert.pk if start.alert else None,
        "origin_layer": layer,
        "origin_id": feature_id,
        "origin_part": part,
        "origin_title": start.origin_title,
    }
    playbook = playbook_for(start.alert) if start.alert else None
    if playbook is None or start.alert is None or start.shape is None:
        return draft
    if playbook.area_km and start.shape.geom_type == "Point":
        point = start.shape
        draft["area"] = {"lon": point.x, "lat": point.y, "radius_km": playbook.area_km}
    given = playbook_draft.suggest(
        playbook.slug, start.shape, who.rights, alert_id=start.alert.pk
    )
    return draft | given | {"problem": " ".join(given["problems"])}


def _area(start: Start) -> dict[str, Any] | None:
    """The area of the beginning as ``/dispatch/inside`` takes it."""
    if start.alert is None and start.unit_id is not None:
        return {"unit": start.unit_id}
    if start.circle is not None:
        return dict(zip(("lon", "lat", "radius_km"), start.circle, strict=True))
    return {"geometry": drawn(start.shape)} if start.shape is not None else None


def _stored(directive: Directive) -> dict[str, Any]:
    """A draft that is there, as the page takes it."""
    geom = directive.geom
    tasks = list(directive.tasks.order_by("pk"))
    return {
        "key": directive.external_id.rjust(8, "0"),
        "title": directive.title,
        "body": directive.body,
        "severity": directive.severity,
        "area": {"geometry": orjson.loads(geom.geojson)} if geom else None,
        "needed_min": directive.minutes_needed,
        "legal_min": directive.minutes_legal,
        "working": any(task.working for task in tasks),
        "needs_evidence": directive.needs_evidence,
        "alert": directive.alert_id,
        "origin_layer": directive.origin_layer,
        "origin_id": directive.origin_id,
        "origin_part": directive.origin_part,
        "origin_title": "",
        "playbook": directive.playbook_slug,
        "playbook_version": directive.playbook_version,
        "tasks": [_task(task) for task in tasks],
        "document_no": directive.document_no,
        "supervisor": directive.supervisor_id,
        "seen": directive.updated_at.isoformat(),
        "exercise": directive.cap_status == "Exercise",
    }


def _task(task: Task) -> dict[str, Any]:
    return {
        "unit": task.unit_id,
        "co_units": task.co_units,
        "title": task.title,
        "body": task.body,
        "needed_min": task.minutes_needed,
        "legal_min": task.minutes_legal,
        "working": task.working,
        "needs_evidence": task.needs_evidence,
        "evidence": task.evidence_kind,
        "agency": task.agency,
        "step": task.step,
        "after_step": task.after_step,
        "feature_layer": task.feature_layer,
        "feature_id": task.feature_id,
        "feature_title": task.feature_title,
    }
