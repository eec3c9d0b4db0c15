"""The wall on a real web process: joins, states, the camera of the armed console."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import cache
from websockets.asyncio.client import ClientConnection

from gis_ioc.accounts.models import User
from gis_ioc.live.tests.server import (  # noqa: F401  (fixtures)
    People,
    Server,
    hear,
    people,
    say,
    server,
)
from gis_ioc.wall import services
from gis_ioc.wall.acts import ACTS
from gis_ioc.wall.models import Scene, Wall, WallAct
from layers.core import changes
from layers.core.tests.boats import committed  # noqa: F401  (fixture)

pytestmark = pytest.mark.xdist_group("live server")
BODY = {
    "panes": [
        {"id": "map", "kind": "map", "column": 0, "row": 0, "width": 24, "height": 12}
    ]
}


@pytest.fixture(autouse=True)
def _blocking_is_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def wall(people: People) -> Iterator[Wall]:  # noqa: F811
    """A wall of its own for each test: Redis remembers their names."""
    slug = f"test-{time.time_ns()}"
    made = Wall.objects.create(slug=slug, title="Test", columns=2, rows=1)
    scene = Scene.objects.create(slug=f"scene-{slug}", title="A", body=BODY, wall=made)
    yield made
    WallAct.objects.filter(wall=made).delete()
    scene.delete()
    made.delete()
    cache.clear()


@pytest.fixture
def operator(people: People) -> User:  # noqa: F811
    user = people.add("operator")
    user.user_permissions.add(Permission.objects.get(codename="conduct_wall"))
    return User.objects.get(pk=user.pk)


def do(wall: Wall, user: User | None, **act: object) -> services.Done:
    return services.apply(wall, ACTS.validate_python(act), user)


def arm(wall: Wall, user: User, console: str) -> None:
    do(wall, user, act="take", console=console)
    do(wall, user, act="arm", console=console)


async def joined(
    socket: ClientConnection, wall: Wall, panel: object = None, **more: object
) -> dict:
    await say(socket, type="wall.join", wall=wall.slug, panel=panel, **more)
    return await hear(socket, "wall.state")


async def until(socket: ClientConnection, seq: int) -> dict:
    while True:
        state = await hear(socket, "wall.state")
        if state["seq"] >= seq:
            return state


async def test_who_joins_is_told_the_state_at_once_and_after_every_act(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
    wall: Wall,
    operator: User,
) -> None:
    async with server.live(**people.session(people.add("looker"))) as page:
        first = await joined(page, wall, [1, 1])
        assert first["seq"] == 0
        done = do(wall, operator, act="scene", scene=f"scene-{wall.slug}")
        state = await until(page, done.seq)
        assert state["state"]["base"]["scene"] == f"scene-{wall.slug}"
        assert state["bundle"] == first["bundle"]


async def test_an_edited_scene_is_told_as_another_bundle(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
    wall: Wall,
) -> None:
    async with server.live(**people.session(people.add("looker"))) as page:
        first = await joined(page, wall)
        Scene.objects.filter(wall=wall).update(title="B")
        while (told := await hear(page, "wall.state"))["bundle"] == first["bundle"]:
            pass
        assert told["seq"] == first["seq"]


async def test_an_act_that_redis_never_heard_of_is_told_from_the_database(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
    wall: Wall,
    operator: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with server.live(**people.session(people.add("looker"))) as page:
        await joined(page, wall)
        monkeypatch.setattr(changes, "send", lambda _message: None)
        done = do(wall, operator, act="blank")
        state = await until(page, done.seq)
        assert state["state"]["blank"]["kind"] == "black"


@pytest.mark.parametrize(
    ("panel", "name"), [([3, 1], ""), ([1, 2], ""), (None, "no-such-wall")]
)
async def test_a_page_of_no_wall_or_no_panel_is_told_so(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
    wall: Wall,
    panel: object,
    name: str,
) -> None:
    async with server.live(**people.session(people.add("looker"))) as page:
        await say(page, type="wall.join", wall=name or wall.slug, panel=panel)
        refused = await hear(page, "wall.refused")
        assert refused["reason"].startswith("no ")


async def test_what_makes_no_sense_is_an_error_and_closes_nothing(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
    wall: Wall,
) -> None:
    async with server.live(**people.session(people.add("looker"))) as page:
        await joined(page, wall)
        for wrong in (
            {"type": "wall.sing"},
            {"type": "wall.join", "panel": [0, 1], "wall": "x"},
            {"type": "wall.join"},
            {"type": "wall.camera", "wall": wall.slug, "x": "east"},
            {"type": "wall.beat", "wall": wall.slug, "panel": [1, 1]},
        ):
            await say(page, **wrong)
            assert (await hear(page, "error"))["reason"]
        await say(page, type="ping", t=1)
        assert (await hear(page, "pong"))["t"] == 1


async def test_only_the_armed_hand_moves_the_camera_and_late_pages_get_the_last(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
    wall: Wall,
    operator: User,
) -> None:
    cookies = people.session(operator)
    camera = {"type": "wall.camera", "wall": wall.slug, "x": 0.79, "y": 0.44, "zoom": 9}
    async with server.live(**cookies) as console, server.live(**cookies) as panel:
        await joined(console, wall, console="desk1")
        await joined(panel, wall, [1, 1])
        await say(console, **camera)
        assert (await hear(console, "wall.refused"))["reason"] == "nobody has the hand"
        do(wall, operator, act="take", console="desk1")
        await say(panel, **camera)
        assert "has the hand" in (await hear(panel, "wall.refused"))["reason"]
        arm(wall, operator, "desk1")
        armed = await until(console, WallAct.objects.filter(wall=wall).count())
        await say(console, **camera)
        one = await hear(panel, "wall.camera")
        await say(console, **{**camera, "zoom": 10, "rest": False})
        two = await hear(panel, "wall.camera")
        assert two["n"] > one["n"]
        assert two["at"] >= one["at"] > armed["at"]
        async with server.live(**cookies) as late:
            await joined(late, wall, [2, 1])
            assert (await hear(late, "wall.camera"))["zoom"] == 10
        # a console that stops has come to rest: one act for all the moves
        rested = await until(panel, armed["seq"] + 1)
        assert rested["state"]["camera"]["zoom"] == 10
        assert WallAct.objects.filter(wall=wall, act="camera").count() == 1


async def test_a_console_is_followed_thirty_times_a_second_at_most(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
    wall: Wall,
    operator: User,
) -> None:
    cookies = people.session(operator)
    async with server.live(**cookies) as console, server.live(**cookies) as panel:
        arm(wall, operator, "d")
        await joined(console, wall, console="d")
        await joined(panel, wall, [1, 1])
        began = time.monotonic()
        for step in range(200):
            zoom = 5 + step / 100
            await say(console, type="wall.camera", wall=wall.slug, x=0.5, y=0.5,
                      zoom=zoom, rest=step == 199)  # fmt: skip
            await asyncio.sleep(0.005)
        heard = []
        while not heard or not heard[-1]["rest"]:
            heard.append(await hear(panel, "wall.camera"))
        took_s = time.monotonic() - began
        assert len(heard) <= 30 * took_s + 8
        assert heard[-1]["zoom"] == pytest.approx(6.99)
        assert [m["n"] for m in heard] == sorted({m["n"] for m in heard})


async def test_the_camera_reaches_other_pages_within_milliseconds(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
    wall: Wall,
    operator: User,
) -> None:
    cookies = people.session(operator)
    async with server.live(**cookies) as console, server.live(**cookies) as panel:
        arm(wall, operator, "d")
        await joined(console, wall, console="d")
        await joined(panel, wall, [1, 1])
        took = []
        for step in range(60):
            sent = time.perf_counter()
            await say(console, type="wall.camera", wall=wall.slug, x=0.5, y=0.5,
                      zoom=5 + step / 100)  # fmt: skip
            await hear(panel, "wall.camera")
            took.append(1000 * (time.perf_counter() - sent))
            await asyncio.sleep(0.05)
        median = statistics.median(took)
        print(f"camera: median {median:.1f} ms, p95 {sorted(took)[56]:.1f} ms")
        assert median < 100  # the goal is 20; other work may share the machine


async def test_heartbeats_reach_consoles_and_the_map(
    server: Server,  # noqa: F811
    people: People,  # noqa: F811
    wall: Wall,
) -> None:
    cookies = people.session(people.add("looker"))
    async with server.live(**cookies) as console, server.live(**cookies) as panel:
        await joined(console, wall, console="c")
        await joined(panel, wall, [2, 1])
        stats = {
            "offset_ms": 1.5,
            "fps": 59.9,
            "scene": "a",
            "release": "dev",
            "new": 1,
        }
        await say(panel, type="wall.beat", wall=wall.slug, panel=[2, 1], stats=stats)
        while not (told := await hear(console, "wall.panels"))["panels"]:
            pass
        beat = told["panels"][0]
        assert beat["panel"] == [2, 1]
        assert beat["address"] == "127.0.0.1"
        assert beat["stats"]["offset_ms"] == 1.5
        services.tell({"type": "wall.identify", "wall": wall.slug, "panel": [2, 1]})
        assert (await hear(panel, "wall.identify"))["panel"] == [2, 1]
