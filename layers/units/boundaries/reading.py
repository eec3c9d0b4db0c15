"""Opening boundary files: GeoJSON, GeoPackage, Shapefile, also packed; any datum."""

from __future__ import annotations

import glob
import gzip
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from django.utils.translation import gettext as _
from pyproj import CRS

from layers.core.geofiles import GeoFileError

from . import systems

MAX_BYTES = 200 * 1024 * 1024
MAX_UNPACKED = 1024 * 1024 * 1024
MAX_ROWS = 20_000
SUFFIXES = (".geojson", ".json", ".gpkg", ".shp", ".zip", ".gz")
INSIDE_ZIP = (".shp", ".gpkg", ".geojson", ".json")
# What a file begins with, by suffix: GDAL looks at the content and would also
# follow formats that name other files or hosts.
BEGINNINGS = {
    ".gpkg": (b"SQLite format 3\x00",),
    ".shp": (b"\x00\x00\x27\x0a",),
    ".geojson": (b"{",),
    ".json": (b"{",),
}
# UTF-8 letters of Vietnamese read as Latin-1, as a Shapefile without .cpg is
GARBLED = ("\u00e1\u00ba", "\u00e1\u00bb", "\u00c3", "\u00c4\u0090", "\u00c6\u00b0")


@dataclass(slots=True)
class Table:
    """Rows of a file: ``frame`` holds the columns, ``shapes`` lon/lat outlines in
    WGS 84 (None where a row has none), ``crs`` the name of the file's own system."""

    name: str
    frame: Any
    shapes: Any
    crs: str

    @property
    def columns(self) -> list[str]:
        return [str(column) for column in self.frame.columns]

    def __len__(self) -> int:
        return len(self.shapes)


def open_table(
    path: Path,
    name: str = "",
    *,
    crs: str = "",
    swapped: bool = False,
    target: systems.Box | None = None,
) -> Table:
    """The rows of a file, in WGS 84 whatever it is stored in.

    ``crs`` (``EPSG:5897``, WKT or PROJ text) overrides the file's own, as many files
    in VN-2000 carry none or a wrong one; ``swapped`` when northing or latitude
    stands first; ``target`` the lon/lat box that is expected, for better advice.
    Raises GeoFileError.
    """
    name = name or path.name
    frame = _frame(_source(path, name), name)
    shapes = np.asarray(frame.geometry.values, dtype=object)
    own = frame.crs
    frame = frame.drop(columns=frame.geometry.name)
    if not len(frame):
        raise GeoFileError(_("%(file)s holds no rows") % {"file": name})
    if len(frame) > MAX_ROWS:
        given = {"file": name, "rows": len(frame), "most": MAX_ROWS}
        raise GeoFileError(
            _("%(file)s has %(rows)d rows; more than %(most)d are no units") % given
        )
    system = _system(crs, own)
    shapes = _turned(shapes) if swapped else shapely.force_2d(shapes)
    made = _to_wgs84(shapes, system, target, name)
    return Table(name, frame, made, systems.name_of(system) if system else "")


def _system(crs: str, own: Any) -> CRS | None:
    if crs:
        try:
            return systems.parse(crs)
        except ValueError as error:
            raise GeoFileError(str(error)) from error
    return CRS.from_user_input(own) if own is not None else None


def _turned(shapes: Any) -> Any:
    return shapely.transform(shapely.force_2d(shapes), lambda points: points[:, ::-1])


def _to_wgs84(
    shapes: Any, system: CRS | None, target: systems.Box | None, name: str
) -> Any:
    bounds = shapely.total_bounds(shapes)
    if not np.isfinite(bounds).all():
        raise GeoFileError(_("%(file)s holds no outlines") % {"file": name})
    if reason := systems.doubts([float(value) for value in bounds], system, target):
        raise GeoFileError(f"{name}: {reason}")
    if system is None or system.to_epsg() == 4326:
        return shapes
    change = systems.transformer(system)

    def project(points: Any) -> Any:
        return np.column_stack(change.transform(points[:, 0], points[:, 1]))

    return shapely.transform(shapes, project)


def _frame(source: str, name: str) -> Any:
    try:
        layer = _layer(source)
        frame = pyogrio.read_dataframe(source, layer=layer)
        if _garbled(frame):
            frame = pyogrio.read_dataframe(source, layer=layer, encoding="UTF-8")
    except (pyogrio.errors.DataSourceError, OSError, ValueError) as error:
        reason = str(error).replace(source, name)
        raise GeoFileError(
            _("%(file)s cannot be read: %(reason)s") % {"file": name, "reason": reason}
        ) from error
    if "geometry" not in frame.columns:
        raise GeoFileError(_("%(file)s holds no geometry") % {"file": name})
    return frame


def _layer(source: str) -> str | None:
    """The first layer with polygons, else the first."""
    layers = pyogrio.list_layers(source)
    if not len(layers):
        return None
    areas = [row for row in layers if "Polygon" in str(row[1])]
    return str((areas or list(layers))[0][0])


def _garbled(frame: Any) -> bool:
    texts = frame.select_dtypes(include=["object", "string"]).columns
    sample = " ".join(
        str(value) for column in texts if column != "geometry"
        for value in frame[column].head(50)
    )  # fmt: skip
    return any(mark in sample for mark in GARBLED)


def _source(path: Path, name: str) -> str:
    """What GDAL shall open. Raises GeoFileError for what is no boundary file."""
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise GeoFileError(
            _("%(file)s is none of: GeoJSON, GeoPackage, Shapefile (zipped)")
            % {"file": name}
        )
    if not path.exists():
        raise GeoFileError(
            _("%(file)s cannot be read: %(reason)s")
            % {"file": name, "reason": _("there is no such file")}
        )
    if suffix == ".zip":
        return _zipped(path, name)
    if suffix == ".gz":
        _must_begin(_gunzipped(path, name), ".geojson", name)
        return f"/vsigzip/{path}"
    with path.open("rb") as file:
        _must_begin(file.read(64), suffix, name)
    if suffix == ".shp" and not path.with_suffix(".dbf").exists():
        raise GeoFileError(
            _(
                "a Shapefile is several files: pack them into a .zip (.shp, .shx, .dbf,"
                " .prj)"
            )
        )
    return str(path)


def packed(path: Path) -> tuple[str, bytes]:
    """Name and content of a file to hand in: a Shapefile with the files beside it."""
    if path.suffix.lower() != ".shp":
        return path.name, path.read_bytes()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(path.parent.glob(f"{glob.escape(path.stem)}.*")):
            archive.write(part, part.name)
    return f"{path.stem}.zip", buffer.getvalue()


def _gunzipped(path: Path, name: str) -> bytes:
    size, head = 0, b""
    try:
        with gzip.open(path) as file:
            while block := file.read(1 << 20):
                head = head or block[:64]
                size += len(block)
                if size > MAX_UNPACKED:
                    raise GeoFileError(_too_large(name))
    except (OSError, EOFError) as error:
        raise GeoFileError(
            _("%(file)s cannot be read: %(reason)s") % {"file": name, "reason": error}
        ) from error
    return head


def _zipped(path: Path, name: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise GeoFileError(_too_large(name))
            wanted = sorted(
                entry.filename for entry in entries
                if Path(entry.filename).suffix.lower() in INSIDE_ZIP
                and "__MACOSX" not in entry.filename
            )  # fmt: skip
            if len(wanted) != 1:
                raise GeoFileError(_not_one(name, wanted))
            with archive.open(wanted[0]) as file:
                suffix = Path(wanted[0]).suffix.lower()
                _must_begin(file.read(64), suffix, wanted[0])
    except (zipfile.BadZipFile, OSError) as error:
        raise GeoFileError(
            _("%(file)s cannot be read: %(reason)s") % {"file": name, "reason": error}
        ) from error
    return f"/vsizip/{{{path}}}/{wanted[0]}"


def _not_one(name: str, wanted: list[str]) -> str:
    if not wanted:
        return _("%(file)s holds no .shp, .gpkg or .geojson") % {"file": name}
    return _("%(file)s holds more than one boundary file: %(files)s") % {
        "file": name,
        "files": ", ".join(wanted[:5]),
    }


def _too_large(name: str) -> str:
    return _("%(file)s is larger than 1 GB when unpacked") % {"file": name}


def _must_begin(head: bytes, suffix: str, name: str) -> None:
    if not head.strip():
        raise GeoFileError(_("%(file)s is empty") % {"file": name})
    start = head if suffix in (".gpkg", ".shp") else head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if not start.startswith(BEGINNINGS[suffix]):
        raise GeoFileError(
            _("%(file)s is not what its name says (%(suffix)s)")
            % {"file": name, "suffix": suffix}
        )
