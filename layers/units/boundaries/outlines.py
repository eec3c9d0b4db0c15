"""From the rows of a file to outlines with code, name, type and figures."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from layers.core.geofiles import GeoFileError, need_columns, text
from layers.units import topology
from layers.units.models import UnitType

from .columns import CODE, FieldNames
from .reading import Table, open_table

MAX_NAME = 200
MAX_PEOPLE = 200_000_000
LISTED = 20
# How many of a file's unit of area make a km²: km², ha, m².
AREA_UNITS = (1.0, 100.0, 1_000_000.0)

# First words of a unit's name, without diacritics, longest first.
FIRST_WORDS = (
    ("thanh pho", UnitType.CITY),
    ("thi tran", UnitType.TOWNSHIP),
    ("thi xa", UnitType.TOWN),
    ("phuong", UnitType.WARD),
    ("huyen", UnitType.DISTRICT),
    ("tinh", UnitType.PROVINCE),
    ("xa", UnitType.COMMUNE),
)


class BadRowsError(GeoFileError):
    """Rows that cannot be used; ``problems`` names each with its reason."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        shown = self.problems[:LISTED]
        if more := len(self.problems) - len(shown):
            shown.append(_("and %(count)d more") % {"count": more})
        super().__init__("\n".join(shown))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One unit of a file: ``shape`` is a repaired lon/lat multipolygon, ``row``
    counts from 1, ``published_km2`` is the file's own figure of the land area."""

    row: int
    code: str
    name: str
    type: str
    parent_code: str
    population: int | None
    published_km2: float | None
    shape: Any
    repaired: bool

    @property
    def area_km2(self) -> float:
        """Geodesic area of the outline."""
        return topology.area_m2(self.shape) / 1e6


def read(path: Path, names: FieldNames, crs: str = "") -> list[Outline]:
    """The outlines of a file, in WGS 84 whatever it is stored in. Raises
    GeoFileError."""
    return outlines(open_table(path, crs=crs), names)


def outlines(table: Table, names: FieldNames) -> list[Outline]:
    """The units of an opened file.

    Raises GeoFileError for absent columns, and BadRowsError with every row that has
    no code, no name, no outline or a figure that is none, and every code that stands
    twice.
    """
    need_columns(table.frame, names.used)
    columns = {name: list(table.frame[name]) for name in names.used}
    problems: list[str] = []
    found: list[Outline] = []
    for at, shape in enumerate(table.shapes):
        row = {name: text(values[at]) for name, values in columns.items()}
        try:
            found.append(_outline(at + 1, row, shape, names))
        except ValueError as error:
            label = row[names.name] or row[names.code]
            where = _("row %(row)d") % {"row": at + 1}
            problems.append(f"{where}{f' ({label})' if label else ''}: {error}")
    problems += _twice(found)
    if problems:
        raise BadRowsError([f"{table.name}, {problem}" for problem in problems])
    return _in_km2(found)


def _outline(
    number: int, row: dict[str, str], shape: Any, names: FieldNames
) -> Outline:
    code, title = row[names.code], row[names.name]
    if not code or not title:
        raise ValueError(_("the code or the name is empty"))
    if not CODE.match(code):
        raise ValueError(
            _("%(code)s is no code: at most 12 letters and digits, no blanks")
            % {"code": code[:40]}
        )
    if len(title) > MAX_NAME:
        raise ValueError(_("the name is longer than %d letters") % MAX_NAME)
    if shape is None or shape.is_empty:
        raise ValueError(_("there is no outline"))
    return Outline(
        row=number,
        code=code,
        name=title,
        type=type_of(title),
        parent_code=row[names.parent][:12] if names.parent else "",
        population=_people(row[names.population]) if names.population else None,
        published_km2=_figure(row[names.area]) if names.area else None,
        shape=topology.repair(shape),
        repaired=not shape.is_valid,
    )


def _figure(value: str) -> float | None:
    if not value:
        return None
    try:
        number = float(value)
    except ValueError:
        raise ValueError(_("%s is no number") % value[:40]) from None
    if not math.isfinite(number) or number < 0:
        raise ValueError(_("%s is no count or area") % value[:40])
    return number


def _people(value: str) -> int | None:
    number = _figure(value)
    if number is not None and number > MAX_PEOPLE:
        raise ValueError(_("%s is no count or area") % value[:40])
    return None if number is None else round(number)


def _twice(found: Sequence[Outline]) -> list[str]:
    counts = Counter(outline.code for outline in found)
    twice = [code for code, count in counts.items() if count > 1]
    return [
        _("codes that appear more than once: %(code)s (rows %(rows)s)")
        % {
            "code": code,
            "rows": ", ".join(str(o.row) for o in found if o.code == code),
        }
        for code in sorted(twice)
    ]


def _in_km2(found: list[Outline]) -> list[Outline]:
    """Published areas in km², whether the file gives them so, in ha or in m²: the
    outlines themselves tell which."""
    ratios = [
        outline.published_km2 / outline.area_km2
        for outline in found
        if outline.published_km2
    ]
    if not ratios:
        return found
    middle = math.log(float(np.median(ratios)))
    per_km2 = min(AREA_UNITS, key=lambda unit: abs(math.log(unit) - middle))
    return [
        replace(o, published_km2=o.published_km2 / per_km2 if o.published_km2 else None)
        for o in found
    ]


def type_of(title: str) -> str:
    """The type that the first words of a full name tell; "" when none does."""
    plain = unicodedata.normalize("NFD", title.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return next(
        (kind for words, kind in FIRST_WORDS if plain.startswith(f"{words} ")), ""
    )
