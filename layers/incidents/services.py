"""Writing incidents: new ones once, and their steps in an order that makes sense."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core import events, units
from layers.core.ingest import Applied, Observed
from layers.core.versions import begin_change

from .choices import Status, may_become
from .models import Incident, IncidentStep

SLUG = "incidents"


class StepError(ValueError):
    """The step does not follow from where the incident is; the text says so."""


@dataclass(frozen=True, slots=True)
class Step:
    status: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIncident:
    """An incident as a register or a form tells it. Position in degrees.

    ``steps`` are what is known to have followed the report, in order of time.
    """

    source: str
    external_id: str
    title: str
    kind: str
    severity: str
    started_at: datetime
    lon: float
    lat: float
    reporter: str = "hotline"
    address: str = ""
    description: str = ""
    dead: int = 0
    injured: int = 0
    unit_id: int | None = None
    steps: tuple[Step, ...] = field(default_factory=tuple)

    @property
    def key(self) -> tuple[str, str]:
        return self.source, self.external_id


def apply(records: Sequence[NewIncident], seq: int) -> Applied:
    """Insert incidents not known yet; (source, external id) told twice is once."""
    known = _known(records)
    duplicate = np.ones(len(records), dtype=bool)
    fresh: dict[tuple[str, str], NewIncident] = {}
    for index, record in enumerate(records):
        if record.key not in known and record.key not in fresh:
            fresh[record.key] = record
            duplicate[index] = False
    rows = Incident.objects.bulk_create([_row(record) for record in fresh.values()])
    pairs = list(zip(rows, fresh.values(), strict=True))
    IncidentStep.objects.bulk_create(
        step for row, record in pairs for step in _steps(row, record)
    )
    events.record(_reported(row) for row in rows)
    return Applied(duplicate=duplicate, observed=_observed(rows))


def _known(records: Iterable[NewIncident]) -> set[tuple[str, str]]:
    codes = {record.external_id for record in records}
    rows = Incident.objects.filter(external_id__in=codes)
    return set(rows.values_list("source", "external_id"))


def _row(record: NewIncident) -> Incident:
    last = record.steps[-1] if record.steps else None
    closed = last is not None and last.status == Status.CLOSED
    return Incident(
        source=record.source,
        external_id=record.external_id,
        title=record.title[:200],
        kind=record.kind,
        severity=record.severity,
        status=last.status if last else Status.REPORTED,
        started_at=record.started_at,
        ended_at=last.at if last and closed else None,
        dead=record.dead,
        injured=record.injured,
        address=record.address[:200],
        description=record.description,
        reporter=record.reporter,
        unit_id=record.unit_id
        if record.unit_id is not None
        else units.nearest(record.lon, record.lat, record.started_at),
        geom=Point(record.lon, record.lat, srid=4326),
    )


def _steps(row: Incident, record: NewIncident) -> list[IncidentStep]:
    first = Step(Status.REPORTED, record.started_at)
    return [
        IncidentStep(incident=row, status=step.status, at=step.at, note=step.note)
        for step in (first, *record.steps)
    ]


def _reported(row: Incident) -> events.Happening:
    return events.Happening(
        key=f"{SLUG}:{row.source}:{row.external_id}:reported",
        kind="incident.reported",
        layer=SLUG,
        feature_id=row.pk,
        title=row.title,
        unit_id=row.unit_id,
        lon=row.geom.x if row.geom else None,
        lat=row.geom.y if row.geom else None,
        new=row.kind,
        happened_at=row.started_at,
    )


def _observed(rows: Sequence[Incident]) -> Observed:
    return Observed.of_rows(
        rows,
        [row.started_at for row in rows],
        dead=[row.dead for row in rows],
        injured=[row.injured for row in rows],
    )


def open_incident(incident: Incident, actor_id: int | None = None) -> None:
    """Save a new incident of a form with its first step and its event."""
    with transaction.atomic():
        begin_change(SLUG)
        if incident.unit_id is None and incident.geom is not None:
            centre = incident.geom.centroid
            incident.unit_id = units.nearest(centre.x, centre.y)
        incident.save()
        _append(incident, Status.REPORTED, incident.started_at, "", actor_id)
        if incident.status != Status.REPORTED:
            _append(incident, incident.status, timezone.now(), "", actor_id)


def advance(
    incident_id: int,
    status: str,
    *,
    at: datetime | None = None,
    note: str = "",
    actor_id: int | None = None,
) -> Incident:
    """Move an incident on. StepError when the step does not follow."""
    at = at or timezone.now()
    with transaction.atomic():
        begin_change(SLUG)
        incident = Incident.objects.select_for_update().get(pk=incident_id)
        if not may_become(incident.status, status):
            message = _("From “%(old)s” an incident cannot become “%(new)s”.")
            raise StepError(
                message
                % {
                    "old": incident.get_status_display(),
                    "new": Status(status).label,
                }
            )
        incident.status = status
        incident.ended_at = at if status == Status.CLOSED else None
        incident.save()
        _append(incident, status, at, note, actor_id)
    return incident


def record_step(incident: Incident, old: str, note: str, actor_id: int | None) -> None:
    """Note down a change of status that a form has just saved."""
    _append(incident, incident.status, timezone.now(), note, actor_id, old=old)


def _append(
    incident: Incident,
    status: str,
    at: datetime,
    note: str,
    actor_id: int | None,
    old: str | None = None,
) -> None:
    IncidentStep.objects.get_or_create(
        incident=incident,
        status=status,
        at=at,
        defaults={"note": note, "actor_id": actor_id},
    )
    centre = incident.geom.centroid if incident.geom else None
    events.record(
        [
            events.Happening(
                key=f"{SLUG}:{incident.pk}:{status}:{at.isoformat()}",
                kind=f"incident.{status}",
                layer=SLUG,
                feature_id=incident.pk,
                title=incident.title,
                unit_id=incident.unit_id,
                lon=centre.x if centre else None,
                lat=centre.y if centre else None,
                old=old,
                new=status,
                reason=note,
                happened_at=at,
                actor_id=actor_id,
            )
        ]
    )
