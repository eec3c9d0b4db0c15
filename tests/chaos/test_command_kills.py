"""``kill -9`` at random moments of the drill of alerts and directives.

A boat is too fast → alert → playbook → signed → received → returned → another unit →
suspended and resumed → photo → overdue → reported late → closed. Each run is a boat of
its own; at a random moment of its first and of its second half one of the processes
dies. ``IOC_CHAOS_RUNS`` (4) and ``IOC_CHAOS_SEED`` choose other ones.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from pyais.encode import encode_dict

from feeds.ais.nmea import checksum
from feeds.core.management.commands.replay import Player

from . import drill, verdict
from .conftest import Instance, slay
from .drill import Client, Hook
from .slots import Watch

pytestmark = [pytest.mark.e2e, pytest.mark.chaos]

RUNS = int(os.environ.get("IOC_CHAOS_RUNS", "4"))
SEED = int(os.environ.get("IOC_CHAOS_SEED", "6"))
VICTIMS = ("web", "worker", "beat", "backend")
FIRST_MMSI = 574_300_000
# Within so many seconds of a half the stroke falls: about as long as it takes.
MOMENT_S = {"first_half": 1.0, "second_half": 0.3}


@dataclass
class Run:
    """One boat; ids once they are known."""

    mmsi: int
    photo: bytes
    alert: int = 0
    order: int = 0


@dataclass
class World:
    instance: Instance
    client: Client
    player: Player
    database: str
    chance: random.Random
    strokes: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def say(self, run: Run, speed: float) -> None:
        """A position of the boat, now, over the air."""
        at = int(time.time())
        tag = f"c:{at}"
        lon, lat = self.client.setting["place"]
        fix = {"type": 1, "mmsi": run.mmsi, "speed": speed, "course": 90, "lon": lon,
               "lat": lat, "second": at % 60}  # fmt: skip
        (line,) = encode_dict(fix, sentence_type="VDM")
        self.player.send([f"\\{tag}*{checksum(tag.encode()):02X}\\{line}".encode()])

    def strike(self, victim: str, wait: Callable[[], Any]) -> Future[None]:
        """Somebody dies after the wait, which begins now. Ask for the result: a stroke
        that failed fails the test."""
        pid = 0 if victim == "backend" else self.instance.pid_of(victim)

        def run() -> None:
            wait()
            if pid:
                slay(pid)
            else:
                drill.cut_backend(self.database, 2.0)

        return self.strokes.submit(run)


@pytest.fixture(scope="module")
def hook() -> Iterator[Hook]:
    hook = Hook()
    yield hook
    hook.server.shutdown()


@pytest.fixture(scope="module")
def world(tmp_path_factory: Any, hook: Hook) -> Iterator[World]:
    more = {"IOC_INTERNAL_HOSTS": "127.0.0.1", "IOC_SECRET_HOOK": "secret-of-a-test"}
    instance = Instance(tmp_path_factory.mktemp("drill") / "var", more)
    instance.ioc("up", "--detach", "--no-demo", "--no-simulators")
    try:
        instance.await_ready()
        yield made(instance, hook)
    finally:
        instance.ioc("down", check=False)
        instance.ioc("reset", "--yes", check=False)


def made(instance: Instance, hook: Hook) -> World:
    env = drill.environment(instance)
    known = f"HOOK={hook.url!r}; NEEDED={drill.NEEDED_MIN}; LEGAL={drill.LEGAL_MIN}"
    program = f"{known}; LIMIT={drill.LIMIT_KN}\n{drill.SETTING}"
    setting = drill.shell(instance, program, "SET")
    address = ("127.0.0.1", int(env["IOC_AIS_TCP_PORT"]))
    return World(
        instance,
        Client(int(env["IOC_HTTP_PORT"]), setting),
        Player("drill", address, drill.PATIENCE_S),
        env["DATABASE_URL"],
        random.Random(SEED),
    )


def until(what: str, look: Callable[[], Any], seconds: float = drill.PATIENCE_S) -> Any:
    """The first true answer."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, what
        time.sleep(0.3)
    return found


def first_half(world: World, run: Run) -> None:
    """From the feed to the photo of the unit whose task it is."""
    client, right = world.client, world.client.setting["right"]

    def alert() -> int:
        url = "/api/v1/alerts?state=all&limit=2000"
        rows = client.call("drill-operator", "GET", url)
        return next((r["id"] for r in rows if str(run.mmsi) in r["title"]), 0)

    def order() -> int:
        rows = client.call("drill-leader", "GET", "/api/v1/directives?limit=2000")
        return next((r["id"] for r in rows if r["alert"] == run.alert), 0)

    world.say(run, 30)
    run.alert = until(f"no alert of {run.mmsi}", alert)
    path = f"/api/v1/alerts/{run.alert}/acknowledge"
    client.call("drill-operator", "POST", path)
    run.order = until(f"no directive of alert {run.alert}", order)
    client.act("drill-leader", run.order, "issue")
    client.act("drill-wrong", run.order, "receive")
    client.act("drill-wrong", run.order, "return", text="not ours")
    client.act("drill-leader", run.order, "issue", unit=right)
    client.act("drill-right", run.order, "receive")
    client.act("drill-right", run.order, "start")
    client.act("drill-leader", run.order, "suspend", text="fog")
    time.sleep(world.chance.uniform(0.1, 0.5))
    client.act("drill-leader", run.order, "resume")
    client.photo("drill-right", run.order, run.photo)


def second_half(world: World, run: Run) -> None:
    world.say(run, 5)
    world.client.act("drill-right", run.order, "report", text="spoken to")
    world.client.act("drill-leader", run.order, "close")


def halves(world: World, runs: list[Run], half: Callable[[World, Run], None]) -> None:
    victims = [VICTIMS[n % len(VICTIMS)] for n in range(len(runs))]
    world.chance.shuffle(victims)
    for number, (run, victim) in enumerate(zip(runs, victims, strict=True)):
        delay = world.chance.uniform(0, MOMENT_S[half.__name__])
        stroke = world.strike(victim, partial(time.sleep, delay))
        began = time.monotonic()
        half(world, run)
        stroke.result()
        took = time.monotonic() - began
        print(f"{half.__name__} {number}: {victim} at {delay:.2f} s, took {took:.1f} s")


def settled(world: World, runs: list[Run]) -> dict[str, Any] | None:
    """The ledger, when nothing is under way any more."""
    found = drill.shell(world.instance, drill.LEDGER, "LEDGER")
    waiting = [row for row in found["sent"] if row["state"] in ("waiting", "held")]
    open_ = [r for r in found["runs"] if not r["alert"]["closed_at"]]
    return None if waiting or open_ or len(found["runs"]) < len(runs) else found


def overdue(world: World, runs: list[Run]) -> bool:
    ours = {run.order for run in runs}
    rows = world.client.call("drill-leader", "GET", "/api/v1/directives?limit=2000")
    late = {row["id"] for row in rows if row["clock"] == "overdue"}
    return ours <= late


def while_clocks_run(world: World, hook: Hook) -> None:
    """The worker dies while the other system has not answered, the ticker dies, and
    both are away when deadlines pass."""
    world.instance.await_ready()
    hook.busy.clear()
    stroke = world.strike("worker", partial(hook.busy.wait, drill.PATIENCE_S))
    stroke.result()
    world.instance.await_ready()
    for victim in ("beat", "worker", "backend"):
        delay = world.chance.uniform(0, 3)
        world.strike(victim, partial(time.sleep, delay)).result()
        print(f"clocks running: {victim} at {delay:.2f} s")


def test_the_drill_survives_kills_at_random_moments(world: World, hook: Hook) -> None:
    print(f"seed {SEED}, {RUNS} runs")
    watch = Watch(world.database)
    runs = [
        Run(FIRST_MMSI + n, b"\xff\xd8\xff\xe0" + world.chance.randbytes(5_000))
        for n in range(RUNS)
    ]
    halves(world, runs, first_half)
    while_clocks_run(world, hook)
    until("not all overdue", lambda: overdue(world, runs), 180)
    halves(world, runs, second_half)
    ledger = until("not settled", lambda: settled(world, runs), 240)
    watch.end()
    print(f"connections at most: {watch.most}, of {watch.limit}")
    assert watch.peak < watch.limit / 2, watch.most
    print(f"sent again by clients: {dict(world.client.again)}")
    doubled = sum(times > 1 for times in hook.heard.values())
    print(f"webhook: {len(hook.heard)} messages, {doubled} heard more than once")
    keys = [e["key"] for r in ledger["runs"] for e in r["events"]]
    assert len(keys) == len(set(keys))
    for found in ledger["runs"]:
        verdict.check_alert(found)
        verdict.check_order(found["orders"][0], world.client.setting["right"])
    verdict.check_sent(ledger, hook)
