"""Finding a table in a sheet: which row has the headings, which column is which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import override
from openpyxl.utils import get_column_letter

from . import reasons
from .cells import LANGUAGES, BadCell, blank, fold, read, shown
from .contract import Column, Problem, Sheet, Table
from .workbook import Cells

# So many known headings make a row of headings even when required ones are missing.
ENOUGH = 2
Lines = Sequence[tuple[int, Cells]]


@dataclass(slots=True)
class Found:
    """A table in a sheet. ``places`` is the column of each index from 0, ``start``
    the number of the first row of data, ``keys`` whether there is a row of keys."""

    sheet: Sheet
    places: dict[int, Column]
    start: int
    ignored: frozenset[int] = frozenset()
    broken: bool = False
    missing: list[str] = field(default_factory=list)


def titles(column: Column) -> list[str]:
    """The title in each language, with and without the unit of measure."""
    found = []
    for language in LANGUAGES:
        with override(language):
            title = str(column.title)
            found += [title, heading(column)]
    return found


def heading(column: Column) -> str:
    """The title as templates write it."""
    return f"{column.title} ({column.unit})" if column.unit else str(column.title)


def _dictionary(columns: Sequence[Column]) -> dict[str, Column]:
    words: dict[str, Column] = {}
    for column in columns:
        for text in (column.name, *titles(column), *column.aliases):
            words.setdefault(fold(text), column)
    return words


def find(name: str, lines: Lines, tables: Sequence[Table]) -> Found | None:
    """The table whose headings fit best; None when no row looks like headings.

    ``lines`` are the first rows of the sheet. What is wrong with the headings is in
    ``sheet.problems``.
    """
    best: tuple[int, int, Table] | None = None
    for table in tables:
        words = _dictionary(table.columns)
        for place, (_number, cells) in enumerate(lines):
            known = _known(cells, words)
            wanted = {c.name for c in table.columns if c.required}
            score = len(known) + (100 if wanted <= known else 0)
            if len(known) >= ENOUGH and (best is None or score > best[0]):
                best = (score, place, table)
    if best is None:
        return None
    _score, place, table = best
    # titles in another language than ours: the names below them fitted better
    above = _known(lines[place - 1][1], _dictionary(table.columns)) if place else set()
    if len(above) >= ENOUGH and _key_row(lines, place - 1, table):
        place -= 1
    return _found(name, lines, place, table)


def _known(cells: Cells, words: dict[str, Column]) -> set[str]:
    """Names of the columns whose headings stand in the row."""
    texts = (fold(shown(cell)) for cell in cells if not blank(cell))
    return {words[text].name for text in texts if text in words}


def _found(name: str, lines: Lines, place: int, table: Table) -> Found:
    words = _dictionary(table.columns)
    number, cells = lines[place]
    sheet = Sheet(name=name, table=table, head={}, places={})
    keys = _key_row(lines, place, table)
    found = Found(sheet, {}, number + 1 + (keys is not None))
    ignored = set()
    for index, cell in enumerate(cells):
        if blank(cell):
            continue
        at = f"{get_column_letter(index + 1)}{number}"
        column = words.get(fold(shown(cell)))
        if column is None and keys is not None and index in keys:
            continue  # the name below says what it is
        if column is None:
            ignored.add(index)
            _say(sheet, reasons.UNKNOWN_COLUMN, at, number, title=shown(cell)[:80])
        else:
            _place(found, column, index, at, number)
    found.ignored = frozenset(ignored)
    if keys is not None:
        _compare(found, keys, lines[place + 1][0])
    _read_head(sheet, lines[:place])
    placed = {column.name for column in found.places.values()}
    for column in table.columns:
        if column.required and column.name not in placed:
            found.missing.append(str(column.title))
            at = f"A{number}"
            _say(sheet, reasons.MISSING_COLUMN, at, number, wanted=str(column.title))
    return found


def _say(sheet: Sheet, reason, cell: str, row: int, **params: object) -> None:  # type: ignore[no-untyped-def]
    sheet.problems.append(
        Problem(reason=reason, sheet=sheet.name, row=row, cell=cell, params=params)
    )


def _place(found: Found, column: Column, index: int, at: str, number: int) -> None:
    """A second column of the same name must not win silently."""
    for other, known in found.places.items():
        if known.name == column.name:
            first = f"{get_column_letter(other + 1)}{number}"
            title = str(column.title)
            _say(
                found.sheet, reasons.REPEATED_COLUMN, at, number,
                title=title, first=first,
            )  # fmt: skip
            return
    found.places[index] = column


def _key_row(lines: Lines, place: int, table: Table) -> dict[int, Column] | None:
    """Templates write the names of the columns below their titles."""
    if place + 1 >= len(lines):
        return None
    names = {fold(column.name): column for column in table.columns}
    keys = {
        index: names[text]
        for index, cell in enumerate(lines[place + 1][1])
        if not blank(cell) and (text := fold(shown(cell))) in names
    }
    return keys if len(keys) >= ENOUGH else None


def _compare(found: Found, keys: dict[int, Column], number: int) -> None:
    """The names win over the titles; where the two differ something has moved."""
    for index, column in keys.items():
        said = found.places.get(index)
        if said is not None and said.name != column.name:
            _say(
                found.sheet, reasons.MOVED_COLUMN,
                f"{get_column_letter(index + 1)}{number}", number,
                title=str(said.title), key=column.name,
            )  # fmt: skip
        elif said is None and column not in found.places.values():
            found.places[index] = column


def _read_head(sheet: Sheet, lines: Lines) -> None:
    """Fields above the headings: a title, and the next cell that is not blank."""
    words = _dictionary(sheet.table.head)
    for number, cells in lines:
        column = None
        for index, cell in enumerate(cells):
            if blank(cell):
                continue
            at = f"{get_column_letter(index + 1)}{number}"
            if column is None:
                column = words.get(fold(shown(cell)).rstrip(":"))
                continue
            sheet.places[column.name] = at
            try:
                sheet.head[column.name] = read(column, cell)
            except BadCell as bad:
                _say(sheet, bad.reason, at, number, **bad.params)
            break
    for column in sheet.table.head:
        if column.filled and column.name not in sheet.places:
            _say(sheet, reasons.MISSING, "", 0, title=str(column.title))
