"""Tiles side by side: ours, Martin, TiPg, bare ASGI, ``ST_AsMVT`` by itself.

All of them run on this machine, over the same tables, under the same load.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import httpx
import numpy as np
from django.core.management import call_command
from django.db import connection

from layers.core.mercator import from_lonlat, tile_bounds, tile_size_m
from tests.bench import Row
from tests.bench._ground import (
    FULL,
    TILE,
    Ground,
    areas,
    boats,
    communes,
    registered,
    st_asmvt,
)
from tests.bench._live import live_rows
from tests.bench._load import Load, wrk
from tests.bench._panning import requests
from tests.bench._peers import Server, bare, martin, ours, tipg
from tests.bench._usage import usage

LIVE_POINTS = (1_000, 10_000, 100_000, 1_000_000)
ZOOMS = (4, 6, 8, 10, 12, 14)
USERS = 200
HALF = 20_037_508.342789244


def run() -> Iterator[Row]:
    call_command("migrate", verbosity=0)
    yield from live_rows()
    yield from live_servers()
    yield from cold()
    yield from cached()
    yield from panning()


def centre_tile(z: int) -> tuple[int, int, int]:
    """The tile at ``z`` over the middle of the crowded one."""
    west, south, east, north = tile_bounds(*TILE)
    size = tile_size_m(z)
    x, y = (west + east) / 2 + 1, (south + north) / 2 - 1
    return z, int((x + HALF) // size), int((HALF - y) // size)


def query_ms(ground: Ground, tile: tuple[int, int, int]) -> float:
    """Milliseconds of the bare query, without a server around it: best of three."""
    query, values = st_asmvt(ground, tile)
    times = []
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")
        for _ in range(3):
            started = time.perf_counter()
            cursor.execute(query, values)
            cursor.fetchone()
            times.append(time.perf_counter() - started)
    return min(times) * 1000


def measured(
    server: Server,
    ground: Ground,
    tiles: Sequence[tuple[int, int, int]],
    seconds: float = 1,
) -> Load:
    return wrk(
        server.base,
        server.paths(ground, tiles),
        seconds=seconds,
        headers=server.headers,
    )


def live_servers() -> Iterator[Row]:
    """(a) Moving points, no cache anywhere: the tile is made for every request."""
    for points in LIVE_POINTS:
        ground = boats(points)
        with ExitStack() as stack:
            stack.enter_context(registered(ground))
            us = stack.enter_context(ours([ground], cache_mb=0))
            peers = [
                stack.enter_context(martin([ground], column="shape")),
                stack.enter_context(tipg([ground])),
            ]
            for z in ZOOMS:
                tile = centre_tile(z)
                query = query_ms(ground, tile)
                seconds = max(1.0, query / 50)
                mine = measured(us, ground, [tile], seconds)
                others = [
                    f"{peer.name} {measured(peer, ground, [tile], seconds).p50:.1f}"
                    for peer in peers
                    if peer is not None
                ]
                yield Row(
                    f"live {points:,} points, z{z}, made and sent",
                    mine.p50,
                    "ms",
                    note=", ".join(
                        [
                            f"{mine.size:,.0f} bytes",
                            *others,
                            f"ST_AsMVT alone {query:.1f} ms",
                        ]
                    ),
                )


def cold() -> Iterator[Row]:
    """(b) Tables that stand still, no cache anywhere."""
    for name, ground, zooms, note in _static():
        with ExitStack() as stack:
            stack.enter_context(registered(ground))
            us = stack.enter_context(ours([ground], cache_mb=0))
            geom = stack.enter_context(martin([ground], column="geom"))
            shape = stack.enter_context(martin([ground], column="shape"))
            other = stack.enter_context(tipg([ground]))
            for z in zooms:
                tiles = _province(z)
                mine = 1000 / measured(us, ground, tiles, 2).per_s
                theirs = [
                    (peer.name, 1000 / measured(peer, ground, tiles, 2).per_s)
                    for peer in (geom, shape, other)
                    if peer is not None
                ]
                against = [ms for peer, ms in theirs if "Martin (geom" in peer]
                share = mine / against[0] if against else 0.0
                said = ", ".join(f"{peer} {ms:.2f} ms" for peer, ms in theirs)
                yield Row(
                    f"cold {name}, z{z}",
                    mine,
                    "ms",
                    "<= 0.7 x Martin" if against else "",
                    share <= 0.7 if against else None,
                    f"{note}; {said}; {share:.2f} x Martin",
                )


def _static() -> Iterator[tuple[str, Ground, Sequence[int], str]]:
    for count in (166, 637):
        polygons, origin = communes(count)
        corners = sum(len(np.atleast_1d(_corners(area))) for area in polygons)
        note = f"{origin}, {corners:,} corners"
        ground = areas(f"communes_{count}", polygons)
        yield f"{count} communes, shapes made on write", ground, (7, 9, 11, 13), note
        ground = areas(f"communes_{count}{FULL}", polygons)
        yield f"{count} communes, full shapes", ground, (7, 9, 11, 13), note
    yield "1,000,000 points", boats(1_000_000, live=False), (10, 12, 14), "one table"


def _corners(area: object) -> np.ndarray:
    import shapely

    return shapely.get_coordinates(area)[:, 0]


def _province(z: int) -> list[tuple[int, int, int]]:
    """Up to 64 tiles over the middle of the province, those of a table in view."""
    size = tile_size_m(z)
    west, south, east, north = 104.9, 19.5, 106.0, 20.4
    (x0, x1), (y0, y1) = from_lonlat(np.array([west, east]), np.array([south, north]))
    columns = range(int((x0 + HALF) // size), int((x1 + HALF) // size) + 1)
    rows = range(int((HALF - y1) // size), int((HALF - y0) // size) + 1)
    every = [(z, x, y) for x in columns for y in rows]
    return every[:: max(1, len(every) // 64)][:64]


def cached() -> Iterator[Row]:
    """(c) A tile that is there already; one that the client has; an empty one."""
    ground = boats(10_000, live=False)
    tile, empty = centre_tile(8), (8, 1, 1)
    with ExitStack() as stack:
        stack.enter_context(registered(ground))
        us = stack.enter_context(ours([ground]))
        peer = stack.enter_context(martin([ground], column="shape", cache_mb=256))
        (path,) = us.paths(ground, [tile])
        first = httpx.get(
            us.base + path, headers={**us.headers, "accept-encoding": "gzip"}
        )
        size = int(first.headers["content-length"])
        least = stack.enter_context(bare(size))
        runs: dict[str, list[float]] = {}
        for _ in range(3):  # in turns: a busy moment of the machine meets all of them
            for server in (us, peer, least):
                if server is None:
                    continue
                for kind, rate in _cached_of(server, ground, tile, empty):
                    runs.setdefault(f"{server.name}: {kind}", []).append(rate)
    best = {name: max(rates) for name, rates in runs.items()}
    floor = best["bare ASGI: hit"]
    for name, rate in best.items():
        yield Row(name, rate, "1/s", note=f"{size:,} bytes, gzip, 16 connections")
    share = best["ours: hit"] / floor
    yield Row("cached, share of bare ASGI", share, "x", ">= 0.8", share >= 0.8)
    if peer is not None:
        share = best["ours: hit"] / best[f"{peer.name}: hit"]
        yield Row("cached, share of Martin", share, "x", ">= 1.0", share >= 1.0)


def _cached_of(
    server: Server,
    ground: Ground,
    tile: tuple[int, int, int],
    empty: tuple[int, int, int],
) -> Iterator[tuple[str, float]]:
    def rate(path: str, **more: str) -> float:
        headers = {**server.headers, **more}
        done = wrk(server.base, [path], connections=16, seconds=2, headers=headers)
        if done.errors:
            raise RuntimeError(f"{server.name} {path}: {done}")
        return done.per_s

    (hit,), (nothing,) = server.paths(ground, [tile]), server.paths(ground, [empty])
    yield "hit", rate(hit)
    if server.name == "bare ASGI":
        return
    tag = httpx.get(server.base + hit, headers=server.headers).headers["etag"]
    yield "304", rate(hit, **{"If-None-Match": tag})
    yield "204", rate(nothing)


def panning() -> Iterator[Row]:
    """(d) 200 people pan the recorded way over communes and points that stand still,
    as fast as the server lets them."""
    polygons, _origin = communes(166)
    grounds = [areas("communes_166", polygons), boats(100_000, live=False)]
    tiles = requests()
    with ExitStack() as stack:
        stack.enter_context(registered(*grounds))
        servers = [
            stack.enter_context(ours(grounds)),
            stack.enter_context(martin(grounds, column="geom", cache_mb=128)),
        ]
        for server in servers:
            if server is None:
                continue
            paths = [p for ground in grounds for p in server.paths(ground, tiles)]
            for what in ("first", "again"):
                before, started = usage(server.pid), time.monotonic()
                done = wrk(server.base, paths, connections=USERS, seconds=15,
                           headers=server.headers)  # fmt: skip
                after, seconds = usage(server.pid), time.monotonic() - started
                cpu = (after.cpu_s - before.cpu_s) / seconds
                yield Row(
                    f"{USERS} users pan, {what}: {server.name}",
                    done.per_s,
                    "1/s",
                    note=f"{done}, {cpu:.2f} cores, {after.rss_mb:,.0f} MB",
                )
