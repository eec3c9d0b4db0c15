"""What is no table of figures, and the forms of CSV that are one."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook

from layers.core.units import UnitTree
from layers.core.uploads.models import State

from .sheetwork import filled, make_set, put, said, saved, send, texts

pytestmark = pytest.mark.django_db
FIRST = 8


@pytest.fixture
def somebody(province: UnitTree, cast: dict[str, Any]) -> Any:
    make_set()
    return cast["administrator"]


REFUSED = {
    "nothing at all": (b"", "empty_file"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_excel"),
    "a workbook with a password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99)
        + "EncryptedPackage".encode("utf-16-le"), "password",
    ),
    "a PDF": (b"%PDF-1.7 ...", "no_table"),
    "a ZIP cut off": (b"PK\x03\x04" + bytes(50), "broken"),
    "text of TCVN3": ("m· ®¬n vÞ;chØ tiªu\n380;µ¶·¸¹\n".encode("latin-1"), "encoding"),
    "text of Windows-1258": ("mã đơn vị;chỉ\n".encode("cp1258", "ignore") + b"\xd2\xec",
                             "encoding"),
    "a table of something else": (b"a;b\n1;2\n", "no_headings"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_table_is_refused_with_its_reason(somebody: Any, what: str) -> None:
    body, reason = REFUSED[what]
    upload = send(body, somebody)
    assert reason in [entry[2] for entry in said(upload)]
    assert upload.state == State.REFUSED


def _packed(*members: tuple[str, bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return body.getvalue()


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ([("xl/workbook.xml", b"<a/>"), ("xl/s.xml", bytes(301_000_000))], "bomb"),
        ([("xl/workbook.bin", b"")], "binary_excel"),
        ([("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")],
         "open_document"),
        ([("xl/workbook.xml", b"<a/>"), ("xl/vbaProject.bin", b"1")], "macros"),
        ([("word/document.xml", b"<a/>")], "no_table"),
        ([("xl/workbook.xml", b"<a")], "broken"),
    ],
)  # fmt: skip
def test_archives_that_are_no_plain_workbook_are_refused(
    somebody: Any, members: list[tuple[str, bytes]], reason: str
) -> None:
    upload = send(_packed(*members), somebody)
    assert [entry[2] for entry in said(upload)] == [reason]


def test_a_workbook_that_takes_values_from_others_is_refused(somebody: Any) -> None:
    body = io.BytesIO(filled(put("C8", 5)))
    with zipfile.ZipFile(body, "a") as archive:
        archive.writestr(
            "xl/externalLinks/_rels/externalLink1.xml.rels",
            '<Relationship Target="file:///C:/other.xlsx"/>',
        )
    upload = send(body.getvalue(), somebody)
    assert [entry[2] for entry in said(upload)] == ["linked"]
    assert "other.xlsx" in texts(upload)


def test_a_hidden_sheet_is_not_read_and_says_so(somebody: Any) -> None:
    book = load_workbook(io.BytesIO(filled(put("C8", 5))))
    more = book.copy_worksheet(book.worksheets[0])
    more.title, more.sheet_state = "Old", "hidden"
    upload = send(saved(book), somebody)
    assert said(upload) == [("Old", "", "hidden_sheet")]
    assert upload.preview["new"] == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_csv_of_any_usual_form_is_read(somebody: Any, encoding: str, sign: str) -> None:
    lines = [
        ["Mã đơn vị", "indicator", "period", "vintage", "value", "note"],
        ["380", "TQ01", "2023", "final", "12.5", "Ghi chú"],
        ["381", "TQ01", "2023", "final", "250", ""],
    ]
    lines[0][0] = "unit"
    body = "\n".join(sign.join(line) for line in lines).encode(encoding)
    upload = send(body, somebody, name="figures.csv")
    assert said(upload) == [("CSV", "E3", "too_high")]
    assert upload.preview["new"] == 1
