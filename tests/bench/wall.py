"""100,000 points that move every second on a wall of 4 x 2 panels of 1920 x 1080.

Eight pages of headless Chromium that draw in software: frame times are those of a
processor, not of a graphics card. On demand: ``./ioc bench wall --minutes 30``, with
fewer panels on a small machine (``--panels 2``); or ``IOC_BENCH_MINUTES``,
``IOC_BENCH_PANELS``.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import Client

from layers.core.mercator import HALF_M, from_lonlat, to_lonlat
from tests.bench import Row
from tests.bench._ground import Ground, moving, registered
from tests.bench._peers import ours
from tests.bench._usage import usage
from tests.bench._wallframes import rows as frame_rows
from tests.bench._wallpages import PANEL, Panel, Reading, chromium, panel, texts
from tests.bench.soak import mover, ticks

ON_DEMAND = True
POINTS = 100_000
COLUMNS, LINES = 4, 2
CENTRE = (106.4, 19.5)
ZOOM = 9.9
# One panel that holds all points.
FAR_ZOOM = 7.6
TILE_PX = 512
SETTLE_S = 15
SAMPLE_S = 10
ALONE_S = 20
_SPREAD = """
UPDATE bench.moving SET x = %s + random() * %s, y = %s + random() * %s
"""


def metres_a_pixel(zoom: float) -> float:
    return 2 * HALF_M / (TILE_PX * 2**zoom)


def spread() -> None:
    """All points within what the wall shows."""
    x, y = from_lonlat(*CENTRE)
    scale = metres_a_pixel(ZOOM)
    width, height = COLUMNS * PANEL["width"] * scale, LINES * PANEL["height"] * scale
    with connection.cursor() as cursor:
        cursor.execute(_SPREAD, [x - width / 2, width, y - height / 2, height])


def cameras(count: int) -> list[tuple[float, float, float]]:
    """(zoom, lat, lon) of the first ``count`` panels."""
    x, y = from_lonlat(*CENTRE)
    scale = metres_a_pixel(ZOOM)
    found = []
    for place in range(count):
        column, line = place % COLUMNS, place // COLUMNS
        dx = (column - (COLUMNS - 1) / 2) * PANEL["width"] * scale
        dy = ((LINES - 1) / 2 - line) * PANEL["height"] * scale
        lon, lat = to_lonlat(x + dx, y + dy)
        found.append((ZOOM, round(float(lat), 5), round(float(lon), 5)))
    return found


def cookie() -> str:
    """A session of somebody who may see every layer."""
    user, _made = get_user_model().objects.get_or_create(
        username="bench-wall", defaults={"is_superuser": True, "is_staff": True}
    )
    visitor = Client()
    visitor.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return visitor.cookies["sessionid"].value


def percentiles(times: list[float]) -> tuple[float, float]:
    """p50 and p95; not a number where nothing was seen."""
    if not times:
        return float("nan"), float("nan")
    p50, p95 = np.percentile(times, [50, 95])
    return float(p50), float(p95)


def watch(panels: list[Panel], seconds: float) -> list[Reading]:
    """What the panels see in so many seconds."""
    for one in panels:
        one.read()
    panels[0].page.wait_for_timeout(seconds * 1000)
    return [one.read() for one in panels]


def told(name: str, readings: list[Reading], *, deltas: bool) -> Iterator[Row]:
    p50, p95 = percentiles(texts(readings, "frames"))
    yield Row(f"{name}: frame, p50", p50, "ms", note=f"p95 {p95:,.0f} ms, software GL")
    p50, p95 = percentiles(texts(readings, "scripts"))
    yield Row(f"{name}: script of a frame, p50", p50, "ms", note=f"p95 {p95:,.1f} ms")
    takes = texts(readings, "takes")
    if takes and deltas:
        p50, p95 = percentiles(takes)
        rows = sum(reading.rows for reading in readings) / len(takes)
        yield Row(f"{name}: main thread for a delta, p50", p50, "ms",
                  note=f"p95 {p95:,.1f} ms, {rows:,.0f} rows each")  # fmt: skip


def _alone(base: str, ground: Ground, session: str) -> Iterator[Row]:
    """One panel with everything in view, drawing without pause: the map without the
    points, with them, and from tiles. Processor time tells more than the clock where
    the machine has other work."""
    camera = (FAR_ZOOM, CENTRE[1], CENTRE[0])
    for name in ("bare", "rows", "tiles"):
        with chromium() as (browser, pid):
            one = panel(browser, base, session, ground.layer.slug, camera)
            one.patch(all_frames=True, tiles=name == "tiles", bare=name == "bare")
            one.page.wait_for_timeout(SETTLE_S * 1000)
            before = usage(pid).cpu_s
            readings = watch([one], ALONE_S)
            spent_ms = (usage(pid).cpu_s - before) * 1000
        frames = max(len(readings[0].frames), 1)
        yield Row(f"one panel, {name}: processor time of a frame", spent_ms / frames,
                  "ms", note=f"{frames} frames in {ALONE_S} s")  # fmt: skip
        yield from told(f"one panel, {name}", readings, deltas=name == "rows")


def _wall(base: str, server_pid: int, ground: Ground, session: str) -> Iterator[Row]:
    minutes = float(os.environ.get("IOC_BENCH_MINUTES", "2"))
    count = int(os.environ.get("IOC_BENCH_PANELS", COLUMNS * LINES))
    with chromium() as (browser, pid):
        panels = [
            panel(browser, base, session, ground.layer.slug, camera)
            for camera in cameras(count)
        ]
        for one in panels:
            one.patch()
        panels[0].page.wait_for_timeout(SETTLE_S * 1000)
        for one in panels:
            one.read()
        before, started = usage(server_pid), time.monotonic()
        browser_before = usage(pid)
        readings: list[Reading] = []
        heaps: list[float] = []
        memory: list[float] = []
        while time.monotonic() - started < minutes * 60:
            readings += watch(panels, SAMPLE_S)
            for one in panels:
                one.collect()
            heaps.append(sum(one.read().heap for one in panels) / count / 1e6)
            memory.append(usage(pid).rss_mb / count)
        seconds = time.monotonic() - started
        after, browser_after = usage(server_pid), usage(pid)
    yield from told(f"{count} panels", readings, deltas=True)
    size = sum(reading.bytes for reading in readings) / len(readings) / SAMPLE_S
    held = sum(reading.count for reading in readings) / len(readings)
    yield Row("bytes a second for a panel", size / 1000, "kB/s",
              note=f"{held:,.0f} rows held")  # fmt: skip
    yield Row("server, cores", (after.cpu_s - before.cpu_s) / seconds, "",
              note=f"{after.rss_mb:,.0f} MB")  # fmt: skip
    yield Row("browser, cores for all panels",
              (browser_after.cpu_s - browser_before.cpu_s) / seconds, "")  # fmt: skip
    for name, series in (("JS heap of a panel", heaps), ("memory of a panel", memory)):
        half = max(len(series) // 2, 1)
        enough = minutes >= 2
        grown = max(series[half:] or series) / max(series[:half])
        yield Row(f"{name}, end against beginning", grown, "x", "< 1.1",
                  grown < 1.1 if enough else None,
                  note=f"{series[0]:,.0f} MB, then {series[-1]:,.0f} MB,"
                       f" {minutes:g} min")  # fmt: skip


def run() -> Iterator[Row]:
    call_command("migrate", verbosity=0)
    ground = moving(POINTS)
    spread()
    session = cookie()
    with tempfile.TemporaryDirectory() as folder, registered(ground):
        yield from frame_rows(ground)
        log = Path(folder) / "ticks"
        log.touch()
        with ours([ground]) as server, mover(log):
            while len(ticks(log)) < 3:
                time.sleep(0.2)
            yield from _alone(server.base, ground, session)
            yield from _wall(server.base, server.pid, ground, session)
        made = sorted(ticks(log).values())
    pace = (made[-1] - made[0]) / (len(made) - 1)
    yield Row("points moved", POINTS / pace, "1/s", note=f"a tick every {pace:.2f} s")
