"""Ten minutes in which 100,000 points move every second and 200 people pan.

Not part of ``./ioc bench`` without names: ``./ioc bench soak``. ``IOC_BENCH_SECONDS``
makes it shorter.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import mapbox_vector_tile
from django.core.management import call_command

from tests.bench import Row
from tests.bench._ground import moving, registered
from tests.bench._load import wrk
from tests.bench._panning import requests
from tests.bench._peers import Server, ours
from tests.bench._usage import usage

ON_DEMAND = True
POINTS = 100_000
USERS = 200
# A person who pans sees about ten new tiles a second.
PAUSE_MS = 200
SAMPLE_S = 0.5
LIMITS = {"p99": 100.0, "stale": 2.0, "growth": 1.1}
# A tile of few points, quickly decoded, in the middle of the crowd.
WATCHED = (11, 1613, 911)


@dataclass
class Watch:
    """What was seen while the load ran."""

    stale_s: list[float] = field(default_factory=list)
    rss_mb: list[tuple[float, float]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@contextmanager
def mover(log: Path) -> Iterator[None]:
    """A process that moves every point once a second."""
    command = [sys.executable, "-m", "tests.bench._mover", str(log)]
    running = subprocess.Popen(command, env=os.environ.copy())
    try:
        yield
    finally:
        running.terminate()
        running.wait(20)


def ticks(log: Path) -> dict[int, float]:
    """When each tick was committed, seconds since 1970."""
    return {
        entry["tick"]: entry["at"]
        for line in log.read_text().splitlines()
        if line.endswith("}")
        for entry in [json.loads(line)]
    }


def look(server: Server, path: str, log: Path, seen: Watch) -> None:
    """How much older than the database one tile is: 0 when it has the last tick."""
    asked = time.time()
    answer = httpx.get(server.base + path, headers=server.headers, timeout=30)
    if answer.status_code != 200:
        seen.failures.append(f"{answer.status_code} {answer.text[:80]}")
        return
    (layer,) = (
        found
        for name, found in mapbox_vector_tile.decode(answer.content).items()
        if name.startswith("bench_")
    )
    shown = min(feature["properties"]["crew"] for feature in layer["features"])
    newer = ticks(log).get(shown + 1)
    seen.stale_s.append(max(0.0, asked - newer) if newer else 0.0)


def observe(
    server: Server, path: str, log: Path, seen: Watch, stop: threading.Event
) -> None:
    started = time.monotonic()
    while not stop.wait(SAMPLE_S):
        look(server, path, log, seen)
        seen.rss_mb.append((time.monotonic() - started, usage(server.pid).rss_mb))


def run() -> Iterator[Row]:
    seconds = int(os.environ.get("IOC_BENCH_SECONDS", "600"))
    call_command("migrate", verbosity=0)
    ground = moving(POINTS)
    seen, stop = Watch(), threading.Event()
    with tempfile.TemporaryDirectory() as folder, registered(ground):
        log = Path(folder) / "ticks"
        log.touch()
        with ours([ground]) as server, mover(log):
            while len(ticks(log)) < 3:
                time.sleep(0.2)
            (path,) = server.paths(ground, [WATCHED])
            watcher = threading.Thread(
                target=observe, args=(server, path, log, seen, stop)
            )
            watcher.start()
            before = usage(server.pid)
            done = wrk(
                server.base,
                server.paths(ground, requests()),
                connections=USERS,
                seconds=seconds,
                pause_ms=PAUSE_MS,
                headers=server.headers,
            )
            after = usage(server.pid)
            stop.set()
            watcher.join()
            made = ticks(log)
    times = sorted(made.values())
    pace = (times[-1] - times[0]) / (len(times) - 1)
    yield Row("points moved", POINTS / pace, "1/s", f">= {POINTS:,}", pace <= 1.05,
              note=f"a tick every {pace:.2f} s")  # fmt: skip
    yield Row(f"{USERS} users pan, p99", done.p99, "ms", "< 100",
              done.p99 < LIMITS["p99"],
              note=f"{done.per_s:,.0f} tiles/s, {done}")  # fmt: skip
    worst = max(seen.stale_s)
    yield Row("oldest tile, behind the database", worst, "s", "< 2",
              worst < LIMITS["stale"],
              note=f"{len(seen.stale_s)} looks, {len(seen.failures)} bad")  # fmt: skip
    yield from _memory(seen, seconds)
    cpu = (after.cpu_s - before.cpu_s) / seconds
    yield Row("web process, cores", cpu, "")


def _memory(seen: Watch, seconds: int) -> Iterator[Row]:
    """The last fifth of the time against the second: the first one fills the cache."""
    fifth = seconds / 5
    early = [mb for at, mb in seen.rss_mb if fifth <= at < 2 * fifth]
    late = [mb for at, mb in seen.rss_mb if at >= 4 * fifth]
    grown = max(late) / max(early)
    yield Row("memory, end against beginning", grown, "x", "< 1.1",
              grown < LIMITS["growth"],
              note=f"{max(early):,.0f} MB, then {max(late):,.0f} MB")  # fmt: skip
