"""Tiles by ST_AsMVT: filters, past times, limits, and queries that fail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from layers.core.spec import TileSpec, registry
from layers.core.tests.boats import (  # noqa: F401  (fixtures)
    BAY,
    NOON,
    SLUG,
    Boats,
    boats,
    committed,
    layer,
)
from tiles.tests.service import address, cookie, decode, rights, running, titles

TILE = f"/tiles/{SLUG}/{address(*BAY, 8)}"


async def ask(**params: str) -> tuple[int, list[str] | str]:
    """Status, and the names in the tile or the text of the error."""
    async with running() as service, service.client(**cookie(rights(SLUG))) as client:
        answer = await client.get(TILE, params=params)
    if answer.status_code >= 400:
        return answer.status_code, answer.text
    return answer.status_code, titles(answer.content, SLUG)


@pytest.fixture(params=["live", "table"])
def fleet(boats: Boats, request: pytest.FixtureRequest) -> Iterator[Boats]:  # noqa: F811
    """Three boats of two kinds, as both kinds of source draw them."""
    with registry.override(layer(request.param)) as known:
        three = Boats(known)
        three.put(
            {"id": 1, "kind": "fishing", "speed_kn": 3.0},
            {"id": 2, "kind": "cargo", "speed_kn": 9.0},
            {"id": 3, "kind": "fishing", "speed_kn": None},
        )
        yield three


async def test_a_filter_leaves_out_what_does_not_match(fleet: Boats) -> None:
    assert await ask(filter="kind = 'fishing'") == (200, ["Boat 1", "Boat 3"])
    assert await ask(filter="speed_kn > 5 OR speed_kn IS NULL") == (
        200,
        ["Boat 2", "Boat 3"],
    )
    assert await ask(filter="kind IN ('tanker')") == (204, [])


@pytest.mark.parametrize(
    "text",
    [
        "kind = ",
        "nosuch = 1",
        "crew = 6",
        "speed_kn = 'fast'",
        "1; DROP TABLE test_boats",
    ],
)
async def test_a_filter_that_cannot_be_used_is_a_400(fleet: Boats, text: str) -> None:
    status, _reason = await ask(filter=text)
    assert status == 400


async def test_a_filter_never_widens_the_scope(fleet: Boats) -> None:
    await sync_to_async(fleet.put)({"id": 4, "unit_id": 77, "kind": "fishing"})
    everything = "kind = 'fishing' OR kind <> 'fishing'"
    assert len((await ask(filter=everything))[1]) == 4
    async with (
        running({"k": rights(SLUG, roots=())}) as service,
        service.client(authorization="Bearer k") as client,
    ):
        answer = await client.get(TILE, params={"filter": everything})
    assert (answer.status_code, answer.content) == (204, b"")


async def test_a_limit_cuts_by_id(fleet: Boats) -> None:
    assert await ask(limit="2") == (200, ["Boat 1", "Boat 2"])
    for text in ("0", "-1", "many", "99999999"):
        assert (await ask(limit=text))[0] == 400


async def test_the_picture_of_a_past_time_comes_from_the_history(fleet: Boats) -> None:
    remember = """
        INSERT INTO test_boatsevent (id, title, unit_id, kind, geom, pgh_obj_id,
                                     pgh_created_at)
        SELECT 1, %s, 1, 'fishing', ST_Point(%s, %s, 4326), 1, %s
    """
    day = timedelta(days=1)
    for name, moment in (("Old name", NOON - 2 * day), ("New name", NOON - day)):
        await sync_to_async(fleet.edit)(remember, [name, *BAY, moment])
    assert await ask(at=(NOON - 3 * day).isoformat()) == (204, [])
    assert await ask(at=(NOON - 1.5 * day).isoformat()) == (200, ["Old name"])
    assert await ask(at=NOON.isoformat()) == (200, ["New name"])


async def test_a_time_that_cannot_be_read_is_a_400(fleet: Boats) -> None:
    assert (await ask(at="yesterday"))[0] == 400
    assert (await ask(at="2026-11-22T10:00:00"))[0] == 400


async def test_a_layer_without_history_has_no_past(boats: Boats) -> None:  # noqa: F811
    with registry.override(layer("table", history="")):
        status, reason = await ask(at=NOON.isoformat())
    assert status == 400
    assert "history" in str(reason)


async def test_a_database_that_does_not_answer_is_a_503(
    boats: Boats,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    with registry.override(layer("table", relation="nosuch_table")):
        status, _reason = await ask()
    assert status == 503
    assert "a tile query is wrong" in caplog.text


async def test_a_time_says_the_same_as_at_and_a_span_picks_by_the_layers_time(
    fleet: Boats,
) -> None:
    hour = timedelta(hours=1)
    await sync_to_async(fleet.put)({"id": 4, "at": NOON - 5 * hour})
    timed = registry.override(replace(fleet.layer, time_field="seen"))
    late, early = (NOON - hour).isoformat(), (NOON - 9 * hour).isoformat()
    with timed:
        assert (await ask(datetime=f"{late}/.."))[1] == ["Boat 1", "Boat 2", "Boat 3"]
        assert (await ask(datetime=f"{early}/{late}"))[1] == ["Boat 4"]
        assert (await ask(datetime=f"../{early}")) == (204, [])
        assert (await ask(datetime=f"{NOON.isoformat()}/"))[1][0] == "Boat 1"
        past = await ask(datetime=early)
        assert past == await ask(at=early) == (204, [])
        for wrong in ("x/..", f"{late}/{early}", "2026-11-22/.."):
            assert (await ask(datetime=wrong))[0] == 400
        assert (await ask(datetime=early, at=early))[0] == 400
    assert (await ask(datetime=f"{late}/.."))[0] == 400  # it has no time of its own


async def test_only_the_named_fields_are_in_the_tile(boats: Boats) -> None:  # noqa: F811
    boats_of_tables = layer("table")
    with registry.override(boats_of_tables) as known:
        await sync_to_async(Boats(known).put)({"id": 1, "kind": "cargo"})
        async with (
            running() as service,
            service.client(**cookie(rights(SLUG))) as client,
        ):
            answer = await client.get(TILE, params={"fields": "kind, crew,kind"})
            (feature,) = decode(answer.content)[SLUG]["features"]
            wrong = await client.get(TILE, params={"fields": "kind,secret"})
    assert (feature["id"], feature["properties"]) == (1, {"kind": "cargo", "crew": 6})
    assert wrong.status_code == 400
    assert "there are: title, kind, speed_kn" in wrong.text


async def test_nothing_reaches_a_masked_field_or_one_not_meant_for_filters(
    boats: Boats,  # noqa: F811
) -> None:
    plain = layer("table")
    masks = {"kind": "core.see", "seen": "core.see"}
    hidden = tuple(
        replace(entry, mask=masks.get(entry.name, ""), filter=entry.name != "crew")
        for entry in plain.fields
    )
    with registry.override(replace(plain, fields=hidden, time_field="seen")) as known:
        await sync_to_async(Boats(known).put)({"id": 1})
        for params in (
            {"filter": "kind = 'fishing'"},
            {"filter": "kind IS NULL OR speed_kn > 1"},
            {"filter": "speed_kn = crew"},
            {"filter": "T_AFTER(seen, DATE('2000-01-01'))"},
            {"filter": '{"op": "like", "args": [{"property": "kind"}, "f%"]}'},
            {"fields": "kind"},
            {"fields": "title,seen"},
            {"datetime": "../2026-11-22T10:00:00Z"},
        ):
            assert (await ask(**params))[0] == 400, params
        assert await ask(filter="speed_kn > 1") == (200, ["Boat 1"])


async def test_a_function_gets_place_query_and_scope(boats: Boats) -> None:  # noqa: F811
    create = """
        CREATE OR REPLACE FUNCTION test_boats_tile(z int, x int, y int, query json)
        RETURNS bytea LANGUAGE sql STABLE AS $$
          SELECT CASE WHEN query->>'show' = 'yes' THEN ST_AsMVT(t, 'test_boats') END
          FROM (SELECT 1 AS id, coalesce(query->>'units', 'all') AS title,
                ST_AsMVTGeom(ST_Centroid(ST_TileEnvelope(z, x, y)),
                             ST_TileEnvelope(z, x, y)) AS geom) AS t
        $$
    """
    await sync_to_async(_run)(create)
    spec = TileSpec(kind="function", minzoom=2, function="test_boats_tile")
    with registry.override(layer("function", tile=spec)):
        assert await ask(show="yes") == (200, ["all"])
        assert await ask(show="yes", units="[5]") == (200, ["all"])
        assert await ask(show="no") == (204, [])
    await sync_to_async(_run)("DROP FUNCTION test_boats_tile")


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
