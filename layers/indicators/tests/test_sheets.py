"""Thirty mistakes that people make in workbooks: each is named by sheet, cell and
reason, and nothing of such a file is published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from layers.core.units import UnitTree, tree
from layers.core.uploads.models import State
from layers.indicators import services
from layers.indicators.entries import Book, Raw, Wrong, check
from layers.indicators.models import (
    Channel,
    Fact,
    Indicator,
    IndicatorSet,
    Load,
    SetMember,
    Vintage,
)

from .sheetwork import filled, long_book, make_set, put, said, send, template, texts

pytestmark = pytest.mark.django_db
# The first rows of data: 380 Thanh Hoa, 381 Bim Son, 382 Sam Son.
FIRST, SECOND = 8, 9


@pytest.fixture
def somebody(province: UnitTree, cast: dict[str, Any]) -> Any:
    make_set()
    return cast["administrator"]


def publish(code: str, unit: str, year: int, value: float, vintage: Vintage) -> Fact:
    """One published figure."""
    unit_id = tree().codes("district", date(year, 12, 31))[unit]
    load = Load.objects.create(channel=Channel.FORM, title="before", source="before")
    services.publish(
        [
            Fact(
                indicator=Indicator.objects.get(code=code), unit_id=unit_id,
                period_start=date(year, 1, 1), period_end=date(year, 12, 31),
                value=value, vintage=vintage, load=load,
                published_at=datetime(2024, 3, 1, tzinfo=UTC),
            )
        ]
    )  # fmt: skip
    return Fact.objects.get(load=load)


def both(*edits: Callable[[Any], None]) -> Callable[[Any], None]:
    def edit(sheet: Any) -> None:
        for one in edits:
            one(sheet)

    return edit


def merge(sheet: Any) -> None:
    put("C8", 5)(sheet)
    sheet.merge_cells("C8:C9")


def moved_right(sheet: Any) -> None:
    """The values of a row one column too far to the right, beyond the headings."""
    put("C8", 5)(sheet)
    put("G8", 12)(sheet)


def swapped(sheet: Any) -> None:
    """Titles exchanged without the codes below them."""
    sheet["C6"].value, sheet["D6"].value = sheet["D6"].value, sheet["C6"].value
    put("C8", 5)(sheet)


def column_gone(sheet: Any) -> None:
    put("D8", 5)(sheet)
    sheet["A6"] = sheet["A7"] = None


MISTAKES: dict[str, tuple[Callable[[Any], None], str, str]] = {
    "letters for a number": (put("C8", "khoảng 5"), "C8", "not_number"),
    "a share above a hundred": (put("C8", 105), "C8", "too_high"),
    "a share below zero": (put("C8", -1), "C8", "too_low"),
    "half a household": (put("D8", 12.5), "D8", "not_whole"),
    "a negative count": (put("D8", -3), "D8", "too_low"),
    "a text of two meanings": (put("E8", "1.234"), "E8", "ambiguous"),
    "another text of two meanings": (put("E8", "12,345"), "E8", "ambiguous"),
    "per cent in tonnes": (put("E8", 0.5, "0%"), "E8", "percent_format"),
    "a per cent sign in tonnes": (put("E8", "50%"), "E8", "percent_format"),
    "an error of Excel": (put("C8", "#N/A"), "C8", "excel_error"),
    "a formula without a value": (put("C8", "=1+1"), "C8", "formula_without_value"),
    "a date for a number": (put("D8", date(2024, 1, 5)), "D8", "not_number"),
    "a tick for a number": (put("D8", True), "D8", "not_number"),
    "a number beyond all measure": (put("E8", 1e17), "E8", "too_big"),
    "text of an old font": (
        both(put("C8", 5), put("F8", "sè liÖu cò ®· söa l¹i cho ®óng thùc tÕ n¨m tríc µ"
                               " h\u00b5")), "F8", "old_font",
    ),
    "merged cells": (merge, "C8", "merged"),
    "a value beside the columns": (moved_right, "G8", "outside"),
    "titles exchanged": (swapped, "C7", "moved_column"),
    "a column deleted": (column_gone, "A6", "missing_column"),
    "a code that never was": (both(put("A8", "999"), put("C8", 5)), "A8", "no_unit"),
    "names moved by sorting": (
        both(put("B8", "Thị xã Bỉm Sơn"), put("C8", 5)), "B8", "other_name",
    ),
    "a row copied": (
        both(put("C8", 5), put("C9", 5), put("A9", "380"),
             put("B9", None)), "C9", "twice",
    ),
    "a period that is none": (both(put("C3", "năm 2023"), put("C8", 5)), "C3",
                              "bad_period"),
    "districts after their end": (
        both(put("C3", "2031"), put("C8", 5)), "A8", "unit_of_another_time",
    ),
    "a year's figure for a month": (
        both(put("C3", "2023-11"), put("C8", 5)), "C8", "short_period",
    ),
    "a vintage that is none": (both(put("C4", "tạm tính"), put("C8", 5)), "C4",
                               "not_listed"),
    "a column twice": (
        both(put("G6", "TQ01 Share of households (%)"), put("C8", 5)), "G6",
        "repeated_column",
    ),
    "a district that was not yet": (
        both(put("A8", "14758"), put("B8", None), put("C8", 5)), "A8",
        "unit_of_another_time",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_template_is_named_by_cell_and_nothing_is_published(
    somebody: Any, mistake: str
) -> None:
    edit, cell, reason = MISTAKES[mistake]
    before = Fact.objects.count()
    upload = send(filled(edit), somebody)
    assert ("Figures", cell, reason) in said(upload), (said(upload), upload.failure)
    assert upload.state == State.REFUSED
    assert Fact.objects.count() == before
    assert "%(" not in texts(upload)


def test_thirty_mistakes_in_one_workbook_are_all_named(somebody: Any) -> None:
    """One workbook, as one person would send it: thirty cells wrong in two sheets."""
    publish("TQ01", "400", 2023, 40, Vintage.FINAL)
    rows = [
        {"indicator": "XX99"},  # 2
        {"indicator": "TQ09"},  # 3
        {"unit": "38"},  # 4 no district but the province
        {"unit": "4711"},  # 5
        {"period": "2023-13"},  # 6
        {"period": "2031", "unit": "14758", "level": "commune"},  # 7
        {"period": "2023-06"},  # 8
        {"vintage": "perhaps"},  # 9
        {"value": "ten"},  # 10
        {"value": 101},  # 11
        {"value": -1},  # 12
        {"value": "1.234", "indicator": "TQ03"},  # 13
        {"value": None},  # 14
        {"unit": None},  # 15
        {"indicator": None},  # 16
        {"period": None},  # 17
        {"vintage": None},  # 18
        {"value": "#DIV/0!"},  # 19
        {"value": "=A1*2"},  # 20
        {"facet": "northern part"},  # 21
        {"indicator": "TQ02", "value": 1.5},  # 22
        {"indicator": "TQ02", "value": -2},  # 23
        {"unit": "401", "value": 5},  # 24
        {"unit": "401", "value": 6},  # 25 the same figure again
        {"unit": "400", "vintage": "estimate"},  # 26
        {"level": "village"},  # 27
        {"period": date(2023, 1, 1)},  # 28
        {"value": True},  # 29
        {"value": date(2023, 1, 1)},  # 30
        {"indicator": "TQ03", "value": 1e18},  # 31
        {"indicator": "TQ03", "value": "50%"},  # 32
    ]
    default = {
        "unit": "380", "level": "district", "indicator": "TQ01", "period": "2023",
        "vintage": "final", "value": 7,
    }  # fmt: skip
    upload = send(
        long_book(*[default | row for row in rows], title="Sheet 1"), somebody
    )
    wanted = {
        "C2": "no_indicator", "C3": "computed_indicator", "A4": "unit_of_another_time",
        "A5": "no_unit", "E6": "bad_period", "G7": "not_ended", "G8": "short_period",
        "F9": "not_listed", "G10": "not_number", "G11": "too_high", "G12": "too_low",
        "G13": "ambiguous", "G14": "missing", "A15": "missing", "C16": "missing",
        "E17": "missing", "F18": "missing", "G19": "excel_error",
        "G20": "formula_without_value", "D21": "no_part", "G22": "not_whole",
        "G23": "too_low", "G25": "twice", "G26": "outranked", "B27": "not_listed",
        "E28": "date_for_text", "G29": "not_number", "G30": "not_number",
        "G31": "too_big", "G32": "percent_format",
    }  # fmt: skip
    assert len(wanted) == 30
    assert {(sheet, cell): reason for sheet, cell, reason in said(upload)} == {
        ("Sheet 1", cell): reason for cell, reason in wanted.items()
    }
    assert upload.errors == 30
    assert upload.state == State.REFUSED
    assert Fact.objects.count() == 1


def test_a_code_used_again_names_the_unit_and_its_days(somebody: Any) -> None:
    edit = both(put("A8", "14758"), put("B8", None), put("C8", 5))
    upload = send(filled(edit), somebody)
    named = [node for node in tree().nodes.values() if node.code == "14758"]
    assert any(node.title in texts(upload) for node in named)
    assert "01/07/2025" in texts(upload) or "31/12/2023" in texts(upload)


def test_an_estimate_does_not_replace_a_final_figure(somebody: Any) -> None:
    publish("TQ01", "380", 2023, 9, Vintage.FINAL)
    body = filled(put("C8", 8), template(vintage="estimate"))
    upload = send(body, somebody)
    assert said(upload) == [("Figures", "C8", "outranked")]


def test_only_a_plan_is_of_a_period_that_has_not_begun(
    province: UnitTree, somebody: Any
) -> None:
    nodes = tree().nodes.values()
    unit = next(n.code for n in nodes if n.kind == "commune" and n.valid_to is None)
    row = {"unit": unit, "level": "commune", "indicator": "TQ01", "period": "2199"}
    upload = send(long_book(row | {"vintage": "estimate", "value": 7}), somebody)
    assert [reason for *_place, reason in said(upload)] == ["not_begun"]
    raw = Raw(
        unit=unit, kind="commune", indicator="TQ01", period="2199",
        vintage="estimate", value="7",
    )  # fmt: skip
    with pytest.raises(Wrong) as found:
        check(raw, Book())
    assert found.value.reason == "not_begun"
    assert check(replace(raw, vintage="plan"), Book()).vintage == Vintage.PLAN


def test_the_same_value_and_a_jump_are_doubted_but_not_refused(somebody: Any) -> None:
    publish("TQ02", "380", 2022, 100, Vintage.FINAL)
    publish("TQ02", "381", 2023, 70, Vintage.FINAL)
    upload = send(filled(both(put("D8", 5_000), put("D9", 70))), somebody)
    assert sorted(said(upload)) == [
        ("Figures", "D8", "jump"),
        ("Figures", "D9", "same_value"),
    ]
    assert (upload.state, upload.errors, upload.warnings) == (State.CHECKED, 0, 2)
    assert upload.preview == {"new": 1, "changed": 0, "same": 1}


def test_a_template_of_yesterday_is_out_of_date_when_the_set_has_changed(
    somebody: Any,
) -> None:
    body = filled(put("C8", 5))
    found = IndicatorSet.objects.get(slug="test")
    extra = Indicator.objects.get(code="TQ04")
    SetMember.objects.create(set=found, indicator=extra, order=9)
    upload = send(body, somebody)
    assert ("Figures", "", "old_template") in said(upload)


def test_an_officer_reports_for_their_own_units_only(somebody: Any) -> None:
    from layers.core.scope import Grant

    own = tree().codes("district", date(2023, 12, 31))["381"]
    grant = Grant(
        user_id=somebody.pk, layers=frozenset({"indicators"}), units=frozenset({own})
    )
    body = filled(both(put("C8", 5), put("C9", 6)))
    upload = send(body, somebody, grant=grant)
    assert said(upload) == [("Figures", "A8", "not_yours")]


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1 234 567,8", "1234567.8"),
        ("1.234.567", "1234567"),
        ("\u00a01\u202f234,5 ", "1234.5"),
        (0.1 + 0.2, "0.3"),
    ],
)
def test_numbers_as_people_write_them_are_read(
    somebody: Any, given: Any, value: str
) -> None:
    upload = send(filled(put("E8", given)), somebody)
    from layers.core.uploads.queries import page_of_records

    assert said(upload) == []
    (record,) = page_of_records(upload)
    assert float(record.data["value"]) == float(value)


def test_a_blank_cell_is_not_reported_and_zero_is(somebody: Any) -> None:
    upload = send(filled(both(put("C8", 0), put("C9", "  "))), somebody)
    assert upload.preview == {"new": 1, "changed": 0, "same": 0}


def test_a_name_in_decomposed_letters_is_the_same_name(somebody: Any) -> None:
    import unicodedata

    def edit(sheet: Any) -> None:
        sheet["B8"] = unicodedata.normalize("NFD", sheet["B8"].value) + "\u00a0"
        sheet["C8"] = 5

    assert said(send(filled(edit), somebody)) == []


def test_a_cell_shown_as_per_cent_means_what_it_shows(somebody: Any) -> None:
    from layers.core.uploads.queries import page_of_records

    upload = send(filled(put("C8", 0.125, "0.0%")), somebody)
    assert [r.data["value"] for r in page_of_records(upload)] == ["12.5000"]
