"""Templates: a workbook in which one cannot easily make a mistake."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from .cells import LANGUAGES
from .contract import Column, Importer, Table
from .headings import heading
from .workbook import STAMP

GUIDE = "Huong dan - Guide"
LISTS = "_lists"
# Rows of a table whose rows are not given that get validation.
OPEN_ROWS = 2_000
_HEAD = PatternFill("solid", fgColor="DCE6F1")
_FIXED = PatternFill("solid", fgColor="F2F2F2")
_GREY = Font(color="808080", size=8)
_EDGE = Border(*[Side(style="thin", color="BFBFBF")] * 4)
_FREE = Protection(locked=False)


def make(importer: Importer, table: Table, options: Mapping[str, str]) -> bytes:
    """The .xlsx of a table: data, instructions, and a hidden sheet by which the
    upload knows what it is."""
    book = Workbook()
    sheet = book.active
    sheet.title = str(table.title)[:31]
    lists = book.create_sheet(LISTS)
    start = _head(sheet, importer, table, lists)
    _columns(sheet, table, start, lists)
    _rows(sheet, table, start + 2)
    sheet.freeze_panes = sheet.cell(start + 2, _locked(table) + 1)
    if table.rows:
        sheet.protection.sheet = True
        sheet.protection.formatColumns = False
        sheet.protection.formatCells = False
    _guide(book, importer, table)
    _stamp(book, importer, table, options)
    lists.sheet_state = "veryHidden"
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def _locked(table: Table) -> int:
    return sum(column.locked for column in table.columns)


def _head(sheet: Any, importer: Importer, table: Table, lists: Any) -> int:
    """Title and fields; the number of the row for headings comes back."""
    sheet.cell(1, 1, str(importer.title)).font = Font(bold=True, size=14)
    row = 2
    for column in table.head:
        sheet.cell(row, 1, heading(column)).font = Font(bold=True)
        cell = sheet.cell(row, 3, _listed(column, table.filled.get(column.name)))
        cell.number_format = "@"
        cell.border, cell.fill = _EDGE, _FIXED if column.locked else PatternFill()
        if not column.locked:
            cell.protection = _FREE
            _validate(sheet, column, cell.coordinate, lists)
        row += 1
    return row + 1


def _listed(column: Column, value: Any) -> Any:
    """A choice as people read it."""
    if column.choices and value not in (None, ""):
        return str(dict(column.choices).get(value, value))
    return value


def _columns(sheet: Any, table: Table, start: int, lists: Any) -> None:
    last = start + 1 + (len(table.rows) or OPEN_ROWS)
    for index, column in enumerate(table.columns, 1):
        cell = sheet.cell(start, index, heading(column))
        cell.font, cell.fill, cell.border = Font(bold=True), _HEAD, _EDGE
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        key = sheet.cell(start + 1, index, column.name)
        key.font, key.fill = _GREY, _HEAD
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = column.width
        if not column.locked:
            _validate(sheet, column, f"{letter}{start + 2}:{letter}{last}", lists)


def _rows(sheet: Any, table: Table, start: int) -> None:
    for number, values in enumerate(table.rows, start):
        for index, column in enumerate(table.columns, 1):
            value = _listed(column, values.get(column.name))
            cell = sheet.cell(number, index, value)
            cell.border = _EDGE
            if column.kind == "text":
                cell.number_format = "@"
            if column.locked:
                cell.fill = _FIXED
            else:
                cell.protection = _FREE


def _validate(sheet: Any, column: Column, area: str, lists: Any) -> None:
    rule = _rule(column, lists)
    if rule is None:
        return
    rule.allow_blank = True
    rule.errorTitle = str(column.title)[:32]
    rule.error = (str(column.help) or _said(column))[:250]
    rule.showErrorMessage = True
    sheet.add_data_validation(rule)
    rule.add(area)


def _rule(column: Column, lists: Any) -> DataValidation | None:
    if column.choices:
        return DataValidation(type="list", formula1=_list(column, lists))
    if column.kind in ("integer", "number", "percent"):
        kind = "whole" if column.kind == "integer" else "decimal"
        low = -1e15 if column.low is None else column.low
        high = 1e15 if column.high is None else column.high
        return DataValidation(
            type=kind,
            operator="between",
            formula1=f"{low:.15g}",
            formula2=f"{high:.15g}",
        )
    if column.kind == "date":
        return DataValidation(type="date", operator="greaterThan", formula1="1")
    return None


def _list(column: Column, lists: Any) -> str:
    """Choices stand in a hidden sheet: a list in a rule holds 255 letters."""
    place = sum(1 for cell in lists[1] if cell.value is not None) + 1
    lists.cell(1, place, column.name)
    for number, (_value, title) in enumerate(column.choices, 2):
        lists.cell(number, place, str(title))
    letter = get_column_letter(place)
    return f"{LISTS}!${letter}$2:${letter}${len(column.choices) + 1}"


def _said(column: Column) -> str:
    """What a column takes, in words."""
    parts = []
    if column.choices:
        parts.append(", ".join(str(title) for _v, title in column.choices[:12]))
    elif column.kind == "integer":
        parts.append(_("whole number"))
    elif column.kind in ("number", "percent"):
        parts.append(_("number"))
    elif column.kind == "date":
        parts.append(_("day, as 31/12/2024"))
    elif column.kind == "moment":
        parts.append(_("day and time, as 31/12/2024 08:05"))
    if column.low is not None:
        parts.append(_("at least %(low)s") % {"low": f"{column.low:g}"})
    if column.high is not None:
        parts.append(_("at most %(high)s") % {"high": f"{column.high:g}"})
    if column.filled:
        parts.append(_("must be filled in"))
    return "; ".join(parts)


def _guide(book: Any, importer: Importer, table: Table) -> None:
    """Instructions in both languages, and what each column takes."""
    sheet = book.create_sheet(GUIDE)
    sheet.column_dimensions["A"].width = 30
    sheet.column_dimensions["B"].width = 90
    row = 1
    for language in LANGUAGES:
        with override(language):
            sheet.cell(row, 1, str(importer.title)).font = Font(bold=True, size=14)
            for text in (*_common(table), *map(str, table.notes)):
                row += 1
                sheet.cell(row, 1, "•").alignment = Alignment(horizontal="right")
                sheet.cell(row, 2, text).alignment = Alignment(wrap_text=True)
            for column in (*table.head, *table.columns):
                row += 1
                sheet.cell(row, 1, heading(column)).font = Font(bold=True)
                help_text = "; ".join(filter(None, (str(column.help), _said(column))))
                sheet.cell(row, 2, help_text).alignment = Alignment(wrap_text=True)
        row += 3


def _common(table: Table) -> list[str]:
    found = [
        _("Fill in the white cells. A blank cell means: not reported. It is not zero."),
        _("Write numbers as numbers; both 1.234,5 and 1,234.5 are read as text."),
        _("The file is checked cell by cell before anything is stored."),
    ]
    if table.rows:
        found.append(_("Grey cells are fixed; do not move, sort or merge cells."))
    return found


def _stamp(
    book: Any, importer: Importer, table: Table, options: Mapping[str, str]
) -> None:
    sheet = book.create_sheet(STAMP)
    lines = {
        "importer": importer.slug,
        "table": table.slug,
        "made": timezone.localdate().isoformat(),
        **{f"option.{name}": value for name, value in options.items()},
        **table.stamp,
    }
    for row, (name, value) in enumerate(lines.items(), 1):
        sheet.cell(row, 1, name)
        sheet.cell(row, 2, str(value)).number_format = "@"
    sheet.sheet_state = "veryHidden"
