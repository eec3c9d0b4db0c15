"""Stored positions for tests, marked as ingest marks them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import numpy as np
from django.db import connection

from layers.vessels.models import Device, Fitting, Receiver, Vessel

DAY = datetime(2026, 3, 10, tzinfo=UTC).timestamp()
# (seconds since DAY, lon, lat), then flags and branch where they are not 0
Fix = tuple[float, ...]


def boat(
    key: str, kind: str = "ais", branch: int = 0, unit_id: int | None = None
) -> tuple[Device, Vessel]:
    """A device and the vessel that it speaks for."""
    device, _new = Device.objects.get_or_create(key=key, defaults={"kind": kind})
    vessel = Vessel.objects.create(
        source="test", external_id=f"{key}/{branch}", title=f"Boat {key}/{branch}",
        unit_id=unit_id, registered=True,
    )  # fmt: skip
    Fitting.objects.create(device=device, branch=branch, vessel=vessel)
    return device, vessel


def put(device: Device, fixes: Iterable[Fix]) -> None:
    """Store fixes that are not there yet and mark the device."""
    receiver, _new = Receiver.objects.get_or_create(name="test")
    rows = [(*fix, 0, 0)[:5] for fix in fixes]
    if not rows:
        return
    days = {datetime.fromtimestamp(DAY + row[0], UTC).date() for row in rows}
    with connection.cursor() as cursor:
        for day in sorted(days):
            cursor.execute("SELECT vessels_make_partitions(%s, 1)", [day])
        cursor.executemany(
            "INSERT INTO vessels_position (device_id, at, digest, lon, lat, speed_kn,"
            " flags, branch, receiver_id, message_type)"
            " VALUES (%s, to_timestamp(%s), %s, %s, %s, 5, %s, %s, %s, 1)"
            " ON CONFLICT DO NOTHING",
            [
                (device.pk, DAY + at, int(at), lon, lat, int(flags), int(branch),
                 receiver.pk)
                for at, lon, lat, flags, branch in rows
            ],
        )  # fmt: skip
        for branch in {int(row[4]) for row in rows}:
            since = min(row[0] for row in rows if int(row[4]) == branch)
            mark(device, since, branch)


def mark(device: Device, since: float, branch: int = 0) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO vessels_dirty (device_id, branch, since)"
            " VALUES (%s, %s, to_timestamp(%s))"
            " ON CONFLICT (device_id, branch) DO UPDATE SET"
            " since = least(vessels_dirty.since, excluded.since)",
            [device.pk, branch, DAY + since],
        )


def voyage(
    seed: int, hours: float = 30.0, step_s: float = 60.0, start: float = 0.0
) -> list[Fix]:
    """A boat that wanders about and stops now and then."""
    rng = np.random.default_rng(seed)
    count = int(hours * 3600 / step_s)
    at = np.round(start + np.arange(count) * step_s + rng.uniform(0, step_s / 2, count))
    course = np.cumsum(rng.normal(0, 0.15, count))
    going = np.repeat(rng.random(-(-count // 45)) < 0.7, 45)[:count]
    step = np.where(going, 4.0, 0.05) * step_s * 0.514 / 111_000
    lon = 106.2 + np.cumsum(step * np.sin(course)) + rng.normal(0, 3e-5, count)
    lat = 19.4 + np.cumsum(step * np.cos(course)) + rng.normal(0, 3e-5, count)
    return [
        (float(a), float(x), float(y)) for a, x, y in zip(at, lon, lat, strict=True)
    ]


_ALL = """
SELECT device_id, branch, kind, segment, begins, at, started_at, fixes, distance_m,
    max_kn, reasons, digest, points_50, points_250, points_1000, geom::text,
    shape::text, shape_z8::text, shape_z11::text
FROM tracks_piece ORDER BY 1, 2, 3, 6, 4
"""


def pieces() -> list[tuple]:
    """Every stored piece but its id."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL)
        return [
            tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
            for row in cursor.fetchall()
        ]


def days() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT device_id, day, fixes, content, state_after, points"
            " FROM tracks_day ORDER BY 1, 2"
        )
        return [
            tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
            for row in cursor.fetchall()
        ]


def forget() -> None:
    """As if nothing had been settled or stored."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM tracks_piece; DELETE FROM tracks_day; DELETE FROM tracks_work;"
            " DELETE FROM vessels_dirty; DELETE FROM vessels_position"
        )
