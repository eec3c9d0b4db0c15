"""Zone tests beside others that do them: Tile38 and PostGIS, same points, same areas.

Tile38 is looked for as ``tile38-server`` on the path or in ``IOC_BENCH_TILE38``; it
is left out where it is not. PostGIS is asked in the way it is fastest at: areas
subdivided, an index on the pieces, the points in a table.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import redis
import shapely
from django.db import connection

from tests.bench import Row
from tests.bench._peers import free_port
from tests.bench._pipeline import running

TILE38_POINTS = 200_000
PIPELINE = 1_000
START_S = 30
VERTICES = 64

Floats = npt.NDArray[np.float64]


def tile38_program() -> str | None:
    return os.environ.get("IOC_BENCH_TILE38") or shutil.which("tile38-server")


def postgis(areas: Sequence[shapely.Geometry], lon: Floats, lat: Floats) -> Row:
    """Points a second through ``ST_Intersects`` with the pieces of the areas."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE bench_fence (id int, geom geometry(Polygon, 4326));"
            "CREATE TEMPORARY TABLE bench_point (geom geometry(Point, 4326))"
        )
        cursor.executemany(
            "INSERT INTO bench_fence SELECT %s, (ST_Dump(ST_Subdivide("
            "ST_SetSRID(ST_GeomFromWKB(%s), 4326), %s))).geom",
            [(n, shapely.to_wkb(area), VERTICES) for n, area in enumerate(areas)],
        )
        cursor.execute(
            "INSERT INTO bench_point SELECT ST_Point(x, y, 4326)"
            " FROM unnest(%s::float8[], %s::float8[]) AS p (x, y)",
            [lon.tolist(), lat.tolist()],
        )
        cursor.execute("CREATE INDEX ON bench_fence USING gist (geom)")
        cursor.execute("ANALYZE bench_fence; ANALYZE bench_point")
        started = time.perf_counter()
        cursor.execute(
            "SELECT count(*) FROM bench_point p JOIN bench_fence f"
            " ON ST_Intersects(f.geom, p.geom)"
        )
        (hits,) = cursor.fetchone()
        took = time.perf_counter() - started
        cursor.execute("DROP TABLE bench_fence, bench_point")
    return Row(
        name="zone tests by PostGIS, subdivided and indexed",
        value=len(lon) / took,
        unit="/s",
        note=f"{len(lon):,} points, {hits:,} hits",
    )


def tile38(areas: Sequence[shapely.Geometry], lon: Floats, lat: Floats) -> Row | None:
    """``SET`` a second with one fence per area, entries and exits detected.

    Every point is a move of one of 10,000 objects; commands go in blocks, so that
    the network is not what is measured.
    """
    program = tile38_program()
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        command = [program, "-p", str(port), "-h", "127.0.0.1", "-d", folder, "-q"]
        with running(command):
            client = _connected(port)
            for number, area in enumerate(areas):
                client.execute_command(
                    *("SETCHAN", f"area:{number}", "WITHIN", "fleet", "FENCE"),
                    *("DETECT", "enter,exit", "OBJECT", shapely.to_geojson(area)),
                )
            took = _move(client, lon[:TILE38_POINTS], lat[:TILE38_POINTS])
            size = sum(f.stat().st_size for f in Path(folder).rglob("*"))
    count = min(len(lon), TILE38_POINTS)
    return Row(
        name="SET by Tile38 with the same areas as fences",
        value=count / took,
        unit="/s",
        note=f"{count:,} points in blocks of {PIPELINE:,}, {size / 2**20:.0f} MB log",
    )


def _connected(port: int) -> redis.Redis:
    client = redis.Redis(port=port, protocol=2)
    deadline = time.monotonic() + START_S
    while True:
        try:
            client.execute_command("PING")
            return client
        except redis.ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _move(client: redis.Redis, lon: Floats, lat: Floats) -> float:
    started = time.perf_counter()
    for first in range(0, len(lon), PIPELINE):
        block = client.pipeline(transaction=False)
        for row in range(first, min(first + PIPELINE, len(lon))):
            block.execute_command(
                "SET", "fleet", f"v{row % 10_000}", "POINT", lat[row], lon[row]
            )
        block.execute()
    return time.perf_counter() - started


def peers(areas: Sequence[shapely.Geometry], lon: Floats, lat: Floats) -> Iterator[Row]:
    """Rows of those who are here."""
    yield postgis(areas, lon, lat)
    beside = tile38(areas, lon, lat)
    if beside is not None:
        yield beside
