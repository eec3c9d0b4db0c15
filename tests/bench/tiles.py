"""Tiles: live arrays against ST_AsMVT, the cache against a bare application."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable

import httpx
from django.db import connection

from layers.core import asyncdb
from layers.core.live import Snapshot
from layers.core.live_sync import LiveLayer, LiveStore
from layers.core.mercator import tile_bounds
from layers.core.scope import Grant
from layers.core.spec import Field, Layer, TileSpec, registry
from layers.core.watch import Watcher
from tests.bench import Row
from tests.bench._web import granian, load
from tiles.cache import compress
from tiles.memory import keep_freed
from tiles.sources import TileRequest
from tiles.sources.live import LiveSource
from tiles.sources.postgis import Gate, compose

SLUG = "bench_boats"
POINTS, INSIDE = 100_000, 42_000
TILE = (6, 50, 28)
ROUNDS = 9

_CREATE = """
DROP TABLE IF EXISTS bench_boats;
CREATE UNLOGGED TABLE bench_boats AS
SELECT n::bigint AS id, n::bigint AS seq, x, y, now() - n % 3600 * interval '1 second'
         AS at,
       n % 166 AS unit_id, 'TH-' || lpad(n::text, 6, '0') || '-TS' AS title,
       (ARRAY['fishing', 'cargo', 'tanker', 'passenger', 'other'])[1 + n % 5] AS kind,
       round((random() * 30)::numeric, 1)::float8 AS speed_kn,
       round((random() * 360)::numeric, 1)::float8 AS course_deg,
       (random() * 30)::int AS crew, random() < 0.1 AS overdue,
       ST_SetSRID(ST_MakePoint(x, y), 3857) AS shape
FROM (
  SELECT n, CASE WHEN n <= {inside} THEN {west} + random() * ({east} - {west})
                 ELSE {east} + 2e5 + random() * 2e6 END AS x,
         {south} + random() * ({north} - {south}) AS y
  FROM generate_series(1, {points}) AS n
) AS placed;
ALTER TABLE bench_boats ADD PRIMARY KEY (id);
CREATE INDEX ON bench_boats USING gist (shape);
VACUUM ANALYZE bench_boats;
"""


def layer() -> Layer:
    """Title, time and six fields, borrowing a model only for its permission."""
    host = next(iter(registry.values()))
    types = {
        "kind": "text",
        "speed_kn": "number",
        "course_deg": "number",
        "crew": "integer",
        "overdue": "boolean",
        "at": "datetime",
    }
    return Layer(
        slug=SLUG,
        title="Boats",
        group="Bench",
        icon="ship",
        geometry="point",
        model=host.model,
        relation=SLUG,
        tile=TileSpec(kind="live"),
        fields=tuple(
            Field(name=name, type=kind, title=name, tile=True)  # type: ignore[arg-type]
            for name, kind in types.items()
        ),
    )


def best(*works: Callable[[], object]) -> list[float]:
    """The least time of each, in milliseconds.

    They take turns, so that a busy moment of the machine meets all of them; the
    least is what the work costs without the others on the machine.
    """
    times: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, taken in zip(works, times, strict=True):
            started = time.perf_counter()
            work()
            taken.append(time.perf_counter() - started)
    return [min(taken) * 1000 for taken in times]


def fill() -> None:
    west, south, east, north = tile_bounds(*TILE)
    places = {"west": west, "south": south, "east": east, "north": north}
    script = _CREATE.format(points=POINTS, inside=INSIDE, **places)
    with connection.cursor() as cursor:
        for statement in script.split(";")[:-1]:
            cursor.execute(statement)


async def snapshot(boats: Layer) -> tuple[Snapshot, float]:
    """The arrays as the web process loads them, and the seconds it took."""
    async with asyncdb.make_pool() as pool:
        live = LiveLayer(boats)
        async with pool.connection() as opened:
            started = time.perf_counter()
            await live.load(opened)
            return live.snapshot, time.perf_counter() - started


def live_source(boats: Layer) -> LiveSource:
    pool = asyncdb.make_pool()
    watcher = Watcher(pool)
    return LiveSource(boats, watcher, Gate(pool), LiveStore(pool, watcher))


def live_rows() -> list[Row]:
    """One live tile from the arrays and by ST_AsMVT, over the same rows."""
    keep_freed()  # as the web process does
    fill()
    boats = layer()
    with registry.override(boats):
        held, load_s = asyncio.run(snapshot(boats))
        source = live_source(boats)
        grant = Grant(user_id=1, layers=frozenset({SLUG}), units=None)
        request = TileRequest(*TILE, grant)
        tile = source.encode(held, request)
        scoped = Grant(user_id=1, layers=frozenset({SLUG}), units=frozenset(range(80)))
        query, values = compose(boats, request)
        text = query.as_string(None)
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")

            def ask() -> bytes:
                cursor.execute(text, values)
                return bytes(cursor.fetchone()[0])

            size = len(ask())
            ours, part, theirs, packed = best(
                lambda: source.encode(held, request),
                lambda: source.encode(held, TileRequest(*TILE, scoped)),
                ask,
                lambda: compress(tile, "gzip"),
            )
            cursor.execute("DROP TABLE bench_boats")
    return [
        Row("live tile z6, 42,000 of 100,000 points, six fields", ours, "ms",
            note=f"{len(tile):,} bytes"),
        Row("the same by ST_AsMVT over the same rows", theirs, "ms",
            note=f"{size:,} bytes"),
        Row("times faster", theirs / ours, "x", ">= 25", theirs / ours >= 25),
        Row("live tile in a scope of half the units", part, "ms"),
        Row("gzip of that tile", packed, "ms"),
        Row("100,000 rows from PostgreSQL into the arrays", load_s, "s"),
    ]  # fmt: skip


def cached_rows() -> list[Row]:
    """A cached tile of the real application against a bare one of equal size."""
    path = "/tiles/basemap/5/25/14"
    with granian("gis_ioc.asgi:application") as full:
        first = httpx.get(full + path, headers={"accept-encoding": "gzip"})
        size = int(first.headers["content-length"])
        tag = first.headers["etag"]
        os.environ["BENCH_BODY_BYTES"] = str(size)
        with granian("tests.bench._bare:application") as least:
            # In turns, for the same reason as above.
            turns = [
                (
                    load(full + path, accept_encoding="gzip"),
                    load(least + path, accept_encoding="gzip"),
                    load(full + path, accept_encoding="gzip", if_none_match=tag),
                )
                for _ in range(4)
            ]
    ours, bare, unchanged = map(max, zip(*turns, strict=True))
    share = ours / bare
    return [
        Row("cached tile", ours, "1/s", note=f"{size:,} bytes, gzip"),
        Row("cached tile that the client has already (304)", unchanged, "1/s"),
        Row("bare ASGI application, the same bytes", bare, "1/s"),
        Row("share of the bare application", share, "x", ">= 0.8", share >= 0.8),
    ]


def run() -> list[Row]:
    return [*live_rows(), *cached_rows()]
