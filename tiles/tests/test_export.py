"""``tiles_export``: archives that hold what the running sources give."""

from __future__ import annotations

import asyncio
import io
import sqlite3
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import CommandError
from pmtiles.reader import MemorySource, all_tiles
from shapely import Point

from layers.core.mercator import from_lonlat
from layers.core.scope import Grant
from layers.core.tests.boats import (  # noqa: F401  (fixtures)
    BAY,
    SLUG,
    Boats,
    boats,
    committed,
)
from tiles.archives.pyramid import Job, Progress, walk
from tiles.archives.writers import writing
from tiles.catalog import basemap
from tiles.sources import Source, TileRequest, UnavailableError
from tiles.sources.files.archives import open_archive
from tiles.tests.files import ALL, HERE, SQUARE, frame, watched
from tiles.tests.service import address, decode

BOX = (105.6, 19.5, 106.1, 20.0)
BAY_BOX = ",".join(map(str, (BAY[0] - 0.2, BAY[1] - 0.2, BAY[0] + 0.2, BAY[1] + 0.2)))


def export(out: Path, sources: str = "basemap", **options: Any) -> str:
    said = io.StringIO()
    options = {"bbox": ",".join(map(str, BOX)), "maxzoom": "10", **options}
    words = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    call_command("tiles_export", sources, str(out), *words, stdout=said, stderr=said)
    return said.getvalue()


def facts(tile: bytes) -> Any:
    return decode(tile) if tile else {}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ending", ["pmtiles", "mbtiles"])
def test_the_archive_holds_what_the_source_draws(tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"sea.{ending}"
    assert "tiles" in export(out)
    source = basemap(Path(settings.PATHS["fixtures"])).sources["basemap"]
    archive = open_archive(out)
    assert (archive.info.minzoom, archive.info.maxzoom) == (0, 10)
    assert archive.info.tilejson["bounds"] == pytest.approx(BOX)
    live = async_to_sync(source.tilejson)(ALL)
    assert archive.info.tilejson["vector_layers"] == live["vector_layers"]
    assert archive.info.tilejson["attribution"] == live["attribution"]
    for z in range(11):
        z, x, y = map(int, address(*HERE, z).split("/"))
        wanted = async_to_sync(source.tile)(TileRequest(z, x, y, ALL))
        assert wanted
        assert facts(archive.tile(z, x, y)) == facts(wanted)
    assert list(tmp_path.iterdir()) == [out], "nothing else is left"


@pytest.mark.django_db(transaction=True)
def test_gdal_and_the_specification_read_the_archive(tmp_path: Path) -> None:
    out = tmp_path / "sea.mbtiles"
    export(out)
    assert "land" in pyogrio.list_layers(out)[:, 0]
    land = pyogrio.read_dataframe(out, layer="land").to_crs(4326)
    x, y = HERE
    assert land.geometry.union_all().distance(Point(x, y)) < 1
    with sqlite3.connect(out) as database:
        said = dict(database.execute("SELECT name, value FROM metadata"))
        (index,) = [
            row for row in database.execute("PRAGMA index_list(tiles)") if row[2]
        ]
    assert said["format"] == "pbf"
    assert said["generator"] == "gis-ioc"
    assert said["created"] > "2026"
    assert index


@pytest.mark.django_db(transaction=True)
def test_pmtiles_are_written_in_the_order_of_their_ids(tmp_path: Path) -> None:
    out = tmp_path / "sea.pmtiles"
    export(out)
    content = out.read_bytes()
    assert content[96] == 1, "clustered"
    places = [place for place, _ in all_tiles(MemorySource(content))]
    assert len(places) == len(set(places)) > 10
    assert pyogrio.list_layers(out).size


@pytest.mark.django_db(transaction=True)
def test_a_live_layer_and_another_become_one_archive(
    tmp_path: Path,
    boats: Boats,  # noqa: F811
) -> None:
    boats.put({"id": 1, "kind": "fishing"}, {"id": 2, "kind": "cargo"})
    out = tmp_path / "boats.mbtiles"
    export(out, f"{SLUG},basemap", maxzoom=8, bbox=BAY_BOX)
    tile = decode(open_archive(out).tile(*map(int, address(*BAY, 8).split("/"))))
    assert {row["id"] for row in tile[SLUG]["features"]} == {1, 2}
    assert len(tile) > 1
    export(out, SLUG, maxzoom=8, bbox=BAY_BOX, filter="kind = 'cargo'")
    tile = decode(open_archive(out).tile(*map(int, address(*BAY, 8).split("/"))))
    assert {row["id"] for row in tile[SLUG]["features"]} == {2}
    with pytest.raises(CommandError):
        export(tmp_path / "x.mbtiles", SLUG, filter="no such (", bbox=BAY_BOX)


@pytest.mark.django_db(transaction=True)
def test_an_archive_for_a_user_holds_only_what_the_user_may_see(
    tmp_path: Path,
    boats: Boats,  # noqa: F811
) -> None:
    boats.put({"id": 1})
    get_user_model().objects.create_user("nobody", password="x")
    with pytest.raises(CommandError, match="no source"):
        export(tmp_path / "a.pmtiles", SLUG, as_user="nobody", bbox=BAY_BOX)
    assert "tiles" in export(tmp_path / "b.pmtiles", as_user="nobody")
    with pytest.raises(CommandError, match="no active user"):
        export(tmp_path / "c.pmtiles", as_user="somebody else")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("sources", "name", "options", "reason"),
    [
        ("nosuch", "a.pmtiles", {}, "no source 'nosuch'"),
        ("basemap", "a.zip", {}, "must end in"),
        ("basemap", "no/a.pmtiles", {}, "no folder"),
        ("basemap", "a.pmtiles", {"bbox": "1,2,3"}, "four numbers"),
        ("basemap", "a.pmtiles", {"bbox": "9,2,3,4"}, "west < east"),
        ("basemap", "a.pmtiles", {"maxzoom": "99"}, "whole number"),
        ("basemap", "a.pmtiles", {"minzoom": "9", "maxzoom": "3"}, "no tiles at zoom"),
        ("basemap", "a.pmtiles", {"filter": "a = 1"}, "no layer"),
    ],
)
def test_what_cannot_be_exported_is_refused_with_a_reason(
    tmp_path: Path, sources: str, name: str, options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(CommandError, match=reason):
        export(tmp_path / name, sources, **options)
    assert not list(tmp_path.iterdir())


def test_a_stopped_export_leaves_the_old_file_alone(tmp_path: Path) -> None:
    out = tmp_path / "a.mbtiles"
    out.write_bytes(b"old")

    def stopped() -> None:
        with writing(out) as writer:
            writer.put(0, 0, 0, b"x")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert out.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [out]


class Counting(Source):
    """Passes everything on, and remembers which tiles were asked for."""

    def __init__(self, source: Source) -> None:
        self.id, self.source = source.id, source
        self.minzoom, self.maxzoom = source.minzoom, source.maxzoom
        self.asked: list[tuple[int, int, int]] = []
        self.at_once = self.most = 0

    async def tile(self, request: TileRequest) -> bytes:
        self.asked.append((request.z, request.x, request.y))
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            return await self.source.tile(request)
        finally:
            self.at_once -= 1


async def walked(
    source: Source,
    *,
    maxzoom: int,
    minzoom: int = 0,
    box: Any = BOX,
    grant: Grant = ALL,
) -> list[tuple[int, int, int]]:
    progress = Progress()
    job = Job([source], grant, box, minzoom, maxzoom)
    found = [place async for place, _ in walk(job, progress)]
    assert progress.written == len(found)
    assert progress.done <= progress.expected
    return found


async def test_nothing_is_asked_for_below_what_is_empty(tmp_path: Path) -> None:
    frame(Point(HERE)).to_file(tmp_path / "a.gpkg")
    source = Counting((await watched(tmp_path)).sources["a"])
    found = await walked(source, minzoom=14, maxzoom=16)
    assert {place[0] for place in found} == {14, 15, 16}
    below = [place for place in source.asked if place[0] > 14]
    assert len(below) <= 2 * 4 * len(found)
    assert source.most <= 4


async def test_what_is_too_small_to_be_drawn_above_is_found_below(
    tmp_path: Path,
) -> None:
    frame(Point(HERE).buffer(2e-5)).to_file(tmp_path / "a.gpkg")  # 4 m across
    source = (await watched(tmp_path)).sources["a"]
    found = await walked(source, maxzoom=15)
    zooms = {place[0] for place in found}
    assert {14, 15} <= zooms
    assert not zooms & set(range(11))


async def test_a_source_that_begins_deep_is_found_from_the_top(tmp_path: Path) -> None:
    frame(SQUARE).to_file(tmp_path / "a.gpkg")
    (tmp_path / "a.json").write_text('{"minzoom": 15}')
    source = (await watched(tmp_path)).sources["a"]
    small = (105.85, 19.75, 105.86, 19.76)
    assert {place[0] for place in await walked(source, maxzoom=16, box=small)} == {
        15,
        16,
    }


async def test_the_whole_world_does_not_mean_every_tile(tmp_path: Path) -> None:
    job = Job([], ALL, (-180, -85, 180, 85), 0, 16)
    assert job.trust_zoom == 7
    assert Job([], ALL, BOX, 0, 16).trust_zoom == 13
    west, south, east, north = Job([], ALL, BOX, 0, 16).box_m
    assert (west, south) == pytest.approx(from_lonlat(*BOX[:2]))
    assert (east, north) == pytest.approx(from_lonlat(*BOX[2:]))


class Silent(Source):
    """Answers at the second or never."""

    id = "silent"

    def __init__(self, failures: int) -> None:
        self.failures = failures

    async def tile(self, request: TileRequest) -> bytes:
        self.failures -= 1
        if self.failures >= 0:
            raise UnavailableError("busy")
        return b"\x1a\x00"


async def test_a_busy_source_is_asked_again_and_then_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tiles.archives.pyramid.PAUSES_S", (0.0, 0.0))
    assert await walked(Silent(2), maxzoom=0) == [(0, 0, 0)]
    with pytest.raises(UnavailableError, match="silent 0/0/0: busy"):
        await walked(Silent(3), maxzoom=0)
    assert not [task for task in asyncio.all_tasks() if "_make" in str(task)]
