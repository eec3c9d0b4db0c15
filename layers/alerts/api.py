"""``/api/v1/alerts``: the list and what may be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from ninja.utils import check_csrf
from pydantic import Field as Param

from layers.core import units
from layers.core.api import json
from layers.core.scope import Grant

from . import queries, services
from .cap.api import router as cap
from .models import Alert
from .queries import AlertFilter
from .services import Who

PREFIX = "alerts"
router = Router(tags=["alerts"])
router.add_router("", cap)


class ListParams(Schema):
    state: Literal[
        "",
        "open",
        "unacknowledged",
        "active",
        "cleared",
        "shelved",
        "suppressed",
        "closed",
        "all",
    ] = Param("", description="empty: what wants attention now")
    severity: str = Param("", description="comma-separated", max_length=60)
    layer: str = Param("", max_length=41)
    unit: int | None = None
    q: str = Param("", max_length=100)
    limit: int = Param(200, ge=1, le=2_000)


class Reason(Schema):
    reason: str = Param(..., max_length=300)


class Shelf(Schema):
    minutes: int = Param(..., ge=1, le=10_080)
    reason: str = Param(..., max_length=300)


class Note(Schema):
    text: str = Param(..., max_length=2_000)


def as_json(alert: Alert, tree: units.UnitTree) -> dict[str, Any]:
    """One alert for clients; times in UTC."""
    return {
        "id": alert.pk,
        "title": alert.title,
        "severity": alert.severity,
        "state": alert.state,
        "active": alert.active,
        "acknowledged": alert.acknowledged,
        "layer": alert.layer,
        "feature_id": alert.feature_id,
        "feature_title": alert.feature_title,
        "zone": alert.zone_title,
        "lon": round(alert.geom.x, 6) if alert.geom else None,
        "lat": round(alert.geom.y, 6) if alert.geom else None,
        "raised_at": alert.raised_at,
        "known_at": alert.known_at,
        "cleared_at": alert.cleared_at,
        "closed_at": alert.closed_at,
        "late": alert.late,
        "certainty": alert.certainty or None,
        "evidence": alert.evidence,
        "legal_basis": alert.rule.legal_basis,
        "group": alert.group_key or None,
        "repeats": alert.repeats,
        "unit": alert.unit_id,
        "unit_title": tree.title(alert.unit_id),
        "rule": alert.rule.slug,
        "rule_title": alert.rule.shown_title,
        "root": alert.root_id,
        "assigned_to": alert.assigned_to.username if alert.assigned_to else None,
    }


@router.get("")
def list_alerts(request: HttpRequest, params: Query[ListParams]) -> HttpResponse:
    """Alerts in the caller's scope: unacknowledged first, gravest first."""
    wanted = AlertFilter(
        state=params.state,
        severity=params.severity,
        layer=params.layer,
        unit_id=params.unit,
        text=params.q,
        limit=params.limit,
    )
    tree = units.tree()
    return json(
        [as_json(alert, tree) for alert in queries.find(_grant(request), wanted)]
    )


@router.get("/load")
def alarm_load(request: HttpRequest) -> HttpResponse:
    """Alarms of the last ten minutes per operator: 1 good, 2 most, over 10 a flood."""
    found = queries.load()
    return json(
        {
            "alerts": found.alerts,
            "operators": found.operators,
            "per_operator": found.per_operator,
            "level": found.level,
            "minutes": 10,
        }
    )


@router.get("/{alert_id}")
def show_alert(request: HttpRequest, alert_id: int) -> HttpResponse:
    """One alert with its log."""
    alert = queries.visible(_grant(request)).filter(pk=alert_id).first()
    if alert is None:
        raise HttpError(404, f"no alert {alert_id}")
    body = as_json(alert, units.tree())
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


@router.post("/{alert_id}/acknowledge")
def acknowledge(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Say that it was seen."""
    return _do(request, lambda who: services.acknowledge(alert_id, who))


@router.post("/{alert_id}/close")
def close(request: HttpRequest, alert_id: int, body: Reason) -> HttpResponse:
    """Close it, with the reason."""
    return _do(request, lambda who: services.close(alert_id, who, reason=body.reason))


@router.post("/{alert_id}/shelve")
def shelve(request: HttpRequest, alert_id: int, body: Shelf) -> HttpResponse:
    """Take it off the list for so many minutes, with the reason."""
    return _do(
        request,
        lambda who: services.shelve(
            alert_id, who, minutes=body.minutes, reason=body.reason
        ),
    )


@router.post("/{alert_id}/unshelve")
def unshelve(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Put it back on the list."""
    return _do(request, lambda who: services.unshelve(alert_id, who))


@router.post("/{alert_id}/comment")
def comment(request: HttpRequest, alert_id: int, body: Note) -> HttpResponse:
    """Write a note into its log."""
    return _do(request, lambda who: services.comment(alert_id, who, text=body.text))


def _grant(request: HttpRequest) -> Grant:
    return request.grant  # type: ignore[attr-defined, no-any-return]


def guard_writing(request: HttpRequest) -> None:
    """A key must be one that may send data; a session must prove its page."""
    key = getattr(request, "api_key", None)
    if key is not None and not key.may_write:
        raise HttpError(403, "this key may only read")
    if key is None and check_csrf(request) is not None:
        raise HttpError(403, "CSRF token is missing or wrong")


def _do(request: HttpRequest, act: Callable[[Who], Alert]) -> HttpResponse:
    guard_writing(request)
    try:
        alert = act(Who(user=request.user, grant=_grant(request)))
    except services.NotFoundError as error:
        raise HttpError(404, str(error)) from None
    except services.NotAllowedError as error:
        raise HttpError(403, str(error)) from None
    except services.RefusedError as error:
        raise HttpError(409, str(error)) from None
    return json(as_json(alert, units.tree()))
