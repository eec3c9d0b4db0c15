"""``/api/v1/directives``: the list, and one with its log and what may be done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field as Param

from layers.core import units
from layers.core.api import json

from . import queries, rules
from .callers import api_who
from .dispatch_api import router as dispatching
from .mapping.api import router as links
from .models import Evidence, Extension
from .queries import DirectiveFilter
from .shown import as_json, evidence_json, extension_json
from .work_api import ForParams
from .work_api import router as work

PREFIX = "directives"
router = Router(tags=["directives"])
router.add_router("", links)
router.add_router("", dispatching)
router.add_router("", work)


class ListParams(Schema):
    status: str = Param("", max_length=120, description="comma-separated")
    clock: str = Param("", max_length=10)
    severity: str = Param("", max_length=60)
    unit: int | None = None
    q: str = Param("", max_length=100)
    limit: int = Param(200, ge=1, le=2_000)


@router.get("")
def list_directives(
    request: HttpRequest, params: Query[ListParams], asked: Query[ForParams]
) -> HttpResponse:
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
    tree, rights = units.tree(), api_who(request).rights
    return json([as_json(entry, tree) for entry in queries.find(rights, wanted)])


@router.get("/{int:directive_id}")
def show_directive(
    request: HttpRequest, directive_id: int, asked: Query[ForParams]
) -> HttpResponse:
    """One directive with what the caller may do now, requests for more time, evidence,
    and its log."""
    who = api_who(request)
    directive = queries.one(who.rights, directive_id)
    if directive is None:
        raise HttpError(404, f"no directive {directive_id}")
    body = as_json(directive, units.tree())
    body["actions"] = [act.slug for act in queries.acts_for(directive, who)]
    body["extensions"] = [
        extension_json(entry)
        for entry in Extension.objects.filter(task__directive=directive)
    ]
    body["evidence"] = [
        evidence_json(entry)
        for entry in Evidence.objects.filter(task__directive=directive).order_by("pk")
    ]
    body["log"] = [
        {
            "kind": event.kind,
            "happened_at": event.happened_at,
            "who": event.actor.username if event.actor else None,
            "for": (event.new or {}).get("for"),
            "reason": event.reason,
            "old": event.old,
            "new": event.new,
        }
        for event in queries.log_of(directive)
    ]
    return json(body)
