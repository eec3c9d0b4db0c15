"""The pages of boundary sets: who may, the way of a file, what is refused."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from django.core.files import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from layers.core import units
from layers.units.boundaries import drafts, reading, standing, switching
from layers.units.boundaries.columns import FieldNames
from layers.units.models import BoundarySet, Lineage, SetState, Unit

from .test_boundaries import BEFORE, NEW, OLD, body_of, draft, square


@pytest.fixture(autouse=True)
def _files_of_a_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def admin(client, cast):
    client.force_login(cast["administrator"])
    return client


def hand_in(client, rows, name="a.geojson", **given):
    body = rows if isinstance(rows, bytes) else body_of(rows)
    facts = {"kind": "commune", "purpose": "change", "gap_m": "20"}
    facts |= {"valid_from": str(NEW)} | given
    file = SimpleUploadedFile(name, body)
    return client.post(reverse("units:boundary-new"), {**facts, "file": file})


def url(name: str, made: BoundarySet, *args: str) -> str:
    return reverse(f"units:{name}", args=[made.pk, *args])


def test_only_those_who_may_change_boundaries_see_and_make_drafts(client, cast):
    made = draft(BEFORE, purpose="add")
    for role in ("operator", "leader", "fisheries", "environment"):
        client.force_login(cast[role])
        listed = client.get(reverse("units:boundaries")).context["sets"]
        assert not list(listed)
        assert hand_in(client, BEFORE).status_code == 403
        assert client.get(url("boundary-set", made)).status_code == 404
        assert client.get(url("boundary-outlines", made, "new")).status_code == 404
        assert client.post(url("boundary-confirm", made)).status_code == 403
        assert client.post(url("boundary-act", made, "withdraw")).status_code == 403
    made.refresh_from_db()
    assert made.state == SetState.DRAFT
    switching.switch(made)
    assert client.get(url("boundary-set", made)).status_code == 200
    assert client.get(url("boundary-outlines", made, "new")).status_code == 200


def test_a_part_of_the_province_is_not_enough_to_change_boundaries(client, cast, db):
    made = draft(BEFORE, OLD, "add")
    switching.switch(made)
    user = cast["administrator"]
    user.scopes.all().delete()
    user.scopes.create(units=[Unit.objects.earliest("pk").pk])
    client.force_login(user)
    assert hand_in(client, BEFORE).status_code == 403


def test_a_file_goes_from_upload_to_in_force_in_two_confirmed_steps(admin):
    switching.switch(draft(BEFORE, OLD, "add"))
    answer = hand_in(admin, [("9", "Xa G", square(0, width=4))])
    made = BoundarySet.objects.latest("pk")
    assert answer.url == url("boundary-columns", made)
    assert (made.created_by.username, made.crs_found) == (
        "administrator",
        "WGS 84 (EPSG:4326)",
    )
    page = admin.get(answer.url)
    assert page.context["form"].initial["code"] == "code"
    answer = admin.post(answer.url, {"code": "code", "name": "name"})
    assert answer.url == url("boundary-set", made)
    page = admin.get(answer.url)
    assert page.context["counts"]["ended"] == 4
    page = admin.get(url("boundary-confirm", made))
    assert (page.context["ending"], page.context["counts"]["begin"]) == (4, 1)
    digest = page.context["digest"]
    admin.post(url("boundary-confirm", made), {"digest": digest})
    assert Unit.objects.filter(code="9").count() == 0  # not ticked
    admin.post(url("boundary-confirm", made), {"sure": "yes"})
    assert Unit.objects.filter(code="9").count() == 0  # not what was shown
    admin.post(url("boundary-confirm", made), {"digest": digest, "sure": "yes"})
    made.refresh_from_db()
    assert (made.state, made.decided_by.username) == ("in_force", "administrator")
    assert Lineage.objects.filter(new__code="9").count() == 4
    page = admin.get(url("boundary-set", made))
    assert page.context["counts"]["ended"] == 4  # as it was decided
    old = admin.get(url("boundary-outlines", made, "old")).json()
    assert [f["properties"]["code"] for f in old["features"]] == ["1", "2", "3", "4"]


def test_a_set_for_a_later_day_waits_and_comes_back(admin):
    switching.switch(draft(BEFORE, OLD, "add"))
    tomorrow = timezone.localdate() + timedelta(days=1)
    made = draft([("9", "Xa G", square(0, width=4))])
    given = {"valid_from": str(tomorrow), "decree": "1/NQ", "source": "x"}
    admin.post(url("boundary-day", made), given)
    made.refresh_from_db()
    assert (made.valid_from, made.decree) == (tomorrow, "1/NQ")
    digest = standing.compare(made).digest
    admin.post(url("boundary-confirm", made), {"digest": digest, "sure": "yes"})
    made.refresh_from_db()
    assert made.state == SetState.SCHEDULED
    admin.post(url("boundary-day", made), given | {"decree": "2/NQ"})
    admin.post(url("boundary-act", made, "take-back"))
    made.refresh_from_db()
    assert (made.state, made.decree) == (SetState.DRAFT, "1/NQ")
    admin.post(url("boundary-act", made, "withdraw"))
    made.refresh_from_db()
    assert made.state == SetState.WITHDRAWN
    assert Unit.objects.count() == 4


def test_a_refused_file_leaves_nothing_behind(admin, settings):
    for name, body in (
        ("a.geojson", b"no"),
        ("a.exe", body_of(BEFORE)),
        ("b.geojson", b'{"type":"FeatureCollection","features":[]}'),
    ):
        answer = hand_in(admin, body, name)
        assert answer.context["form"].errors["file"]
    assert not BoundarySet.objects.exists()
    assert not [p for p in settings.MEDIA_ROOT.rglob("*") if p.is_file()]


def test_a_file_that_is_too_large_is_refused(admin, monkeypatch):
    monkeypatch.setattr("layers.units.boundaries.forms.MAX_BYTES", 100)
    assert hand_in(admin, BEFORE).context["form"].errors["file"]
    monkeypatch.setattr(reading, "MAX_BYTES", 100)
    with pytest.raises(reading.GeoFileError):
        draft(BEFORE)
    assert not BoundarySet.objects.exists()


def test_bad_rows_and_columns_are_told_on_the_page(admin):
    hand_in(admin, [("1", "Xa A", square(0)), ("1", "Xa B", square(1))])
    made = BoundarySet.objects.get()
    page = admin.post(url("boundary-columns", made), {"code": "code", "name": "name"})
    (line,) = page.context["form"].non_field_errors()
    assert "1" in line
    page = admin.post(url("boundary-columns", made), {"code": "none", "name": "name"})
    assert page.context["form"].errors["code"]
    assert not made.units.exists()


def test_the_report_comes_as_a_workbook_and_as_text(admin):
    switching.switch(draft(BEFORE, OLD, "add"))
    made = draft([("1", "=Xa A", square(0)), *BEFORE[1:]])
    book = load_workbook(
        io.BytesIO(admin.get(url("boundary-report", made, "xlsx")).content)
    )
    assert len(book.sheetnames) == 4
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["1", "2", "3", "4"]
    text = admin.get(url("boundary-report", made, "csv")).content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[1][1] == "'=Xa A"
    assert lines[1][3] == "Xa A"


def test_a_code_used_again_is_told_and_resolves_by_date(db, shared_file):
    """14758 was Dong Tho ward until 30 June 2025, then it is Ham Rong ward."""
    body = shared_file("units/thanh_hoa_communes_166_2025_simplified.geojson")
    new = drafts.Facts(kind="commune", purpose="change", valid_from=NEW)
    with body.open("rb") as file:
        made = drafts.hand_in(File(file), "166.geojson", new, None)
    drafts.read(made, FieldNames(**made.columns))
    ward = made.units.get(code="14758")
    other = made.units.get(code="14797")
    before = Unit.objects.create(
        source="test", external_id="old", kind="commune", code="14758",
        title="Dong Tho", type="ward", valid_from=date(2019, 12, 1),
        geom=other.geom.intersection(ward.geom.buffer(0.005)),
    )  # fmt: skip
    found = next(
        change
        for change in standing.compare(made).result.changes
        if change.code == "14758" and change.new is not None
    )
    assert (found.fate, found.keeps) == ("reused", False)
    switching.switch(made)
    units.tree.forget()
    tree = units.tree()
    last = tree.codes("commune", NEW - timedelta(days=1))["14758"]
    first = tree.codes("commune", NEW)["14758"]
    assert (last, tree.nodes[first].title) == (before.pk, ward.title)
    assert set(
        Lineage.objects.filter(old=before).values_list("new__code", flat=True)
    ) == {"14797"}
