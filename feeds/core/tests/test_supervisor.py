from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from django.db.utils import OperationalError

from feeds.core import supervisor
from feeds.core.models import Feed
from feeds.core.receiver import Receiver
from feeds.core.spec import feed_kinds
from feeds.core.supervisor import Job, Row, Supervisor, read_rows, wanted

AIS = feed_kinds["ais"]
HILL = Row("hill", "ais", True, {"connect": "tcp://192.0.2.1:5631"})


def paths(rows: list[Row]) -> set[str]:
    return {job.path for job in wanted(rows)}


def test_every_kind_receives_on_its_own_ports_at_first() -> None:
    assert wanted([]) == {
        Job(p) for kind in feed_kinds.values() for p in kind.receivers
    }


def test_a_feed_that_is_switched_off_closes_its_ports() -> None:
    for kind in feed_kinds.values():
        left = paths([Row(kind.slug, kind.slug, False, {})])
        assert not left & set(kind.receivers)
        assert left == paths([]) - set(kind.receivers)


def test_a_feed_with_settings_is_listened_to_beside_the_default_one() -> None:
    jobs = wanted([Row("ais", "ais", True, {}), HILL])
    assert Job(AIS.listener, "hill", '{"connect": "tcp://192.0.2.1:5631"}') in jobs
    assert {Job(path) for path in AIS.receivers} < jobs
    off = Row("hill", "ais", False, HILL.config)
    assert all(job.feed == "" for job in wanted([off]))


def test_settings_of_the_default_feed_take_the_place_of_its_ports() -> None:
    own = Row("ais", "ais", True, {"listen": "udp://:10111"})
    jobs = wanted([own])
    assert not {job.path for job in jobs} & set(AIS.receivers)
    assert [job.feed for job in jobs if job.feed] == ["ais"]


class Port:
    """Something that runs until it is stopped."""

    def __init__(self) -> None:
        self.open: set[str] = set()
        self.opened = 0

    async def __call__(self, receiver: Any, feed: str, config: Any) -> None:
        self.open.add(feed)
        self.opened += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.open.discard(feed)


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Port:
    stand_in = Port()
    monkeypatch.setattr(supervisor, "import_string", lambda path: stand_in)
    monkeypatch.setattr(supervisor, "LOOK_EVERY_S", 0.01)
    only = [Job]  # the kinds' own receivers would open real ports
    monkeypatch.setattr(
        supervisor,
        "wanted",
        lambda rows: {job for job in wanted(rows) if job.feed and only},
    )
    return stand_in


async def until(condition: Any) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_change_of_a_feed_takes_effect_while_running(
    tmp_path: Path, port: Port
) -> None:
    rows = [HILL]
    task = asyncio.create_task(
        Supervisor(Receiver(tmp_path, lambda s: None), lambda: list(rows)).run()
    )
    await until(lambda: port.open == {"hill"})
    rows.append(Row("isle", "ais", True, {"serial": "/dev/ttyS0"}))
    await until(lambda: port.open == {"hill", "isle"})
    assert port.opened == 2  # the other one was left alone
    rows[0] = Row("hill", "ais", True, {"connect": "tcp://192.0.2.2:5631"})
    await until(lambda: port.opened == 3)
    rows[0] = Row("hill", "ais", False, HILL.config)
    await until(lambda: port.open == {"isle"})
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert port.open == set()


async def test_while_the_database_is_away_what_runs_goes_on(
    tmp_path: Path, port: Port
) -> None:
    away = False
    asked = 0

    def read() -> list[Row]:
        nonlocal asked
        asked += 1
        if away:
            raise OperationalError("away")
        return [HILL]

    task = asyncio.create_task(
        Supervisor(Receiver(tmp_path, lambda s: None), read).run()
    )
    await until(lambda: port.open == {"hill"})
    away, asked = True, 0
    await until(lambda: asked > 3)
    assert (port.open, port.opened) == ({"hill"}, 1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.django_db(transaction=True)
def test_the_table_is_read_as_it_is() -> None:
    Feed.objects.create(slug="hill", kind="ais", title="Hill", config=HILL.config)
    assert HILL in read_rows()
