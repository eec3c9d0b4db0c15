"""Alerts as clients read them, and what guards the acts of clients."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.utils import check_csrf

from layers.alerts.models import Alert
from layers.core import units
from layers.core.scope import Grant


def as_json(alert: Alert, tree: units.UnitTree) -> dict[str, Any]:
    """One alert for clients; times in UTC."""
    escalation = getattr(alert, "escalation", None)
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
        "members": getattr(alert, "member_count", None),
        "part": alert.part or None,
        "part_title": alert.part_title or None,
        "playbook": alert.playbook or None,
        "assigned_to": alert.assigned_to.username if alert.assigned_to else None,
        "assigned_name": str(alert.assigned_to) if alert.assigned_to else None,
        "shelved_until": alert.shelved_until,
        "shelved_reason": alert.shelved_reason or None,
        "escalated": escalation.level if escalation else 0,
    }


def guard_writing(request: HttpRequest) -> None:
    """A key must be one that may send data; a session must prove its page."""
    key = getattr(request, "api_key", None)
    if key is not None and not key.may_write:
        raise HttpError(403, "this key may only read")
    if key is None and check_csrf(request) is not None:
        raise HttpError(403, "CSRF token is missing or wrong")


def grant_of(request: HttpRequest) -> Grant:
    return request.grant  # type: ignore[attr-defined, no-any-return]
