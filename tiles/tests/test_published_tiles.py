"""What is in the tiles of published tables, whatever they are like."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import sync_to_async

from layers.core.mercator import HALF_M, from_lonlat, tile_size_m
from layers.core.scope import Grant
from tiles.sources import TileRequest
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

# The text of Martin 1.16.1 for a table in SRID 4326.
MARTIN = """
SELECT ST_AsMVT(tile, %s, 4096, 'geom') FROM (
  SELECT ST_AsMVTGeom(ST_Transform(ST_CurveToLine(geom::geometry), 3857),
      ST_TileEnvelope({z}, {x}, {y}), 4096, 64, true) AS geom, {columns}
  FROM test_gis.{table}
  WHERE geom && ST_Expand(ST_Transform(ST_TileEnvelope({z}, {x}, {y}), 4326),
                          (0.015625 * 360) / 2 ^ {z})
) AS tile
"""
DEGREES = "(gid int, geom {}(Geometry, 4326))"


def place(z: int) -> tuple[int, int, int]:
    """The tile over the bay."""
    x, y = from_lonlat(*BAY)
    size = tile_size_m(z)
    return z, int((x + HALF_M) // size), int((HALF_M - y) // size)


async def martin(table: str, columns: str, z: int, x: int, y: int) -> dict[str, Any]:
    query = MARTIN.format(table=table, columns=columns, z=z, x=x, y=y)
    found = bytes((await ask(query, [table]))[0][0])
    return decode(found)[table] if found else {"features": []}


@pytest.mark.parametrize("z", [0, 5, 8, 11, 14])
async def test_points_are_where_martin_puts_them(z: int) -> None:
    await do(
        """
        CREATE TABLE test_gis.pts AS SELECT i AS gid, 'Point ' || i AS label,
          ST_Point(105.5 + i * 37 % 500 * 0.0016, 19.4 + i * 91 % 499 * 0.0016, 4326)
            ::geometry(Point, 4326) AS geom FROM generate_series(1, 500) AS i
        """
    )
    async with publishing() as service:
        ours = await service.tile("pts", *place(z))
    theirs = await martin("pts", "gid, label", *place(z))

    def by_id(layer: dict[str, Any]) -> Any:
        found = sorted(layer["features"], key=lambda f: f["properties"]["gid"])
        return [(f["properties"], f["geometry"]) for f in found]

    assert by_id(ours) == by_id(theirs)
    assert ours["features"] or z > 8


@pytest.mark.parametrize("z", [5, 8, 11, 13])
async def test_areas_differ_from_martins_by_no_more_than_a_unit_of_the_grid(
    z: int,
) -> None:
    import shapely

    await do(
        """
        CREATE TABLE test_gis.areas AS SELECT i AS gid,
          ST_Buffer(ST_Point(105.7 + 0.05 * (i % 10), 19.6 + 0.05 * (i / 10), 4326),
            0.02, 64)::geometry(Polygon, 4326) AS geom
        FROM generate_series(0, 99) AS i
        """
    )
    async with publishing() as service:
        ours = await service.tile("areas", *place(z))
    theirs = await martin("areas", "gid", *place(z))

    def shapes(layer: dict[str, Any]) -> dict[int, Any]:
        return {
            f["properties"]["gid"]: shapely.geometry.shape(f["geometry"])
            for f in layer["features"]
        }

    mine, reference = shapes(ours), shapes(theirs)
    assert mine.keys() == reference.keys()
    assert mine
    for gid, shape in mine.items():
        assert shape.hausdorff_distance(reference[gid]) <= 2**0.5 + 1e-9


async def test_values_keep_their_types() -> None:
    await do(
        """
        CREATE TABLE test_gis.values (
          gid bigint PRIMARY KEY, small smallint, flag boolean, area numeric(12, 2),
          code numeric(16, 0), any_number numeric, ratio float8, day date,
          at timestamptz, label varchar(9), tags text[], plain json, deep jsonb,
          photo bytea, words tsvector, twice int GENERATED ALWAYS AS (small * 2) STORED,
          geom geometry(Point, 4326));
        INSERT INTO test_gis.values VALUES
          (-7, 1, true, 12.50, 1234567890123456, 1e400, 0.25, '2026-11-22',
           '2026-11-22 12:00+07', 'nine', '{a,b}', '{"j": 1}', '{"k": "v", "n": 2}',
           'x', 'x', DEFAULT, ST_Point(105.9, 19.8, 4326)),
          (8, NULL, NULL, 'NaN', 'NaN', 'NaN', NULL, 'infinity', 'infinity', NULL,
           NULL, NULL, NULL, NULL, NULL, DEFAULT, ST_Point(105.9, 19.8, 4326))
        """
    )
    async with publishing() as service:
        found = features(await service.tile("values"))
        fields = (await service.provider.sources["values"].tilejson(EVERYTHING))[
            "vector_layers"
        ][0]["fields"]
    first = next(f for f in found if f["gid"] == -7)
    moment = first.pop("at")
    assert moment.startswith("2026-11-22T05:00:00") or moment.endswith("+07:00")
    assert first == {
        "gid": -7,
        "small": 1,
        "flag": True,
        "area": 12.5,
        "code": 1234567890123456,
        "ratio": 0.25,
        "day": "2026-11-22",
        "label": "nine",
        "tags": "{a,b}",
        "plain": '{"j": 1}',
        "k": "v",
        "n": 2,
        "twice": 2,
    }
    assert len(found) == 2
    assert fields["area"] == "numeric"
    assert fields["tags"] == "text"
    assert "photo" not in fields


async def test_the_primary_key_is_the_features_id_and_stays_a_property() -> None:
    await do(
        """
        CREATE TABLE test_gis.keyed (id int PRIMARY KEY, other int,
                                     geom geometry(Point, 3857));
        INSERT INTO test_gis.keyed VALUES (5, 6, ST_Point(0, 0, 3857))
        """
    )
    async with publishing() as service:
        feature = (await service.tile("keyed"))["features"][0]
        assert (feature["id"], feature["properties"]) == (5, {"id": 5, "other": 6})
        await do(
            """COMMENT ON TABLE test_gis.keyed IS '{"ioc":{"id_column":"other"}}'"""
        )
        await service.refresh()
        assert (await service.tile("keyed"))["features"][0]["id"] == 6


@pytest.mark.parametrize("kind", ["geometry", "geography"])
@pytest.mark.parametrize("z", [0, 3, 4, 6, 10])
async def test_both_kinds_of_columns_find_their_rows_by_index(
    kind: str, z: int
) -> None:
    await do(
        f"""
        CREATE TABLE test_gis.pts (gid int, geom {kind}(Point, 4326));
        INSERT INTO test_gis.pts SELECT i, ST_SetSRID(ST_Point(
          105.9 + (i % 100 - 50) * 1.4, 19.8 + (i / 100 - 50) * 1.2), 4326)::{kind}
        FROM generate_series(0, 9999) AS i;
        CREATE INDEX ON test_gis.pts USING gist (geom)
        """
    )
    theirs = await ask(
        """
        SELECT gid FROM test_gis.pts WHERE ST_AsMVTGeom(
          ST_Transform(geom::geometry, 3857), ST_TileEnvelope(%s, %s, %s), 4096, 64
        ) IS NOT NULL AND abs(ST_Y(geom::geometry)) < 89
        """,
        list(place(z)),
    )
    async with publishing() as service:
        ours = features(await service.tile("pts", *place(z)))
    assert sorted(f["gid"] for f in ours) == sorted(gid for (gid,) in theirs)


async def test_a_limit_and_zooms_bound_a_tile() -> None:
    await do(
        """
        CREATE TABLE test_gis.many AS SELECT i AS gid,
          ST_SetSRID(ST_Point(105.9, 19.8), 4326)::geometry(Point, 4326) AS geom
        FROM generate_series(1, 100) AS i;
        COMMENT ON TABLE test_gis.many IS '{"ioc": {"limit": 7, "minzoom": 5}}'
        """
    )
    async with publishing() as service, service.client(**PROVINCE) as client:
        assert len((await service.tile("many", *place(8)))["features"]) == 7
        early = await client.get("/tiles/many/4/12/7")
    assert early.status_code == 404
    assert "many supports zoom 5-" in early.text


async def test_a_slow_view_is_a_503_and_a_broken_one_a_500_without_the_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await do(
        """
        CREATE TABLE test_gis.plain (secret text, geom geometry(Point, 4326));
        INSERT INTO test_gis.plain VALUES ('hidden', ST_Point(105.9, 19.8, 4326));
        CREATE VIEW test_gis.slow AS
          SELECT pg_sleep(20)::text, geom FROM test_gis.plain;
        CREATE VIEW test_gis.broken AS SELECT secret::int, geom FROM test_gis.plain
        """
    )
    monkeypatch.setattr("layers.core.asyncdb.STATEMENT_TIMEOUT_MS", 300)
    async with publishing() as service, service.client(**PROVINCE) as client:
        slow = await client.get("/tiles/slow/0/0/0")
        broken = await client.get("/tiles/broken/0/0/0")
    assert slow.status_code == 503
    assert "took too long" in slow.text
    assert broken.status_code == 500
    assert "hidden" not in broken.text


async def test_a_tile_is_good_for_the_declared_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tiles.sources.published import source as module

    await do(
        """
        CREATE TABLE test_gis.pts (geom geometry(Point, 4326));
        COMMENT ON TABLE test_gis.pts IS '{"ioc": {"max_age_s": 60, "public": true}}'
        """
    )
    async with publishing() as service:
        source = service.provider.sources["pts"]
        moments = {}
        for now in range(0, 600, 10):
            monkeypatch.setattr(module.time, "time", lambda now=now: 1e9 + now)
            moments[now] = source.version(TileRequest(3, 1, 2, Grant()))
        assert len(set(moments.values())) in (10, 11)
        assert source.cache_control == "public, max-age=60"
        monkeypatch.undo()
        await do("ALTER TABLE test_gis.pts ADD a int")
        old = source.version(TileRequest(3, 1, 2, Grant()))
        await service.refresh()
        new = service.provider.sources["pts"].version(TileRequest(3, 1, 2, Grant()))
        assert str(old).split("-")[0] != str(new).split("-")[0]


async def test_a_table_with_triggers_has_exact_versions() -> None:
    await do(
        """
        CREATE TABLE test_gis.pts (gid int PRIMARY KEY, geom geometry(Point, 4326));
        INSERT INTO test_gis.pts VALUES (1, ST_Point(105.9, 19.8, 4326));
        SELECT ioc_touch('test_gis.pts')
        """
    )
    async with publishing() as service, service.client(**PROVINCE) as client:

        async def versions() -> list[Any]:
            await service.watcher.poll()
            source = service.provider.sources["pts"]
            here, there = place(12), (12, 0, 0)
            return [source.version(TileRequest(*t, EVERYTHING)) for t in (here, there)]

        z, x, y = place(12)
        before = await versions()
        first = await client.get(f"/tiles/pts/{z}/{x}/{y}")
        assert before == await versions()
        await do("INSERT INTO test_gis.pts VALUES (2, ST_Point(105.9, 19.8, 4326))")
        after = await versions()
        second = await client.get(f"/tiles/pts/{z}/{x}/{y}")
        assert after[0] != before[0]
        assert after[1] == before[1]
        assert len(decode(first.content)["pts"]["features"]) == 1
        assert len(decode(second.content)["pts"]["features"]) == 2
        await do("ALTER TABLE test_gis.pts DISABLE TRIGGER USER")
        await service.refresh()
        assert "=" not in str((await versions())[0])
        await do("ALTER TABLE test_gis.pts ENABLE TRIGGER USER")
        await do("INSERT INTO test_gis.pts VALUES (3, ST_Point(105.9, 19.8, 4326))")
        await service.refresh()
        again = await versions()
        assert "=" in str(again[0])
        assert again[0] not in (before[0], after[0])
