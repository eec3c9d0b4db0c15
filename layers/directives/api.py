"""``/api/v1/directives``: the list, one with its log, and what may be done."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field as Param

from layers.alerts.desk.shown import guard_writing
from layers.core import units
from layers.core.api import json
from layers.core.scope import Grant

from . import access, queries, rules, services
from .access import Who
from .dispatch_api import router as dispatching
from .mapping.api import router as links
from .models import Directive
from .queries import DirectiveFilter

PREFIX = "directives"
router = Router(tags=["directives"])
router.add_router("", links)
router.add_router("", dispatching)


class ListParams(Schema):
    status: str = Param("", max_length=120, description="comma-separated")
    clock: str = Param("", max_length=10)
    severity: str = Param("", max_length=60)
    unit: int | None = None
    q: str = Param("", max_length=100)
    limit: int = Param(200, ge=1, le=2_000)


class Action(Schema):
    text: str = Param("", max_length=4_000)
    unit: int | None = Param(None, description="with issue: the unit to address now")


def as_json(directive: Directive, tree: units.UnitTree) -> dict[str, Any]:
    """One directive for clients; times in UTC."""
    place = directive.geom.point_on_surface if directive.geom else None
    return {
        "id": directive.pk,
        "number": directive.number,
        "title": directive.title,
        "body": directive.body,
        "status": directive.status,
        "clock": directive.clock,
        "severity": directive.severity,
        "outcome": directive.outcome or None,
        "cap_status": directive.cap_status,
        "lon": round(place.x, 6) if place else None,
        "lat": round(place.y, 6) if place else None,
        "unit": directive.unit_id,
        "unit_title": tree.title(directive.unit_id),
        "alert": directive.alert_id,
        "needed_by": directive.needed_by,
        "legal_deadline": directive.legal_deadline,
        "created_at": directive.created_at,
        "issued_at": directive.issued_at,
        "reported_at": directive.reported_at,
        "closed_at": directive.closed_at,
        "tasks": [
            {
                "id": task.pk,
                "unit": task.unit_id,
                "unit_title": tree.title(task.unit_id),
                "status": task.status,
                "report": task.report,
                "reported_at": task.reported_at,
            }
            for task in directive.tasks.all()
        ],
    }


@router.get("")
def list_directives(request: HttpRequest, params: Query[ListParams]) -> HttpResponse:
    """Directives in the caller's scope, overdue first."""
    known = dict(rules.STATUSES)
    unknown = [name for name in params.status.split(",") if name and name not in known]
    if unknown:
        raise HttpError(400, f"status is one of: {', '.join(known)}")
    wanted = DirectiveFilter(
        status=params.status,
        clock=params.clock,
        severity=params.severity,
        unit_id=params.unit,
        text=params.q,
        limit=params.limit,
    )
    tree = units.tree()
    return json(
        [as_json(entry, tree) for entry in queries.find(_grant(request), wanted)]
    )


@router.get("/{int:directive_id}")
def show_directive(request: HttpRequest, directive_id: int) -> HttpResponse:
    """One directive with what the caller may do now, and its log."""
    directive = queries.one(_grant(request), directive_id)
    if directive is None:
        raise HttpError(404, f"no directive {directive_id}")
    body = as_json(directive, units.tree())
    who = Who(user=request.user, grant=_grant(request))
    body["actions"] = [act.slug for act in queries.acts_for(directive, who)]
    body["log"] = [
        {
            "kind": event.kind,
            "happened_at": event.happened_at,
            "who": event.actor.username if event.actor else None,
            "reason": event.reason,
            "old": event.old,
            "new": event.new,
        }
        for event in queries.log_of(directive)
    ]
    return json(body)


@router.post("/{int:directive_id}/{action}")
def act(
    request: HttpRequest, directive_id: int, action: str, body: Action | None = None
) -> HttpResponse:
    """Do: issue, receive, return, start, report, send_back, close, suspend, resume,
    withdraw. 409 says why it cannot be done now."""
    guard_writing(request)
    given = body or Action(text="", unit=None)
    who = Who(user=request.user, grant=_grant(request))
    try:
        services.act(directive_id, action, who, text=given.text, unit_id=given.unit)
    except access.NotFoundError as error:
        raise HttpError(404, str(error)) from None
    except access.NotAllowedError as error:
        raise HttpError(403, str(error)) from None
    except access.RefusedError as error:
        raise HttpError(409, str(error)) from None
    directive = queries.one(_grant(request), directive_id)
    if directive is None:
        # returned and addressed elsewhere: done, and no longer the caller's to see
        return json({"id": directive_id, "status": None})
    return json(as_json(directive, units.tree()))


def _grant(request: HttpRequest) -> Grant:
    return request.grant  # type: ignore[attr-defined, no-any-return]
