"""Which vector files we take, and what is in one: looked at, not read."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from layers.core.mercator import MAX_LAT, Bounds

WGS84 = "EPSG:4326"
# What a file of each kind begins with: GDAL would read whatever it recognises,
# also descriptions of other files and of addresses in the network.
MAGIC = {
    ".gpkg": b"SQLite format 3\0",
    ".fgb": b"fgb\x03fgb",
    ".shp": b"\x00\x00\x27\x0a",
    ".zip": b"PK\x03\x04",
}
JSON_SUFFIXES = frozenset({".geojson", ".json", ".geojsonl"})
SUFFIXES = JSON_SUFFIXES | set(MAGIC)
MAX_LAYERS = 100
POLE = 90.000001
MAX_COLUMNS = 128  # of a tile


class BrokenFileError(Exception):
    """The file cannot be published; the text says why, without its name."""


@dataclass(frozen=True)
class Limits:
    """What a vector file may hold: it is kept in memory by every web process."""

    features: int = 2_000_000
    file_bytes: int = 512 * 1024 * 1024

    def check_bytes(self, size: int) -> None:
        if size > self.file_bytes:
            reason = (
                f"{size / 2**20:.0f} MB are more than {self.file_bytes / 2**20:.0f}"
            )
            raise BrokenFileError(f"{reason} MB; {INSTEAD}")

    def check_features(self, count: int) -> None:
        if count > self.features:
            raise BrokenFileError(
                f"{count:,} features are more than {self.features:,}; {INSTEAD}"
            )


INSTEAD = "make PMTiles of it, or load it into PostGIS"


@dataclass(frozen=True)
class LayerInfo:
    """A layer of ``file``. ``place`` and ``table`` are what GDAL wants to hear,
    ``bounds`` degrees, None when unknown or when there is no feature."""

    file: Path
    name: str
    place: str
    table: str
    crs: str
    fields: dict[str, str]
    features: int
    bounds: Bounds | None


def inspect(path: Path, limits: Limits) -> list[LayerInfo]:
    """What is in the file. Raises BrokenFileError."""
    try:
        limits.check_bytes(path.stat().st_size)
        _check_head(path)
        found = [_layer(path, *part) for part in _parts(path, limits)]
    except (OSError, RuntimeError, ValueError, zipfile.BadZipFile) as error:
        raise BrokenFileError(plain(error, path)) from error
    except IndexError as error:  # how pyogrio says that there is none
        raise BrokenFileError("there is no layer in it") from error
    limits.check_features(sum(layer.features for layer in found))
    if not found:
        raise BrokenFileError("there is no layer with geometry in it")
    names = [layer.name for layer in found]
    if len(set(names)) < len(names):
        raise BrokenFileError("two of its layers have the same name")
    return found


def _check_head(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(100)
    suffix = path.suffix.lower()
    if suffix in JSON_SUFFIXES:
        if head.lstrip(b"\xef\xbb\xbf \t\r\n\x1e")[:1] != b"{":
            raise BrokenFileError("it is no GeoJSON")
    elif not head.startswith(MAGIC[suffix]):
        raise BrokenFileError(f"it is no {suffix} file, whatever its name says")
    if suffix == ".shp" and int.from_bytes(head[24:28]) * 2 > path.stat().st_size:
        raise BrokenFileError("it is shorter than it says; copy it again")
    if suffix == ".gpkg":
        check_sqlite_size(head, path.stat().st_size)


def check_sqlite_size(head: bytes, size: int) -> None:
    """Whether the pages that the header counts are there (SQLite's file format)."""
    if head[24:28] != head[92:96]:
        return  # the count is not kept
    page = int.from_bytes(head[16:18])
    page = 65_536 if page == 1 else page
    if page * int.from_bytes(head[28:32]) > size:
        raise BrokenFileError("it is shorter than it says; copy it again")


def _parts(path: Path, limits: Limits) -> Iterator[tuple[str, str, str | None]]:
    """(name of the tile layer, dataset, layer of the dataset)."""
    suffix = path.suffix.lower()
    if suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            limits.check_bytes(sum(entry.file_size for entry in archive.infolist()))
            names = [n for n in archive.namelist() if n.lower().endswith(".shp")]
        for name in [n for n in names if not n.startswith("__MACOSX")][:MAX_LAYERS]:
            yield Path(name).stem, f"/vsizip/{{{path}}}/{name}", None
    elif suffix == ".gpkg":
        from pyogrio import list_layers

        for name, kind in list_layers(path)[:MAX_LAYERS].tolist():
            if kind is not None:
                yield name, str(path), name
    elif suffix in JSON_SUFFIXES:
        driver = "GeoJSONSeq" if suffix == ".geojsonl" else "GeoJSON"
        yield path.stem, f"{driver}:{path}", None
    else:
        yield path.stem, str(path), None


def _layer(path: Path, name: str, place: str, table: str | None) -> LayerInfo:
    from pyogrio import read_info

    found = read_info(
        place, layer=table, force_feature_count=True, force_total_bounds=True
    )
    if found["crs"] is None:
        raise BrokenFileError(
            f"layer {name} does not say its coordinate system (a shapefile needs"
            " its .prj); save it again with one"
        )
    fields = dict(zip(found["fields"], found["dtypes"], strict=True))
    kept = {name: fields[name] for name in list(fields)[:MAX_COLUMNS]}
    crs = found["crs"]
    bounds = _degrees(found["total_bounds"], crs)
    own = found["layer_name"]
    return LayerInfo(path, name, place, own, crs, kept, found["features"], bounds)


def _degrees(box: tuple[float, ...] | None, crs: str) -> Bounds | None:
    import pyproj

    try:
        transformer = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)
    except pyproj.exceptions.ProjError as error:
        reason = "its coordinate system has no known place on earth"
        raise BrokenFileError(reason) from error
    if box is None or not np.isfinite(box).all():
        return None
    if crs == WGS84 and (max(map(abs, box)) > 361 or abs(box[1]) > POLE):
        raise BrokenFileError("its coordinates are no degrees, though it says so")
    low_x, low_y, high_x, high_y = box
    west, south, east, north = transformer.transform_bounds(
        low_x, low_y, high_x, high_y
    )
    if not np.isfinite([west, south, east, north]).all() or west > east:
        return None
    return max(west, -180), max(south, -MAX_LAT), min(east, 180), min(north, MAX_LAT)


def plain(error: Exception, path: Path) -> str:
    """The first sentence of an error, without the place of the file."""
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return text.replace(str(path), path.name).split("; It might help")[0]
