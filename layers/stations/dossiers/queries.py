"""Reading case files: the list, one with its versions, frozen documents."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from layers.core import units
from layers.core.evidence.canonical import load, sha256
from layers.core.scope import Grant
from layers.stations.layer import LAYER
from layers.stations.models import Dossier, DossierExport, DossierVersion

READ, KEEP = "stations.read_dossiers", "stations.keep_dossiers"


class DamagedError(RuntimeError):
    """What is stored is not what was frozen: its checksum does not fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to list; "" for everything."""

    status: str = ""
    text: str = ""
    station: int | None = None
    unit: int | None = None


def visible(grant: Grant) -> QuerySet[Dossier]:
    """Cases of the stations that the caller may see."""
    if not grant.allows(LAYER):
        return Dossier.objects.none()
    rows = Dossier.objects.select_related("station", "author")
    if grant.units is None:
        return rows
    return rows.filter(station__unit_id__in=grant.units)


def find(grant: Grant, wanted: Wanted) -> QuerySet[Dossier]:
    """Matching cases, the newest number first, with the ``exceedances`` of each."""
    newest = DossierVersion.objects.filter(dossier=OuterRef("pk")).order_by("-number")
    rows = visible(grant).annotate(
        exceedances=Subquery(newest.values("evidence__exceedances")[:1])
    )
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    if wanted.station is not None:
        rows = rows.filter(station_id=wanted.station)
    if wanted.unit is not None:
        below = units.tree().expand([wanted.unit])
        rows = rows.filter(station__unit_id__in=list(below))
    for word in wanted.text.split()[:6]:
        rows = rows.filter(
            Q(number__icontains=word)
            | Q(station__title__icontains=word)
            | Q(station__code__icontains=word)
            | Q(station__owner__icontains=word)
        )
    return rows.order_by("-year", "-serial")


def one(grant: Grant, dossier_id: int) -> Dossier | None:
    """The case, or None when it is not there or not the caller's to see."""
    return visible(grant).filter(pk=dossier_id).first()


def of_alert(grant: Grant, alert_id: int) -> Dossier | None:
    """The newest case that was opened from an alert."""
    return visible(grant).filter(alert_id=alert_id).order_by("-pk").first()


def in_span(station_id: int, since: datetime, until: datetime) -> QuerySet[Dossier]:
    """Cases whose evidence reaches into a span."""
    return Dossier.objects.filter(
        station_id=station_id, since__lt=until, until__gt=since
    ).order_by("year", "serial")


def version_of(dossier: Dossier, number: int | None = None) -> DossierVersion | None:
    """A version of the case, the newest without a number."""
    rows = dossier.versions.select_related("evidence", "made_by").order_by("-number")
    return (rows.filter(number=number) if number else rows).first()


def versions(dossier: Dossier) -> QuerySet[DossierVersion]:
    """All versions, the newest first, without the documents."""
    rows = dossier.versions.select_related("made_by", "evidence")
    return rows.defer("head", "evidence__body").order_by("-number")


def exports(dossier: Dossier) -> QuerySet[DossierExport]:
    """What was handed out of a case, the newest first."""
    rows = DossierExport.objects.filter(version__dossier=dossier)
    return rows.select_related("version", "made_by").defer("version__head")


def head_of(version: DossierVersion) -> dict[str, Any]:
    """What people had entered. Raises DamagedError."""
    body = bytes(version.head)
    if sha256(body) != version.sha256:
        raise DamagedError(f"version {version.pk}")
    found: dict[str, Any] = load(body)
    return found


def evidence_of(version: DossierVersion) -> dict[str, Any]:
    """The frozen evidence (:mod:`.gathering`). Raises DamagedError."""
    body = zlib.decompress(bytes(version.evidence.body))
    if sha256(body) != version.evidence.sha256:
        raise DamagedError(f"evidence {version.evidence_id}")
    found: dict[str, Any] = load(body)
    return found
