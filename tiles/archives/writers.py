"""PMTiles 3 and MBTiles 1.3 files, complete or not there at all."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import orjson
from pmtiles import tile as pm
from pmtiles.writer import Writer as _PmtilesWriter

from layers.core.mercator import Bounds
from tiles.sources import MVT

GENERATOR = "gis-ioc"
# The format's name in MBTiles, and the type in PMTiles.
FORMATS = {
    MVT: ("pbf", pm.TileType.MVT),
    "image/png": ("png", pm.TileType.PNG),
    "image/jpeg": ("jpg", pm.TileType.JPEG),
    "image/webp": ("webp", pm.TileType.WEBP),
    "image/avif": ("avif", pm.TileType.AVIF),
}


@dataclass(frozen=True)
class About:
    """What the archive says of itself. ``bounds`` in degrees, ``created`` ISO 8601."""

    tilejson: dict[str, Any]
    content_type: str
    bounds: Bounds
    minzoom: int
    maxzoom: int
    created: str

    @property
    def texts(self) -> dict[str, str]:
        names = ("name", "description", "attribution")
        given = {name: str(self.tilejson.get(name) or "") for name in names}
        own = {"generator": GENERATOR, "created": self.created}
        return {name: text for name, text in {**given, **own}.items() if text}

    @property
    def vector_layers(self) -> list[dict[str, Any]]:
        return list(self.tilejson.get("vector_layers", []))


class Writer(Protocol):
    """Vector tiles come gzipped, others as they are; in any order, each once."""

    def put(self, z: int, x: int, y: int, content: bytes) -> None: ...

    def finish(self, about: About) -> None: ...


class PmtilesWriter:
    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        make: Any = _PmtilesWriter  # it has no types
        self._writer = make(self._file)

    def put(self, z: int, x: int, y: int, content: bytes) -> None:
        self._writer.write_tile(pm.zxy_to_tileid(z, x, y), content)

    def finish(self, about: About) -> None:
        _format, kind = FORMATS[about.content_type]
        west, south, east, north = (round(part * 1e7) for part in about.bounds)
        vector = kind == pm.TileType.MVT
        header = {
            "tile_type": kind,
            "tile_compression": pm.Compression.GZIP if vector else pm.Compression.NONE,
            "min_lon_e7": west,
            "min_lat_e7": south,
            "max_lon_e7": east,
            "max_lat_e7": north,
            "center_zoom": about.minzoom,
            "center_lon_e7": (west + east) // 2,
            "center_lat_e7": (south + north) // 2,
        }
        layers = {"vector_layers": about.vector_layers} if vector else {}
        self._writer.finalize(header, {**about.texts, **layers})

    def close(self) -> None:
        self._writer.tile_f.close()
        self._file.close()


_SCHEMA = """
CREATE TABLE metadata (name text PRIMARY KEY, value text);
CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer,
                    tile_data blob);
"""
_INDEX = """
CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)
"""


class MbtilesWriter:
    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path)
        # Nobody reads the file before it is complete.
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("PRAGMA application_id = 0x4d504258")  # MPBX
        self._database.executescript(_SCHEMA)

    def put(self, z: int, x: int, y: int, content: bytes) -> None:
        row = 2**z - 1 - y  # counted from the south
        self._database.execute(
            "INSERT INTO tiles VALUES (?, ?, ?, ?)", (z, x, row, content)
        )

    def finish(self, about: About) -> None:
        west, south, east, north = about.bounds
        center = f"{(west + east) / 2},{(south + north) / 2},{about.minzoom}"
        said = {
            "name": GENERATOR,
            **about.texts,
            "format": FORMATS[about.content_type][0],
            "bounds": ",".join(map(str, about.bounds)),
            "center": center,
            "minzoom": str(about.minzoom),
            "maxzoom": str(about.maxzoom),
            "type": "overlay",
        }
        if about.content_type == MVT:
            layers = {"vector_layers": about.vector_layers}
            said["json"] = orjson.dumps(layers).decode()
        self._database.executemany("INSERT INTO metadata VALUES (?, ?)", said.items())
        self._database.execute(_INDEX)
        self._database.commit()

    def close(self) -> None:
        self._database.close()


WRITERS: dict[str, type[PmtilesWriter] | type[MbtilesWriter]] = {
    ".pmtiles": PmtilesWriter,
    ".mbtiles": MbtilesWriter,
}


class _Draft:
    """A file beside the final one that becomes it, or goes."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.path = out.with_name(f".{out.name}.{os.getpid()}.part")

    def __enter__(self) -> Path:
        self.path.unlink(missing_ok=True)
        return self.path

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.path.replace(self.out)
        with suppress(FileNotFoundError):
            self.path.unlink()


@contextmanager
def writing(out: Path) -> Iterator[Writer]:
    """A writer by the ending of ``out``, which appears when all went well."""
    kind = WRITERS[out.suffix.lower()]
    with _Draft(out) as draft, closing(kind(draft)) as writer:
        yield writer
