"""The encoders against another implementation of the format."""

from __future__ import annotations

import math
from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.core.live_columns import Dictionary
from tiles.mvt import PointColumn, ValueTable, encode_points, encode_value, varint
from tiles.shapes import Shape, encode_shapes
from tiles.sheet import Sheet

INT64 = st.integers(-(2**63), 2**63 - 1)
KINDS = (
    INT64,
    st.integers(0, 40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.text(max_size=12),
)
PLACE = st.integers(-4096, 8192)
UNIT = (0.0, 0.0, 4096.0, 4096.0)  # a tile of 4096 m: one metre is one unit


def decode(tile: bytes) -> dict[str, Any]:
    return mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})


def coded(table: Dictionary, values: list[Any]) -> Any:
    """Codes of the values; equal ones of one type share a code."""
    known = {(type(v), v): code for code, v in enumerate(table.values)}
    for value in values:
        if value is not None and (type(value), value) not in known:
            known[type(value), value] = len(table.values)
            table.values.append(value)
    codes = [-1 if v is None else known[type(v), v] for v in values]
    return np.array(codes, np.int32)


def column(key: str, values: list[Any]) -> PointColumn:
    table = Dictionary()
    return PointColumn(key, coded(table, values), ValueTable(table))


def encode(ids: list[int], xy: list[tuple[int, int]], *columns: PointColumn) -> bytes:
    px, py = np.array(xy, np.int32).reshape(-1, 2).T
    return encode_points("boats", np.array(ids, np.int64), px, py, columns)


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, list[list[Any]]]:
    """A number of rows and columns of one kind each, with gaps."""
    rows = draw(st.integers(1, 40))
    kinds = draw(st.lists(st.sampled_from(KINDS), max_size=5))
    return rows, [
        draw(st.lists(st.none() | kind, min_size=rows, max_size=rows)) for kind in kinds
    ]


@settings(max_examples=300)
@given(tables(), st.data(), st.sampled_from([0, 2**7, 2**21 - 3, 2**31, 2**56, 2**62]))
def test_points_decode_to_what_was_put_in(
    table: tuple[int, list[list[Any]]], data: st.DataObject, first_id: int
) -> None:
    rows, columns = table
    place = st.tuples(PLACE, PLACE)
    xy = data.draw(st.lists(place, min_size=rows, max_size=rows))
    ids = [first_id + n for n in range(rows)]
    named = [column(f"c{n}", values) for n, values in enumerate(columns)]
    layer = decode(encode(ids, xy, *named))["boats"]
    assert (layer["extent"], layer["version"]) == (4096, 2)
    for n, feature in enumerate(layer["features"]):
        assert feature["id"] == ids[n]
        assert tuple(feature["geometry"]["coordinates"]) == xy[n]
        wanted = {f"c{k}": vs[n] for k, vs in enumerate(columns) if vs[n] is not None}
        assert feature["properties"] == wanted


@given(st.one_of(*KINDS))
def test_single_values_survive(value: Any) -> None:
    feature = decode(encode([1], [(0, 0)], column("v", [value])))["boats"]["features"][
        0
    ]
    assert feature["properties"]["v"] == value


def test_small_values_take_few_bytes() -> None:
    assert len(encode_value(5.0)) == 4
    assert len(encode_value(math.pi)) == 11


def test_many_distinct_values_decode_too() -> None:
    n = 20_000
    names = [f"Boat {k}" for k in range(n)]
    speeds = [k / 7 for k in range(n)]
    xy = [(k % 4096, k // 4096) for k in range(n)]
    tile = encode(list(range(n)), xy, column("name", names), column("speed", speeds))
    features = decode(tile)["boats"]["features"]
    assert [f["properties"]["name"] for f in features] == names
    assert [f["properties"]["speed"] for f in features] == speeds


@settings(max_examples=200)
@given(tables(), st.data())
def test_a_sheet_makes_the_tile_that_its_rows_alone_would_make(
    table: tuple[int, list[list[Any]]], data: st.DataObject
) -> None:
    rows, columns = table
    ids = np.arange(rows, dtype=np.int64) - data.draw(st.integers(0, 2))
    # A few values among many rows come whole, many are picked.
    named = [column(f"c{n}", values) for n, values in enumerate([*columns, [7] * rows])]
    px = np.array(data.draw(st.lists(PLACE, min_size=rows, max_size=rows)), np.int32)
    some = data.draw(st.lists(st.integers(0, rows - 1), min_size=1, unique=True))
    taken = np.array(some, np.intp)
    sheet = Sheet(ids, named, 4096)
    made = decode(sheet.encode("boats", taken, px[taken], px[taken]))["boats"]
    parts = [PointColumn(c.key, c.codes[taken], c.table) for c in named]
    alone = encode_points("boats", ids[taken], px[taken], px[taken], parts)
    assert made["features"] == decode(alone)["boats"]["features"]


def test_a_sheet_brings_its_small_tables_whole_and_picks_from_large_ones() -> None:
    n = 10_000
    names = column("name", [f"Boat {k}" for k in range(n)])
    kinds = column("kind", ["cargo", "fishing"] * (n // 2))
    sheet = Sheet(np.arange(n), [names, kinds])
    rows = np.array([4], np.intp)
    at = np.zeros(1, np.int32)
    tile = sheet.encode("boats", rows, at, at)
    assert b"fishing" in tile
    assert tile.count(b"Boat") == 1


def test_a_few_rows_of_a_large_table_bring_only_their_values() -> None:
    table = Dictionary()
    codes = coded(table, [f"Boat {k}" for k in range(10_000)])
    part = PointColumn("name", codes[[17, 4_000, 17]], ValueTable(table))
    tile = encode([1, 2, 3], [(0, 0), (1, 1), (2, 2)], part)
    assert len(tile) < 150
    names = [f["properties"]["name"] for f in decode(tile)["boats"]["features"]]
    assert names == ["Boat 17", "Boat 4000", "Boat 17"]


def test_an_encoded_table_grows_with_its_dictionary() -> None:
    table = Dictionary()
    encoded = ValueTable(table)
    for text in ("a", "b", "c"):
        codes = coded(table, [text])
        tile = encode([1], [(0, 0)], PointColumn("v", codes, encoded))
        assert decode(tile)["boats"]["features"][0]["properties"] == {"v": text}


def test_a_negative_id_is_left_out() -> None:
    features = decode(encode([-5, 7], [(1, 1), (2, 2)]))["boats"]["features"]
    assert [feature.get("id") for feature in features] in ([None, 7], [0, 7])


def test_no_points_make_no_tile() -> None:
    assert encode([], []) == b""


def test_varints_are_those_of_protobuf() -> None:
    assert varint(0) == b"\x00"
    assert varint(300) == b"\xac\x02"


def test_more_keys_than_a_byte_can_name_are_refused() -> None:
    columns = [column(f"c{n}", [1]) for n in range(129)]
    with pytest.raises(ValueError, match="128"):
        encode([1], [(0, 0)], *columns)


def test_polygons_keep_their_area_and_their_holes() -> None:
    ring = shapely.Polygon(
        [(100, 100), (900, 100), (900, 900), (100, 900)],
        [[(300, 300), (600, 300), (600, 600), (300, 600)]],
    )
    tile = encode_shapes("land", [Shape(ring, {"class": "land", "none": None})], UNIT)
    feature = decode(tile)["land"]["features"][0]
    assert feature["properties"] == {"class": "land"}
    assert shapely.geometry.shape(feature["geometry"]).area == ring.area


def test_two_islands_stay_one_feature() -> None:
    both = shapely.MultiPolygon([shapely.box(0, 0, 50, 50), shapely.box(90, 0, 99, 9)])
    feature = decode(encode_shapes("land", [Shape(both, {})], UNIT))["land"][
        "features"
    ][0]
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert shapely.geometry.shape(feature["geometry"]).area == both.area


def test_lines_and_points_are_drawn_with_y_down() -> None:
    line = shapely.LineString([(0, 4096), (10, 4090), (20, 4096)])
    spot = shapely.Point(7, 4000)
    tile = encode_shapes("x", [Shape(line, {"n": 1}), Shape(spot, {"n": 2})], UNIT)
    first, second = decode(tile)["x"]["features"]
    assert first["geometry"]["coordinates"] == [[0, 0], [10, 6], [20, 0]]
    assert second["geometry"]["coordinates"] == [7, 96]


def test_what_is_smaller_than_a_unit_vanishes() -> None:
    speck = shapely.box(10.1, 10.1, 10.2, 10.2)
    assert encode_shapes("land", [Shape(speck, {})], UNIT) == b""
