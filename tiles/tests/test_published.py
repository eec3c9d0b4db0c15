"""Other people's tables become sources: which, by what name, with what TileJSON."""

from __future__ import annotations

import os

import pytest
from asgiref.sync import sync_to_async
from django.db import ProgrammingError

from tiles.sources.published import PublishedSchemas, comments
from tiles.tests.published import (  # noqa: F401  (fixtures)
    EVERYTHING,
    PROVINCE,
    committed,
    gis,
    publishing,
    run,
)

do = sync_to_async(run)
pytestmark = pytest.mark.usefixtures("gis")

PTS = """
CREATE TABLE test_gis.pts (gid int PRIMARY KEY, label text, tags text[],
                           geom geometry(Point, 4326));
INSERT INTO test_gis.pts VALUES (1, 'a', '{x}', ST_Point(-2, -1, 4326)),
                                (2, 'b', NULL, ST_Point(142, 45, 4326));
CREATE INDEX ON test_gis.pts USING gist (geom); ANALYZE test_gis.pts
"""


async def test_a_table_is_published_as_martin_publishes_it() -> None:
    await do(PTS)
    async with publishing() as service, service.client(**PROVINCE) as client:
        catalog = (await client.get("/tiles/catalog")).json()["tiles"]
        document = (await client.get("/tiles/pts")).json()
    assert catalog == {
        "pts": {
            "content_type": "application/x-protobuf",
            "description": "test_gis.pts.geom",
        }
    }
    bounds = document.pop("bounds")
    assert bounds == pytest.approx([-2, -1, 142, 45], abs=0.01)
    assert document == {
        "tilejson": "3.0.0",
        "name": "pts",
        "description": "test_gis.pts.geom",
        "tiles": ["http://tiles.example/tiles/pts/{z}/{x}/{y}"],
        "vector_layers": [
            {"id": "pts", "fields": {"gid": "int4", "label": "text", "tags": "text"}}
        ],
    }


async def test_ids_follow_martins_rule() -> None:
    await do(PTS)
    await do(
        """
        CREATE TABLE test_gis2.pts (geom geometry(Point, 4326));
        CREATE TABLE test_gis.catalog (geom geometry(Point, 4326));
        CREATE TABLE test_gis."Straße 1/2" (geom geometry(Point, 4326));
        CREATE TABLE test_gis.two (a geometry(Point, 4326), b geography(Point));
        CREATE FUNCTION test_gis2.pts(z int, x int, y int) RETURNS bytea
          LANGUAGE sql AS 'SELECT NULL::bytea'
        """
    )
    async with publishing() as service:
        found = {s.id: s.origin for s in service.provider.sources.values()}  # type: ignore[attr-defined]
    assert found == {
        "catalog.1": "test_gis.catalog.geom",
        "Stra-e-1-2": "test_gis.Straße 1/2.geom",
        "pts": "test_gis.pts.geom",
        "two": "test_gis.two.a",
        "two.1": "test_gis.two.b",
        "pts.1": "test_gis2.pts.geom",
        "pts.2": "test_gis2.pts",
    }


async def test_names_of_other_providers_stay_theirs() -> None:
    await do(PTS)
    async with publishing() as service:
        await service.provider.refresh(frozenset({"pts"}))
        assert list(service.provider.sources) == ["pts.1"]


async def test_every_kind_of_relation_is_found_but_no_partition() -> None:
    await do(
        """
        CREATE TABLE test_gis.plain (unit int, geom geometry(Point, 4326));
        CREATE VIEW test_gis.seen AS SELECT * FROM test_gis.plain;
        CREATE MATERIALIZED VIEW test_gis.stored AS SELECT * FROM test_gis.plain;
        CREATE TABLE test_gis.whole (y int, geom geometry(Point, 4326))
          PARTITION BY LIST (y);
        CREATE TABLE test_gis.part PARTITION OF test_gis.whole FOR VALUES IN (1);
        CREATE DOMAIN test_gis.place AS geometry(Point, 4326) NOT NULL;
        CREATE DOMAIN test_gis.spot AS test_gis.place;
        CREATE TABLE test_gis.domains (geom test_gis.spot);
        CREATE TABLE test_gis.old (geom geometry,
          CONSTRAINT enforce_srid_geom CHECK (ST_SRID(geom) = 4326));
        CREATE TABLE test_gis.no_geometry (a int)
        """
    )
    async with publishing() as service:
        found = list(service.provider.sources)
    assert found == ["domains", "old", "plain", "seen", "stored", "whole"]


async def test_a_foreign_table_is_found() -> None:
    wrapper = f"test_nothing_{os.getpid()}"
    try:
        await do(
            f"""
            CREATE FOREIGN DATA WRAPPER {wrapper};
            CREATE SERVER test_away FOREIGN DATA WRAPPER {wrapper};
            CREATE FOREIGN TABLE test_gis.away (geom geometry(Point, 4326))
              SERVER test_away
            """
        )
    except ProgrammingError:
        pytest.skip("only a superuser may make a foreign data wrapper")
    try:
        async with publishing() as service:
            assert list(service.provider.sources) == ["away"]
    finally:
        await do(f"DROP FOREIGN DATA WRAPPER {wrapper} CASCADE")


async def test_a_table_without_srid_is_listed_as_broken_with_the_remedy() -> None:
    await do(
        """
        CREATE TABLE test_gis.nosrid (id int PRIMARY KEY, geom geometry);
        INSERT INTO test_gis.nosrid VALUES (1, ST_Point(105.9, 19.8));
        INSERT INTO test_gis.nosrid VALUES (2, ST_Point(105.9, 19.8, 4326))
        """
    )
    async with publishing() as service:
        assert service.provider.sources == {}
        assert "no SRID" in service.provider.broken["test_gis.nosrid.geom"]
    async with publishing(default_srid=4326) as service:
        assert len((await service.tile("nosrid"))["features"]) == 2
    await do("""COMMENT ON TABLE test_gis.nosrid IS '{"ioc": {"srid": 4326}}'""")
    async with publishing() as service:
        assert len((await service.tile("nosrid"))["features"]) == 2


async def test_unchanged_sources_stay_and_dropped_tables_go() -> None:
    await do(PTS)
    await do("CREATE TABLE test_gis.other (geom geometry(Point, 3857))")
    async with publishing() as service:
        before = dict(service.provider.sources)
        await do("INSERT INTO test_gis.pts VALUES (3)")
        await service.refresh()
        assert all(before[k] is v for k, v in service.provider.sources.items())
        await do("ALTER TABLE test_gis.pts ADD more int; DROP TABLE test_gis.other")
        await service.refresh()
        after = service.provider.sources
        assert list(after) == ["pts"]
        assert after["pts"] is not before["pts"]
        async with service.client(**PROVINCE) as client:
            document = (await client.get("/tiles/pts")).json()
            assert (await client.get("/tiles/other")).status_code == 404
    assert document["vector_layers"][0]["fields"]["more"] == "int4"


async def test_a_comment_is_a_merge_patch_without_our_own_key() -> None:
    await do(PTS)
    await do(
        """
        COMMENT ON TABLE test_gis.pts IS '{"name": "Points", "description": null,
          "attribution": "GIS office", "minzoom": 3, "keys": {"deep": [1]},
          "vector_layers": [{"id": "pts", "fields": {"label": "Name"}}],
          "ioc": {"maxzoom": 9, "properties": ["label"], "max_age_s": 60}}'
        """
    )
    async with publishing() as service, service.client(**PROVINCE) as client:
        document = (await client.get("/tiles/pts")).json()
        entry = (await client.get("/tiles/catalog")).json()["tiles"]["pts"]
        outside = await client.get("/tiles/pts/2/0/0")
        only = await service.tile("pts", 3, 3, 4)
    for name in ("tiles", "bounds"):
        del document[name]
    assert document == {
        "tilejson": "3.0.0",
        "name": "Points",
        "attribution": "GIS office",
        "minzoom": 3,
        "maxzoom": 9,
        "keys": {"deep": [1]},
        "vector_layers": [{"id": "pts", "fields": {"label": "Name"}}],
    }
    assert (entry["name"], entry["attribution"]) == ("Points", "GIS office")
    assert outside.status_code == 404
    assert "pts supports zoom 3-9" in outside.text
    assert [f["properties"] for f in only["features"]] == [{"label": "a"}]


@pytest.mark.parametrize(
    ("comment", "description"),
    [
        ("Flüsse, 2024", "Flüsse, 2024"),
        ("2024", "2024"),
        ('{"name": "half', '{"name": "half'),
        ('{"minzoom": "three"}', "test_gis.pts.geom"),
        ('{"bounds": [1, 2]}', "test_gis.pts.geom"),
        ('{"a": ' * 500 + "1" + "}" * 500, "test_gis.pts.geom"),
    ],
)
async def test_a_comment_that_is_no_patch_does_no_harm(
    comment: str, description: str
) -> None:
    await do(PTS)
    await do("COMMENT ON TABLE test_gis.pts IS '" + comment.replace("'", "''") + "'")
    async with publishing() as service, service.client(**PROVINCE) as client:
        document = (await client.get("/tiles/pts")).json()
    assert (document["name"], document["description"]) == ("pts", description)


@pytest.mark.parametrize(
    "own",
    [
        '{"pubic": true}',
        '{"public": "yes"}',
        '{"public": true, "unit_column": "gid"}',
        '{"unit_column": "label"}',
        '{"unit_column": "nosuch"}',
        '{"unit_argument": true}',
        "[]",
    ],
)
async def test_an_own_key_that_cannot_be_obeyed_shuts_the_source(own: str) -> None:
    await do(PTS)
    await do('COMMENT ON TABLE test_gis.pts IS \'{"ioc": ' + own + "}'")
    async with publishing() as service:
        assert service.provider.sources == {}
        assert service.provider.broken["test_gis.pts.geom"]


async def test_a_column_without_index_is_said_so() -> None:
    await do("CREATE TABLE test_gis.slow (geom geometry(Point, 4326))")
    async with publishing() as service:
        warnings = service.provider.sources["slow"].entry()["warnings"]
    assert warnings == ["geom has no spatial index: tiles are slow"]


async def test_a_schema_that_does_not_exist_is_told() -> None:
    async with publishing("test_gis", "test_nosuch") as service:
        assert service.provider.broken == {"test_nosuch": "there is no such schema"}


def test_the_applications_own_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="own tables"):
        PublishedSchemas(None, None, ["public"])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="PostgreSQL"):
        PublishedSchemas(None, None, ["pg_catalog"])  # type: ignore[arg-type]


async def test_a_schema_that_holds_djangos_tables_is_refused() -> None:
    await do(PTS)
    await do("CREATE TABLE test_gis.django_migrations (id int)")
    async with publishing() as service:
        assert service.provider.sources == {}
        assert "own tables" in service.provider.broken["test_gis"]
    async with publishing(allow_own=True) as service:
        assert list(service.provider.sources) == ["pts"]


async def test_discovery_asks_twice_however_many_tables_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from psycopg import AsyncConnection

    for number in range(20):
        await do(f"CREATE TABLE test_gis.t{number} (geom geometry(Point, 4326))")
    asked = []
    execute = AsyncConnection.execute

    async def counted(self, query, *args, **kwargs):  # type: ignore[no-untyped-def]
        asked.append(query)
        return await execute(self, query, *args, **kwargs)

    async with publishing() as service:
        monkeypatch.setattr(AsyncConnection, "execute", counted)
        await service.refresh()
        assert len(service.provider.sources) == 20
    assert len([query for query in asked if query]) == 2  # "" is the pool's check


async def test_bounds_of_views_and_lonely_points_are_found() -> None:
    await do(
        """
        CREATE VIEW test_gis.one AS
          SELECT 1 AS id, ST_Point(105.9, 19.8, 4326)::geometry(Point, 4326) AS geom;
        CREATE TABLE test_gis.empty (geom geometry(Point, 4326))
        """
    )
    async with publishing() as service:
        one = await service.provider.sources["one"].tilejson(EVERYTHING)
        empty = await service.provider.sources["empty"].tilejson(EVERYTHING)
    assert one["bounds"] == pytest.approx([104.9, 18.8, 106.9, 20.8])
    assert "bounds" not in empty


def test_merge_patches_follow_rfc_7386() -> None:
    target = {"a": "b", "c": {"d": "e", "f": "g"}}
    patch = {"a": "z", "c": {"f": None}, "n": {"x": None, "y": 1}}
    assert comments.merge(target, patch) == {"a": "z", "c": {"d": "e"}, "n": {"y": 1}}
    assert comments.merge({"a": [{"b": 1}]}, {"a": [1]}) == {"a": [1]}
