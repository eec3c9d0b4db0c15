"""What a version says besides its evidence: all that people entered, and when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings

from layers.core import units
from layers.core.evidence.canonical import iso

from .models import Case, CaseVersion, Evidence

ENTERED = (
    "kind", "legal_basis", "since", "until", "zone_id", "summary", "decision",
    "decision_no", "decided_on", "penalty_vnd",
)  # fmt: skip


def head_of(case: Case, made: CaseVersion, evidence: Evidence) -> dict[str, Any]:
    """The head of a version that is about to be stored, plain JSON."""
    before = case.versions.select_related("made_by").order_by("number")
    return {
        "number": case.number,
        "version": made.number,
        "status": case.status,
        "certainty": case.certainty,
        "entered": {name: _plain(getattr(case, name)) for name in ENTERED},
        "origin": [case.origin_layer, case.origin_id],
        "vessel_id": case.vessel_id,
        "unit": units.tree().title(case.unit_id),
        "author": _name(case.author),
        "made_at": iso(made.made_at),
        "made_by": _name(made.made_by),
        "history": [_step(row) for row in [*before, made]],
        "evidence_sha256": evidence.sha256,
        "authority": settings.IOC_AUTHORITY,
        "authority_above": settings.IOC_AUTHORITY_ABOVE,
        "province": settings.IOC_PROVINCE,
        "demo": settings.IOC_DEMO,
    }


def _step(row: CaseVersion) -> dict[str, Any]:
    return {
        "version": row.number,
        "what": row.what,
        "status": row.status,
        "reason": row.reason,
        "at": iso(row.made_at),
        "by": _name(row.made_by),
    }


def _name(user: Any) -> str:
    return str(user.display_name) if user is not None else ""


def _plain(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime | date) else value
