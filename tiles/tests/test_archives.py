"""PMTiles and MBTiles archives as sources, whole and damaged."""

from __future__ import annotations

import asyncio
import gzip
import os
import sqlite3
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import brotli
import mapbox_vector_tile
import pytest
import zstandard
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from tiles.sources import MVT, Source, TileRequest, UnavailableError
from tiles.sources.files.archives import open_archive
from tiles.sources.files.expand import MAX_TILE_BYTES
from tiles.tests.files import ALL, watched

TILE = mapbox_vector_tile.encode(
    {"name": "sea", "features": [{"geometry": "POINT (5 5)", "properties": {"n": 1}}]}
)
PNG = b"\x89PNG\r\n\x1a\n and so on"
PLACE = (3, 6, 3)
METADATA = {
    "name": "Sea",
    "attribution": "somebody",
    "vector_layers": [{"id": "sea", "fields": {"n": "Number"}}],
}


def pmtiles(
    path: Path,
    content: bytes = TILE,
    *,
    compression: Compression = Compression.NONE,
    kind: TileType = TileType.MVT,
    places: tuple[tuple[int, int, int], ...] = (PLACE,),
) -> Path:
    with path.open("wb") as file:
        writer = Writer(file)
        for number, place in enumerate(places):
            more = b"" if number == 0 else bytes([0])
            writer.write_tile(zxy_to_tileid(*place), content + more)
        header = {
            "tile_type": kind,
            "tile_compression": compression,
            "min_lon_e7": 1040000000,
            "min_lat_e7": 190000000,
            "max_lon_e7": 1070000000,
            "max_lat_e7": 210000000,
        }
        writer.finalize(header, METADATA)
    return path


def mbtiles(path: Path, content: bytes = TILE, **metadata: str) -> Path:
    z, x, y = PLACE
    said = {"format": "pbf", "name": "Sea", "bounds": "104,19,107,21", **metadata}
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE metadata (name text, value text)")
        database.execute(
            "CREATE TABLE tiles (zoom_level integer, tile_column integer,"
            " tile_row integer, tile_data blob)"
        )
        database.executemany("INSERT INTO metadata VALUES (?, ?)", said.items())
        database.execute(
            "INSERT INTO tiles VALUES (?, ?, ?, ?)", (z, x, 2**z - 1 - y, content)
        )
    database.close()
    return path


async def ask(source: Source, place: tuple[int, int, int] = PLACE) -> bytes:
    return await source.tile(TileRequest(*place, ALL))


COMPRESSED = {
    Compression.NONE: TILE,
    Compression.GZIP: gzip.compress(TILE),
    Compression.BROTLI: brotli.compress(TILE),
    Compression.ZSTD: zstandard.compress(TILE),
}


@pytest.mark.parametrize("compression", COMPRESSED)
async def test_pmtiles_give_raw_vector_tiles_however_they_are_packed(
    tmp_path: Path, compression: Compression
) -> None:
    pmtiles(tmp_path / "a.pmtiles", COMPRESSED[compression], compression=compression)
    source = (await watched(tmp_path)).sources["a"]
    assert await ask(source) == TILE
    assert await ask(source, (3, 0, 0)) == b""
    document = await source.tilejson(ALL)
    assert document["bounds"] == [104.0, 19.0, 107.0, 21.0]
    assert document["vector_layers"] == METADATA["vector_layers"]
    assert (document["name"], document["attribution"]) == ("Sea", "somebody")
    assert (source.minzoom, source.maxzoom, source.content_type) == (3, 3, MVT)


async def test_a_large_archive_with_leaf_directories_finds_every_tile(
    tmp_path: Path,
) -> None:
    places = tuple((8, x, y) for x in range(100, 190) for y in range(100, 190))
    pmtiles(tmp_path / "a.pmtiles", b"\x1a\x00", places=sorted(places))
    source = (await watched(tmp_path)).sources["a"]
    for place in (places[0], places[4000], places[-1]):
        assert (await ask(source, place)).startswith(b"\x1a")
    assert await ask(source, (8, 99, 100)) == b""


@pytest.mark.parametrize(
    "content",
    [TILE, gzip.compress(TILE), zlib.compress(TILE), zstandard.compress(TILE)],
    # gzip writes the time: workers that collect in different seconds disagreed
    ids=["plain", "gzip", "zlib", "zstd"],
)
async def test_mbtiles_count_rows_from_the_south(
    tmp_path: Path, content: bytes
) -> None:
    mbtiles(tmp_path / "a.mbtiles", content, json='{"vector_layers": [{"id": "sea"}]}')
    source = (await watched(tmp_path)).sources["a"]
    assert await ask(source) == TILE
    assert await ask(source, (3, 6, 4)) == b""
    document = await source.tilejson(ALL)
    assert (document["minzoom"], document["maxzoom"]) == (3, 3)
    assert document["vector_layers"] == [{"id": "sea"}]


async def test_images_pass_as_they_are(tmp_path: Path) -> None:
    mbtiles(tmp_path / "a.mbtiles", PNG, format="png")
    pmtiles(tmp_path / "b.pmtiles", PNG, kind=TileType.WEBP)
    sources = (await watched(tmp_path)).sources
    assert await ask(sources["a"]) == await ask(sources["b"]) == PNG
    assert sources["a"].content_type == "image/png"
    assert sources["b"].entry()["content_type"] == "image/webp"
    assert "vector_layers" not in await sources["a"].tilejson(ALL)


async def test_unknown_kinds_of_tiles_are_broken(tmp_path: Path) -> None:
    mbtiles(tmp_path / "a.mbtiles", format="tiff")
    pmtiles(tmp_path / "b.pmtiles", kind=TileType.UNKNOWN)
    broken = (await watched(tmp_path)).broken
    assert "a.mbtiles: tiles of format tiff are unknown" in broken["a"]
    assert "b.pmtiles: tiles of type UNKNOWN are unknown" in broken["b"]


async def test_a_half_archive_is_broken(tmp_path: Path) -> None:
    places = tuple((5, x, 1) for x in range(32))
    for path in (
        pmtiles(tmp_path / "a.pmtiles", os.urandom(500), places=places),
        mbtiles(tmp_path / "b.mbtiles", os.urandom(50_000)),
    ):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    broken = (await watched(tmp_path)).broken
    assert len(broken) == 2
    assert all("shorter than it says" in reason for reason in broken.values())


def damaged(kind: str, folder: Path) -> None:
    bad = gzip.compress(TILE)[:-9]
    if kind == "pmtiles":
        pmtiles(folder / "a.pmtiles", bad, compression=Compression.GZIP)
    else:
        mbtiles(folder / "a.mbtiles", bad)


@pytest.mark.parametrize("kind", ["pmtiles", "mbtiles"])
async def test_a_corrupt_tile_names_the_file_and_the_rest_goes_on(
    tmp_path: Path, kind: str
) -> None:
    damaged(kind, tmp_path)
    source = (await watched(tmp_path)).sources["a"]
    with pytest.raises(UnavailableError, match=rf"a\.{kind}: tile 3/6/3"):
        await ask(source)
    assert await ask(source, (3, 0, 0)) == b""


async def test_a_tile_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    mbtiles(tmp_path / "a.mbtiles", gzip.compress(bytes(MAX_TILE_BYTES + 1), 9))
    source = (await watched(tmp_path)).sources["a"]
    with pytest.raises(UnavailableError):
        await ask(source)


@pytest.mark.parametrize("make", [pmtiles, mbtiles])
async def test_a_file_that_shrinks_under_a_reader_ends_nothing(
    tmp_path: Path, make: Any
) -> None:
    path = make(tmp_path / f"a.{make.__name__}", os.urandom(100_000))
    source = (await watched(tmp_path)).sources["a"]
    os.truncate(path, 200)
    with pytest.raises(UnavailableError):
        await ask(source)


@pytest.mark.parametrize("make", [pmtiles, mbtiles])
async def test_a_replaced_archive_is_read_anew_and_the_old_one_closed(
    tmp_path: Path, make: Any
) -> None:
    path = make(tmp_path / f"a.{make.__name__}")
    folder = await watched(tmp_path)
    old = folder.sources["a"]
    replaced = path.stat().st_ino
    other = mapbox_vector_tile.encode({"name": "land", "features": []})
    make(tmp_path / "new", other).replace(path)
    assert await ask(old) == TILE, "what is open stays readable"
    await folder.refresh(frozenset())
    assert await ask(folder.sources["a"]) == other
    assert await ask(old) == TILE, "and is not closed under a reader"
    del old
    async with asyncio.timeout(10):
        while replaced in open_inodes():  # until the thread that read lets go
            await asyncio.sleep(0.01)


def open_inodes() -> set[int]:
    found = set()
    for handle in list(Path("/proc/self/fd").iterdir()):
        with suppress(OSError):  # it was that of the listing
            found.add(handle.stat().st_ino)
    return found


async def test_many_readers_at_once_get_their_own_tiles(tmp_path: Path) -> None:
    places = tuple((6, x, 9) for x in range(60))
    path = pmtiles(tmp_path / "a.pmtiles", b"\x1a", places=places)
    archive = open_archive(path)
    expected = [archive.tile(*place) for place in places]
    source = (await watched(tmp_path)).sources["a"]
    assert await asyncio.gather(*(ask(source, place) for place in places)) == expected


async def test_an_archive_in_use_by_another_program_is_broken_until_it_ends(
    tmp_path: Path,
) -> None:
    path = mbtiles(tmp_path / "a.mbtiles")
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("INSERT INTO metadata VALUES ('more', 'text')")
    database.commit()
    folder = await watched(tmp_path)
    assert "has not closed it yet" in folder.broken["a"]
    database.close()
    await folder.refresh(frozenset())
    assert await ask(folder.sources["a"]) == TILE


async def test_rows_by_unit_need_a_vector_file(tmp_path: Path) -> None:
    mbtiles(tmp_path / "a.mbtiles")
    (tmp_path / "a.json").write_text('{"ioc": {"unit_column": "unit"}}')
    assert "not for archives" in (await watched(tmp_path)).broken["a"]
