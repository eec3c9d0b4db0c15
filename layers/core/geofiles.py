"""Reading outlines from GeoJSON, GeoPackage or Shapefile, whatever their datum."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pyogrio
from pyproj import CRS
from pyproj.exceptions import CRSError

WGS84 = 4326


class GeoFileError(ValueError):
    """The file cannot be used; the text says what is wrong and where."""


def read_frame(path: Path, crs: str = "") -> Any:
    """The rows of a file as a GeoDataFrame in WGS 84, whatever it is stored in.

    ``crs`` (``EPSG:3405``, a PROJ or WKT text) overrides the file's own, as many
    files in VN-2000 carry none or a wrong one. Raises GeoFileError.
    """
    try:
        frame = pyogrio.read_dataframe(path)
    except (pyogrio.errors.DataSourceError, OSError) as error:
        raise GeoFileError(f"{path.name} cannot be read: {error}") from error
    if "geometry" not in frame.columns:
        raise GeoFileError(f"{path.name} holds no geometry")
    return _to_wgs84(frame, crs, path.name)


def _to_wgs84(frame: Any, crs: str, name: str) -> Any:
    try:
        if crs:
            frame = frame.set_crs(CRS.from_user_input(crs), allow_override=True)
        if frame.crs is None:
            raise GeoFileError(f"{name} does not say its reference system: give --crs")
        return frame.to_crs(WGS84)
    except CRSError as error:
        raise GeoFileError(f"reference system {crs!r} is not known: {error}") from error


def need_columns(frame: Any, wanted: set[str]) -> None:
    """Raises GeoFileError naming the columns that are absent and those there are."""
    if absent := sorted(wanted - {""} - set(frame.columns)):
        have = ", ".join(column for column in frame.columns if column != "geometry")
        raise GeoFileError(f"no column {', '.join(absent)}; the file has: {have}")


def need_distinct(codes: list[str]) -> None:
    """Raises GeoFileError when a code appears more than once."""
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise GeoFileError(f"codes that appear more than once: {', '.join(twice)}")


def text(value: Any) -> str:
    """A cell as text without superfluous blanks; "" for what is missing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # codes that a spreadsheet turned into numbers
    return " ".join(str(value).split())
