"""Tiles of tables that are odd: names, projections, and rows that are no geometry."""

from __future__ import annotations

import pytest
from asgiref.sync import sync_to_async

from layers.core.mercator import HALF_M, from_lonlat, tile_size_m
from tiles.tests.published import (  # noqa: F401  (fixtures)
    BAY,
    EVERYTHING,
    PROVINCE,
    committed,
    features,
    gis,
    publishing,
    rows,
    run,
)
from tiles.tests.service import decode

do = sync_to_async(run)
ask = sync_to_async(rows)
pytestmark = pytest.mark.usefixtures("gis")

ODD = [
    "Z%",
    "geom id x",
    'quo"te',
    "select",
    "ß 漢字",
    "%s",
    "{}",
    "geom",
    "id",
    "f",
    "t",
]


async def test_any_name_will_do() -> None:
    table = 'test_gis."Order ""% {}"'
    columns = ", ".join('"{}" text'.format(n.replace('"', '""')) for n in ODD)
    await do(f'CREATE TABLE {table} ({columns}, "%shape" geometry(Point, 4326))')
    texts = ", ".join(f"'{n}'" for n in ODD)
    await do(f"INSERT INTO {table} VALUES ({texts}, ST_Point(105.9, 19.8, 4326))")
    async with publishing() as service, service.client(**PROVINCE) as client:
        (name,) = service.provider.sources
        assert name == "Order------"
        answer = await client.get(f"/tiles/{name}/0/0/0")
        assert (await client.get(f"/tiles/{name}")).json()["bounds"]
    assert answer.status_code == 200, answer.text
    (found,) = decode(answer.content)[name]["features"]
    assert found["properties"] == {column: column for column in ODD}


async def test_a_table_of_sixteen_hundred_columns_is_drawn() -> None:
    columns = ", ".join(f"c{i} bool" for i in range(1598))
    await do(
        f"CREATE TABLE test_gis.wide (gid int PRIMARY KEY, {columns},"
        " geom geometry(Point, 4326));"
        "INSERT INTO test_gis.wide (gid, c1597, geom)"
        " VALUES (1, true, ST_Point(105.9, 19.8, 4326))"
    )
    async with publishing() as service:
        (found,) = features(await service.tile("wide"))
    assert found == {"gid": 1, "c1597": True}


async def test_a_comment_names_any_srid_of_a_column_that_has_none() -> None:
    await do(
        """
        CREATE VIEW test_gis.local AS
          SELECT ST_Transform(ST_Point(105.9, 19.8, 4326), 3405) AS geom;
        COMMENT ON VIEW test_gis.local IS '{"ioc": {"srid": 3405}}'
        """
    )
    x, y = from_lonlat(*BAY)
    size = tile_size_m(9)
    tile = 9, int((x + HALF_M) // size), int((HALF_M - y) // size)
    async with publishing() as service:
        assert len((await service.tile("local", *tile))["features"]) == 1


@pytest.mark.parametrize("srid", [3857, 4756, 3405, 32648, 2263])
@pytest.mark.parametrize("z", [3, 7, 12])
async def test_other_projections_are_drawn_in_place(srid: int, z: int) -> None:
    spot = BAY if srid != 2263 else (-74.0, 40.7)  # feet, New York
    await do(
        f"""
        CREATE TABLE test_gis.area (gid int, geom geometry(Polygon, {srid}));
        INSERT INTO test_gis.area SELECT 1, ST_Transform(ST_Buffer(
          ST_SetSRID(ST_Point(%s, %s), 4326), 0.01, 32), {srid});
        CREATE INDEX ON test_gis.area USING gist (geom)
        """,
        [*spot],
    )
    x, y = from_lonlat(*spot)
    size = tile_size_m(z)
    async with publishing() as service:
        found = await service.tile(
            "area", z, int((x + HALF_M) // size), int((HALF_M - y) // size)
        )
        away = await service.tile("area", z, 2**z - 1, 2**z - 1)
    assert len(found["features"]) == 1
    assert away["features"] == []


BAD = [
    "NULL",
    "'SRID=4326;POINT EMPTY'",
    "'SRID=4326;POLYGON EMPTY'",
    "'SRID=4326;POLYGON((0 0,1 1,1 0,0 1,0 0))'",
    "'SRID=4326;POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))'",
    "'SRID=4326;MULTIPOINT((0 95),(0 -95),(10 10))'",
    "'SRID=4326;LINESTRING(0 0,0 90)'",
    "'SRID=4326;POINT(0 90)'",
    "'SRID=4326;POINT(400 500)'",
    "'SRID=4326;LINESTRING(170 0,200 10)'",
    "ST_SetSRID(ST_MakePoint('Infinity', 0), 4326)",
    "'SRID=4326;LINESTRING(0 0,NaN NaN)'",
    "ST_SetSRID(ST_MakeLine(ST_MakePoint(0, 0), ST_MakePoint('Infinity', 5)), 4326)",
    "'SRID=4326;GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 91))'",
    "'SRID=4326;CURVEPOLYGON(CIRCULARSTRING(0 0,4 0,4 4,0 4,0 0))'",
    "'SRID=4326;MULTISURFACE(((0 0,9 0,9 9,0 0)))'",
    "'SRID=4326;TIN(((0 0 0,0 9 0,9 0 0,0 0 0)))'",
    "'SRID=4326;POLYHEDRALSURFACE(((0 0 0,0 9 0,9 9 0,0 0 0)))'",
    "'SRID=4326;POINT ZM(1 2 3 4)'",
    "'SRID=4326;LINESTRING(1 1,1 1)'",
]


@pytest.mark.parametrize("bad", BAD)
async def test_no_row_can_break_a_tile(bad: str) -> None:
    await do("CREATE TABLE test_gis.odd (gid int, geom geometry)")
    await do("""COMMENT ON TABLE test_gis.odd IS '{"ioc": {"srid": 4326}}'""")
    await do("INSERT INTO test_gis.odd VALUES (1, ST_Point(5, 5, 4326))")
    await do(f"INSERT INTO test_gis.odd VALUES (2, {bad})")
    async with publishing() as service:
        for tile in ((0, 0, 0), (1, 1, 0), (6, 32, 31), (13, 4096, 4095)):
            found = features(await service.tile("odd", *tile))
            if tile[0] < 2:
                assert 1 in [f["gid"] for f in found]


async def test_arcs_are_drawn_as_lines() -> None:
    await do(
        """
        CREATE TABLE test_gis.arcs (geom geometry(CircularString, 4326));
        INSERT INTO test_gis.arcs
        VALUES ('SRID=4326;CIRCULARSTRING(100 10,105 15,110 10)')
        """
    )
    async with publishing() as service:
        (arc,) = (await service.tile("arcs", 5, 25, 14))["features"]
    assert len(arc["geometry"]["coordinates"]) > 10
