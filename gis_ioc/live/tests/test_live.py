"""The live channel through a real server."""

from __future__ import annotations

import asyncio
import time

import orjson
import pytest
from websockets.asyncio.client import ClientConnection

from layers.core.spec import by_role
from layers.core.tests.boats import (  # noqa: F401  (fixtures)
    BAY,
    NOON,
    SLUG,
    Boats,
    boats,
    committed,
)
from layers.core.units import ROLE

from .server import People, Server, hear, people, say, server  # noqa: F401  (fixtures)

pytestmark = [
    pytest.mark.usefixtures("boats"),
    # one server per worker, whose memory the tests of a module share
    pytest.mark.xdist_group("live server"),
]
BOX = [BAY[0] - 1, BAY[1] - 1, BAY[0] + 1, BAY[1] + 1]


@pytest.fixture(autouse=True)
def _blocking_is_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests may ask the database from the event loop: nothing else runs in it."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


async def subscribe(
    socket: ClientConnection, bbox: list[float] = BOX, seq: int = 0
) -> dict:
    """The snapshot that follows, of ``seq`` or later."""
    while True:
        await say(socket, type="subscribe", layer=SLUG, bbox=bbox, zoom=9)
        snapshot = await hear(socket, "snapshot")
        if snapshot["seq"] >= seq:
            return snapshot
        await asyncio.sleep(0.05)


def rows(message: dict) -> dict[int, dict]:
    """Rows by id."""
    named = [dict(zip(message["columns"], row, strict=True)) for row in message["rows"]]
    return {row["id"]: row for row in named}


async def closed_with(socket: ClientConnection, seconds: float = 5.0) -> int:
    """The code with which the server closes."""
    async with asyncio.timeout(seconds):
        await socket.wait_closed()
    return socket.close_code or 0


async def test_strangers_are_turned_away(server: Server, people: People) -> None:  # noqa: F811
    foreign = {**people.session(people.add("a")), "Origin": "https://else.example"}
    for headers in ({}, {"Authorization": "Bearer ioc_wrong"}, foreign):
        async with server.live(**headers) as socket:
            assert await closed_with(socket) == 4401


async def test_session_key_and_query_all_open_the_channel(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
) -> None:
    user = people.add("a")
    ours = {**people.session(user), "Origin": server.url}
    for headers, query in (
        (ours, ""),
        (people.bearer(user), ""),
        ({}, f"?key={people.key(user)}"),
    ):
        async with server.live(query, **headers) as socket:
            hello = await hear(socket, "hello")
            assert hello["user"] == "test-a"
            assert abs(hello["time"] - time.time() * 1000) < 5_000
            await say(socket, type="ping", t=17)
            pong = await hear(socket, "pong")
            assert pong["t"] == 17


async def test_a_subscription_brings_what_is_inside_and_then_what_changes(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
    boats: Boats,  # noqa: F811
) -> None:
    start = boats.put(
        {"id": 1, "speed_kn": None},
        {"id": 2, "lon": BAY[0] + 0.5},
        {"id": 3, "lon": BAY[0] + 20},
    )
    async with server.live(**people.bearer(people.add("a"))) as socket:
        snapshot = await subscribe(socket, seq=start)
        assert snapshot["mode"] == "features"
        assert snapshot["columns"][:5] == ["id", "lon", "lat", "at", "title"]
        first = rows(snapshot)
        assert set(first) == {1, 2}
        assert (first[1]["lon"], first[1]["lat"]) == BAY
        assert first[1]["at"] == NOON.timestamp()
        assert (first[1]["speed_kn"], first[2]["speed_kn"]) == (None, 4.5)

        seq = boats.put({"id": 2, "lon": BAY[0] + 0.6}, {"id": 4})
        delta = await hear(socket, "delta")
        assert delta["seq"] == seq
        assert set(rows(delta)) == {2, 4}
        assert delta["gone"] == []

        boats.put({"id": 2, "lon": BAY[0] + 30}, {"id": 3, "lon": BAY[0] + 21})
        delta = await hear(socket, "delta")
        assert (delta["rows"], delta["gone"]) == ([], [2])


async def test_moving_the_view_brings_a_new_snapshot(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
    boats: Boats,  # noqa: F811
) -> None:
    start = boats.put({"id": 1}, {"id": 2, "lon": BAY[0] + 20})
    async with server.live(**people.bearer(people.add("a"))) as socket:
        assert set(rows(await subscribe(socket, seq=start))) == {1}
        there = [BOX[0] + 20, BOX[1], BOX[2] + 20, BOX[3]]
        assert set(rows(await subscribe(socket, there))) == {2}
        padded = [BAY[0] + 20.05, BOX[1], BAY[0] + 20.55, BOX[3]]
        assert set(rows(await subscribe(socket, padded))) == {2}, "20 % wider"


async def test_a_removed_row_is_gone_from_the_next_snapshot(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
    boats: Boats,  # noqa: F811
) -> None:
    start = boats.put({"id": 1}, {"id": 2})
    async with server.live(**people.bearer(people.add("a"))) as socket:
        await subscribe(socket, seq=start)
        boats.remove(1)
        assert set(rows(await hear(socket, "snapshot"))) == {2}


async def test_rows_outside_the_scope_are_never_sent(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
    boats: Boats,  # noqa: F811
) -> None:
    """The scope names a unit that does not exist: such a user sees no boat."""
    start = boats.put({"id": 1, "unit_id": 11}, {"id": 2, "unit_id": None})
    async with server.live(**people.bearer(people.add("a", 10**9))) as socket:
        assert (await subscribe(socket, seq=start))["rows"] == []
        boats.put({"id": 1, "unit_id": 11, "lon": BAY[0] + 0.1})
        with pytest.raises(TimeoutError):
            await hear(socket, "delta", 1.5)


async def test_a_layer_outside_the_key_is_as_unknown_as_any(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
) -> None:
    key = people.bearer(people.add("a"), by_role(ROLE).slug)
    async with server.live(**key) as socket:
        for slug in (SLUG, "nosuch"):
            await say(socket, type="subscribe", layer=slug, bbox=BOX, zoom=9)
            error = await hear(socket, "error")
            assert error["reason"] == f"no layer '{slug}'"


async def test_other_layers_are_announced_at_once(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
) -> None:
    other = Boats(by_role(ROLE))
    async with server.live(**people.bearer(people.add("a"))) as socket:
        await hear(socket, "hello")
        seq = other.edit("SELECT 1")
        while (changed := await hear(socket, "changed"))["seq"] != seq:
            pass
        assert changed["layer"] == other.layer.slug


async def test_too_many_rows_turn_into_tiles(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
    boats: Boats,  # noqa: F811
) -> None:
    boats.put({"id": 1})
    crowd = """
        INSERT INTO test_boats (id, seq, x, y, at, unit_id, title)
        SELECT n, (SELECT seq FROM core_layerversion WHERE slug = 'test_boats'),
               x + n, y, at, 1, 'Boat'
        FROM test_boats, generate_series(2, 8002) AS n WHERE id = 1
    """
    start = boats.edit(crowd)
    async with server.live(**people.bearer(people.add("a"))) as socket:
        snapshot = await subscribe(socket, seq=start)
        assert (snapshot["mode"], snapshot["count"]) == ("tiles", 8_002)
        assert "rows" not in snapshot
        moments = []
        for n in range(2):
            seq = boats.put({"id": 1, "lon": BAY[0] + (n + 1) / 100})
            changed = await hear(socket, "changed")
            assert (changed["layer"], changed["seq"]) == (SLUG, seq)
            moments.append(time.monotonic())
        assert moments[1] - moments[0] > 1.5


async def test_bad_messages_are_answered_and_too_many_close(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
) -> None:
    bad = (
        "nonsense",
        "[]",
        '{"type":"dance"}',
        orjson.dumps({"type": "subscribe", "layer": SLUG}).decode(),
        orjson.dumps({"type": "subscribe", "layer": [1], "bbox": BOX}).decode(),
        orjson.dumps(
            {"type": "subscribe", "layer": SLUG, "bbox": [9, 9, 1, 1]}
        ).decode(),
        "x" * 20_000,
    )
    async with server.live(**people.bearer(people.add("a"))) as socket:
        for text in bad:
            await socket.send(text)
            assert (await hear(socket, "error"))["reason"]
        await say(socket, type="ping", t=1)
        assert await hear(socket, "pong")
        for _ in range(20):
            await socket.send("nonsense")
        assert await closed_with(socket) == 4400


async def test_revoking_rights_closes_the_channel_and_voids_the_tiles(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
) -> None:
    user, other = people.add("a"), people.add("b")
    async with (
        server.live(**people.bearer(user)) as socket,
        server.live(**people.bearer(other)) as second,
    ):
        await hear(socket, "hello")
        await hear(second, "hello")
        people.revoke(user)
        assert await closed_with(socket) == 4403
        await say(second, type="ping", t=1)
        assert await hear(second, "pong")


async def test_a_client_that_does_not_read_costs_no_memory(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
    boats: Boats,  # noqa: F811
) -> None:
    """Nothing is queued for it: what it gets later is the newest state."""
    start = boats.put(*({"id": n} for n in range(1, 301)))
    async with server.live(**people.bearer(people.add("a"))) as socket:
        await subscribe(socket, seq=start)
        socket.transport.pause_reading()
        last = 0
        for n in range(6):
            boat = {"lon": BAY[0] + n / 100}
            last = boats.put(*({"id": k, **boat} for k in range(1, 301)))
            await asyncio.sleep(0.3)
        socket.transport.resume_reading()
        messages = 0
        while (await hear(socket, "delta"))["seq"] != last:
            messages += 1
        assert messages <= 5
