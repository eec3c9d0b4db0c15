"""Tracks: how fast positions are settled, and how fast tracks are read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgpack
import numpy as np
import zstandard
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from gis_ioc.accounts.models import User
from layers.tracks.settling import settle_all
from tests.bench import Row
from tests.bench._positions import Fleet, positions, vessel_of

BUDGET_MS = 300.0
ASKED = 40
SPANS = (("last 24 h", 1), ("30 days", 30), ("36 months", 1_096))
TABLES = ("vessels_position", "tracks_piece", "tracks_day")


def rows() -> Iterator[Row]:
    with positions() as fleet:
        yield settled(fleet)
        yield from sizes(fleet)
        user = User.objects.create_superuser(f"bench-{time.time_ns()}", password="-")
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(user)
        try:
            yield from queries(client, fleet)
            yield from played(client, fleet)
        finally:
            # the log of who saw what is for ever; the user is switched off
            User.objects.filter(pk=user.pk).update(is_active=False)


def settled(fleet: Fleet) -> Row:
    """Everything from nothing: each device is marked at its first day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO vessels_dirty (device_id, branch, since)"
            " SELECT id, 0, %s FROM unnest(%s::bigint[]) AS id",
            [fleet.first, [*fleet.ais, *fleet.vms]],
        )
    started = time.perf_counter()
    days = settle_all(limit_s=1e9, pause_s=-1.0)
    seconds = time.perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tracks_piece, tracks_day")
    return Row(
        name="tracks settled, one worker",
        value=fleet.rows / seconds,
        unit="fixes/s",
        note=f"{fleet.rows:,} fixes, {days:,} device-days, {seconds:,.0f} s",
    )


_SIZE = """
SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0),
    coalesce(sum(pg_indexes_size(c.oid)), 0)
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = to_regclass(%s)
"""


def sizes(fleet: Fleet) -> Iterator[Row]:
    for table in TABLES:
        with connection.cursor() as cursor:
            cursor.execute(_SIZE, [table])
            whole, indexes = map(float, cursor.fetchone())
        yield Row(
            name=f"on disk, {table}",
            value=whole / 1e9,
            unit="GB",
            note=f"indexes {indexes / 1e9:.2f} GB, {whole / fleet.rows:.0f} B a fix",
        )


def queries(client: Client, fleet: Fleet) -> Iterator[Row]:
    """One vessel over a span, another vessel each time."""
    rng = np.random.default_rng(1)
    end = datetime(fleet.last.year, fleet.last.month, fleet.last.day, tzinfo=UTC)
    end += timedelta(days=1)
    for kind, devices in (("AIS", fleet.ais), ("VMS", fleet.vms)):
        vessels = [vessel_of(int(d)) for d in rng.choice(devices, ASKED)]
        for name, days in SPANS:
            span = f"from={stamp(end - timedelta(days=days))}&to={stamp(end)}"
            paths = [f"/api/v1/tracks/{vessel}?{span}" for vessel in vessels]
            yield timed(client, f"one {kind} vessel, {name}", paths)


def played(client: Client, fleet: Fleet) -> Iterator[Row]:
    """All vessels over a span, as a browser asks for them."""
    end = datetime(fleet.last.year, fleet.last.month, fleet.last.day, tzinfo=UTC)
    vessels = len(fleet.ais) + len(fleet.vms)
    for name, hours in (("1 h", 1), ("24 h", 24)):
        span = f"from={stamp(end - timedelta(hours=hours))}&to={stamp(end)}"
        path = f"/api/v1/tracks/playback?{span}"
        name = f"playback of all {vessels:,} vessels, {name}"
        yield timed(client, name, [path] * ASKED, accept="application/msgpack")


def timed(
    client: Client, name: str, paths: list[str], accept: str = "application/json"
) -> Row:
    taken, sizes, points = [], [], []
    headers = {"accept": accept, "accept-encoding": "gzip, zstd"}
    for path in paths:
        started = time.perf_counter()
        answer = client.get(path, headers=headers)
        taken.append((time.perf_counter() - started) * 1e3)
        assert answer.status_code == 200, answer.content[:200]
        sizes.append(len(answer.content))
        points.append(counted(answer))
    p50, p95 = np.percentile(taken, [50, 95])
    return Row(
        name=name,
        value=float(p95),
        unit="ms p95",
        budget=f"< {BUDGET_MS:.0f}",
        passed=bool(p95 < BUDGET_MS),
        note=f"p50 {p50:.0f} ms, first {taken[0]:.0f} ms,"
        f" {np.mean(points):,.0f} points, {np.mean(sizes) / 1e3:,.0f} kB",
    )


def counted(answer: HttpResponse) -> int:
    """How many points an answer holds."""
    if answer.headers["Content-Type"] == "application/json":
        return int(answer.json()["counts"]["points"])
    body = msgpack.unpackb(zstandard.decompress(answer.content))
    return len(body["points"]["at"]) // 4


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
