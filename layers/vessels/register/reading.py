"""Tables out of files: XLSX as offices draw it up, CSV in any usual encoding."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .columns import field_of
from .problems import BadValue, Unreadable

MAX_BYTES = 20_000_000
MAX_UNPACKED = 400_000_000
MAX_ROWS = 200_000
MAX_COLUMNS = 200
HEADING_ROWS = 30
# A table without these is some other table.
NEEDED = {"registration"}
ENOUGH = 2
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
EXCEL_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")


class _Formula:
    """A formula whose value the file does not hold."""

    def __str__(self) -> str:
        return "=?"


FORMULA = _Formula()

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    field: str
    text: str
    place: int


@dataclass(frozen=True, slots=True)
class Table:
    """``rows``: (number of the row in the file, from 1; its cells)."""

    headings: list[Heading]
    rows: list[tuple[int, Row]]

    def cells(self, row: Row) -> dict[str, str]:
        """The row as it came, by heading, for those who have to mend it."""
        return {
            heading.text: _shown(row[heading.place])
            for heading in self.headings
            if heading.place < len(row)
        }


def read(body: bytes, name: str) -> Table:
    """The table in a file. Raises Unreadable with words for people."""
    if len(body) > MAX_BYTES:
        raise Unreadable(_("The file is larger than 20 MB."))
    if not body.strip():
        raise Unreadable(_("The file is empty."))
    if body[:2] == b"PK":
        lines = list(_xlsx(body))
    elif body[:4] == b"\xd0\xcf\x11\xe0":
        raise Unreadable(_("This is an old .xls file; save it as .xlsx or CSV."))
    else:
        lines = list(_csv(decode(body)))
    return _table(lines, name)


def decode(body: bytes) -> str:
    """Text of UTF-8, UTF-16 or Windows-1258, diacritics put together (NFC)."""
    for bom, encoding in BOMS:
        if body.startswith(bom):
            return _decoded(body, encoding)
    head = body[:4_000]
    if head.count(0) > len(head) // 4:
        odd = head[1::2].count(0) > head[0::2].count(0)
        return _decoded(body, "utf-16-le" if odd else "utf-16-be")
    try:
        return unicodedata.normalize("NFC", body.decode("utf-8"))
    except UnicodeDecodeError:
        return _decoded(body, "cp1258")


def _decoded(body: bytes, encoding: str) -> str:
    try:
        return unicodedata.normalize("NFC", body.decode(encoding))
    except UnicodeDecodeError:
        raise Unreadable(
            _("The letters cannot be read; save the file as CSV UTF-8 or XLSX.")
        ) from None


def _csv(text: str) -> Iterator[tuple[int, Row]]:
    sample = [line for line in text.splitlines()[:HEADING_ROWS] if line.strip()]
    sign = max(";,\t|", key=lambda s: sum(line.count(s) for line in sample))
    reader = csv.reader(io.StringIO(text.replace("\0", "")), delimiter=sign)
    try:
        for number, row in enumerate(reader, 1):
            yield number, tuple(row[:MAX_COLUMNS])
    except csv.Error as error:
        raise Unreadable(
            _("Row %(row)s cannot be read: %(error)s")
            % {"row": reader.line_num, "error": error}
        ) from None


def _xlsx(body: bytes) -> Iterator[tuple[int, Row]]:
    from openpyxl import load_workbook

    with_formulas = _check_package(body)
    try:
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        sheet = _first_with_headings(book)
        rows = sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS)
        if not with_formulas:
            yield from enumerate(rows, 1)
            return
        other = load_workbook(io.BytesIO(body), read_only=True)[sheet.title]
        written = other.iter_rows(values_only=True, max_col=MAX_COLUMNS)
        for number, (row, said) in enumerate(zip(rows, written, strict=True), 1):
            yield (
                number,
                tuple(
                    FORMULA if value is None and formula is not None else value
                    for value, formula in zip(row, said, strict=True)
                ),
            )
    except Unreadable:
        raise
    except Exception as error:  # openpyxl raises whatever the damaged XML leads to
        raise Unreadable(
            _("The spreadsheet is damaged: %(error)s") % {"error": str(error)[:200]}
        ) from error


def _check_package(body: bytes) -> bool:
    """Refuse what would not fit into memory; True when a sheet has formulas."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            if sum(entry.file_size for entry in package.infolist()) > MAX_UNPACKED:
                raise Unreadable(_("The spreadsheet is too large."))
            sheets = [n for n in package.namelist() if n.startswith("xl/worksheets/")]
            if not sheets:
                raise Unreadable(_("This is no spreadsheet; save it as .xlsx or CSV."))
            return any(b"<f" in package.read(name) for name in sheets)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise Unreadable(
            _("The spreadsheet is damaged: %(error)s") % {"error": str(error)[:200]}
        ) from error


def _first_with_headings(book: Any) -> Any:
    for sheet in book.worksheets:
        sheet.reset_dimensions()
        head = sheet.iter_rows(values_only=True, max_row=HEADING_ROWS)
        if _find_headings(list(enumerate(head, 1))):
            return sheet
    return book.worksheets[0]


def _table(lines: list[tuple[int, Row]], name: str) -> Table:
    found = _find_headings(lines[:HEADING_ROWS])
    if found is None:
        raise Unreadable(
            _(
                "No headings were found in %(name)s: a column with the registration"
                " number and at least one other is needed in the first rows."
            )
            % {"name": name}
        )
    headings, below = found
    rows = [(number, row) for number, row in lines if number > below and _filled(row)]
    if len(rows) > MAX_ROWS:
        raise Unreadable(_("The file has more than 200,000 rows."))
    return Table(headings, rows)


def _find_headings(lines: list[tuple[int, Row]]) -> tuple[list[Heading], int] | None:
    """The headings and the last row they take; merged groups reach to the right."""
    best: tuple[list[Heading], int] | None = None
    for index, (number, row) in enumerate(lines):
        above = lines[index - 1][1] if index else ()
        found = _headings(row, _reaching(above))
        if len(found) < ENOUGH or not {h.field for h in found} >= NEEDED:
            # the number may head a cell that is merged over both rows
            found = _headings(row, _reaching(above), fall_back=above)
        enough = len(found) >= ENOUGH and {h.field for h in found} >= NEEDED
        if enough and (best is None or len(found) > len(best[0])):
            best = found, number
    return best


def _reaching(row: Row) -> Row:
    """A merged cell has its text in the first one only."""
    last: Any = None
    reached = []
    for value in row:
        last = value if value not in (None, "") else last
        reached.append(last)
    return tuple(reached)


def _headings(row: Row, group: Row, fall_back: Row = ()) -> list[Heading]:
    found: dict[str, Heading] = {}
    width = max(len(row), len(fall_back))
    for place in range(width):
        own = str(row[place] or "") if place < len(row) else ""
        over = str(group[place] or "") if place < len(group) else ""
        field = field_of(f"{over} {own}") if over and own else ""
        text = f"{over} · {own}" if field else own
        field = field or field_of(own)
        if not field and not own and place < len(fall_back):
            text = str(fall_back[place] or "")
            field = field_of(text)
        if field and field not in found:
            found[field] = Heading(field, " ".join(text.split())[:120], place)
    return sorted(found.values(), key=lambda heading: heading.place)


def _filled(row: Iterable[Any]) -> bool:
    return any(value not in (None, "") and str(value).strip() for value in row)


def _shown(value: Any) -> str:
    if value is FORMULA:
        return "=?"
    return "" if value is None else str(value)[:200]


def plain(value: Any) -> Any:
    """A cell that holds a value. Raises BadValue for what a spreadsheet gave up on."""
    if value is FORMULA:
        raise BadValue("formula")
    if isinstance(value, str) and value.strip() in EXCEL_ERRORS:
        raise BadValue("cell_error")
    return value
