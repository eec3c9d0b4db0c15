"""Shapes made on write: what low zooms draw instead of the full outlines."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import shapely
from asgiref.sync import sync_to_async
from django.apps import apps
from django.db import connection, connections

from layers.core import bands
from layers.core.checks import check_relations, check_tiles
from layers.core.mercator import tile_bounds, tile_size_m
from layers.core.spec import Field, Layer, TileSpec, registry
from layers.core.tests.boats import committed, layer  # noqa: F401  (fixtures)
from layers.core.versions import begin_change
from tiles.tests.service import cookie, decode, rights, running

SLUG = "test_areas"
ZOOMS = (7, 9)
TILE = (9, 406, 228)
SPEC = TileSpec(bands=ZOOMS, labels=True, minzoom=4, maxzoom=16)
CREATE = """
DROP TABLE IF EXISTS test_areas, test_areasevent;
CREATE TABLE test_areas (
  id bigint PRIMARY KEY, title text, kind text, geom geometry(Geometry, 4326),
  shape geometry(Geometry, 3857) GENERATED ALWAYS AS (ST_Transform(geom, 3857)) STORED,
  shape_z7 geometry(Geometry, 3857)
    GENERATED ALWAYS AS (ioc_band(ST_Transform(geom, 3857), 7)) STORED,
  shape_z9 geometry(Geometry, 3857)
    GENERATED ALWAYS AS (ioc_band(ST_Transform(geom, 3857), 9)) STORED,
  anchor geometry(Point, 3857)
    GENERATED ALWAYS AS (ST_PointOnSurface(ST_Transform(geom, 3857))) STORED);
"""


def run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


async def fetch(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """From a coroutine; the connection of the other thread does not stay open."""

    def work() -> list[tuple[Any, ...]]:
        try:
            return run(statement, *values)
        finally:
            connections.close_all()

    return await sync_to_async(work)()


def areas(spec: TileSpec = SPEC) -> Layer:
    base = layer("table", slug=SLUG, relation=SLUG, geometry="polygon", history="")
    kind = Field(name="kind", type="text", title="Kind", tile=True)
    return replace(
        base, tile=spec, fields=(kind,), scope=replace(base.scope, kind="open")
    )


def coast(count: int) -> list[tuple[float, float]]:
    """A jagged line from south to north through the middle of the tile."""
    west, south, east, north = tile_bounds(*TILE)
    middle, width = (west + east) / 2, (east - west) / 50
    return [
        (
            middle + width * math.sin(i * 0.7) * math.cos(i * 0.11),
            south - 3_000 + (north - south + 6_000) * i / (count - 1),
        )
        for i in range(count)
    ]


def neighbours() -> list[shapely.Polygon]:
    """Two polygons on either side of the line, each beyond the tile's edge."""
    line = coast(2_000)
    west, south, east, north = tile_bounds(*TILE, 0.02)
    left = [*line, (west, north), (west, south)]
    right = [*reversed(line), (east, south), (east, north)]
    return [shapely.Polygon(left), shapely.Polygon(right[5:] + right[:5])]


@pytest.fixture
def table(committed: None) -> Iterator[Layer]:  # noqa: F811
    """Neighbours 1 and 2, and 3, which lies wholly in the tile with a tiny isle."""
    west, south, east, north = tile_bounds(*TILE)
    x, y = west + (east - west) / 4, (south + north) / 2
    round_one = shapely.Point(x, y).buffer(9_000, quad_segs=400)
    isle = shapely.Point(x, y + 12_000).buffer(20)
    shapes = [*neighbours(), shapely.MultiPolygon([round_one, isle])]
    with registry.override(areas()) as known:
        with connection.cursor() as cursor:
            begin_change(SLUG, removed=True)
            cursor.execute(CREATE)
        for number, shape in enumerate(shapes, 1):
            run(
                "INSERT INTO test_areas VALUES (%s, %s, 'x',"
                " ST_Transform(ST_GeomFromWKB(%s, 3857), 4326))",
                number,
                f"Area {number}",
                shapely.to_wkb(shape),
            )
        yield known


async def drawn(z: int, x: int, y: int) -> dict[str, Any]:
    async with running() as service, service.client(**cookie(rights(SLUG))) as client:
        answer = await client.get(f"/tiles/{SLUG}/{z}/{x}/{y}")
    assert answer.status_code in (200, 204), answer.text
    return decode(answer.content) if answer.content else {}


@pytest.mark.parametrize("zoom", ZOOMS)
def test_a_band_lies_on_the_grid_of_its_zoom_and_is_valid_there(
    table: Layer, zoom: int
) -> None:
    step = tile_size_m(zoom) / 4096
    for full, wkb in run(
        f"SELECT ST_AsBinary(shape), ST_AsBinary(shape_z{zoom}) FROM test_areas"
    ):
        shape, whole = shapely.from_wkb(bytes(wkb)), shapely.from_wkb(bytes(full))
        at = shapely.get_coordinates(shape) / step
        assert abs(at - at.round()).max() < 1e-3
        assert shapely.is_valid(shape)
        assert not any(ring.is_ccw for ring in _outer(shape))
        assert len(at) < 0.8 * shapely.count_coordinates(whole)
        away = shapely.hausdorff_distance(shape, _largest(whole))
        assert away < 3 * tile_size_m(zoom) / 1024  # half a screen pixel, and corners


def _outer(shape: shapely.Geometry) -> list[shapely.LinearRing]:
    return [part.exterior for part in shapely.get_parts(shape)]


def _largest(shape: shapely.Geometry) -> shapely.Geometry:
    return max(shapely.get_parts(shape), key=lambda part: part.area)


@pytest.mark.parametrize("zoom", ZOOMS)
def test_neighbours_keep_their_common_border(table: Layer, zoom: int) -> None:
    first, second = (
        shapely.from_wkb(bytes(wkb))
        for (wkb,) in run(
            f"SELECT ST_AsBinary(shape_z{zoom}) FROM test_areas WHERE id < 3"
        )
    )
    half_pixel = tile_size_m(zoom) / 1024
    length = first.length / 2
    overlap = shapely.intersection(first, second).area
    joined = shapely.union(first, second)
    gaps = sum(shapely.Polygon(r).area for p in shapely.get_parts(joined)
               for r in p.interiors)  # fmt: skip
    assert overlap + gaps < 0.02 * half_pixel * length


def test_parts_too_small_to_see_are_left_out_but_never_the_whole(table: Layer) -> None:
    ((large, small, alone),) = run("""
        SELECT ST_NumGeometries(shape), ST_NumGeometries(shape_z7),
               ST_IsEmpty(ioc_band(ST_Buffer(ST_Point(0, 0, 3857), 400), 7))
        FROM test_areas WHERE id = 3
    """)
    assert (large, small, alone) == (2, 1, False)


async def test_a_tile_of_a_band_is_what_clipping_and_checking_would_give(
    table: Layer,
) -> None:
    z, x, y = TILE
    expected = """
        SELECT ST_AsMVT(t, %s, 4096, 'geom', 'id') FROM (
          SELECT id, ST_AsMVTGeom(shape_z9, ST_TileEnvelope(%s, %s, %s), 4096, 64)
                 AS geom FROM test_areas) AS t
    """
    ((tile,),) = await fetch(expected, SLUG, z, x, y)
    ours, theirs = (await drawn(z, x, y))[SLUG], decode(bytes(tile))[SLUG]
    assert len(ours["features"]) == 3
    for one, other in zip(
        sorted(ours["features"], key=lambda f: f["id"]),
        sorted(theirs["features"], key=lambda f: f["id"]),
        strict=True,
    ):
        a, b = (shapely.from_geojson(_json(found)) for found in (one, other))
        assert shapely.is_valid(a)
        assert a.symmetric_difference(b).area <= 1e-6 * b.area
        turns = {ring.is_ccw for ring in _outer(a)}
        assert turns == {ring.is_ccw for ring in _outer(b)}


def _json(feature: dict[str, Any]) -> str:
    return (
        str(feature["geometry"]).replace("'", '"').replace("(", "[").replace(")", "]")
    )


async def test_a_label_is_in_one_tile_however_many_its_area_spans(table: Layer) -> None:
    z, x, y = TILE
    seen: list[int] = []
    spans = 0
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            tile = await drawn(z, x + dx, y + dy)
            spans += any(f["id"] == 1 for f in tile.get(SLUG, {}).get("features", []))
            labels = tile.get(f"{SLUG}_label", {}).get("features", [])
            seen += [feature["id"] for feature in labels]
            assert all(f["geometry"]["type"] == "Point" for f in labels)
    assert spans > 1
    assert sorted(seen) == [1, 2, 3]


async def test_between_bands_the_finer_one_is_drawn_and_above_them_the_full_shape(
    table: Layer,
) -> None:
    z, x, y = TILE
    low = (await drawn(z - 1, x >> 1, y >> 1))[SLUG]
    high = (await drawn(z + 1, 2 * x, 2 * y))[SLUG]
    points = {
        f["id"]: shapely.count_coordinates(shapely.from_geojson(_json(f)))
        for part in (low, high)
        for f in part["features"]
    }
    ((full,),) = await fetch("SELECT ST_NPoints(shape) FROM test_areas WHERE id = 3")
    assert points[3] > full / 4
    assert len(low["features"]) == 3


def test_every_declared_band_is_a_field_of_its_model_and_a_column() -> None:
    layers = [known for known in registry.values() if known.tile.bands]
    assert layers
    for known in layers:
        model = apps.get_model(known.model)
        if not model._meta.managed:
            continue
        names = {field.name for field in model._meta.get_fields()}
        assert set(bands.columns(known.tile)) <= names, known.slug


def test_the_checks_name_what_is_missing_and_what_is_wrong(table: Layer) -> None:
    more = areas(replace(SPEC, bands=(7, 8, 9)))
    with registry.override(more):
        found = [e.msg for e in check_relations(None, databases=["default"])]
    assert any("test_areas lacks" in text and "shape_z8" in text for text in found)
    for wrong in ((9, 7), (7, 7), (7, 40)):
        assert [e.id for e in check_tiles(areas(replace(SPEC, bands=wrong)))]
    assert not list(check_tiles(areas()))
