"""The basemap and other folders of files as tiles."""

from __future__ import annotations

from pathlib import Path

import geopandas
import orjson
import pytest
import shapely
from django.conf import settings

from layers.core.mercator import tile_bounds, to_lonlat
from tiles.sources.files import FolderSource
from tiles.tests.service import address, decode


def folder(path: Path, **files: list[tuple[shapely.Geometry, dict]]) -> FolderSource:
    for name, features in files.items():
        collection = {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": properties,
                    "geometry": orjson.loads(shapely.to_geojson(geometry)),
                }
                for geometry, properties in features
            ],
        }
        (path / f"{name}.geojson").write_bytes(orjson.dumps(collection))
    return FolderSource("demo", path, "Demo", "made up")


def tile(source: FolderSource, lon: float, lat: float, z: int) -> dict:
    content = source.encode(*map(int, address(lon, lat, z).split("/")))
    return decode(content) if content else {}


def classes(layer: dict) -> set[str]:
    return {feature["properties"]["class"] for feature in layer["features"]}


def test_the_finest_band_is_drawn_where_it_has_data(tmp_path: Path) -> None:
    source = folder(
        tmp_path,
        land=[
            (shapely.box(-170, -80, 170, 80), {"class": "w", "band": "world"}),
            (shapely.box(100, 10, 115, 25), {"class": "r", "band": "region"}),
            (shapely.box(105, 19, 107, 21), {"class": "l", "band": "local"}),
        ],
    )
    assert classes(tile(source, 106, 20, 4)["land"]) == {"w"}
    assert classes(tile(source, 106, 20, 7)["land"]) == {"r"}
    assert classes(tile(source, 106, 20, 10)["land"]) == {"l"}
    assert classes(tile(source, 102, 12, 10)["land"]) == {"r"}
    assert classes(tile(source, 30, 30, 10)["land"]) == {"w"}
    assert classes(tile(source, 107, 20.9, 8)["land"]) == {"l", "r"}


def test_what_has_no_band_is_drawn_at_every_zoom(tmp_path: Path) -> None:
    source = folder(tmp_path, labels=[(shapely.Point(106, 20), {"class": "sea"})])
    for z in (0, 5, 9, 14):
        assert classes(tile(source, 106, 20, z)["labels"]) == {"sea"}


def test_shapes_are_cut_at_the_tile_and_lie_where_they_should(tmp_path: Path) -> None:
    source = folder(tmp_path, land=[(shapely.box(100, 10, 110, 30), {"class": "x"})])
    z, x, y = map(int, address(110, 20, 8).split("/"))
    west, _south, east, _north = tile_bounds(z, x, y)
    (feature,) = decode(source.encode(z, x, y))["land"]["features"]
    bounds = shapely.geometry.shape(feature["geometry"]).bounds
    assert bounds[0] == -64
    edge_m = west + bounds[2] / 4096 * (east - west)
    assert to_lonlat(edge_m, 0)[0] == pytest.approx(110, abs=0.001)


def test_a_geopackage_in_another_projection_is_read(tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame(
        {"class": ["park", None]},
        geometry=[shapely.box(106, 20, 106.1, 20.1), shapely.Point(106.2, 20.2)],
        crs=4326,
    ).to_crs(3405)
    frame.to_file(tmp_path / "parks.gpkg", driver="GPKG")
    source = FolderSource("demo", tmp_path, "Demo", "made up")
    features = tile(source, 106.05, 20.05, 6)["parks"]["features"]
    assert [feature["properties"] for feature in features] == [{"class": "park"}, {}]


def test_the_basemap_shows_land_and_rivers_of_the_province() -> None:
    path = Path(settings.PATHS["fixtures"]) / "basemap"
    source = FolderSource("basemap", path, "Basemap", "")
    near = tile(source, 105.8, 19.8, 9)
    assert {"land", "rivers"} <= set(near)
    assert "borders" in tile(source, 105.8, 19.8, 5)
    assert "land" not in tile(source, 108.0, 19.0, 12), "the open sea is no land"
    assert {"land", "lakes", "borders"} <= set(tile(source, 0, 0, 0))
