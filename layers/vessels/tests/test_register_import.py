"""Registers as offices send them: read, checked, written; twice is once."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from layers.core import units
from layers.core.scope import Grant, everything
from layers.vessels.fitting import RefusedError
from layers.vessels.models import (
    RefusedRow,
    RegisterImport,
    Vessel,
)
from layers.vessels.register.importing import write
from layers.vessels.register.problems import Unreadable
from layers.vessels.register.reading import read

from .boats import DAY, registered, take

pytestmark = pytest.mark.django_db
HEAD = "Số đăng ký;Tên tàu;Chủ tàu;Chiều dài Lmax (m);Hạn giấy phép\n"
ROW = "TH-93388-TS;Hùng 36;Lê Văn Hùng;15,5;31/12/2027\n"


@pytest.fixture(autouse=True)
def _no_units_of_other_tests() -> None:
    units.tree.forget()  # type: ignore[attr-defined]


def book(rows: list[list[Any]], prepare: Callable[[Any], None] | None = None) -> bytes:
    made = Workbook()
    sheet = made.active
    for row in rows:
        sheet.append(row)
    if prepare:
        prepare(sheet)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def test_a_row_becomes_a_boat() -> None:
    assert take(HEAD + ROW).counts == {
        "added": 1, "changed": 0, "same": 0, "refused": 0, "missing": 0,
    }  # fmt: skip
    boat = Vessel.objects.get()
    assert boat.title == "Hùng 36 (TH-93388-TS)"
    assert (boat.registration_key, boat.owner) == ("TH93388TS", "Lê Văn Hùng")
    assert (boat.length_m, boat.licence_expires) == (15.5, date(2027, 12, 31))
    assert boat.registered


def test_the_same_file_twice_changes_nothing() -> None:
    take(HEAD + ROW)
    before = Vessel.objects.get().updated_at
    assert take(HEAD + ROW).counts["same"] == 1
    assert Vessel.objects.get().updated_at == before


def test_a_changed_row_keeps_its_history_and_an_empty_cell_takes_nothing() -> None:
    take(HEAD + ROW)
    take(HEAD + "TH 93388 TS;;Trần Văn Nam;;\n")
    boat = Vessel.objects.get()
    assert (boat.owner, boat.length_m) == ("Trần Văn Nam", 15.5)
    assert list(boat.events.order_by("pgh_id").values_list("owner", flat=True)) == [
        "Lê Văn Hùng", "Trần Văn Nam",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258"]
)
def test_every_usual_encoding_is_read(encoding: str) -> None:
    text = HEAD + ROW
    if encoding == "cp1258":
        import unicodedata

        # Windows-1258 writes the tone behind its letter
        tones = "\u0300\u0301\u0303\u0309\u0323"
        parts = []
        for letter in text:
            whole = unicodedata.normalize("NFD", letter)
            tone = "".join(c for c in whole if c in tones)
            rest = "".join(c for c in whole if c not in tones)
            parts.append(unicodedata.normalize("NFC", rest) + tone)
        text = "".join(parts)
    take(text.encode(encoding))
    assert Vessel.objects.get().owner == "Lê Văn Hùng"


@pytest.mark.parametrize("sign", [",", "\t", "|"])
def test_other_separators_are_seen(sign: str) -> None:
    take((HEAD + ROW).replace("15,5", "15.5").replace(";", sign))
    assert Vessel.objects.get().length_m == 15.5


def test_bad_rows_are_refused_with_row_column_and_reason_and_good_ones_go_in() -> None:
    kept = take(
        HEAD
        + ROW
        + "\n"
        + "TH-93389-TS;A;B;dài;31/12/2027\n"
        + "XX-93390-TS;A;B;15;31/12/2027\n"
        + "TH-93388-TS;A;B;15;31/12/2027\n"
        + "TH-93391-TS;A;B;15;30/02/2027\n"
        + ";A;B;15;31/12/2027\n"
        + "TH-93392-TS;A;B;1500;12/2027\n"
    )
    assert kept.counts["added"] == 1
    assert kept.counts["refused"] == 6
    found = RefusedRow.objects.values_list("row", "column", "reason", "value")
    assert list(found) == [
        (4, "Chiều dài Lmax (m)", "number", "dài"),
        (5, "Số đăng ký", "province_code", "XX-93390-TS"),
        (6, "Số đăng ký", "repeated", "2"),
        (7, "Hạn giấy phép", "date", "30/02/2027"),
        (8, "Số đăng ký", "missing", ""),
        (9, "Chiều dài Lmax (m)", "out_of_range", "1500"),
        (9, "Hạn giấy phép", "ambiguous_date", "12/2027"),
    ]
    assert RefusedRow.objects.first().cells["Số đăng ký"] == "TH-93389-TS"


def test_a_sheet_with_title_rows_merged_headings_and_empty_rows_is_read() -> None:
    def merge(sheet: Any) -> None:
        sheet.merge_cells("A1:F1")
        sheet.merge_cells("A4:A5")
        sheet.merge_cells("B4:C4")
        sheet.merge_cells("D4:E4")

    rows = [
        ["DANH SÁCH TÀU CÁ TỈNH THANH HÓA"],
        ["Ngày 22 tháng 11 năm 2026"],
        [],
        ["Số đăng ký", "Chủ tàu", None, "Thuyền trưởng", None, "Hạn đăng kiểm"],
        [None, "Họ và tên", "Điện thoại", "Họ và tên", "SĐT", None],
        ["TH-93388-TS", "Lê Văn Hùng", 912345678, "Lê Văn Nam", "0987 654 321",
         datetime(2027, 5, 1)],  # noqa: DTZ001
        [None] * 6,
        ["BĐ 94555 TS", "Võ Thị Sáu", "", "", "", 46_387],
    ]  # fmt: skip
    assert take(book(rows, merge)).counts["added"] == 2
    boat = Vessel.objects.get(registration_key="TH93388TS")
    assert (boat.owner, boat.owner_phone) == ("Lê Văn Hùng", "0912345678")
    assert (boat.captain, boat.phone) == ("Lê Văn Nam", "0987654321")
    assert boat.inspection_expires == date(2027, 5, 1)
    other = Vessel.objects.get(registration_key="BD94555TS")
    assert other.inspection_expires == date(2026, 12, 31)


def test_formulas_without_values_and_spreadsheet_errors_are_refused() -> None:
    rows = [
        ["Registration", "Length", "Gear"],
        ["TH-93388-TS", "=10+5", "Gill net"],
        ["TH-93389-TS", 15, "#REF!"],
    ]
    take(book(rows))
    assert list(RefusedRow.objects.values_list("row", "reason")) == [
        (2, "formula"), (3, "cell_error"),
    ]  # fmt: skip
    assert RefusedRow.objects.get(reason="formula").value == "=?"


def test_what_looks_like_a_formula_in_a_text_stays_a_text() -> None:
    take("Registration;Owner\nTH-93388-TS;=HYPERLINK(1)\n")
    assert Vessel.objects.get().owner == "=HYPERLINK(1)"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   \n",
        b"PK\x03\x04 not a zip",
        b"\xd0\xcf\x11\xe0 old excel",
        b"a;b\n1;2\n",
        b"\xff\xfe\x00",
        "Tên tàu;Chủ tàu\nA;B\n".encode(),
    ],
)
def test_files_that_are_no_register_say_so(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(body, "x")


def test_a_package_that_unpacks_to_too_much_is_refused(monkeypatch: Any) -> None:
    monkeypatch.setattr("layers.vessels.register.reading.MAX_UNPACKED", 1_000)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b"0" * 2_000)
    with pytest.raises(Unreadable):
        read(buffer.getvalue(), "x")


def test_who_is_missing_from_a_newer_full_file_is_marked_and_not_deleted() -> None:
    take(HEAD + ROW + ROW.replace("93388", "93389"))
    assert take(HEAD + ROW, full=True).counts["missing"] == 1
    gone = Vessel.objects.get(registration_key="TH93389TS")
    assert gone.missing_since == DAY
    take(HEAD + ROW + ROW.replace("93388", "93389"), full=True)
    gone.refresh_from_db()
    assert gone.missing_since is None


def test_a_refused_row_does_not_make_its_boat_missing() -> None:
    take(HEAD + ROW)
    assert take(HEAD + ROW.replace("15,5", "?"), full=True).counts["missing"] == 0


def test_a_file_is_written_once() -> None:
    kept = take(HEAD + ROW)
    with pytest.raises(RefusedError):
        write(kept.pk, everything())


def test_a_phone_number_in_a_name_does_not_become_the_title() -> None:
    take(HEAD + ROW.replace("Hùng 36", "Hùng 0912345678"))
    assert Vessel.objects.get().title == "TH-93388-TS"


def test_communes_are_found_by_name_and_code_and_unknown_ones_refused(
    province: units.UnitTree,
) -> None:
    code, unit_id = next(iter(province.codes("commune", DAY).items()))
    names = [province.title(u) for u in province.codes("commune", DAY).values()]
    title = next(n for n in names if names.count(n) == 1)
    take(
        "Registration;Commune\n"
        f"TH-90001-TS;{code}\nTH-90002-TS;{title}\nTH-90003-TS;Atlantis\n"
    )
    assert Vessel.objects.get(registration="TH-90001-TS").unit_id == unit_id
    found = Vessel.objects.get(registration="TH-90002-TS")
    assert province.title(found.unit_id) == title
    assert RefusedRow.objects.get().reason == "unit"


def test_nobody_writes_boats_outside_their_units(province: units.UnitTree) -> None:
    mine, other = list(province.codes("commune", DAY).items())[:2]
    grant = Grant(layers=frozenset({"vessels"}), units=frozenset({mine[1]}))
    registered("TH-90009-TS", unit_id=other[1])
    take(
        "Registration;Commune\n"
        f"TH-90001-TS;{mine[0]}\nTH-90002-TS;{other[0]}\nTH-90009-TS;{mine[0]}\n"
        "TH-90004-TS;\n",
        grant=grant,
    )
    assert set(Vessel.objects.values_list("registration", "unit_id")) == {
        ("TH-90001-TS", mine[1]), ("TH-90009-TS", other[1]),
    }  # fmt: skip
    assert set(RefusedRow.objects.values_list("row", "reason")) == {
        (3, "outside_scope"), (4, "outside_scope"), (5, "missing"),
    }  # fmt: skip


def test_the_command_tells_and_with_dry_run_writes_nothing(tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "so.csv"
    path.write_text(HEAD + ROW, encoding="utf-8")
    call_command("import_vessels", str(path), "--dry-run")
    assert "added 1" in capsys.readouterr().out
    assert not Vessel.objects.exists()
    assert not RegisterImport.objects.exists()
    call_command("import_vessels", str(path), "--source", "tinh")
    assert Vessel.objects.get().source == "tinh"
    path.write_bytes(b"nothing")
    with pytest.raises(CommandError):
        call_command("import_vessels", str(path))


@pytest.mark.slow
def test_six_thousand_boats_go_in_and_the_second_time_nothing_does() -> None:
    rows: list[list[Any]] = [
        ["Số đăng ký", "Tên tàu", "Chủ tàu", "SĐT chủ tàu", "Lmax (m)",
         "Công suất (CV)", "Nghề", "MMSI", "Nhà cung cấp", "Mã thiết bị",
         "Hạn giấy phép"]
    ]  # fmt: skip
    rows += [
        [f"TH-{90_000 + n}-TS", f"Hùng {n}", f"Lê Văn {n}", f"09{n:08d}", "15,5", 400,
         "Lưới kéo", f"574{n:06d}", "VNPT", f"VSS-{n}", "31/12/2027"]
        for n in range(6_000)
    ]  # fmt: skip
    body = book(rows)
    started = time.monotonic()
    assert take(body).counts["added"] == 6_000
    first = time.monotonic() - started
    started = time.monotonic()
    assert take(body).counts["same"] == 6_000
    print(f"6,000 boats: {first:.1f} s, again {time.monotonic() - started:.1f} s")
    assert Vessel.objects.first().power_kw == 294.2
