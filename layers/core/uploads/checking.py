"""Checking a file: every row read, every problem named with sheet and cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, Protocol

from openpyxl.utils import get_column_letter, range_boundaries

from . import reasons
from .cells import BadCell, blank, read, shown, wordings
from .contract import Checker, Problem, Record, Row, Table
from .delimited import Delimited
from .files import UnreadableError, is_workbook
from .headings import Found, find
from .templating import GUIDE
from .workbook import FIRST_ROWS, STAMP, Cells, SheetInfo, Workbook

CHUNK = 1_000
MAX_ROWS = 200_000
# Cells of one merged area that are listed; a merged title says nothing about rows.
Seen = dict[tuple[Any, ...], str]


class Book(Protocol):
    """A file as sheets of rows."""

    sheets: list[SheetInfo]

    def rows(self, info: SheetInfo) -> Iterator[tuple[int, Cells]]: ...
    def stamp(self) -> dict[str, str]: ...
    def linked_files(self) -> list[str]: ...


@dataclass(slots=True)
class Chunk:
    """What was found in the next rows. ``done``: rows read so far in the file."""

    done: int
    problems: list[Problem] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)


def open_book(body: bytes) -> Book:
    """Raises UnreadableError."""
    book: Book = Workbook(body) if is_workbook(body) else Delimited(body)
    if files := book.linked_files():
        raise UnreadableError(reasons.LINKED, files=", ".join(files)[:200])
    return book


def total(book: Book) -> int:
    """About how many rows will be read."""
    return sum(info.rows for info in book.sheets if not info.hidden)


def check(book: Book, tables: Sequence[Table], checker: Checker) -> Iterator[Chunk]:
    """Go through the file; a chunk is at most ``CHUNK`` rows of one sheet.

    Raises UnreadableError when the file breaks off or is too long.
    """
    done, filled, tabular = 0, 0, False
    seen: Seen = {}
    for info in book.sheets:
        if info.name in (STAMP, GUIDE) or (info.hidden and info.name.startswith("_")):
            continue
        if info.hidden:
            yield Chunk(done, [Problem(reason=reasons.HIDDEN_SHEET, sheet=info.name)])
            continue
        lines = book.rows(info)
        first = list(islice(lines, FIRST_ROWS))
        found = find(info.name, first, tables)
        if found is None:
            yield Chunk(done, _not_read(info.name, first))
            continue
        tabular = True
        yield _headings(found, info, checker, done)
        for chunk, count in _body(found, checker, seen, chain(first, lines)):
            if (filled := filled + count) > MAX_ROWS:
                raise UnreadableError(reasons.TOO_MANY_ROWS, most=MAX_ROWS)
            chunk.done += done
            yield chunk
        done += info.rows
    if not tabular:
        yield Chunk(done, [_no_headings(tables)])
    elif not filled:
        yield Chunk(done, [Problem(reason=reasons.NO_ROWS)])


def _not_read(name: str, first: Sequence[tuple[int, Cells]]) -> list[Problem]:
    if all(blank(cell) for _number, cells in first for cell in cells):
        return []
    return [Problem(reason=reasons.SHEET_NOT_READ, sheet=name)]


def _body(
    found: Found, checker: Checker, seen: Seen, lines: Iterable[tuple[int, Cells]]
) -> Iterator[tuple[Chunk, int]]:
    """The rows below the headings; without a column that must be there, none."""
    if found.missing:
        yield Chunk(0), 1
        return
    reader = _Reader(found, checker, seen)
    rows = reader.rows(lines)
    while held := list(islice(rows, CHUNK)):
        yield reader.chunk(held, held[-1].number), len(held)


def _no_headings(tables: Sequence[Table]) -> Problem:
    columns = tables[0].columns if tables else ()
    wanted = ", ".join(str(c.title) for c in columns if c.required)
    params = {"rows": FIRST_ROWS, "wanted": wanted[:300]}
    return Problem(reason=reasons.NO_HEADINGS, params=params)


def _headings(found: Found, info: SheetInfo, checker: Checker, done: int) -> Chunk:
    sheet = found.sheet
    for area in info.merged:
        left, top, right, bottom = range_boundaries(area)
        across = any(left <= index + 1 <= right for index in found.places)
        if bottom >= found.start and across:
            cell = f"{get_column_letter(left)}{top}"
            sheet.problems.append(
                Problem(
                    reason=reasons.MERGED, sheet=sheet.name, row=top, cell=cell,
                    params={"area": area},
                )
            )  # fmt: skip
    if not found.missing:
        checker.sheet(sheet)
    return Chunk(done, problems=list(sheet.problems))


class _Reader:
    """The rows of one sheet, read cell by cell, then shown to the checker."""

    def __init__(self, found: Found, checker: Checker, seen: Seen) -> None:
        self.found = found
        self.sheet = found.sheet
        self.table = found.sheet.table
        self.checker = checker
        self.seen = seen
        self.letters = {
            index: get_column_letter(index + 1) for index in range(len(found.places))
        }
        self.needed = [column for column in self.table.columns if column.filled]
        self.words = {
            column.name: wordings(column)
            for column in self.table.columns
            if column.kind == "choice"
        }

    def rows(self, lines: Iterable[tuple[int, Cells]]) -> Iterator[Row]:
        for number, cells in lines:
            if number < self.found.start:
                continue
            if all(blank(cell) for cell in cells):
                continue
            row = self._row(number, cells)
            if row is not None:
                yield row

    def _row(self, number: int, cells: Cells) -> Row | None:
        row = Row(sheet=self.sheet, number=number, values={}, raw={}, cells={})
        stray = []
        filled = False
        for index, cell in enumerate(cells):
            column = self.found.places.get(index)
            if column is None:
                if index not in self.found.ignored and not blank(cell):
                    stray.append(index)
                continue
            row.cells[column.name] = f"{self._letter(index)}{number}"
            if blank(cell):
                continue
            row.raw[column.name] = shown(cell)
            filled |= not column.locked
            try:
                row.values[column.name] = read(
                    column, cell, self.words.get(column.name)
                )
            except BadCell as bad:
                row.problem(bad.reason, column.name, **bad.params)
        for index in stray:
            self._stray(row, index, cells[index])
        # a row of a template in which nobody has written anything
        return row if filled or stray else None

    def _letter(self, index: int) -> str:
        letter = self.letters.get(index)
        if letter is None:
            letter = self.letters[index] = get_column_letter(index + 1)
        return letter

    def _stray(self, row: Row, index: int, cell: Any) -> None:
        row.problems.append(
            Problem(
                reason=reasons.OUTSIDE,
                sheet=self.sheet.name,
                row=row.number,
                cell=f"{self._letter(index)}{row.number}",
                value=shown(cell)[:200],
            )
        )

    def chunk(self, rows: list[Row], done: int) -> Chunk:
        for row in rows:
            self._complete(row)
        records = list(self.checker.check(rows))
        bad = {row.number for row in rows if not row.sound}
        return Chunk(
            done,
            problems=[found for row in rows for found in row.problems],
            records=[record for record in records if record.row not in bad],
        )

    def _complete(self, row: Row) -> None:
        """Values that must be there, and rows that stand twice."""
        wrong = {problem.column for problem in row.problems}
        for column in self.needed:
            if column.name not in row.values and column.name not in wrong:
                row.problem(reasons.MISSING, column.name, title=str(column.title))
        key = tuple(row.values.get(name) for name in self.table.key)
        if not key or any(column.name not in row.values for column in self.needed):
            return
        place = row.cells.get(self.table.key[0], f"A{row.number}")
        first = self.seen.setdefault(
            (self.table.slug, *key), f"{self.sheet.name}!{place}"
        )
        if first != f"{self.sheet.name}!{place}":
            row.problem(reasons.REPEATED_ROW, self.table.key[0], first=first)
