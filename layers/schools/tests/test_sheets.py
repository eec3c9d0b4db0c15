"""The list of schools as a file: read, refused by cell, committed, taken back."""

from __future__ import annotations

import io

import openpyxl
import pytest

from layers.core import units
from layers.core.scope import Grant, everything
from layers.core.uploads import running, services
from layers.core.uploads.contract import importers
from layers.core.uploads.models import State, Upload
from layers.schools.models import School, SchoolYear

HEADS = ["code", "name", "unit", "lon", "lat", "level", "school_year", "pupils"]
HEADS += ["classes", "teachers", "national_standard", "standard_level"]


@pytest.fixture
def loaded(province, load_demo) -> units.UnitTree:
    load_demo("schools")
    return province


def book(*rows: dict) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "S"
    heads = sorted({name for row in rows for name in row}, key=HEADS.index)
    sheet.append(heads)
    for row in rows:
        sheet.append([row.get(name) for name in heads])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def hand_in(cast, body: bytes, *, grant: Grant | None = None) -> Upload:
    upload = services.receive(
        importers["schools"],
        name="list.xlsx",
        body=body,
        by_id=cast["officer"].pk,
        grant=grant or everything(),
        options={},
    )
    running.run(upload.pk)
    upload.refresh_from_db()
    return upload


def commit(upload: Upload, cast) -> Upload:
    services.ask_commit(
        upload.pk, by_id=cast["officer"].pk, grant=everything(), accept_warnings=True
    )
    running.run(upload.pk)
    upload.refresh_from_db()
    return upload


def reasons(upload: Upload) -> set[tuple[str, str]]:
    return set(upload.problems.values_list("cell", "reason"))


@pytest.mark.django_db(transaction=True)
def test_a_list_changes_what_is_known_adds_what_is_new_and_can_be_undone(loaded, cast):
    known = School.objects.filter(level="primary").order_by("pk").first()
    before = (known.title, known.pupils, known.school_year)
    node = loaded.nodes[known.unit_id]
    body = book(
        {
            "code": known.external_id,
            "name": "Renamed",
            "school_year": "2027-2028",
            "pupils": 412,
            "classes": 12,
            "national_standard": "1",
            "standard_level": 2,
        },
        {
            "code": "NEW-1",
            "name": "New school",
            "unit": node.code,
            "lon": known.geom.x,
            "lat": known.geom.y,
            "level": "primary",
            "school_year": "2027-2028",
            "pupils": 100,
            "classes": 4,
        },
    )
    upload = hand_in(cast, body)
    assert upload.state == State.CHECKED, list(upload.problems.values())
    count = School.objects.count()
    assert commit(upload, cast).state == State.COMMITTED
    known.refresh_from_db()
    assert (known.title, known.pupils, known.standard_level) == ("Renamed", 412, 2)
    assert known.pupils_per_class == pytest.approx(412 / 12, abs=0.05)
    fresh = School.objects.get(external_id="NEW-1")
    assert fresh.unit_id == known.unit_id
    assert SchoolYear.objects.get(school=fresh).pupils == 100
    services.undo(upload.pk, by_id=cast["officer"].pk, reason="wrong file")
    known.refresh_from_db()
    assert (known.title, known.pupils, known.school_year) == before
    assert School.objects.count() == count
    assert not SchoolYear.objects.filter(school_year="2027-2028").exists()


@pytest.mark.django_db(transaction=True)
def test_figures_of_an_older_year_go_into_the_history_only(loaded, cast):
    known = School.objects.order_by("pk").first()
    pupils = known.pupils
    body = book({"code": known.external_id, "school_year": "2015-2016", "pupils": 7})
    upload = hand_in(cast, body)
    assert ("B2", "older") in reasons(upload)
    commit(upload, cast)
    known.refresh_from_db()
    assert known.pupils == pupils
    assert known.years.get(school_year="2015-2016").pupils == 7


@pytest.mark.django_db(transaction=True)
def test_each_mistake_is_named_by_its_cell_and_nothing_is_saved(loaded, cast):
    known = School.objects.order_by("pk").first()
    far = School.objects.exclude(unit_id=known.unit_id).order_by("-pk").first()
    home = loaded.nodes[known.unit_id].code
    body = book(
        {"code": "A-1", "unit": home, "level": "primary"},
        {"code": "A-2", "name": "x", "level": "primary"},
        {"code": "A-3", "name": "x", "unit": "99999", "level": "primary"},
        {"code": "A-4", "name": "x", "unit": home},
        {"code": "A-5", "name": "x", "unit": home, "lon": 105.5, "level": "primary"},
        {
            "code": "A-6",
            "name": "x",
            "unit": home,
            "lon": 19.8,
            "lat": 105.7,
            "level": "primary",
        },
        {
            "code": "A-7",
            "name": "x",
            "unit": home,
            "lon": far.geom.x,
            "lat": far.geom.y,
            "level": "primary",
        },
        {"code": known.external_id, "school_year": "2024-2026", "pupils": 9},
        {
            "code": known.external_id,
            "school_year": "2027-2028",
            "pupils": 9,
            "classes": 0,
        },
        {"code": known.external_id, "level": "university"},
    )
    upload = hand_in(cast, body)
    assert upload.state == State.REFUSED
    found = reasons(upload)
    assert {
        ("B2", "no_name"),
        ("C3", "no_place"),
        ("C4", "no_unit"),
        ("F5", "no_level"),
        ("D6", "half_place"),
        ("D7", "swapped"),
        ("D8", "outside"),
        ("G9", "bad_year"),
        ("I10", "no_classes"),
    } <= found
    assert any(cell == "F11" for cell, _reason in found)
    assert not School.objects.filter(external_id__startswith="A-").exists()


@pytest.mark.django_db(transaction=True)
def test_an_officer_hands_in_for_their_own_units_only(loaded, cast):
    mine = School.objects.order_by("pk").first()
    other = School.objects.exclude(unit_id=mine.unit_id).first()
    grant = Grant(layers=frozenset({"schools"}), units=frozenset({mine.unit_id}))
    year = {"school_year": "2027-2028", "pupils": 9, "classes": 1}
    body = book({"code": mine.external_id, **year}, {"code": other.external_id, **year})
    upload = hand_in(cast, body, grant=grant)
    assert {reason for _cell, reason in reasons(upload)} == {"not_yours"}
    own = importers["schools"].tables({}, grant)[0]
    assert {row["code"] for row in own.rows} == set(
        School.objects.filter(unit_id=mine.unit_id).values_list(
            "external_id", flat=True
        )
    )


@pytest.mark.django_db(transaction=True)
def test_what_somebody_changed_since_is_kept_when_an_upload_is_undone(loaded, cast):
    known = School.objects.order_by("pk").first()
    upload = hand_in(cast, book({"code": known.external_id, "name": "From the file"}))
    commit(upload, cast)
    School.objects.filter(pk=known.pk).update(title="By hand")
    services.undo(upload.pk, by_id=cast["officer"].pk, reason="test")
    upload.refresh_from_db()
    assert School.objects.get(pk=known.pk).title == "By hand"
    assert upload.outcome["undone"] == {"restored": 0, "removed": 0, "kept": 1}
