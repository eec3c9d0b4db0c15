"""PMTiles 3 and MBTiles 1.3: ready-made tiles in one file.

An archive keeps its file open as long as somebody refers to it: a file that was
replaced is closed after the last tile that was being read from it. Reading is by
offset, not by mapping: a mapped file that somebody shortens ends the process.
"""

from __future__ import annotations

import gzip
import os
import sqlite3
import zlib
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Protocol
from weakref import finalize

import brotli
import orjson
import zstandard
from pmtiles import tile as pm

from layers.core.mercator import MAX_ZOOM
from tiles.sources import MVT

from .expand import MAX_TILE_BYTES, bounded, expand, inflate
from .formats import MAGIC, BrokenFileError, check_sqlite_size

SUFFIXES = (".pmtiles", ".mbtiles")
MAX_METADATA_BYTES = 16 * 1024 * 1024
MAX_DIRECTORY_BYTES = 16 * 1024 * 1024
DIRECTORIES_KEPT = 32
HEADER_BYTES = 127
TYPES = {
    "pbf": MVT,
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "avif": "image/avif",
}
_PMTILES = {
    pm.TileType.MVT: "pbf",
    pm.TileType.PNG: "png",
    pm.TileType.JPEG: "jpg",
    pm.TileType.WEBP: "webp",
    pm.TileType.AVIF: "avif",
}
# What reading and expanding foreign bytes may raise.
FAILURES = (
    OSError,
    ValueError,
    EOFError,
    LookupError,
    OverflowError,
    ArithmeticError,
    zlib.error,
    brotli.error,
    zstandard.ZstdError,
    sqlite3.Error,
    pm.MagicNumberNotFound,
    pm.SpecVersionUnsupported,
)


@dataclass(frozen=True)
class ArchiveInfo:
    """What an archive says of itself. ``tilejson`` holds bounds, center,
    vector_layers, name, description, attribution as far as they are there."""

    content_type: str
    minzoom: int
    maxzoom: int
    tilejson: dict[str, Any] = field(default_factory=dict)


class Archive(Protocol):
    info: ArchiveInfo

    def tile(self, z: int, x: int, y: int) -> bytes:
        """The tile, vector tiles expanded; empty when there is none.

        Raises one of FAILURES for what cannot be read.
        """


def open_archive(path: Path) -> Archive:
    """Raises BrokenFileError."""
    try:
        kind = PmtilesArchive if path.suffix.lower() == ".pmtiles" else MbtilesArchive
        archive: Archive = kind(path)
    except FAILURES as error:
        raise BrokenFileError(
            f"it cannot be read: {error or 'wrong format'}"
        ) from error
    if not 0 <= archive.info.minzoom <= archive.info.maxzoom <= MAX_ZOOM:
        raise BrokenFileError("its zoom levels make no sense")
    return archive


class PmtilesArchive:
    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        finalize(self, os.close, self._file)
        header = pm.deserialize_header(self._bytes(0, HEADER_BYTES))
        self._header = header
        self._check_size(os.fstat(self._file).st_size)
        self._lock = Lock()
        self._directories: OrderedDict[tuple[int, int], list[pm.Entry]] = OrderedDict()
        self._directory(header["root_offset"], header["root_length"])
        self.info = self._info()

    def tile(self, z: int, x: int, y: int) -> bytes:
        header, number = self._header, pm.zxy_to_tileid(z, x, y)
        offset, length = header["root_offset"], header["root_length"]
        for _depth in range(4):  # at most, says the specification
            entry = pm.find_tile(self._directory(offset, length), number)
            if entry is None:
                return b""
            if entry.run_length:
                start = header["tile_data_offset"] + entry.offset
                return self._expanded(self._bytes(start, entry.length))
            offset = header["leaf_directory_offset"] + entry.offset
            length = entry.length
        raise ValueError("directories are too deep")

    def _expanded(self, content: bytes) -> bytes:
        if self.info.content_type != MVT:
            return content
        if self._header["tile_compression"] == pm.Compression.BROTLI:
            return bounded(brotli.decompress(content))
        return expand(content)

    def _bytes(self, offset: int, length: int) -> bytes:
        if length > MAX_TILE_BYTES:
            raise OverflowError(f"more than {MAX_TILE_BYTES // 2**20} MB in one piece")
        content = os.pread(self._file, length, offset)
        if len(content) != length:
            raise EOFError("it is shorter than it says; copy it again")
        return content

    def _check_size(self, size: int) -> None:
        header: dict[str, Any] = dict(self._header)
        for part in ("root", "metadata", "leaf_directory", "tile_data"):
            if header[f"{part}_offset"] + header[f"{part}_length"] > size:
                raise BrokenFileError("it is shorter than it says; copy it again")
        if header["internal_compression"] not in (
            pm.Compression.GZIP,
            pm.Compression.NONE,
        ):
            raise BrokenFileError("its directories are compressed by something else")

    def _directory(self, offset: int, length: int) -> list[pm.Entry]:
        key = (offset, length)
        with self._lock:
            found = self._directories.get(key)
            if found is not None:
                self._directories.move_to_end(key)
                return found
        content = self._bytes(offset, length)
        if self._header["internal_compression"] == pm.Compression.GZIP:
            content = inflate(content, 31, MAX_DIRECTORY_BYTES)
        # The library expands what it is given.
        found = pm.deserialize_directory(gzip.compress(content, 0))
        with self._lock:
            self._directories[key] = found
            while len(self._directories) > DIRECTORIES_KEPT:
                self._directories.popitem(last=False)
        return found

    def _info(self) -> ArchiveInfo:
        header = self._header
        kind = _PMTILES.get(header["tile_type"])
        if kind is None:
            raise BrokenFileError(
                f"tiles of type {header['tile_type'].name} are unknown"
            )
        content = self._bytes(header["metadata_offset"], header["metadata_length"])
        if header["internal_compression"] == pm.Compression.GZIP:
            content = inflate(content, 31, MAX_METADATA_BYTES)
        metadata = orjson.loads(content or b"{}")
        degrees = [
            header[f"{name}_e7"] / 1e7  # type: ignore[literal-required]
            for name in ("min_lon", "min_lat", "max_lon", "max_lat")
        ]
        center = [header["center_lon_e7"] / 1e7, header["center_lat_e7"] / 1e7]
        return ArchiveInfo(
            TYPES[kind],
            header["min_zoom"],
            header["max_zoom"],
            _tilejson(metadata, degrees, [*center, header["center_zoom"]]),
        )


class MbtilesArchive:
    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            head = file.read(100)
        if not head.startswith(MAGIC[".gpkg"]):
            raise BrokenFileError("it is no .mbtiles file, whatever its name says")
        check_sqlite_size(head, path.stat().st_size)
        wal = path.with_name(path.name + "-wal")
        if wal.exists() and wal.stat().st_size:
            raise BrokenFileError(f"a program has not closed it yet ({wal.name})")
        # Immutable: no locks and no journals. A changed file is opened anew.
        self._database = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro&immutable=1",
            uri=True,
            check_same_thread=False,
        )
        finalize(self, self._database.close)
        self._lock = Lock()
        self.info = self._info()

    def tile(self, z: int, x: int, y: int) -> bytes:
        found = self._rows(
            "SELECT tile_data FROM tiles"
            " WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
            (z, x, 2**z - 1 - y),  # rows count from the south
        )
        content = bytes(found[0][0]) if found and found[0][0] else b""
        bounded(content)
        return expand(content) if self.info.content_type == MVT else content

    def _rows(self, query: str, values: tuple[int, ...] = ()) -> list[Any]:
        with self._lock:
            return self._database.execute(query, values).fetchmany(1000)

    def _info(self) -> ArchiveInfo:
        said = {str(name): value for name, value in self._rows(_METADATA)}
        kind = str(said.get("format", "")).lower()
        if kind not in TYPES:
            raise BrokenFileError(
                f"tiles of format {kind or '(not given)'} are unknown;"
                f" it may be {', '.join(TYPES)}"
            )
        levels = self._rows("SELECT min(zoom_level), max(zoom_level) FROM tiles")[0]
        if levels[0] is None:
            raise BrokenFileError("there is no tile in it")
        metadata = {**said, **orjson.loads(said.get("json") or "{}")}
        return ArchiveInfo(
            TYPES[kind],
            int(said.get("minzoom", levels[0])),
            int(said.get("maxzoom", levels[1])),
            _tilejson(
                metadata, _numbers(said.get("bounds")), _numbers(said.get("center"))
            ),
        )


_METADATA = "SELECT name, value FROM metadata"


def _numbers(text: Any) -> list[float]:
    try:
        return [float(part) for part in str(text).split(",")]
    except ValueError:
        return []


def _tilejson(
    metadata: Any, bounds: list[float], center: list[float]
) -> dict[str, Any]:
    """The members of TileJSON that are there and make sense."""
    found: dict[str, Any] = {}
    if not isinstance(metadata, dict):
        return found
    for name in ("name", "description", "attribution"):
        if metadata.get(name) and isinstance(metadata[name], str):
            found[name] = metadata[name]
    layers = metadata.get("vector_layers")
    if isinstance(layers, list):
        found["vector_layers"] = [part for part in layers if isinstance(part, dict)]
    if len(bounds) == 4 and bounds[0] < bounds[2] and bounds[1] < bounds[3]:
        found["bounds"] = bounds
    if len(center) == 3:
        found["center"] = [*center[:2], int(center[2])]
    return found
