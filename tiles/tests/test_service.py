"""The HTTP face of the tile service: Martin's contract."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import sync_to_async

from layers.core.spec import registry
from layers.core.tests.boats import (  # noqa: F401  (fixtures)
    BAY,
    SLUG,
    Boats,
    boats,
    committed,
    layer,
)
from tiles.cache import expand
from tiles.tests.service import (
    address,
    cookie,
    decode,
    rights,
    running,
    titles,
)

PLACE = address(*BAY, 8)
TILE = f"/tiles/{SLUG}/{PLACE}"
KINDS = pytest.mark.parametrize("kind", ["live", "table"])


async def test_health_needs_nobody(boats: Boats) -> None:  # noqa: F811
    async with running() as service, service.client() as client:
        answer = await client.get("/tiles/health")
        head = await client.head("/tiles/health")
    assert (answer.status_code, answer.text) == (200, "OK")
    assert answer.headers["cache-control"] == "no-cache"
    assert (head.status_code, head.content) == (200, b"")


@KINDS
async def test_a_change_shows_in_the_next_tile(
    boats: Boats,  # noqa: F811
    kind: str,
) -> None:
    await sync_to_async(boats.put)({"id": 1})
    with registry.override(layer(kind)):
        async with (
            running() as service,
            service.client(**cookie(rights(SLUG))) as client,
        ):
            before = await client.get(TILE)
            await sync_to_async(boats.put)({"id": 2})
            await service.settled()
            after = await client.get(
                TILE, headers={"if-none-match": before.headers["etag"]}
            )
    assert titles(before.content, SLUG) == ["Boat 1"]
    assert after.status_code == 200
    assert titles(after.content, SLUG) == ["Boat 1", "Boat 2"]


@KINDS
async def test_live_and_table_tiles_say_the_same(
    boats: Boats,  # noqa: F811
    kind: str,
) -> None:
    await sync_to_async(boats.put)(
        {"id": 5, "speed_kn": None, "crew": 7, "moored": True}
    )
    with registry.override(layer(kind)):
        async with (
            running() as service,
            service.client(**cookie(rights(SLUG))) as client,
        ):
            answer = await client.get(TILE)
    (feature,) = decode(answer.content)[SLUG]["features"]
    assert feature["id"] == 5
    properties = dict(feature["properties"])
    properties.pop("at", None)  # live tiles always say how old a position is
    assert properties == {
        "title": "Boat 5",
        "kind": "fishing",
        "crew": 7,
        "moored": True,
        "draught": 1.25,
        "seen": 1795323600,
    }


async def test_an_unchanged_tile_is_not_sent_again(boats: Boats) -> None:  # noqa: F811
    await sync_to_async(boats.put)({"id": 1})
    async with running() as service, service.client(**cookie(rights(SLUG))) as client:
        first = await client.get(TILE)
        tag = first.headers["etag"]
        same = await client.get(TILE, headers={"if-none-match": tag})
        any_copy = await client.get(TILE, headers={"if-none-match": "*"})
        other = await client.get(TILE, headers={"if-none-match": '"other"'})
    assert len(tag) == 24
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["etag"] == tag
    assert any_copy.status_code == 304
    assert other.content == first.content


async def test_every_encoding_holds_the_same_tile_under_the_same_etag(
    boats: Boats,  # noqa: F811
) -> None:
    await sync_to_async(boats.put)(*({"id": n} for n in range(1, 50)))
    async with running() as service, service.client(**cookie(rights(SLUG))) as client:
        plain = await client.get(TILE)
        for name in ("gzip", "br", "zstd"):
            async with client.stream(
                "GET", TILE, headers={"accept-encoding": name}
            ) as answer:
                body = b"".join([part async for part in answer.aiter_raw()])
            assert answer.headers["content-encoding"] == name
            assert answer.headers["etag"] == plain.headers["etag"]
            assert int(answer.headers["content-length"]) == len(body)
            assert "Accept-Encoding" in answer.headers["vary"]
            assert expand(body, name) == plain.content
    assert "content-encoding" not in plain.headers


async def test_head_says_what_get_would(boats: Boats) -> None:  # noqa: F811
    await sync_to_async(boats.put)({"id": 1})
    async with running() as service, service.client(**cookie(rights(SLUG))) as client:
        for path in (TILE, f"/tiles/{SLUG}", "/tiles/catalog"):
            get, head = await client.get(path), await client.head(path)
            assert head.content == b""
            timed = "server-timing"  # the second request finds the tile in memory
            assert {**head.headers, timed: ""} == {**get.headers, timed: ""}


async def test_a_tile_without_features_is_204(boats: Boats) -> None:  # noqa: F811
    async with running() as service, service.client(**cookie(rights(SLUG))) as client:
        answer = await client.get(TILE)
    assert (answer.status_code, answer.content) == (204, b"")


async def test_a_zoom_out_of_range_is_told_with_the_range(
    boats: Boats,  # noqa: F811
) -> None:
    async with running() as service, service.client(**cookie(rights(SLUG))) as client:
        answer = await client.get(f"/tiles/{SLUG}/1/0/0")
        both = await client.get(f"/tiles/{SLUG},basemap/1/1/0")
    assert answer.status_code == 404
    assert "supports zoom 2-16" in answer.text
    assert SLUG not in decode(both.content)
    assert "land" in decode(both.content)


async def test_a_composite_has_its_layers_in_the_order_asked_for(
    boats: Boats,  # noqa: F811
) -> None:
    await sync_to_async(boats.put)({"id": 1})
    async with running() as service, service.client(**cookie(rights(SLUG))) as client:
        one = await client.get(f"/tiles/basemap,{SLUG}/{PLACE}")
        two = await client.get(f"/tiles/{SLUG},basemap/{PLACE}")
        missing = await client.get(f"/tiles/{SLUG},nosuch/{PLACE}")
    assert list(decode(one.content))[-1] == SLUG
    assert next(iter(decode(two.content))) == SLUG
    assert missing.status_code == 404
    assert "private" in one.headers["cache-control"]


async def test_tilejson_describes_one_source_or_several(
    boats: Boats,  # noqa: F811
) -> None:
    async with running() as service, service.client(**cookie(rights(SLUG))) as client:
        one = await client.get(f"/tiles/{SLUG}?token=x")
        both = (await client.get(f"/tiles/{SLUG},basemap")).json()
        tag = one.headers["etag"]
        same = await client.get(
            f"/tiles/{SLUG}?token=x", headers={"if-none-match": tag}
        )
    document = one.json()
    assert document["tilejson"] == "3.0.0"
    assert document["tiles"] == [
        f"http://tiles.example/tiles/{SLUG}/{{z}}/{{x}}/{{y}}?token=x"
    ]
    assert (document["minzoom"], document["maxzoom"]) == (2, 16)
    assert document["vector_layers"][0]["fields"]["speed_kn"] == "float8"
    assert tag.startswith('W/"')
    assert same.status_code == 304
    assert both["name"] == f"{SLUG},basemap"
    assert (both["minzoom"], both["maxzoom"]) == (0, 16)
    assert {"land", "rivers", SLUG} <= {part["id"] for part in both["vector_layers"]}


async def test_wrong_methods_types_and_origins_are_answered_clearly(
    boats: Boats,  # noqa: F811
) -> None:
    async with running() as service:
        headers = {**cookie(rights(SLUG)), "origin": "https://else.example"}
        async with service.client(**headers) as client:
            wrong = await client.post(TILE)
            picture = await client.get(TILE, headers={"accept": "image/png"})
            page = await client.get(
                f"/tiles/nosuch/{PLACE}", headers={"accept": "text/html"}
            )
            before = await client.options(
                TILE, headers={"access-control-request-method": "GET"}
            )
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert picture.status_code == page.status_code == 406
    assert "application/x-protobuf" in picture.text
    assert before.status_code == 204
    assert "Authorization" in before.headers["access-control-allow-headers"]
    for answer in (wrong, picture, before):
        assert answer.headers["access-control-allow-origin"] == "https://else.example"
        assert "access-control-allow-credentials" not in answer.headers


async def test_redirects_keep_the_query_and_come_before_the_source(
    boats: Boats,  # noqa: F811
) -> None:
    async with running() as service, service.client() as client:
        answer = await client.get("/tiles/tiles/nosuch/0/0/0.pbf?a=1&b=2")
    assert answer.status_code == 301
    assert answer.headers["location"] == "/tiles/nosuch/0/0/0?a=1&b=2"


async def test_equal_requests_at_one_time_are_made_once(
    boats: Boats,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await sync_to_async(boats.put)({"id": 1})
    with registry.override(layer("table")):
        async with (
            running() as service,
            service.client(**cookie(rights(SLUG))) as client,
        ):
            source = service.app.sources.get(SLUG)
            assert source is not None
            made, make = [], source.tile

            async def counted(request):
                made.append(request)
                await asyncio.sleep(0.05)
                return await make(request)

            monkeypatch.setattr(source, "tile", counted)
            answers = await asyncio.gather(*(client.get(TILE) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(made) == 1
