"""Reading a table of descent: which column is which, and what a line says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from layers.units.boundaries.outlines import type_of
from layers.units.models import Basis

from . import tables
from .shares import Basis as BasisName
from .tables import Problem, RefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: a part of ``old`` went to ``new``. Shares from 0 to 1, or None."""

    line: int
    old: str
    new: str
    people: float | None = None
    area: float | None = None
    basis: BasisName | None = None
    decree: str = ""
    old_title: str = ""
    old_type: str = ""
    old_above: str = ""


def columns(old_kind: str, new_kind: str) -> dict[str, tuple[str, ...]]:
    """Accepted headings by meaning; the first one there is taken."""
    return {
        "old": ("old_code", f"old_{old_kind}_code", "old"),
        "new": ("new_code", f"new_{new_kind}_code", "new"),
        "people": ("share_people", "people"),
        "area": ("share_area", "area"),
        "basis": ("basis",),
        "decree": ("decree", "legal_basis"),
        "title": ("old_title", "old_name", f"old_{old_kind}"),
        "type": ("old_type",),
        "above": ("old_parent_code", "old_district_code"),
    }


def read(path: Path, old_kind: str, new_kind: str) -> list[Row]:
    """The lines of a CSV file or workbook. Raises RefusedError."""
    found = tables.rows(path)
    known = columns(old_kind, new_kind)
    headings = set(found[0][1]) if found else set()
    which = {
        name: next((title for title in titles if title in headings), "")
        for name, titles in known.items()
    }
    for name in ("old", "new"):
        if not which[name]:
            wanted = " or ".join(known[name])
            raise RefusedError([Problem(1, f"there is no column {wanted}")])
    rows: list[Row] = []
    problems: list[Problem] = []
    pairs: dict[tuple[str, str], int] = {}
    for line, cells in found:
        try:
            row = _row(line, {name: cells.get(t, "") for name, t in which.items()})
            first = pairs.setdefault((row.old, row.new), line)
            if first != line:
                raise ValueError(f"{row.old} to {row.new} stands in line {first} too")
            rows.append(row)
        except ValueError as error:
            problems.append(Problem(line, str(error)))
    if problems:
        raise RefusedError(problems)
    return rows


def _row(line: int, cells: dict[str, str]) -> Row:
    if not cells["old"] or not cells["new"]:
        raise ValueError("the old or the new code is empty")
    if cells["basis"] and cells["basis"] not in Basis.values:
        known = ", ".join(Basis.values)
        raise ValueError(f"basis {cells['basis']!r} is none of {known}")
    return Row(
        line=line,
        old=_code(cells["old"]),
        new=_code(cells["new"]),
        people=_share(cells["people"]),
        area=_share(cells["area"]),
        basis=cells["basis"] or None,  # type: ignore[arg-type]
        decree=cells["decree"][:200],
        old_title=cells["title"][:200],
        old_type=type_of(f"{cells['type']} ") or type_of(cells["title"]),
        old_above=_code(cells["above"]),
    )


def _code(text: str) -> str:
    """A code that a spreadsheet made a number of has no decimals."""
    return text.removesuffix(".0")


def _share(text: str) -> float | None:
    """``0.25``, ``0,25`` or ``25 %``; None when it is empty."""
    if not text:
        return None
    plain = text.replace(" ", "").replace(",", ".")
    try:
        number = float(plain.removesuffix("%")) / (100 if plain.endswith("%") else 1)
    except ValueError:
        raise ValueError(f"{text!r} is no share") from None
    if not 0 <= number <= 1:
        raise ValueError(f"the share {text} is not between 0 and 1")
    return number
