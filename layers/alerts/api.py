"""``/api/v1/alerts``: the list and what may be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field as Param

from layers.core import units
from layers.core.api import json

from . import queries, services
from .cap.api import router as cap
from .desk import orders
from .desk.endpoints import desk_router
from .desk.shown import as_json, grant_of, guard_writing
from .models import Alert
from .queries import NOBODY, AlertFilter
from .services import Who
from .studio.api import router as rules

PREFIX = "alerts"
router = Router(tags=["alerts"])
router.add_router("", desk_router)
router.add_router("", cap)
router.add_router("", rules)


class ListParams(Schema):
    state: Literal[
        "",
        "open",
        "unacknowledged",
        "active",
        "cleared",
        "shelved",
        "suppressed",
        "escalated",
        "closed",
        "all",
    ] = Param("", description="empty: what wants attention now")
    severity: str = Param("", description="comma-separated", max_length=60)
    layer: str = Param("", max_length=41)
    unit: int | None = None
    assigned: str = Param("", description="me, nobody, or an id", max_length=20)
    rule: str = Param("", max_length=60)
    part: str = Param("", max_length=60)
    group: str = Param("", max_length=80)
    root: int | None = Param(None, description="the members under this alert")
    q: str = Param("", max_length=100)
    sort: Literal["", "newest", "oldest", "severity", "repeats", "unit", "rule"] = ""
    offset: int = Param(0, ge=0, le=1_000_000)
    limit: int = Param(200, ge=1, le=2_000)


class Reason(Schema):
    reason: str = Param(..., max_length=300)


class Shelf(Schema):
    minutes: int = Param(..., ge=1, le=10_080)
    reason: str = Param(..., max_length=300)


class Note(Schema):
    text: str = Param(..., max_length=2_000)


@router.get("")
def list_alerts(request: HttpRequest, params: Query[ListParams]) -> HttpResponse:
    """Alerts in the caller's scope: unacknowledged first, gravest first. How many
    match in all is in the header ``X-Total-Count``."""
    grant, wanted = grant_of(request), _wanted(request, params)
    tree = units.tree()
    answer = json([as_json(alert, tree) for alert in queries.find(grant, wanted)])
    answer["X-Total-Count"] = str(queries.matching(grant, wanted).count())
    return answer


def _wanted(request: HttpRequest, params: ListParams) -> AlertFilter:
    assigned = params.assigned
    if assigned == "me":
        assigned = str(request.user.pk)
    if assigned and assigned != NOBODY and not assigned.isdecimal():
        raise HttpError(422, "assigned is me, nobody, or the id of a user")
    return AlertFilter(
        state=params.state,
        severity=params.severity,
        layer=params.layer,
        unit_id=params.unit,
        assigned=assigned,
        rule=params.rule,
        part=params.part,
        group=params.group,
        root=params.root,
        text=params.q,
        sort=params.sort,
        offset=params.offset,
        limit=params.limit,
    )


@router.get("/{int:alert_id}")
def show_alert(request: HttpRequest, alert_id: int) -> HttpResponse:
    """One alert with its log."""
    grant = grant_of(request)
    alert = queries.visible(grant).filter(pk=alert_id).first()
    if alert is None:
        raise HttpError(404, f"no alert {alert_id}")
    body = as_json(alert, units.tree())
    body["instruction"] = alert.rule.instruction
    body["orders"] = [entry.as_json() for entry in orders.about(grant, alert.pk)]
    body["log"] = [
        {
            "kind": event.kind,
            "happened_at": event.happened_at,
            "known_at": event.known_at,
            "who": event.actor.username if event.actor else None,
            "reason": event.reason,
            "new": event.new,
        }
        for event in queries.log_of(alert)
    ]
    return json(body)


@router.post("/{int:alert_id}/acknowledge")
def acknowledge(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Say that it was seen."""
    return _do(request, lambda who: services.acknowledge(alert_id, who))


@router.post("/{int:alert_id}/close")
def close(request: HttpRequest, alert_id: int, body: Reason) -> HttpResponse:
    """Close it, with the reason."""
    return _do(request, lambda who: services.close(alert_id, who, reason=body.reason))


@router.post("/{int:alert_id}/shelve")
def shelve(request: HttpRequest, alert_id: int, body: Shelf) -> HttpResponse:
    """Take it off the list for so many minutes, with the reason."""
    return _do(
        request,
        lambda who: services.shelve(
            alert_id, who, minutes=body.minutes, reason=body.reason
        ),
    )


@router.post("/{int:alert_id}/unshelve")
def unshelve(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Put it back on the list."""
    return _do(request, lambda who: services.unshelve(alert_id, who))


@router.post("/{int:alert_id}/comment")
def comment(request: HttpRequest, alert_id: int, body: Note) -> HttpResponse:
    """Write a note into its log."""
    return _do(request, lambda who: services.comment(alert_id, who, text=body.text))


def _do(request: HttpRequest, act: Callable[[Who], Alert]) -> HttpResponse:
    guard_writing(request)
    try:
        alert = act(Who(user=request.user, grant=grant_of(request)))
    except services.NotFoundError as error:
        raise HttpError(404, str(error)) from None
    except services.NotAllowedError as error:
        raise HttpError(403, str(error)) from None
    except services.RefusedError as error:
        raise HttpError(409, str(error)) from None
    return json(as_json(alert, units.tree()))
