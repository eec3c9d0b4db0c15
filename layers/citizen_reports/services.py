"""Writing reports: each once, its clock started, its steps in an order that holds."""

from __future__ import annotations

import uuid
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

from .choices import Category, Channel, Status, may_become
from .clock import due_at
from .models import CitizenReport, ReportStep, ServiceCategory

SLUG = "citizen_reports"
TITLE_LENGTH = 120


def new_code() -> str:
    """External id of a report entered by hand, or acknowledged by us."""
    return uuid.uuid4().hex


class StepError(ValueError):
    """The step does not follow from where the report is; the text says so."""


@dataclass(frozen=True, slots=True)
class Step:
    status: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """A report as a channel tells it. Position in degrees; ``requested_at`` aware.

    ``steps`` are what is known to have followed, in order of time (an import of
    another system's register); a report that has just come in has none.
    """

    source: str
    external_id: str
    category: str
    description: str
    requested_at: datetime
    lon: float
    lat: float
    channel: str = Channel.PARTNER
    address: str = ""
    photos: tuple[str, ...] = ()
    reporter_name: str = ""
    reporter_phone: str = ""
    reporter_email: str = ""
    unit_id: int | None = None
    answer: str = ""
    rating: int | None = None
    steps: tuple[Step, ...] = field(default_factory=tuple)

    @property
    def key(self) -> tuple[str, str]:
        return self.source, self.external_id


def apply(records: Sequence[NewReport], seq: int) -> Applied:
    """Insert reports not known yet; (source, external id) told twice is once."""
    known = _known(records)
    duplicate = np.ones(len(records), dtype=bool)
    fresh: dict[tuple[str, str], NewReport] = {}
    for index, record in enumerate(records):
        if record.key not in known and record.key not in fresh:
            fresh[record.key] = record
            duplicate[index] = False
    categories = {row.code: row for row in ServiceCategory.objects.all()}
    rows = CitizenReport.objects.bulk_create(
        [_row(record, categories) for record in fresh.values()], batch_size=1_000
    )
    pairs = zip(rows, fresh.values(), strict=True)
    ReportStep.objects.bulk_create(
        [step for row, record in pairs for step in _steps(row, record)],
        batch_size=5_000,
    )
    events.record(_received(row) for row in rows)
    return Applied(duplicate=duplicate, observed=_observed(rows))


def _known(records: Iterable[NewReport]) -> set[tuple[str, str]]:
    codes = {record.external_id for record in records}
    rows = CitizenReport.objects.filter(external_id__in=codes)
    return set(rows.values_list("source", "external_id"))


def title_of(description: str) -> str:
    """The first words of a report: its name on the map."""
    text = " ".join(description.split())
    if len(text) <= TITLE_LENGTH:
        return text
    return text[:TITLE_LENGTH].rsplit(" ", 1)[0] + "…"


def _row(record: NewReport, categories: dict[str, ServiceCategory]) -> CitizenReport:
    category = categories.get(record.category) or categories[Category.OTHER]
    unit_id = record.unit_id
    if unit_id is None:
        unit_id = units.nearest(record.lon, record.lat, record.requested_at)
    last = record.steps[-1].status if record.steps else Status.RECEIVED
    answered = [step.at for step in record.steps if step.status == Status.ANSWERED]
    forwarded = any(step.status == Status.FORWARDED for step in record.steps)
    return CitizenReport(
        source=record.source,
        external_id=record.external_id,
        title=title_of(record.description),
        unit_id=unit_id,
        geom=Point(record.lon, record.lat, srid=4326),
        category=category.code,
        description=record.description,
        address=record.address[:200],
        channel=record.channel,
        status=last,
        requested_at=record.requested_at,
        due_at=due_at(record.requested_at, category.allowance),
        answered_at=answered[-1] if answered else None,
        agency=category.agency,
        handler_unit_id=unit_id if forwarded else None,
        answer=record.answer,
        rating=record.rating,
        photos=list(record.photos),
        reporter_name=record.reporter_name[:120],
        reporter_phone=record.reporter_phone[:30],
        reporter_email=record.reporter_email[:254],
    )


def _steps(row: CitizenReport, record: NewReport) -> list[ReportStep]:
    first = Step(Status.RECEIVED, record.requested_at)
    return [
        ReportStep(report=row, status=step.status, at=step.at, note=step.note)
        for step in (first, *record.steps)
    ]


def _received(row: CitizenReport) -> events.Happening:
    return events.Happening(
        key=f"{SLUG}:{row.source}:{row.external_id}:received",
        kind="citizen_report.received",
        layer=SLUG,
        feature_id=row.pk,
        title=row.title,
        unit_id=row.unit_id,
        lon=row.geom.x if row.geom else None,
        lat=row.geom.y if row.geom else None,
        new=row.category,
        happened_at=row.requested_at,
    )


def _observed(rows: Sequence[CitizenReport]) -> Observed:
    return Observed.of_rows(rows, [row.requested_at for row in rows])


def start_clock(report: CitizenReport) -> None:
    """Lead agency and due time of a report entered by hand, where still empty."""
    category = ServiceCategory.objects.get(code=report.category)
    report.due_at = report.due_at or due_at(report.requested_at, category.allowance)
    report.agency = report.agency or category.agency


def open_report(report: CitizenReport, actor_id: int | None = None) -> None:
    """Save a new report of a form: place, clock, first step, event."""
    with transaction.atomic():
        begin_change(SLUG)
        if report.unit_id is None and report.geom is not None:
            centre = report.geom.centroid
            report.unit_id = units.nearest(centre.x, centre.y)
        start_clock(report)
        report.save()
        note_step(report, None, report.requested_at, "", actor_id)


def advance(
    report_id: int,
    status: str,
    *,
    at: datetime | None = None,
    note: str = "",
    answer: str = "",
    same_as_id: int | None = None,
    actor_id: int | None = None,
) -> CitizenReport:
    """Move a report on. StepError when the step does not follow, or lacks what it
    needs: an answer to be answered, the first report to be a duplicate."""
    at = at or timezone.now()
    with transaction.atomic():
        begin_change(SLUG)
        report = CitizenReport.objects.select_for_update().get(pk=report_id)
        _check(report, status, answer, same_as_id)
        old, report.status = report.status, status
        if status == Status.ANSWERED:
            report.answer, report.answered_at = answer, at
        if status == Status.FORWARDED:
            report.handler_unit_id = report.handler_unit_id or report.unit_id
        if status == Status.DUPLICATE:
            report.same_as_id = same_as_id
        report.save()
        note_step(report, old, at, note, actor_id)
    return report


def _check(
    report: CitizenReport, status: str, answer: str, same_as_id: int | None
) -> None:
    if not may_become(report.status, status):
        message = _("From “%(old)s” a report cannot become “%(new)s”.")
        names = {"old": report.get_status_display(), "new": Status(status).label}
        raise StepError(message % names)
    if status == Status.ANSWERED and not answer.strip():
        raise StepError(_("An answer is missing."))
    if status == Status.DUPLICATE and same_as_id in (None, report.pk):
        raise StepError(_("A duplicate needs the report it repeats."))


def note_step(
    report: CitizenReport,
    old: str | None,
    at: datetime,
    note: str,
    actor_id: int | None,
) -> None:
    """Append the step and its event."""
    ReportStep.objects.get_or_create(
        report=report,
        status=report.status,
        at=at,
        defaults={"note": note, "actor_id": actor_id},
    )
    happening = events.Happening(
        key=f"{SLUG}:{report.pk}:{report.status}:{at.isoformat()}",
        kind=f"citizen_report.{report.status}",
        layer=SLUG,
        feature_id=report.pk,
        title=report.title,
        unit_id=report.unit_id,
        lon=report.geom.centroid.x if report.geom else None,
        lat=report.geom.centroid.y if report.geom else None,
        old=old,
        new=report.status,
        reason=note,
        happened_at=at,
        actor_id=actor_id,
    )
    events.record([happening])
