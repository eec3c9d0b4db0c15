"""Who sees published tables, and which of their rows."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from asgiref.sync import sync_to_async
from psycopg.conninfo import make_conninfo

from layers.core import asyncdb
from layers.core.scope import Grant
from layers.core.tokens import Rights
from tiles.sources import TileRequest
from tiles.tests.published import (  # noqa: F401  (fixtures)
    EVERYTHING,
    PROVINCE,
    committed,
    features,
    gis,
    publishing,
    run,
)
from tiles.tests.service import cookie, decode, rights

do = sync_to_async(run)
pytestmark = pytest.mark.usefixtures("gis")

UNITS = """
CREATE TABLE test_gis.plots (gid int, {column} int, geom geometry(Point, 4326));
INSERT INTO test_gis.plots SELECT i, nullif(i % 3, 0),
  ST_SetSRID(ST_Point(105 + i * 0.01, 19), 4326) FROM generate_series(0, 29) AS i
"""
NOBODY = Grant()
OFFICER = Grant(user_id=7, units=frozenset({1}))
LOST = Grant(user_id=8, units=frozenset())
CALLERS = {
    "anonymous": NOBODY,
    "no unit": LOST,
    "unit": OFFICER,
    "province": EVERYTHING,
}


def comment(text: str, table: str = "plots") -> str:
    return f"COMMENT ON TABLE test_gis.{table} IS '{text}'"


@pytest.mark.parametrize(
    ("own", "seen"),
    [
        ("", {"province"}),
        ('{"ioc": {}}', {"province"}),
        ('{"ioc": {"unit_column": "owner"}}', {"unit", "province"}),
        ('{"ioc": {"shared": true}}', {"no unit", "unit", "province"}),
        ('{"ioc": {"public": true}}', set(CALLERS)),
        ('{"ioc": {"public": false}}', {"province"}),
    ],
)
async def test_who_sees_a_table_is_said_by_its_comment(own: str, seen: set) -> None:
    await do(UNITS.format(column="owner"))
    await do(comment(own))
    async with publishing() as service:
        catalog = service.app.sources
        found = {name for name, g in CALLERS.items() if list(catalog.visible(g))}
    assert found == seen


@pytest.mark.parametrize("own", ["", '{"ioc": {"unit_column": "unit_id"}}'])
async def test_rows_outside_the_units_are_never_in_the_tile(own: str) -> None:
    await do(UNITS.format(column="unit_id"))
    await do(comment(own))
    async with publishing() as service:
        mine = features(await service.tile("plots", grant=OFFICER))
        nothing = features(await service.tile("plots", grant=LOST))
        everything = features(await service.tile("plots"))
    assert sorted(f["gid"] for f in mine) == list(range(1, 30, 3))
    assert {f["unit_id"] for f in mine} == {1}
    assert nothing == []
    assert len(everything) == 30


async def test_a_cached_tile_never_leaks_into_another_scope(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await do(UNITS.format(column="unit_id"))
    grants = {"one": frozenset({1}), "two": frozenset({2}), "all": None}

    async def grant(found: Rights) -> Grant:
        return Grant(user_id=found.user_id, units=grants[found.masks[0]])

    monkeypatch.setattr("tiles.tokens._grant", grant)
    keys = {name: replace(rights(), masks=(name,)) for name in grants}
    async with publishing(keys=keys) as service:
        for _round in range(2):
            seen = {}
            for name in keys:
                async with service.client(authorization=f"Bearer {name}") as client:
                    answer = await client.get("/tiles/plots/0/0/0")
                assert answer.headers["cache-control"] == "private, no-cache"
                found = features(decode(answer.content)["plots"])
                seen[name] = {row.get("unit_id") for row in found}
            assert seen == {"one": {1}, "two": {2}, "all": {1, 2, None}}


async def test_bounds_are_those_of_the_rows_that_the_caller_sees() -> None:
    await do(
        """
        CREATE TABLE test_gis.plots (unit_id int, geom geometry(Polygon, 4326));
        INSERT INTO test_gis.plots VALUES
          (1, ST_MakeEnvelope(105, 19, 106, 20, 4326)),
          (2, ST_MakeEnvelope(10, 10, 11, 11, 4326))
        """
    )
    async with publishing() as service:
        source = service.provider.sources["plots"]
        mine = await source.tilejson(OFFICER)
        everything = await source.tilejson(EVERYTHING)
        nothing = await source.tilejson(LOST)
    assert mine["bounds"] == [105, 19, 106, 20]
    assert everything["bounds"] == [10, 10, 106, 20]
    assert "bounds" not in nothing


async def test_a_table_that_is_not_for_the_caller_looks_like_an_unknown_one() -> None:
    await do(UNITS.format(column="owner"))
    officer = cookie(rights(roots=()))
    async with publishing() as service:
        for path in ("plots", "plots/0/0/0", "nosuch", "nosuch/0/0/0"):
            async with service.client() as client:
                assert (await client.get(f"/tiles/{path}")).status_code == 401
            async with service.client(**officer) as client:
                answer = await client.get(f"/tiles/{path}")
                name = path.split("/")[0]
                assert (answer.status_code, answer.text) == (
                    404,
                    f"Source {name} does not exist",
                )
            async with service.client(**PROVINCE) as client:
                status = (await client.get(f"/tiles/{path}")).status_code
                assert (status == 404) == path.startswith("nosuch")


async def test_a_public_table_is_open_without_signing_in() -> None:
    await do(UNITS.format(column="unit_id"))
    await do(comment('{"ioc": {"public": true, "properties": ["gid"]}}'))
    async with publishing() as service, service.client() as client:
        answer = await client.get("/tiles/plots/0/0/0")
        document = (await client.get("/tiles/plots")).json()
    found = decode(answer.content)["plots"]["features"]
    assert len(found) == 30
    assert set(found[0]["properties"]) == {"gid"}
    assert document["vector_layers"][0]["fields"] == {"gid": "int4"}
    assert "ioc" not in document
    assert answer.headers["cache-control"] == "public, max-age=10"


async def test_a_unit_column_of_text_opens_nothing() -> None:
    await do(
        "CREATE TABLE test_gis.plots (unit_id text, geom geometry(Point, 4326));"
        "INSERT INTO test_gis.plots VALUES ('1', ST_Point(105, 19, 4326))"
    )
    async with publishing() as service:
        source = service.provider.sources["plots"]
        assert not source.visible(OFFICER)
        assert source.visible(EVERYTHING)


async def test_what_the_database_role_may_not_read_is_left_out_and_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    role = f"test_tiles_{os.getpid()}"  # roles are shared by all databases
    await do(
        f"""
        CREATE ROLE {role};
        GRANT {role} TO CURRENT_USER;
        GRANT USAGE ON SCHEMA test_gis TO {role};
        CREATE TABLE test_gis.part (gid int, secret text, geom geometry(Point, 4326));
        CREATE TABLE test_gis.shut (gid int, geom geometry(Point, 4326));
        INSERT INTO test_gis.part VALUES (1, 'x', ST_Point(105, 19, 4326));
        GRANT SELECT (gid, geom) ON test_gis.part TO {role};
        GRANT SELECT ON accounts_user TO {role}
        """
    )
    limited = make_conninfo(asyncdb.conninfo(), options=f"-c role={role}")
    monkeypatch.setattr(asyncdb, "conninfo", lambda: limited)
    try:
        async with publishing() as service:
            found = features(await service.tile("part"))
            names = list(service.provider.sources)
            broken = service.provider.broken
    finally:
        await do(f"DROP OWNED BY {role}; DROP ROLE {role}")
    assert found == [{"gid": 1}]
    assert names == ["part"]
    assert "GRANT SELECT" in broken["test_gis.shut"]
    assert "GRANT USAGE" in broken["test_gis2"]


async def test_tile_queries_carry_no_text_of_the_caller() -> None:
    """Parameters of the address do not reach a table's query at all."""
    await do(UNITS.format(column="unit_id"))
    async with publishing() as service:
        source = service.provider.sources["plots"]
        plain = TileRequest(0, 0, 0, OFFICER)
        rude = TileRequest(0, 0, 0, OFFICER, {"unit_id": "2", "filter": "1; DROP"})
        assert source.key(plain) == source.key(rude)
        assert await source.tile(plain) == await source.tile(rude)
