"""Briefings: the same figures in PDF, XLSX and PPTX, for whoever may see them."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from pptx import Presentation

from layers.core.scope import Grant, everything
from layers.indicators.briefing import content, drawing
from layers.indicators.briefing.document import to_pdf
from layers.indicators.briefing.slides import to_pptx
from layers.indicators.briefing.workbook import to_xlsx

POVERTY = "KT16"


@pytest.fixture
def loaded(province, load_demo):
    load_demo("indicators")
    return province


@pytest.fixture
def root(loaded):
    return next(n for n in loaded.nodes.values() if n.kind == "province")


@pytest.fixture
def briefing(root):
    codes = (POVERTY, "KT05", "none such")
    return content.gather(everything(), root, by="Somebody", codes=codes)


def test_a_briefing_holds_the_headlines_the_reds_and_a_map_for_each_indicator(briefing):
    assert [page.shown.code for page in briefing.pages] == [POVERTY, "KT05"]
    assert briefing.tiles
    assert all(line.status == "red" for line in briefing.reds)
    poverty = briefing.pages[0]
    assert len(poverty.map.choropleth.areas) == len(poverty.ranking) == 166
    drawn = {entry["id"] for entry in poverty.map.outlines["units"]}
    assert drawn == {area.unit_id for area in poverty.map.choropleth.areas}
    missing = [row for row in poverty.ranking if not row.value]
    assert len(missing) == poverty.map.missing
    last = len(poverty.ranking) - len(missing)
    assert poverty.ranking[last:] == tuple(missing), "they come last"
    assert content.sources(briefing)


def test_a_unit_that_has_ended_is_shown_as_it_was_last(loaded):
    ended = next(
        n
        for n in loaded.nodes.values()
        if n.kind == "district" and n.code == "405" and n.valid_to
    )
    found = content.gather(everything(), ended, by="Somebody", codes=[POVERTY])
    assert found.day == ended.valid_to == date(2024, 12, 31)
    assert found.pages[0].shown.value


def test_the_pdf_is_a_document_with_the_unit_in_its_name(briefing):
    data = to_pdf(briefing)
    assert data.startswith(b"%PDF")
    assert len(data) > 50_000


def test_the_workbook_has_numbers_and_native_charts(briefing):
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(briefing)))
    sheet = book[POVERTY]
    poverty = briefing.pages[0]
    cells = {row[1].value: row[3].value for row in sheet.iter_rows(min_row=5)}
    for area in poverty.map.choropleth.areas:
        value = area.figure.value if area.figure else None
        assert cells[area.code] == value
    assert sheet._charts
    assert len(book["KT05"]._charts) == 2, "the ranking and the unit's own trend"
    whole = book.worksheets[1]
    assert whole.max_row > 100


def test_the_slides_have_every_outline_as_a_shape_of_its_own(briefing):
    deck = Presentation(io.BytesIO(to_pptx(briefing)))
    names = {shape.name for slide in deck.slides for shape in slide.shapes}
    poverty = briefing.pages[0]
    assert {area.title for area in poverty.map.choropleth.areas} <= names
    charts = [s for slide in deck.slides for s in slide.shapes if s.has_chart]
    assert len(charts) == 2


def test_path_data_of_the_database_becomes_rings():
    path = "M 0 0 l 10 0 0 -10 z M 20 -20 l 10 0 0 -10 z"
    assert drawing.points(path) == [
        [(0, 0), (10, 0), (10, -10)],
        [(20, -20), (30, -20), (30, -30)],
    ]
    assert drawing.trend([], str) == ""
    line = drawing.trend([(date(2024, 1, 1), 1.0), (date(2025, 1, 1), 1.0)], str)
    assert line.count("<circle") == 2


@pytest.mark.parametrize("fmt", ["pdf", "xlsx", "pptx"])
def test_a_leader_takes_it_as_a_file_and_it_is_audited(loaded, root, cast, client, fmt):
    from gis_ioc.accounts.models import AuditEntry

    client.force_login(cast["leader"])
    page = client.get("/indicators/briefing/")
    assert page.status_code == 200
    assert page.content.decode().count('type="checkbox"') > 100
    url = f"/indicators/briefing/file.{fmt}"
    answer = client.get(url, {"unit": root.id, "code": POVERTY, "date": "2024-12-31"})
    assert answer.status_code == 200
    assert f"-38-20241231.{fmt}" in answer["Content-Disposition"]
    entry = AuditEntry.objects.filter(action="export").latest("pk")
    assert entry.detail["format"] == fmt
    assert client.get("/indicators/briefing/file.docx").status_code == 404


def test_an_officer_gets_their_own_units_only(loaded, root, cast, client):
    from gis_ioc.accounts.models import Scope

    communes = [n for n in loaded.nodes.values() if n.kind == "commune"]
    mine, other = communes[0], communes[1]
    Scope.objects.create(user=cast["officer"], units=[mine.id])
    client.force_login(cast["officer"])
    url = "/indicators/briefing/file.xlsx"
    assert client.get(url, {"unit": mine.id}).status_code == 200
    for foreign in (other.id, root.id):
        assert client.get(url, {"unit": foreign}).status_code == 404
    grant = Grant(layers=frozenset({"indicators", "units"}), units=frozenset({mine.id}))
    found = content.gather(grant, mine, by="Officer", codes=[POVERTY])
    assert found.pages[0].map is None
