"""What a version says besides its evidence: all that people entered, and when."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from layers.core.evidence.canonical import iso
from layers.stations.models import Dossier, DossierEvidence, DossierVersion
from layers.stations.reporting.wording import person


def head_of(
    dossier: Dossier, made: DossierVersion, evidence: DossierEvidence
) -> dict[str, Any]:
    """The head of a version that is about to be stored, plain JSON."""
    before = dossier.versions.select_related("made_by").order_by("number")
    return {
        "number": dossier.number,
        "version": made.number,
        "status": dossier.status,
        "station_id": dossier.station_id,
        "parameters": dossier.parameters,
        "since": iso(dossier.since),
        "until": iso(dossier.until),
        "title": dossier.title,
        "summary": dossier.summary,
        "decision": dossier.decision,
        "decision_no": dossier.decision_no,
        "decided_on": iso(dossier.decided_on),
        "penalty_vnd": dossier.penalty_vnd,
        "alert_id": dossier.alert_id,
        "author": person(dossier.author) if dossier.author else "",
        "made_at": iso(made.made_at),
        "made_by": person(made.made_by) if made.made_by else "",
        "history": [_told(row) for row in [*before, made]],
        "evidence_sha256": evidence.sha256,
        "authority": settings.IOC_AUTHORITY,
        "authority_above": settings.IOC_AUTHORITY_ABOVE,
        "province": settings.IOC_PROVINCE,
        "demo": settings.IOC_DEMO,
    }


def _told(row: DossierVersion) -> dict[str, Any]:
    return {
        "version": row.number,
        "what": row.what,
        "status": row.status,
        "reason": row.reason,
        "at": iso(row.made_at),
        "by": person(row.made_by) if row.made_by else "",
    }
