"""Directives as clients read them; times in UTC."""

from __future__ import annotations

from typing import Any

from layers.core import units

from .models import Directive, Evidence, Extension, Task


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
        "tasks": [_task_json(task, tree) for task in directive.tasks.all()],
    }


def _task_json(task: Task, tree: units.UnitTree) -> dict[str, Any]:
    return {
        "id": task.pk,
        "unit": task.unit_id,
        "unit_title": tree.title(task.unit_id),
        "agency": task.agency or None,
        "step": task.step,
        "title": task.title,
        "status": task.status,
        "clock": task.clock,
        "outcome": task.outcome or None,
        "needed_by": task.needed_by,
        "legal_deadline": task.legal_deadline,
        "report": task.report,
        "reported_at": task.reported_at,
    }


def extension_json(entry: Extension) -> dict[str, Any]:
    """A request for more time; ``granted`` null while nobody has answered."""
    return {
        "id": entry.pk,
        "task": entry.task_id,
        "until": entry.until,
        "reason": entry.reason,
        "asked_at": entry.asked_at,
        "granted": entry.granted,
        "answer": entry.answer,
        "decided_at": entry.decided_at,
    }


def evidence_json(entry: Evidence) -> dict[str, Any]:
    """A file; ``url`` is for people who are signed in."""
    return {
        "id": entry.pk,
        "task": entry.task_id,
        "name": entry.name,
        "content_type": entry.content_type,
        "size": entry.size,
        "sha256": entry.sha256,
        "note": entry.note,
        "lon": entry.lon,
        "lat": entry.lat,
        "place_source": entry.place_source or None,
        "distance_m": entry.distance_m,
        "near": entry.near,
        "taken_at": entry.taken_at,
        "uploaded_at": entry.uploaded_at,
        "url": f"/directives/evidence/{entry.pk}/",
    }
