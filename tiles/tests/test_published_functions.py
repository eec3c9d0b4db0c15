"""Functions of published schemas as sources."""

from __future__ import annotations

import gzip
from typing import Any

import orjson
import pytest
from asgiref.sync import sync_to_async

from layers.core.scope import Grant
from tiles.sources import TileRequest
from tiles.tests.published import (  # noqa: F401  (fixtures)
    EVERYTHING,
    PROVINCE,
    Published,
    committed,
    gis,
    publishing,
    run,
)

do = sync_to_async(run)
pytestmark = pytest.mark.usefixtures("gis")

# They give what they were given: the answer is the argument.
ECHO = """
CREATE FUNCTION test_gis.{name}(z int, x int, y int, {type} {query}) RETURNS bytea
LANGUAGE sql STABLE AS $$ SELECT convert_to(query::text, 'UTF8') $$
"""
OFFICER = Grant(user_id=7, units=frozenset({4, 2}))


async def echo(service: Published, grant: Grant = EVERYTHING, **params: str) -> Any:
    source = service.provider.sources["echo"]
    return orjson.loads(await source.tile(TileRequest(0, 0, 0, grant, params)))


@pytest.mark.parametrize("kind", ["json", "jsonb"])
async def test_parameters_reach_the_function_as_json(kind: str) -> None:
    await do(ECHO.format(name="echo", type="query", query=kind))
    async with publishing() as service:
        assert await echo(service) == {}
        got = await echo(
            service,
            a="1",
            b="[1,2]",
            c="text",
            d='"q"',
            token="t",
            key="k",
            units="[9]",
        )
    assert got == {
        "a": 1,
        "b": [1, 2],
        "c": "text",
        "d": "q",
        "token": "t",
        "units": [9],
    }


async def test_every_signature_of_martin_is_found_and_no_other() -> None:
    await do(
        """
        CREATE FUNCTION test_gis.a(z int, x int, y int) RETURNS bytea
          LANGUAGE sql AS $$ SELECT 'a'::bytea $$;
        CREATE FUNCTION test_gis.b(zoom int, "X" int, y int, any_name jsonb)
          RETURNS TABLE (mvt bytea, key text)
          LANGUAGE sql AS $$ SELECT 'b'::bytea, 'k' $$;
        CREATE FUNCTION test_gis.c(z int, x int, y int, OUT mvt bytea, OUT key text)
          LANGUAGE sql AS $$ SELECT 'c'::bytea, 'k' $$;
        CREATE FUNCTION test_gis.d(z int, x int, y int) RETURNS SETOF bytea
          LANGUAGE sql AS $$ SELECT 'd'::bytea $$;
        CREATE FUNCTION test_gis.e(z int, x int, y int) RETURNS TABLE (mvt bytea)
          LANGUAGE sql AS $$ SELECT 'e'::bytea $$;
        CREATE FUNCTION test_gis.n1(x int, y int, z int) RETURNS bytea
          LANGUAGE sql AS $$ SELECT ''::bytea $$;
        CREATE FUNCTION test_gis.n2(z bigint, x int, y int) RETURNS bytea
          LANGUAGE sql AS $$ SELECT ''::bytea $$;
        CREATE FUNCTION test_gis.n3(z int, x int, y int, q text) RETURNS bytea
          LANGUAGE sql AS $$ SELECT ''::bytea $$;
        CREATE FUNCTION test_gis.n4(z int, x int, y int) RETURNS TABLE (k text, t bytea)
          LANGUAGE sql AS $$ SELECT '', ''::bytea $$;
        CREATE FUNCTION test_gis.n5(z int, x int, y int)
          RETURNS TABLE (t bytea, k text, more text)
          LANGUAGE sql AS $$ SELECT ''::bytea, '', '' $$;
        CREATE PROCEDURE test_gis.n6(z int, x int, y int)
          LANGUAGE sql AS $$ SELECT 1 $$;
        CREATE FUNCTION test_gis.n7(z int, x int, y int) RETURNS text
          LANGUAGE sql AS $$ SELECT '' $$
        """
    )
    async with publishing() as service:
        found = {
            name: await source.tile(TileRequest(1, 0, 0, EVERYTHING))
            for name, source in service.provider.sources.items()
        }
        document = await service.provider.sources["a"].tilejson(EVERYTHING)
    assert found == {name: name.encode() for name in "abcde"}
    assert document == {"tilejson": "3.0.0", "name": "a", "description": "test_gis.a"}


async def test_one_name_with_and_without_query_is_one_source() -> None:
    await do(ECHO.format(name="echo", type="query", query="json"))
    await do(ECHO.format(name="echo", type="query", query="jsonb"))
    await do(
        """
        CREATE FUNCTION test_gis.echo(z int, x int, y int) RETURNS bytea
          LANGUAGE sql AS $$ SELECT '"plain"'::bytea $$;
        COMMENT ON FUNCTION test_gis.echo(int, int, int) IS
          '{"attribution": "A", "x": 1}';
        COMMENT ON FUNCTION test_gis.echo(int, int, int, json) IS
          '{"attribution": "B", "ioc": {"max_age_s": 99}}'
        """
    )
    async with publishing() as service:
        assert list(service.provider.sources) == ["echo", "echo.1"]
        assert await echo(service) == "plain"
        assert await echo(service, key="k") == "plain"
        assert await echo(service, a="1") == {"a": 1}
        source = service.provider.sources["echo"]
        document = await source.tilejson(EVERYTHING)
    assert (document["attribution"], document["x"]) == ("B", 1)


async def test_null_is_no_content_and_an_error_is_told_in_its_own_words() -> None:
    await do(
        """
        CREATE FUNCTION test_gis.nothing(z int, x int, y int) RETURNS bytea
          LANGUAGE sql AS $$ SELECT NULL::bytea $$;
        CREATE FUNCTION test_gis.guarded(z int, x int, y int, q json) RETURNS bytea
          LANGUAGE plpgsql AS $$ BEGIN
            IF q->>'token' IS NULL THEN RAISE EXCEPTION 'token is missing'; END IF;
            RETURN 'tile'::bytea; END $$;
        CREATE FUNCTION test_gis.wrong(z int, x int, y int) RETURNS bytea
          LANGUAGE plpgsql AS $$ BEGIN
            RETURN (SELECT a FROM test_gis.nosuch); END $$
        """
    )
    async with publishing() as service, service.client(**PROVINCE) as client:
        nothing = await client.get("/tiles/nothing/0/0/0")
        missing = await client.get("/tiles/guarded/0/0/0")
        given = await client.get("/tiles/guarded/0/0/0?token=x")
        wrong = await client.get("/tiles/wrong/0/0/0")
    assert (nothing.status_code, nothing.content) == (204, b"")
    assert (missing.status_code, missing.text) == (500, "guarded: token is missing")
    assert (given.status_code, given.content) == (200, b"tile")
    assert wrong.status_code == 500
    assert "nosuch" in wrong.text


async def test_a_comment_makes_a_raster_function() -> None:
    await do(
        """
        CREATE FUNCTION test_gis.picture(z int, x int, y int) RETURNS bytea
          LANGUAGE sql AS $$ SELECT '\\x89504e47'::bytea $$;
        COMMENT ON FUNCTION test_gis.picture IS
          '{"content_type": "image/png", "bounds": [105, 19, 106, 20]}'
        """
    )
    async with publishing() as service, service.client(**PROVINCE) as client:
        tile = await client.get("/tiles/picture/0/0/0")
        entry = (await client.get("/tiles/catalog")).json()["tiles"]["picture"]
        document = (await client.get("/tiles/picture")).json()
    assert tile.headers["content-type"] == "image/png"
    assert tile.content == b"\x89PNG"
    assert entry["content_type"] == document["content_type"] == "image/png"
    assert document["bounds"] == [105, 19, 106, 20]


async def test_the_server_sets_the_units_when_the_function_asks_for_them() -> None:
    await do(ECHO.format(name="echo", type="query", query="json"))
    own = """COMMENT ON FUNCTION test_gis.echo IS '{"ioc": {"unit_argument": true}}'"""
    async with publishing() as service:
        assert not service.provider.sources["echo"].visible(OFFICER)
        await do(own)
        await service.refresh()
        source = service.provider.sources["echo"]
        assert source.visible(OFFICER)
        assert not source.visible(Grant(user_id=3))
        assert not source.visible(Grant())
        assert await echo(service, OFFICER, units="[9]", a="1") == {
            "a": 1,
            "units": [2, 4],
        }
        assert await echo(service, units="[9]") == {"units": None}
        keys = {
            source.key(TileRequest(0, 0, 0, grant, params))
            for grant in (OFFICER, EVERYTHING)
            for params in ({}, {"units": "[9]"}, {"key": "k"})
        }
    assert len(keys) == 2


@pytest.mark.parametrize(
    "own", ['{"unit_column": "a"}', '{"limit": 5}', '{"unit_argument": true}']
)
async def test_what_a_function_cannot_obey_shuts_it(own: str) -> None:
    await do(
        f"""
        CREATE FUNCTION test_gis.plain(z int, x int, y int) RETURNS bytea
          LANGUAGE sql AS $$ SELECT ''::bytea $$;
        COMMENT ON FUNCTION test_gis.plain IS '{{"ioc": {own}}}'
        """
    )
    async with publishing() as service:
        assert service.provider.sources == {}
        assert list(service.provider.broken) == ["test_gis.plain()"]


async def test_a_tile_that_the_function_compressed_is_expanded_once() -> None:
    packed = gzip.compress(b"tile", mtime=0).hex()
    for name, content in (("packed", packed), ("broken", packed[:30])):
        await do(
            f"""
            CREATE FUNCTION test_gis.{name}(z int, x int, y int) RETURNS bytea
              LANGUAGE sql AS $$ SELECT '\\x{content}'::bytea $$
            """
        )
    async with publishing() as service, service.client(**PROVINCE) as client:
        assert (await client.get("/tiles/packed/0/0/0")).content == b"tile"
        assert (await client.get("/tiles/broken/0/0/0")).status_code == 500
