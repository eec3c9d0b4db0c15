"""Workbooks that no Excel has written: each is read to an end, or refused."""

from __future__ import annotations

import io
import zipfile
from itertools import islice
from typing import Any

import pytest

from layers.core.uploads import checking, workbook
from layers.core.uploads.files import UnreadableError

SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"


def rewritten(name: str, old: bytes, new: bytes) -> bytes:
    """A workbook of two sheets with one row each, one of its parts changed."""
    from openpyxl import Workbook

    book: Any = Workbook()
    book.active.append(["code", "n"])
    book.active.append(["a", 2])
    book.create_sheet("Other").append(["code", "n"])
    plain, changed = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(changed, "w") as target:
        for part in source.namelist():
            body = source.read(part)
            if part == name:
                assert old in body
                body = body.replace(old, new)
            target.writestr(part, body)
    return changed.getvalue()


def test_a_row_that_says_it_is_the_billionth_does_not_keep_a_worker() -> None:
    book = checking.open_book(rewritten(SHEET, b'<row r="2"', b'<row r="9999999999"'))
    rows = islice(book.rows(book.sheets[0]), 2, workbook.LAST_ROW + 2)
    assert max((number for number, _cells in rows), default=0) <= workbook.LAST_ROW


def test_two_sheets_of_one_name_are_refused_not_read_twice() -> None:
    with pytest.raises(UnreadableError) as found:
        checking.open_book(rewritten(BOOK, b'name="Other"', b'name="Sheet"'))
    assert "Sheet" in found.value.params["detail"]


def test_a_mark_that_is_not_closed_ends_at_the_next_one() -> None:
    """Else each of a million would be followed to the end of the sheet."""
    found = workbook._MARKS.search(b'<mergeCell <mergeCell ref="A1:B2"')
    assert found is not None
    assert found.start() == len(b"<mergeCell ")
