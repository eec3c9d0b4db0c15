"""The sender's own workbook with the bad cells marked, to be mended and sent again."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from . import queries
from .cells import shown
from .delimited import NAME, Delimited
from .files import MB, UnreadableError, decompress, is_workbook
from .models import Upload

# Larger workbooks are not loaded with their formats: only the list is made.
MAX_ROWS = 20_000
# Nor those with many columns: a cell takes half a kilobyte of memory.
MAX_UNPACKED = 30 * MB
_ERROR = PatternFill("solid", fgColor="FFC7CE")
_WARNING = PatternFill("solid", fgColor="FFEB9C")


def marked(upload: Upload) -> bytes:
    """An .xlsx: the sheets as they came with marks and comments, and before them the
    list of all that is wrong. A file that cannot be opened gives the list alone."""
    found = queries.worded(upload, list(queries.problems(upload)))
    book = _own_book(upload)
    _list(book.create_sheet(_("Problems")[:31], 0), found)
    book.active = 0
    by_cell: dict[tuple[str, str], list[queries.Shown]] = defaultdict(list)
    for entry in found:
        if entry.problem.cell:
            by_cell[(entry.problem.sheet, entry.problem.cell)].append(entry)
    for (sheet, cell), entries in by_cell.items():
        if sheet in book.sheetnames:
            _mark(book[sheet], cell, entries)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def _own_book(upload: Upload) -> Any:
    body = decompress(Upload.objects.values_list("body", flat=True).get(pk=upload.pk))
    empty = Workbook()
    empty.remove(empty.active)
    if (upload.rows_total or 0) > MAX_ROWS:
        return empty
    try:
        if is_workbook(body):
            if _unpacked(body) > MAX_UNPACKED:
                return empty
            return load_workbook(io.BytesIO(body), keep_links=False)
        book = Delimited(body)
    except UnreadableError:
        return empty
    except Exception:  # openpyxl raises whatever a damaged file leads to
        return empty
    sheet = empty.create_sheet(NAME)
    for _number, cells in book.rows(book.sheets[0]):
        sheet.append([_plain(shown(cell)) for cell in cells])
    return empty


def _unpacked(body: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return sum(member.file_size for member in archive.infolist())


def _plain(text: str) -> str:
    """Text of others never becomes a formula, nor a sign that no workbook can hold."""
    text = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _list(sheet: Any, found: Sequence[queries.Shown]) -> None:
    sheet.append([_("Sheet"), _("Cell"), _("Value"), _("Kind"), _("Reason")])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for entry in found:
        problem = entry.problem
        sheet.append(
            [
                _plain(problem.sheet), problem.cell, _plain(problem.value), entry.title,
                _plain(entry.text),
            ]
        )  # fmt: skip
    for letter, width in zip("ABCDE", (20, 10, 24, 30, 90), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"


def _mark(sheet: Any, place: str, entries: Sequence[queries.Shown]) -> None:
    cell = sheet[place]
    errors = any(entry.problem.severity == "error" for entry in entries)
    text = "\n".join(f"{entry.title}: {entry.text}" for entry in entries)
    # the inner cells of a merged area take no marks
    if not hasattr(cell, "fill") or type(cell).__name__ == "MergedCell":
        return
    cell.fill = _ERROR if errors else _WARNING
    cell.comment = Comment(_plain(text)[:1_000], "GIS-IOC", width=320, height=120)
