"""Reading unit outlines from GeoJSON, GeoPackage or Shapefile."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyogrio
from pyproj import CRS
from pyproj.exceptions import CRSError

from . import topology
from .models import UnitType

WGS84 = 4326
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


class UnitFileError(ValueError):
    """The file cannot be used; the text says what is wrong and where."""


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
    files in VN-2000 carry none or a wrong one. Raises UnitFileError.
    """
    try:
        frame = pyogrio.read_dataframe(path)
    except (pyogrio.errors.DataSourceError, OSError) as error:
        raise UnitFileError(f"{path.name} cannot be read: {error}") from error
    frame = _to_wgs84(frame, crs, path.name)
    wanted = {names.code, names.name, names.parent, names.population} - {""}
    if absent := sorted(wanted - set(frame.columns)):
        have = ", ".join(column for column in frame.columns if column != "geometry")
        raise UnitFileError(f"no column {', '.join(absent)}; the file has: {have}")
    outlines = [
        _outline(row, names, f"{path.name}, row {number}")
        for number, row in enumerate(frame.to_dict("records"), 1)
    ]
    codes = [outline.code for outline in outlines]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise UnitFileError(f"codes that appear more than once: {', '.join(twice)}")
    return outlines


def _to_wgs84(frame: Any, crs: str, name: str) -> Any:
    try:
        if crs:
            frame = frame.set_crs(CRS.from_user_input(crs), allow_override=True)
        if frame.crs is None:
            raise UnitFileError(f"{name} does not say its reference system: give --crs")
        return frame.to_crs(WGS84)
    except CRSError as error:
        raise UnitFileError(
            f"reference system {crs!r} is not known: {error}"
        ) from error


def _outline(row: dict[str, Any], names: FieldNames, where: str) -> Outline:
    code, title = _text(row[names.code]), _text(row[names.name])
    if not code or not title:
        raise UnitFileError(f"{where}: the code or the name is empty")
    shape = row["geometry"]
    if shape is None or shape.is_empty:
        raise UnitFileError(f"{where}: {title} has no outline")
    try:
        repaired = topology.repair(shape)
    except ValueError as error:
        raise UnitFileError(f"{where}: {title}: {error}") from error
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


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # codes that a spreadsheet turned into numbers
    return " ".join(str(value).split())


def _number(value: Any) -> int | None:
    text = _text(value)
    return round(float(text)) if text else None
