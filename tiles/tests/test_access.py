"""Who may see what: layers, rows, keys, tokens, revocations."""

from __future__ import annotations

import time

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
from tiles.tests.service import (
    USER,
    address,
    cookie,
    decode,
    rights,
    running,
    titles,
)
from tiles.tokens import _token

PLACE = address(*BAY, 8)
TILE = f"/tiles/{SLUG}/{PLACE}"
KINDS = pytest.mark.parametrize("kind", ["live", "table"])


async def test_the_catalogue_lists_what_the_caller_may_see(
    boats: Boats,  # noqa: F811
) -> None:
    async with running() as service:
        async with service.client() as client:
            public = (await client.get("/tiles/catalog")).json()
        async with service.client(**cookie(rights(SLUG))) as client:
            mine = (await client.get("/tiles/catalog")).json()
        async with service.client(**cookie(rights(SLUG, roots=(1,)))) as client:
            part = (await client.get("/tiles/catalog")).json()
    assert list(public["tiles"]) == ["basemap"]
    assert list(mine["tiles"]) == list(part["tiles"]) == ["basemap", SLUG]
    shape = {"tiles", "sprites", "fonts", "styles", "settings"}
    assert set(public) == set(part) == shape
    # what could not be published is told to callers of the whole province
    assert set(mine) == {*shape, "broken"}
    assert mine["tiles"][SLUG]["content_type"] == "application/x-protobuf"


async def test_without_credentials_nothing_can_be_learned(
    boats: Boats,  # noqa: F811
) -> None:
    await sync_to_async(boats.put)({"id": 1})
    async with running() as service:
        for headers in (
            {},
            {"authorization": "Bearer wrong"},
            {"cookie": "ioc_tiles=x"},
        ):
            async with service.client(**headers) as client:
                for path in (TILE, f"/tiles/nosuch/{PLACE}", f"/tiles/{SLUG}"):
                    answer = await client.get(path)
                    assert answer.status_code == 401, path
                    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_layer_outside_the_grant_looks_like_an_unknown_one(
    boats: Boats,  # noqa: F811
) -> None:
    async with running() as service, service.client(**cookie(rights())) as client:
        for path in (f"/{PLACE}", ""):
            hidden = await client.get(f"/tiles/{SLUG}{path}")
            unknown = await client.get(f"/tiles/nosuch{path}")
            assert hidden.status_code == unknown.status_code == 404
            assert hidden.text.replace(SLUG, "nosuch") == unknown.text
            assert unknown.text == "Source nosuch does not exist"


@KINDS
async def test_rows_outside_the_scope_are_never_in_the_tile(
    boats: Boats,  # noqa: F811
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [
        {"id": 1, "unit_id": 11},
        {"id": 2, "unit_id": 22},
        {"id": 3, "unit_id": None},
    ]
    await sync_to_async(boats.put)(*rows)
    monkeypatch.setattr("layers.core.units.tree", lambda: _Flat())
    seen = {}
    with registry.override(layer(kind)):
        async with running() as service:
            for roots in (None, (11,), (22,), (99,), (11, 22)):
                async with service.client(
                    **cookie(rights(SLUG, roots=roots))
                ) as client:
                    answer = await client.get(TILE)
                    seen[roots] = titles(answer.content, SLUG)
                    again = await client.get(f"/tiles/basemap,{SLUG}/{PLACE}")
                    if SLUG in decode(again.content):
                        assert titles(again.content, SLUG) == seen[roots]
                    else:
                        assert not seen[roots]
    assert seen == {
        None: ["Boat 1", "Boat 2", "Boat 3"],
        (11,): ["Boat 1"],
        (22,): ["Boat 2"],
        (99,): [],
        (11, 22): ["Boat 1", "Boat 2"],
    }


class _Flat:
    """A unit tree in which nothing lies below anything."""

    def expand(self, roots: tuple[int, ...]) -> frozenset[int]:
        return frozenset(roots)


async def test_an_api_key_opens_its_layers_and_is_looked_up_once(
    boats: Boats,  # noqa: F811
) -> None:
    await sync_to_async(boats.put)({"id": 1})
    async with (
        running({"ioc_good": rights(SLUG)}) as service,
        service.client() as client,
    ):
        for _ in range(3):
            by_header = await client.get(
                TILE, headers={"authorization": "Bearer ioc_good"}
            )
            by_query = await client.get(TILE + "?key=ioc_good")
            bad = await client.get(TILE + "?key=ioc_bad")
            assert by_header.status_code == by_query.status_code == 200
            assert bad.status_code == 401
        assert service.looked_up == ["ioc_good", "ioc_bad"]
        service.revocations.handle({"kind": "revoked", "user": USER, "at": time.time()})
        del service.keys["ioc_good"]
        gone = await client.get(TILE + "?key=ioc_good")
    assert gone.status_code == 401


async def test_a_token_signed_before_a_revocation_is_void(
    boats: Boats,  # noqa: F811
) -> None:
    await sync_to_async(boats.put)({"id": 1})
    async with running() as service:
        old = cookie(rights(SLUG))
        async with service.client(**old) as client:
            assert (await client.get(TILE)).status_code == 200
            revoked = {"kind": "revoked", "user": USER, "at": time.time()}
            service.watcher.handle(revoked)
            assert (await client.get(TILE)).status_code == 401
        async with service.client(**cookie(rights(SLUG))) as client:
            assert (await client.get(TILE)).status_code == 200


async def test_nobody_is_let_in_before_revocations_are_known(
    boats: Boats,  # noqa: F811
) -> None:
    async with running() as service:
        service.revocations.loaded = False
        async with service.client(**cookie(rights(SLUG))) as client:
            answer = await client.get(TILE)
            public = await client.get("/tiles/basemap/0/0/0", headers={"cookie": ""})
    assert answer.status_code == 503
    assert public.status_code == 200


@pytest.mark.parametrize(
    ("header", "token"),
    [
        (b"ioc_tiles=abc", b"abc"),
        (b"a=1; ioc_tiles=abc; b=2", b"abc"),
        (b"a=1;ioc_tiles=abc;b=2", b"abc"),
        (b"not_ioc_tiles=no; ioc_tiles=abc", b"abc"),
        (b"not_ioc_tiles=no", b""),
        (b"a=ioc_tiles", b""),
        (b"ioc_tiles=" + b"x" * 5_000, b""),
        (b"", b""),
    ],
)
def test_the_token_is_found_among_other_cookies(header: bytes, token: bytes) -> None:
    assert _token(header) == token
