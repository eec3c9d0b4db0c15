"""Reading unit outlines from GeoJSON, GeoPackage or Shapefile."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layers.core.geofiles import (
    GeoFileError,
    need_columns,
    need_distinct,
    read_frame,
)
from layers.core.geofiles import text as _text

from . import topology
from .models import UnitType

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


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldNames:
    """Which columns of the file hold what; "" where it has none."""

    code: str = "code"
    name: str = "name"
    parent: str = ""
    population: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One unit of a file: ``shape`` is a repaired lon/lat multipolygon."""

    code: str
    name: str
    type: str
    parent_code: str
    population: int | None
    shape: Any
    repaired: bool

    @property
    def area_km2(self) -> float:
        """Geodesic area of the outline."""
        return topology.area_m2(self.shape) / 1e6


def read(path: Path, names: FieldNames, crs: str = "") -> list[Outline]:
    """The outlines of a file, in WGS 84 whatever it is stored in.

    ``crs`` (``EPSG:3405``, a PROJ or WKT text) overrides the file's own, as many
    files in VN-2000 carry none or a wrong one. Raises GeoFileError.
    """
    frame = read_frame(path, crs)
    need_columns(frame, {names.code, names.name, names.parent, names.population})
    outlines = [
        _outline(row, names, f"{path.name}, row {number}")
        for number, row in enumerate(frame.to_dict("records"), 1)
    ]
    need_distinct([outline.code for outline in outlines])
    return outlines


def _outline(row: dict[str, Any], names: FieldNames, where: str) -> Outline:
    code, title = _text(row[names.code]), _text(row[names.name])
    if not code or not title:
        raise GeoFileError(f"{where}: the code or the name is empty")
    shape = row["geometry"]
    if shape is None or shape.is_empty:
        raise GeoFileError(f"{where}: {title} has no outline")
    try:
        repaired = topology.repair(shape)
    except ValueError as error:
        raise GeoFileError(f"{where}: {title}: {error}") from error
    return Outline(
        code=code,
        name=title,
        type=type_of(title),
        parent_code=_text(row[names.parent]) if names.parent else "",
        population=_number(row[names.population]) if names.population else None,
        shape=repaired,
        repaired=not shape.is_valid,
    )


def type_of(title: str) -> str:
    """The type that the first words of a full name tell; "" when none does."""
    plain = unicodedata.normalize("NFD", title.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return next(
        (kind for words, kind in FIRST_WORDS if plain.startswith(f"{words} ")), ""
    )


def _number(value: Any) -> int | None:
    text = _text(value)
    return round(float(text)) if text else None
