"""What whoever takes files declares: an :class:`Importer` and its tables.

Pure data and one small class (:class:`Checker`). The mechanism stores the file, finds
the headings, reads the cells, says what is wrong with each, shows progress, keeps the
preview, asks for confirmation, commits in one transaction and undoes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from layers.core.registry import Registry
from layers.core.scope import Grant
from layers.core.spec import Text

if TYPE_CHECKING:
    from .models import Upload

Options = Mapping[str, str]
CellKind = Literal["text", "integer", "number", "percent", "date", "moment", "choice"]
Severity = Literal["error", "warning"]
ChangeKind = Literal["new", "changed", "same"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """What a template or a file is of: asked for in a form, kept with the upload.

    With ``choices`` it is one of them, else a text. ``default`` is filled in.
    """

    name: str
    title: Text
    choices: tuple[tuple[str, Text], ...] = ()
    default: str = ""
    required: bool = True
    help: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table, or a field above it (``Table.head``).

    ``name`` stands in the key row of templates and is never translated. Headings of
    other files are known by name, title in either language, or ``aliases``.
    ``required``: a file must have the column; ``filled``: every row a value. ``low``
    and ``high`` bound numbers, both allowed. ``percent`` is a number that may also
    stand in a cell of format %: 0.5 shown as 50% is 50. ``locked`` cells of a
    template cannot be edited. ``moment`` is a time, read as aware UTC; without a zone
    it is that of a clock in Vietnam.
    """

    name: str
    title: Text
    kind: CellKind = "text"
    required: bool = False
    filled: bool = False
    choices: tuple[tuple[str, Text], ...] = ()
    low: float | None = None
    high: float | None = None
    unit: Text = ""
    aliases: tuple[str, ...] = ()
    locked: bool = False
    help: Text = ""
    width: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One layout that a sheet or CSV may have.

    ``head`` are fields above the headings, ``filled`` their values in a template.
    ``rows`` of a template are given by column name. ``key``: columns whose values
    together name a row; a second one in the file is an error that names both.
    ``stamp`` is kept in a hidden sheet and comes back in ``Job.stamp``.
    """

    slug: str
    title: Text
    columns: tuple[Column, ...]
    head: tuple[Column, ...] = ()
    filled: Mapping[str, str] = field(default_factory=dict)
    rows: Sequence[Mapping[str, Any]] = ()
    key: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()
    stamp: Mapping[str, str] = field(default_factory=dict)

    def column(self, name: str) -> Column:
        return next(entry for entry in self.columns if entry.name == name)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a cell is refused or doubted. ``text`` is a template over the parameters
    given to :meth:`Row.problem` (``%(high)s``), translated when it is shown."""

    slug: str
    title: Text
    text: Text
    severity: Severity = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A reason at a place. ``row`` 0: the whole sheet; no sheet: the whole file."""

    reason: Reason
    sheet: str = ""
    row: int = 0
    column: str = ""
    cell: str = ""
    value: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Sheet:
    """A sheet in which a table was found. ``head`` has the fields that were read,
    ``places`` the cell of each."""

    name: str
    table: Table
    head: dict[str, Any]
    places: dict[str, str]
    problems: list[Problem] = field(default_factory=list)

    def problem(self, reason: Reason, name: str = "", **params: Any) -> None:
        """Something is wrong with a field of the head, or with the whole sheet."""
        value = str(self.head.get(name, ""))[:200]
        self.problems.append(
            Problem(
                reason=reason,
                sheet=self.name,
                cell=self.places.get(name, ""),
                column=name,
                value=value,
                params=params,
            )
        )


@dataclass(slots=True, kw_only=True)
class Row:
    """A row that is not blank. ``values`` holds by column name what could be read:
    str, int, Decimal, date; blank cells and cells with a problem are not in it.
    ``raw`` is each cell as text, ``cells`` its coordinate (``D17``)."""

    sheet: Sheet
    number: int
    values: dict[str, Any]
    raw: dict[str, str]
    cells: dict[str, str]
    problems: list[Problem] = field(default_factory=list)

    def problem(self, reason: Reason, name: str = "", **params: Any) -> None:
        """Something is wrong with the cell of a column, or with the whole row."""
        self.problems.append(
            Problem(
                reason=reason,
                sheet=self.sheet.name,
                row=self.number,
                column=name,
                cell=self.cells.get(name, "") or f"A{self.number}",
                value=self.raw.get(name, "")[:200],
                params=params,
            )
        )

    @property
    def sound(self) -> bool:
        """No error so far; warnings do not count."""
        return all(found.reason.severity != "error" for found in self.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a row will do when it is committed, as the preview shows it.

    ``data`` is JSON and all that ``commit`` needs. ``title`` names the thing,
    ``old`` and ``new`` are for people. ``unit_id`` limits who may see it.
    """

    sheet: str
    row: int
    cell: str
    change: ChangeKind
    title: str
    old: str = ""
    new: str = ""
    unit_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An upload being checked: whose, with what rights, with which options.

    ``stamp`` is that of the template the file was made from; empty for other files.
    """

    upload_id: int
    by_id: int
    grant: Grant
    options: Options
    stamp: Mapping[str, str]
    today: date


class Checker:
    """The importer's own checks. One object per upload; rows come in order."""

    def sheet(self, sheet: Sheet) -> None:
        """A table was found; fields of its head may be refused here."""

    def check(self, rows: Sequence[Row]) -> Iterable[Record]:
        """Up to 1,000 rows: call ``row.problem`` or yield records of sound rows.
        Look things up for all rows at once."""
        return ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a commit or an undo did, by counts; ``links`` are (title, address)."""

    counts: Mapping[str, int] = field(default_factory=dict)
    links: tuple[tuple[str, str], ...] = ()


class StaleError(Exception):
    """The data have changed since the check: the file is checked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """A kind of file that may be handed in.

    Who may change rows of the layer ``layer`` may upload. ``tables(options, grant)``
    are the layouts that a file may have, the one of the template first.
    ``commit(upload, records)`` runs inside the one transaction of the commit; it
    writes the records that are not ``same`` and may raise StaleError.
    ``undo(upload, by_id, reason)`` takes back what was committed, in one transaction.
    ``reasons`` are those that the checker gives, beside the mechanism's own.
    """

    slug: str
    title: Text
    layer: str
    tables: Callable[[Options, Grant], Sequence[Table]]
    checker: Callable[[Job], Checker]
    commit: Callable[[Upload, Iterator[Record]], Outcome]
    undo: Callable[[Upload, int, str], Outcome]
    options: Callable[[Grant], tuple[Option, ...]] = lambda grant: ()
    reasons: tuple[Reason, ...] = ()
    help: Text = ""
    order: int = 100


importers: Registry[Importer] = Registry("importer of files")
