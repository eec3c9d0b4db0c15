"""Binary frames through a real server."""

from __future__ import annotations

import asyncio

import orjson
import pytest
from websockets.asyncio.client import ClientConnection

from layers.core.tests.boats import (  # noqa: F401  (fixtures)
    BAY,
    SLUG,
    Boats,
    boats,
    committed,
)

from .server import People, Server, hear, people, say, server  # noqa: F401  (fixtures)
from .test_binary import Reader

pytestmark = [
    pytest.mark.usefixtures("boats"),
    # one server per worker, whose memory the tests of a module share
    pytest.mark.xdist_group("live server"),
]
BOX = [BAY[0] - 1, BAY[1] - 1, BAY[0] + 1, BAY[1] + 1]
NAMES = ["title", "speed_kn"]


@pytest.fixture(autouse=True)
def _blocking_is_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests may ask the database from the event loop: nothing else runs in it."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


async def frame(socket: ClientConnection, seconds: float = 5.0) -> bytes:
    """The next frame; messages in JSON are passed over, but for errors."""
    async with asyncio.timeout(seconds):
        while True:
            message = await socket.recv()
            if isinstance(message, bytes):
                return message
            assert orjson.loads(message)["type"] != "error", message


async def ask(socket: ClientConnection, **more: object) -> None:
    asked = {"layer": SLUG, "bbox": BOX, "format": "binary", "columns": NAMES, **more}
    await say(socket, type="subscribe", **asked)


async def reach(socket: ClientConnection, seq: int) -> Reader:
    """A reader that has come to ``seq``."""
    told = Reader()
    await ask(socket)
    while told.take(await frame(socket)).header["seq"] < seq:
        pass
    return told


async def test_a_client_of_frames_follows_what_moves(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
    boats: Boats,  # noqa: F811
) -> None:
    seq = boats.put({"id": 1}, {"id": 2, "speed_kn": 7.5})
    async with server.live(**people.bearer(people.add("a"))) as socket:
        told = await reach(socket, seq)
        assert told.rows[2] == {**told.rows[2], "title": "Boat 2", "speed_kn": 7.5}
        west = told.rows[1]["x"]
        seq = boats.put({"id": 1, "lon": BAY[0] + 0.1}, {"id": 2, "lat": BAY[1] + 5})
        while told.header["seq"] < seq:
            told.take(await frame(socket))
        assert told.header["type"] == "delta"
        assert set(told.rows) == {1}
        assert told.rows[1]["x"] > west


async def test_frames_tell_only_what_the_scope_allows(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
    boats: Boats,  # noqa: F811
) -> None:
    """The scope names a unit that does not exist: such a user sees no boat."""
    boats.put({"id": 1, "unit_id": 11, "title": "hidden"}, {"id": 2, "unit_id": None})
    async with server.live(**people.bearer(people.add("a", 10**9))) as socket:
        await ask(socket)
        content = await frame(socket)
        assert Reader().take(content).rows == {}
        assert b"hidden" not in content
        boats.put({"id": 1, "unit_id": 11, "lon": BAY[0] + 0.1})
        with pytest.raises(TimeoutError):
            await frame(socket, 1.5)


async def test_what_cannot_be_sent_is_refused_by_name(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
) -> None:
    async with server.live(**people.bearer(people.add("a"))) as socket:
        for asked, named in (
            ({"format": "xml"}, "no format 'xml'"),
            ({"columns": ["owner"]}, "no column 'owner'"),
            ({"columns": "title"}, "columns must be a list"),
        ):
            await ask(socket, **asked)
            assert named in (await hear(socket, "error"))["reason"]


async def test_the_same_socket_may_go_back_to_json(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
    boats: Boats,  # noqa: F811
) -> None:
    seq = boats.put({"id": 1, "title": "back to JSON"})
    async with server.live(**people.bearer(people.add("a"))) as socket:
        await reach(socket, seq)
        await say(socket, type="subscribe", layer=SLUG, bbox=BOX)
        assert (await hear(socket, "snapshot"))["mode"] == "features"
