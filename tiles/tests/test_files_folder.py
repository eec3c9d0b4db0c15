"""A watched folder: what comes, changes and goes; what is broken; who may see."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import shapely

from tiles.catalog import Catalog
from tiles.sources import TileRequest, UnavailableError
from tiles.sources.files.folder import WatchedFolder
from tiles.sources.files.formats import Limits
from tiles.sources.files.source import Shelf
from tiles.tests.files import (
    ALL,
    SQUARE,
    frame,
    geojson,
    layers,
    rows,
    watched,
)

REQUEST = TileRequest(0, 0, 0, ALL)


async def test_a_folder_that_is_not_there_is_empty_until_it_comes(
    tmp_path: Path,
) -> None:
    folder = await watched(tmp_path / "later")
    assert folder.sources == folder.broken == {}
    (tmp_path / "later").mkdir()
    geojson(tmp_path / "later" / "a.geojson", (SQUARE, {"n": 1}))
    await folder.refresh(frozenset())
    assert list(folder.sources) == ["a"]


async def test_files_appear_change_and_go_without_a_restart(tmp_path: Path) -> None:
    folder = await watched(tmp_path)
    geojson(tmp_path / "a.geojson", (SQUARE, {"n": 1}))
    await folder.refresh(frozenset())
    assert rows((await layers(folder, "a"))["a"]) == [{"n": 1}]
    before = folder.sources["a"].version(REQUEST)
    geojson(tmp_path / "a.geojson", (SQUARE, {"n": 22}))
    await folder.refresh(frozenset())
    assert rows((await layers(folder, "a"))["a"]) == [{"n": 22}]
    assert folder.sources["a"].version(REQUEST) != before
    (tmp_path / "a.geojson").unlink()
    await folder.refresh(frozenset())
    assert folder.sources == folder.broken == {}


async def test_an_unchanged_file_is_not_opened_again(tmp_path: Path) -> None:
    geojson(tmp_path / "a.geojson", (SQUARE, {"n": 1}))
    folder = await watched(tmp_path)
    source = folder.sources["a"]
    await folder.refresh(frozenset())
    assert folder.sources["a"] is source
    other = await watched(tmp_path)
    assert other.sources["a"].version(REQUEST) == source.version(REQUEST), (
        "processes that share tiles must mean the same by a version"
    )


async def test_a_file_that_still_grows_waits_and_the_old_one_stays(
    tmp_path: Path,
) -> None:
    path = geojson(tmp_path / "a.geojson", (SQUARE, {"n": 1}))
    folder = WatchedFolder(tmp_path, settled_s=3600)
    await folder.refresh(frozenset())
    assert "being written" in folder.broken["a"]
    await folder.refresh(frozenset())  # it did not grow
    assert rows((await layers(folder, "a"))["a"]) == [{"n": 1}]
    whole = geojson(tmp_path / "whole", (SQUARE, {"n": 2})).read_bytes()
    path.write_bytes(whole[:50])
    await folder.refresh(frozenset())
    assert rows((await layers(folder, "a"))["a"]) == [{"n": 1}]
    path.write_bytes(whole)
    await folder.refresh(frozenset())
    await folder.refresh(frozenset())
    assert rows((await layers(folder, "a"))["a"]) == [{"n": 2}]


async def test_a_half_file_is_broken_until_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame(*[SQUARE] * 2000).to_file(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    geojson(tmp_path / "b.geojson", (SQUARE, {"n": 1}))
    folder = await watched(tmp_path)
    assert folder.broken == {"a": "a.gpkg: it is shorter than it says; copy it again"}
    assert list(folder.sources) == ["b"], "the others go on"
    path.write_bytes(whole)
    await folder.refresh(frozenset())
    assert list(folder.sources) == ["a", "b"]
    assert not folder.broken


async def test_a_file_whose_rows_cannot_be_read_becomes_broken(tmp_path: Path) -> None:
    path = tmp_path / "a.fgb"
    frame(*[SQUARE] * 500).to_file(path)
    path.write_bytes(path.read_bytes()[:-2000])
    folder = await watched(tmp_path)
    assert list(folder.sources) == ["a"], "its head is all right"
    with pytest.raises(UnavailableError, match=r"a\.fgb"):
        await folder.sources["a"].tile(TileRequest(0, 0, 0, ALL))
    await folder.refresh(frozenset())
    assert folder.broken["a"].startswith("a.fgb: ")
    assert not folder.sources


BROKEN = {
    "empty.geojson": (b"", "it is no GeoJSON"),
    "text.json": (b"hello", "it is no GeoJSON"),
    "half.geojson": (
        b'{"type": "FeatureCollection", "features": [{"ty',
        "half.geojson",
    ),
    "other.json": (b'{"type": "Topology"}', "other.json"),
    "elsewhere.geojson": (b"<OGRVRTDataSource/>", "it is no GeoJSON"),
    "wrong.gpkg": (b"PK\x03\x04", "it is no .gpkg file"),
    "wrong.pmtiles": (b"x" * 200, "it cannot be read"),
    "wrong.mbtiles": (b"x" * 200, "it is no .mbtiles file"),
    "wrong.zip": (b"PK\x03\x04nothing", "not a zip file"),
    "metres.geojson": (
        b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
        b'"geometry":{"type":"Point","coordinates":[580000,2190000]}}]}',
        "no degrees",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_file_is_listed_with_its_name_and_a_reason(
    tmp_path: Path, name: str
) -> None:
    content, reason = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    folder = await watched(tmp_path)
    assert not folder.sources
    (said,) = folder.broken.values()
    assert said.startswith(f"{name}: ")
    assert reason in said
    assert str(tmp_path) not in said


async def test_a_file_without_coordinate_system_says_so(tmp_path: Path) -> None:
    frame(SQUARE).to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    folder = await watched(tmp_path)
    assert "coordinate system" in folder.broken["a"]
    frame(SQUARE).to_file(tmp_path / "a.shp")
    await folder.refresh(frozenset())
    assert list(folder.sources) == ["a"]


async def test_a_file_above_the_limit_names_the_limit_and_a_way_out(
    tmp_path: Path,
) -> None:
    frame(*[SQUARE] * 30).to_file(tmp_path / "a.gpkg")
    many = await watched(tmp_path, limits=Limits(features=20))
    assert "30 features are more than 20; make PMTiles" in many.broken["a"]
    big = await watched(tmp_path, limits=Limits(file_bytes=1000))
    assert "PostGIS" in big.broken["a"]


async def test_memory_is_bounded_and_what_was_forgotten_is_read_again(
    tmp_path: Path,
) -> None:
    for name in "abc":
        geojson(tmp_path / f"{name}.geojson", *[(SQUARE, {"n": n}) for n in range(50)])
    shelf = Shelf(limit=40_000)
    folder = await watched(tmp_path, shelf=shelf)
    for name in "abcabc":
        assert len(rows((await layers(folder, name))[name])) == 50
        assert shelf.used <= 40_000
    for path in tmp_path.iterdir():
        path.unlink()
    await folder.refresh(frozenset())
    assert shelf.used == 0


async def test_ids_follow_the_names_whatever_came_first(tmp_path: Path) -> None:
    geojson(tmp_path / "my map.geojson", (SQUARE, {}))
    geojson(tmp_path / "catalog.geojson", (SQUARE, {}))
    folder = await watched(tmp_path)
    assert sorted(folder.sources) == ["catalog.1", "my-map"]
    frame(SQUARE).to_file(tmp_path / "my map.fgb")
    await folder.refresh(frozenset({"my-map"}))
    fresh = WatchedFolder(tmp_path, settled_s=0)
    await fresh.refresh(frozenset({"my-map"}))
    assert sorted(folder.sources) == sorted(fresh.sources)
    assert "my-map" not in folder.sources
    for source_id in folder.sources:
        one, two = folder.sources[source_id], fresh.sources[source_id]
        assert one.id == two.id == source_id
        assert one.version(REQUEST) == two.version(REQUEST)


async def test_a_catalogue_lists_files_and_what_is_broken(tmp_path: Path) -> None:
    geojson(tmp_path / "a.geojson", (SQUARE, {}))
    (tmp_path / "b.geojson").write_text("no")
    folder = WatchedFolder(tmp_path, settled_s=0)
    catalog = Catalog([folder])
    await catalog.refresh(folder)
    assert [source.id for source in catalog.visible(ALL)] == ["a"]
    assert list(catalog.broken) == ["b"]


async def test_a_permission_that_was_put_right_is_noticed(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", (SQUARE, {}))
    folder = await watched(tmp_path)
    source = folder.sources["a"]
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    path.chmod(0o644)
    await folder.refresh(frozenset())
    assert folder.sources["a"] is not source


async def test_a_tile_far_from_the_data_is_empty(tmp_path: Path) -> None:
    geojson(tmp_path / "a.geojson", (SQUARE, {}), (shapely.Point(0, 0), {}))
    folder = await watched(tmp_path)
    assert await layers(folder, "a", 12, (20.0, 50.0)) == {}
