"""Reports of cases of infectious diseases as Excel or CSV. No person is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from layers.core.scope import Grant
from layers.core.uploads import changes
from layers.core.uploads.contract import (
    Checker,
    Column,
    Importer,
    Job,
    Options,
    Outcome,
    Reason,
    Record,
    Row,
    Table,
    importers,
)
from layers.core.uploads.models import Upload
from layers.core.versions import begin_change

from .models import CaseReport, Clinic, Disease
from .sheets import AHEAD

SLUG = "clinics"
NO_CLINIC = Reason(
    "no_clinic", _("No such facility"), _("No facility has the code %(code)s.")
)
NOT_YOURS = Reason(
    "not_yours", _("Outside your area"), _("%(title)s is not in one of your units.")
)
DEATHS = Reason(
    "deaths", _("More deaths than cases"), _("%(deaths)s deaths of %(cases)s cases.")
)


def tables(options: Options, grant: Grant) -> Sequence[Table]:
    columns = (
        Column(
            name="code", title=_("Code of the facility"), required=True, filled=True
        ),
        Column(name="day", title=_("Day"), kind="date", required=True, filled=True),
        Column(
            name="disease",
            title=_("Disease"),
            kind="choice",
            choices=tuple(Disease.choices),
            required=True,
            filled=True,
            width=24,
        ),
        Column(
            name="cases",
            title=_("Cases"),
            kind="integer",
            low=0,
            high=100_000,
            required=True,
            filled=True,
        ),
        Column(name="deaths", title=_("Deaths"), kind="integer", low=0, high=100_000),
    )
    key = ("code", "day", "disease")
    return [Table(slug="cases", title=_("Cases"), columns=columns, key=key)]


class CaseChecker(Checker):
    def __init__(self, job: Job) -> None:
        self.job = job

    def check(self, rows: Sequence[Row]) -> Iterator[Record]:
        codes = {row.values.get("code") for row in rows} - {None}
        clinics = {
            c.external_id: c for c in Clinic.objects.filter(external_id__in=codes)
        }
        days = {row.values["day"] for row in rows if "day" in row.values}
        reports = CaseReport.objects.filter(clinic__in=clinics.values(), day__in=days)
        known = {(r.clinic_id, r.day, r.disease): r for r in reports}
        for row in rows:
            clinic = clinics.get(row.values.get("code", ""))
            self._judge(row, clinic)
            if row.sound and clinic is not None:
                yield self._record(row, clinic, known)

    def _judge(self, row: Row, clinic: Clinic | None) -> None:
        values = row.values
        if clinic is None:
            if "code" in values:
                row.problem(NO_CLINIC, "code", code=values["code"])
        elif not self.job.grant.sees_unit(clinic.unit_id):
            row.problem(NOT_YOURS, "code", title=clinic.title)
        if values.get("day", date.min) > self.job.today:
            row.problem(AHEAD, "day", day=f"{values['day']:%d/%m/%Y}")
        deaths, cases = values.get("deaths", 0), values.get("cases")
        if cases is not None and deaths > cases:
            row.problem(DEATHS, "deaths", deaths=deaths, cases=cases)

    def _record(self, row: Row, clinic: Clinic, known: dict[Any, CaseReport]) -> Record:
        values = row.values
        old = known.get((clinic.pk, values["day"], values["disease"]))
        deaths = values.get("deaths", 0)
        same = old is not None and (old.cases, old.deaths) == (values["cases"], deaths)
        return Record(
            sheet=row.sheet.name,
            row=row.number,
            cell=row.cells["cases"],
            change="same" if same else "changed" if old else "new",
            title=f"{clinic.title} · {Disease(values['disease']).label}",
            unit_id=clinic.unit_id,
            data={
                "clinic_id": clinic.pk,
                "day": values["day"].isoformat(),
                "disease": values["disease"],
                "cases": values["cases"],
                "deaths": deaths,
            },
        )


def commit(upload: Upload, records: Iterator[Record]) -> Outcome:
    begin_change(SLUG)
    counts = {"new": 0, "changed": 0}
    for record in records:
        if record.change != "same":
            data = record.data
            name = {
                "clinic_id": data["clinic_id"],
                "day": date.fromisoformat(data["day"]),
                "disease": data["disease"],
            }
            row = CaseReport.objects.select_for_update().filter(**name).first()
            figures = {"cases": data["cases"], "deaths": data["deaths"]}
            changes.write(upload, row or CaseReport(**name), figures)
            counts[record.change] += 1
    return Outcome(counts=counts)


def undo(upload: Upload, by_id: int, reason: str) -> Outcome:
    begin_change(SLUG)
    return changes.take_back(upload)


importers.register(
    Importer(
        slug="cases",
        title=_("Cases of infectious diseases"),
        help=_("By facility and day, in numbers; no names of patients."),
        layer=SLUG,
        tables=tables,
        checker=CaseChecker,
        commit=commit,
        undo=undo,
        reasons=(NO_CLINIC, NOT_YOURS, DEATHS, AHEAD),
        order=22,
    )
)
