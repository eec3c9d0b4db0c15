"""What we write into a tile, against mapbox-vector-tile as the reference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon

from layers.core.mercator import HALF_M, from_lonlat, tile_bounds
from tiles.shapes import Shape, encode_shapes
from tiles.sources.files.features import Column, Features, Points, thinned
from tiles.tests.files import HERE, frame, layers, watched
from tiles.tests.service import address, decode


@given(st.lists(st.tuples(st.integers(-64, 4160), st.integers(-64, 4160)), max_size=80))
def test_thinning_keeps_some_and_never_too_many(places: list[tuple[int, int]]) -> None:
    px, py = np.array(places, np.int32).reshape(-1, 2).T
    kept = thinned(px, py, 10)
    assert len(kept) <= 10
    assert len(set(kept.tolist())) == len(kept)
    assert bool(len(kept)) == bool(places)


_texts = st.text(st.characters(codec="utf-8"), max_size=8)
_values = st.one_of(
    _texts,
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),  # the reference knows no larger ones
    st.floats(allow_nan=False, allow_infinity=False),
)
_spots = st.tuples(st.integers(0, 4095), st.integers(0, 4095))


@settings(max_examples=60)
@given(st.lists(st.tuples(_spots, st.one_of(st.none(), _values)), max_size=6))
def test_points_and_shapes_say_the_same_as_the_reference_encoder(
    given_rows: list[tuple[tuple[int, int], Any]],
) -> None:
    """Both of our encoders against mapbox-vector-tile, value for value."""
    places = [place for place, _ in given_rows]
    values = [value for _, value in given_rows]
    west, _south, east, north = tile_bounds(0, 0, 0)
    unit = (east - west) / 4096
    xs = np.array([west + x * unit for x, _ in places], float)
    ys = np.array([north - y * unit for _, y in places], float)
    held = Column(
        "v",
        np.array([-1 if v is None else n for n, v in enumerate(values)], np.int32),
        np.array([*values, None], object)[:-1],
    )
    ids = np.arange(len(values), dtype=np.int64)
    reference = mapbox_vector_tile.encode(
        {
            "name": "a",
            "features": [
                {
                    "geometry": Point(x, y),
                    "properties": {} if value is None else {"v": value},
                    "id": n,
                }
                for n, ((x, y), value) in enumerate(given_rows)
            ],
        },
        default_options={"y_coord_down": True},
    )
    wanted = _facts(reference) if given_rows else {}
    as_points = Points.ordered(xs, ys, ids, [held])
    as_shapes = Features(shapely.points(xs, ys), ids, [held])
    assert _facts(as_points.encode("a", 0, 0, 0)) == wanted
    assert _facts(as_shapes.encode("a", 0, 0, 0)) == wanted


def _facts(tile: bytes) -> dict[int, Any]:
    if not tile:
        return {}
    return {
        each["id"]: (each["geometry"], _exact(each["properties"]))
        for each in decode(tile)["a"]["features"]
    }


def _exact(properties: dict[str, Any]) -> dict[str, Any]:
    """1 and 1.0 are the same number to a client, True is another thing."""
    return {key: (isinstance(value, bool), value) for key, value in properties.items()}


async def test_areas_cover_what_the_reference_encoder_covers(tmp_path: Path) -> None:
    x, y = HERE
    ring = Point(x, y).buffer(0.04).difference(Point(x, y).buffer(0.02))
    frame(ring).to_file(tmp_path / "a.gpkg")
    folder = await watched(tmp_path)
    z, column, row = map(int, address(x, y, 11).split("/"))
    (ours,) = (await layers(folder, "a", 11))["a"]["features"]
    moved = shapely.transform(
        ring, lambda xy: np.column_stack(from_lonlat(xy[:, 0], xy[:, 1]))
    )
    theirs = mapbox_vector_tile.encode(
        {"name": "a", "features": [{"geometry": moved, "properties": {}}]},
        default_options={"quantize_bounds": tile_bounds(z, column, row)},
    )
    (reference,) = decode(theirs)["a"]["features"]
    mine, other = (shapely.geometry.shape(f["geometry"]) for f in (ours, reference))
    other = other.intersection(shapely.box(-64, -64, 4160, 4160))
    assert mine.symmetric_difference(other).area < 0.01 * other.area
    assert len(mine.interiors) == len(other.interiors)


def test_a_stray_line_in_a_collection_is_not_drawn_as_an_area() -> None:
    line = LineString([(0, 0), (1e6, 1e6), (2e6, 0)])
    mixed = shapely.GeometryCollection([line, shapely.box(3e6, 3e6, 4e6, 4e6)])
    tile = encode_shapes("a", [Shape(mixed, {})], tile_bounds(0, 0, 0))
    (feature,) = decode(tile)["a"]["features"]
    assert feature["geometry"]["type"] == "Polygon"
    assert len(feature["geometry"]["coordinates"]) == 1


def test_a_hole_goes_with_the_area_that_is_too_small_to_be_drawn() -> None:
    unit = 2 * HALF_M / 4096
    gone = shapely.box(0.1 * unit, 0, 0.2 * unit, 50 * unit)
    hole = shapely.box(0.12 * unit, unit, 0.18 * unit, 40 * unit)
    kept = shapely.box(9 * unit, 9 * unit, 99 * unit, 99 * unit)
    both = MultiPolygon([Polygon(gone.exterior, [hole.exterior]), kept])
    tile = encode_shapes("a", [Shape(both, {})], tile_bounds(0, 0, 0))
    (feature,) = decode(tile)["a"]["features"]
    assert feature["geometry"]["type"] == "Polygon"
    assert shapely.geometry.shape(feature["geometry"]).area == 90 * 90
