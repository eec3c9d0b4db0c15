"""CSV and XLSX to reports, row by row, without holding a workbook in memory."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from layers.vessels.register.problems import Unreadable
from layers.vessels.register.reading import decode

from .config import Settings, zone
from .fields import field_of, report_of
from .record import BadReport, Report

MAX_ROWS = 200_000
MAX_COLUMNS = 100
MAX_UNPACKED = 400_000_000
HEADING_ROWS = 30

Cells = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Values by field; ``headings`` are the file's own, for errors."""

    sheet: str
    number: int
    values: dict[str, Any]
    headings: dict[str, str] = field(default_factory=dict)

    def place(self, column: str) -> str:
        named = self.headings.get(column) or self.headings.get("date") or column
        where = f"sheet {self.sheet}, " if self.sheet else ""
        return f"{where}row {self.number}" + (f", column {named}" if column else "")


def is_table(head: bytes, own: dict[str, str]) -> bool:
    """Whether a text begins like a CSV with headings that we know."""
    try:
        lines = decode(head).splitlines()[:HEADING_ROWS]
    except Unreadable:
        return False
    return any(_headings(row, own) for _n, row in _csv(lines))


def rows_of(body: bytes, own: dict[str, str]) -> Iterator[Row]:
    """Filled rows below the headings. Raises BadReport when the file is no table."""
    found = False
    try:
        sheets = _xlsx(body) if body[:2] == b"PK" else _text(body)
        for sheet, lines in sheets:
            head = list(islice(lines, HEADING_ROWS))
            at = next(
                (i for i, (_n, row) in enumerate(head) if _headings(row, own)), -1
            )
            if at < 0:
                continue
            found = True
            names = _headings(head[at][1], own)
            yield from _below(sheet, names, head[at][1], chain(head[at + 1 :], lines))
    except Unreadable as wrong:
        raise BadReport("unreadable_file", str(wrong)) from None
    if not found:
        raise BadReport(
            "no_headings", "columns for device, time, latitude and longitude are needed"
        )


def _below(
    sheet: str, names: dict[int, str], head: Cells, lines: Iterable[tuple[int, Cells]]
) -> Iterator[Row]:
    headings = {name: str(head[place]) for place, name in names.items()}
    taken = 0
    for number, row in lines:
        values = {
            name: row[place] if place < len(row) else None
            for place, name in names.items()
        }
        if all(value in (None, "") for value in values.values()):
            continue
        taken += 1
        if taken > MAX_ROWS:
            raise BadReport("too_many_rows", f"at most {MAX_ROWS} in a sheet")
        yield Row(sheet, number, values, headings)


def _headings(row: Cells, own: dict[str, str]) -> dict[int, str]:
    """Place -> field, empty unless everything needed is there."""
    found: dict[int, str] = {}
    for place, cell in enumerate(row[:MAX_COLUMNS]):
        name = field_of(cell, own) if isinstance(cell, str) else ""
        if name and name not in found.values():
            found[place] = name
    named = set(found.values())
    # a lone "time" column holds hours where there is a date beside it
    if {"at", "date"} <= named and "time" not in named:
        found = {p: "time" if n == "at" else n for p, n in found.items()}
    timed = {"at", "date", "time"} & named
    return found if {"device", "lat", "lon"} <= named and timed else {}


def _text(body: bytes) -> Iterator[tuple[str, Iterator[tuple[int, Cells]]]]:
    yield "", _csv(io.StringIO(decode(body).replace("\0", "")))


def _csv(lines: Iterable[str]) -> Iterator[tuple[int, Cells]]:
    lines = iter(lines)
    first = list(islice(lines, HEADING_ROWS))
    sign = max(";,\t|", key=lambda s: sum(line.count(s) for line in first))
    reader = csv.reader(chain(first, lines), delimiter=sign)
    try:
        for row in reader:
            yield reader.line_num, tuple(row[:MAX_COLUMNS])
    except csv.Error as error:
        raise BadReport("unreadable_file", f"row {reader.line_num}: {error}") from None


def _xlsx(body: bytes) -> Iterator[tuple[str, Iterator[tuple[int, Cells]]]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            if sum(entry.file_size for entry in package.infolist()) > MAX_UNPACKED:
                raise BadReport("unreadable_file", "too large when unpacked")
        book = load_workbook(io.BytesIO(body), read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            yield sheet.title, _cells(sheet)
    except BadReport:
        raise
    except Exception as error:  # openpyxl raises whatever the damaged XML leads to
        raise BadReport("unreadable_file", f"damaged: {error}"[:200]) from error


def _cells(sheet: Any) -> Iterator[tuple[int, Cells]]:
    yield from enumerate(sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS), 1)


def read(row: Row, settings: Settings, provider: str) -> Report:
    """Raises BadReport whose detail names sheet, row and column."""
    try:
        return report_of(
            row.values,
            provider=provider,
            zone=zone(settings.timezone),
            form=settings.table.coordinates,
            speed_unit=settings.table.speed_unit,
        )
    except BadReport as bad:
        detail = f"{row.place(bad.column)}: {bad.detail}".rstrip(": ")
        raise BadReport(bad.reason, detail, bad.column) from None
