"""Lists of facilities and reports of cases as files."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from layers.clinics.models import CaseReport, Clinic
from layers.core import queries, units
from layers.core.queries import FeatureQuery
from layers.core.scope import Grant, everything
from layers.core.spec import registry
from layers.core.uploads import running, services
from layers.core.uploads.contract import importers
from layers.core.uploads.models import State, Upload

LAYER = registry["clinics"]


@pytest.fixture
def loaded(province, load_demo) -> units.UnitTree:
    load_demo("clinics")
    return province


def hand_in(cast, slug: str, heads: list[str], *rows: list) -> Upload:
    workbook = openpyxl.Workbook()
    for cells in (heads, *rows):
        workbook.active.append(cells)
    out = io.BytesIO()
    workbook.save(out)
    upload = services.receive(
        importers[slug],
        name="list.xlsx",
        body=out.getvalue(),
        by_id=cast["officer"].pk,
        grant=everything(),
        options={},
    )
    running.run(upload.pk)
    upload.refresh_from_db()
    return upload


def commit(upload: Upload, cast) -> None:
    services.ask_commit(
        upload.pk, by_id=cast["officer"].pk, grant=everything(), accept_warnings=True
    )
    running.run(upload.pk)
    upload.refresh_from_db()
    assert upload.state == State.COMMITTED


def problems(upload: Upload) -> set[tuple[str, str]]:
    return set(upload.problems.values_list("cell", "reason"))


@pytest.mark.django_db(transaction=True)
def test_the_figures_of_a_day_stand_with_the_facility_and_on_the_map(loaded, cast):
    clinic = Clinic.objects.filter(kind="district_hospital").order_by("pk").first()
    today = timezone.localdate()
    Clinic.objects.update(day=today - timedelta(days=3))
    heads = ["code", "day", "beds", "beds_occupied", "visits"]
    row = [clinic.external_id, today, 200, 210, 340]
    upload = hand_in(cast, "clinics", heads, row)
    assert problems(upload) == {("D2", "more_than_beds")}, "a warning"
    commit(upload, cast)
    clinic.refresh_from_db()
    assert (clinic.beds, clinic.occupancy_pct, clinic.day) == (200, 105.0, today)
    assert timezone.localdate(clinic.reported_at) == today
    assert clinic.days.get(day=today).visits == 340
    seen = queries.feature(LAYER, everything(), clinic.pk)
    assert seen["properties"]["occupancy_pct"] == 105.0


@pytest.mark.django_db(transaction=True)
def test_mistakes_of_a_day_are_named_by_cell(loaded, cast):
    clinic = Clinic.objects.filter(kind="district_hospital").order_by("pk").first()
    tomorrow = timezone.localdate() + timedelta(days=1)
    heads = ["code", "day", "beds", "beds_occupied"]
    upload = hand_in(
        cast,
        "clinics",
        heads,
        [clinic.external_id, tomorrow, 100, 20],
        [clinic.external_id, timezone.localdate(), 100, 400],
    )
    assert problems(upload) == {("B2", "ahead"), ("D3", "too_many_patients")}
    assert upload.state == State.REFUSED


@pytest.mark.django_db(transaction=True)
def test_cases_come_in_are_on_the_map_for_a_week_and_are_taken_back(loaded, cast):
    CaseReport.objects.all().delete()
    clinic = Clinic.objects.order_by("pk").first()
    today = timezone.localdate()
    heads = ["code", "day", "disease", "cases", "deaths"]
    rows = [
        [clinic.external_id, today, "dengue", 7, 1],
        [clinic.external_id, today - timedelta(days=6), "measles", 2, None],
        [clinic.external_id, today - timedelta(days=7), "dengue", 40, None],
    ]
    upload = hand_in(cast, "cases", heads, *rows)
    assert not upload.problems.exists()
    commit(upload, cast)
    seen = queries.feature(LAYER, everything(), clinic.pk)["properties"]
    assert (seen["cases_7d"], seen["dengue_7d"], seen["measles_7d"]) == (9, 7, 2)
    found = queries.features(LAYER, everything(), FeatureQuery(filter="dengue_7d > 5"))
    assert [f["id"] for f in found] == [clinic.pk]
    again = hand_in(cast, "cases", heads, *rows)
    assert again.preview, "the same again changes nothing"
    commit(again, cast)
    assert CaseReport.objects.count() == 3
    services.undo(upload.pk, by_id=cast["officer"].pk, reason="wrong week")
    assert not CaseReport.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_reports_of_cases_that_cannot_be_are_named_by_cell(loaded, cast):
    clinic = Clinic.objects.order_by("pk").first()
    today = timezone.localdate()
    upload = hand_in(
        cast,
        "cases",
        ["code", "day", "disease", "cases", "deaths"],
        ["NONE", today, "dengue", 1, None],
        [clinic.external_id, today + timedelta(days=1), "dengue", 1, None],
        [clinic.external_id, today, "dengue", 1, 2],
        [clinic.external_id, today, "no disease", 1, None],
        [clinic.external_id, today, "measles", -1, None],
    )
    found = problems(upload)
    assert {("A2", "no_clinic"), ("B3", "ahead"), ("E4", "deaths")} <= found
    assert {cell for cell, _reason in found} >= {"C5", "D6"}
    assert upload.state == State.REFUSED


def test_the_drawer_shows_cases_by_week_and_what_is_near(loaded, cast, client):
    clinic = Clinic.objects.filter(kind="district_hospital").order_by("pk").first()
    CaseReport.objects.filter(clinic=clinic).delete()
    today = timezone.localdate()
    for back, cases in ((0, 5), (8, 3)):
        day = today - timedelta(days=back)
        CaseReport.objects.create(clinic=clinic, day=day, disease="dengue", cases=cases)
    client.force_login(cast["leader"])
    page = client.get(f"/drawer/clinics/{clinic.pk}/").content.decode()
    assert '<td class="num">3</td><td class="num">5</td>' in page
    assert f"/around/clinics/{clinic.pk}/" in page
    near = client.get(f"/around/clinics/{clinic.pk}/")
    assert near.status_code == 200
    assert near.content.decode().count("hx-get") == 3
    mine = Grant(layers=frozenset({"clinics"}), units=frozenset({clinic.unit_id}))
    assert queries.feature(LAYER, mine, clinic.pk) is not None
    client.force_login(cast["outsider"])
    assert client.get(f"/around/clinics/{clinic.pk}/").status_code == 404


def test_more_deaths_than_cases_cannot_be_stored(loaded):
    clinic = Clinic.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseReport.objects.create(
            clinic=clinic,
            day=timezone.localdate() + timedelta(days=9),
            disease="dengue",
            cases=1,
            deaths=2,
        )
