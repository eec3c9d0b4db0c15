"""Vector files as tiles: every format, every kind of value and of geometry."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPoint, MultiPolygon, Point, Polygon

from layers.core.mercator import tile_bounds, to_lonlat
from tiles.sources.files import features as features_module
from tiles.tests.files import HERE, SQUARE, frame, geojson, layers, rows, watched
from tiles.tests.service import address

VN2000 = 3405
DRIVERS = {
    "a.gpkg": "GPKG",
    "a.shp": "ESRI Shapefile",
    "a.fgb": "FlatGeobuf",
    "a.geojson": "GeoJSON",
    "a.json": "GeoJSON",
    "a.geojsonl": "GeoJSONSeq",
}


@pytest.mark.parametrize("name", DRIVERS)
async def test_every_format_is_drawn_with_names_in_vietnamese(
    tmp_path: Path, name: str
) -> None:
    town = "Th\u1ecb x\u00e3 Nghi S\u01a1n"
    table = frame(SQUARE, name=[town], people=[12_345], share=[0.25])
    table.to_file(tmp_path / name, driver=DRIVERS[name], encoding="utf-8")
    folder = await watched(tmp_path)
    assert not folder.broken
    (row,) = rows((await layers(folder, "a"))["a"])
    assert row == {"name": town, "people": 12_345, "share": 0.25}


async def test_a_zipped_shapefile_is_drawn_without_unpacking_it(tmp_path: Path) -> None:
    frame(SQUARE).to_file(tmp_path / "roads.shp")
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        for part in list(tmp_path.glob("roads.*")):
            archive.write(part, f"in a folder/{part.name}")
            part.unlink()
    folder = await watched(tmp_path)
    assert set(await layers(folder, "packed")) == {"roads"}


async def test_each_layer_of_a_geopackage_is_a_layer_of_the_tile(
    tmp_path: Path,
) -> None:
    frame(SQUARE).to_file(tmp_path / "plan.gpkg", layer="areas")
    frame(Point(HERE)).to_file(tmp_path / "plan.gpkg", layer="wells")
    folder = await watched(tmp_path)
    assert set(await layers(folder, "plan")) == {"areas", "wells"}


async def test_a_vietnamese_projection_lands_where_it_should(tmp_path: Path) -> None:
    frame(Point(HERE)).to_crs(VN2000).to_file(tmp_path / "a.gpkg")
    folder = await watched(tmp_path)
    layer = (await layers(folder, "a", 14))["a"]
    z, x, y = map(int, address(*HERE, 14).split("/"))
    west, _south, east, north = tile_bounds(z, x, y)
    px, py = layer["features"][0]["geometry"]["coordinates"]
    unit = (east - west) / 4096
    lon, lat = to_lonlat(west + px * unit, north - py * unit)
    assert (float(lon), float(lat)) == pytest.approx(HERE, abs=1e-5)


async def test_values_that_tiles_cannot_hold_become_text_or_stay_away(
    tmp_path: Path,
) -> None:
    geojson(
        tmp_path / "a.geojson",
        (
            Point(HERE),
            {
                "flag": True,
                "huge": 2**62 + 1,
                "list": [1, 2],
                "object": {"k": 1},
                "when": "2026-01-02T03:04:05Z",
                "part": 1.5,
                "negative": -(2**40),
                "nothing": None,
            },
        ),
        (Point(HERE), {"flag": None, "huge": None, "part": None}),
        (Point(HERE), {"flag": False}),
    )
    folder = await watched(tmp_path)
    first, empty, last = sorted(rows((await layers(folder, "a"))["a"]), key=len)[::-1]
    assert first.pop("object").replace(" ", "") == '{"k":1}'
    assert first == {
        "flag": True,
        "huge": 2**62 + 1,
        "list": "[1,2]",
        "when": "2026-01-02T03:04:05Z",
        "part": 1.5,
        "negative": -(2**40),
    }
    assert {"flag": False} in (empty, last)
    assert {} in (empty, last)


async def test_not_a_number_is_left_out(tmp_path: Path) -> None:
    table = frame(Point(HERE), Point(HERE), v=[np.nan, 2.5], w=[np.inf, 1.0])
    table.to_file(tmp_path / "a.gpkg")
    folder = await watched(tmp_path)
    assert rows((await layers(folder, "a"))["a"]) == [{}, {"v": 2.5, "w": 1.0}]


async def test_features_keep_the_id_of_the_file(tmp_path: Path) -> None:
    for name, driver, first in (("g", "GPKG", 1), ("f", "FlatGeobuf", 0)):
        path = tmp_path / f"{name}.{driver[:4].lower()}"
        path = path.with_suffix(".gpkg" if driver == "GPKG" else ".fgb")
        frame(SQUARE, SQUARE.centroid).to_file(path, driver=driver)
        folder = await watched(tmp_path)
        found = (await layers(folder, name))[name]["features"]
        assert sorted(each["id"] for each in found) == [first, first + 1]


async def test_every_kind_of_geometry_is_drawn_flat(tmp_path: Path) -> None:
    x, y = HERE
    line = LineString([(x, y, 5), (x + 0.01, y + 0.01, 6)])
    away = shapely.box(x + 0.02, y, x + 0.03, y + 0.01)
    geojson(
        tmp_path / "a.geojson",
        (Point(x, y, 9), {"n": 1}),
        (MultiPoint([(x, y), (x + 0.01, y)]), {"n": 2}),
        (line, {"n": 3}),
        (shapely.MultiLineString([line, line]), {"n": 4}),
        (MultiPolygon([SQUARE, away.buffer(0.001)]), {"n": 5}),
        (shapely.GeometryCollection([Point(x, y), line, SQUARE]), {"n": 6}),
        (None, {"n": 7}),
        (Polygon(), {"n": 8}),
    )
    folder = await watched(tmp_path)
    found = (await layers(folder, "a", 11))["a"]["features"]
    kinds: dict[int, list[str]] = {}
    for feature in found:
        kind = feature["geometry"]["type"].removeprefix("Multi")
        kinds.setdefault(feature["properties"]["n"], []).append(kind)
    assert kinds == {
        1: ["Point"],
        2: ["Point"],
        3: ["LineString"],
        4: ["LineString"],
        5: ["Polygon"],
        6: ["Point", "LineString", "Polygon"],
    }


async def test_an_area_that_crosses_itself_is_repaired(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    x, y = HERE
    bow = Polygon([(x, y), (x + 0.1, y + 0.1), (x + 0.1, y), (x, y + 0.1)])
    frame(bow).to_file(tmp_path / "a.gpkg")
    folder = await watched(tmp_path)
    with caplog.at_level("INFO"):
        (feature,) = (await layers(folder, "a"))["a"]["features"]
    assert shapely.geometry.shape(feature["geometry"]).is_valid
    assert "a: 1 areas that cross themselves repaired" in caplog.text


async def test_what_is_smaller_than_a_tile_unit_waits_for_the_next_zooms(
    tmp_path: Path,
) -> None:
    x, y = HERE
    tiny = shapely.box(x, y, x + 1e-4, y + 1e-4)  # about 11 m
    frame(tiny, Point(x, y), n=[1, 2]).to_file(tmp_path / "a.gpkg")
    folder = await watched(tmp_path)
    assert rows((await layers(folder, "a", 8))["a"]) == [{"n": 2}]
    near = rows((await layers(folder, "a", 13))["a"])
    assert sorted(row["n"] for row in near) == [1, 2]


async def test_a_crowded_tile_keeps_the_largest_areas(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features_module, "MAX_FEATURES", 3)
    x, y = HERE
    boxes = [shapely.box(x, y, x + 0.01 * n, y + 0.01 * n) for n in range(1, 8)]
    frame(*boxes, n=range(1, 8)).to_file(tmp_path / "a.gpkg")
    folder = await watched(tmp_path)
    assert [row["n"] for row in rows((await layers(folder, "a", 8))["a"])] == [5, 6, 7]


async def test_crowded_points_are_thinned_evenly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features_module, "MAX_FEATURES", 400)
    rng = np.random.default_rng(7)
    x, y = rng.uniform(105, 106, 5_000), rng.uniform(19, 20, 5_000)
    frame(*shapely.points(x, y), n=range(5_000)).to_file(tmp_path / "a.fgb")
    folder = await watched(tmp_path)
    found = (await layers(folder, "a", 7))["a"]["features"]
    assert 100 < len(found) <= 400
    places = np.array([each["geometry"]["coordinates"] for each in found])
    # No two of one cell of the grid that keeps a tile below the limit.
    assert len(np.unique(places // (4096 // 64), axis=0)) >= len(found) / 2
    everywhere = (await layers(folder, "a", 15, (float(x[0]), float(y[0]))))["a"]
    assert 0 in {row["n"] for row in rows(everywhere)}
