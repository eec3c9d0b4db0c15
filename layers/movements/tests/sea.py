"""Made-up tracks: columns by hand, and positions through the real settling."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import numpy as np
from django.db import connection

from layers.movements import services
from layers.movements.models import Movement
from layers.movements.moves import Moves
from layers.tracks.settling import settle_all
from layers.vessels.models import Device, Fitting, Receiver, Vessel

DAY = datetime(2026, 3, 10, tzinfo=UTC).timestamp()
MINUTE, HOUR = 60.0, 3600.0
NM = 1 / 60  # degrees of latitude
# seconds since DAY, lon, lat, speed (None: not said)
Point = tuple[float, float, float, float | None]


def moves(*tracks: Iterable[Point]) -> Moves:
    """Columns of tracks, each from its points; every point stands for one fix."""
    rows = [(t, *point) for t, points in enumerate(tracks) for point in points]
    track = np.array([row[0] for row in rows], dtype=np.int64)
    at, lon, lat = (np.array([row[i] for row in rows], dtype=float) for i in (1, 2, 3))
    speed = np.array([np.nan if row[4] is None else row[4] for row in rows])
    first = np.r_[True, track[1:] != track[:-1]]
    return Moves(track, at + DAY, lon, lat, speed, first * 1, np.ones_like(track))


def boat(
    key: str, unit_id: int | None = None, kind: str = "ais", branch: int = 0,
    vessel_class: str = "fishing",
) -> tuple[Device, Vessel]:  # fmt: skip
    device, _new = Device.objects.get_or_create(key=key, defaults={"kind": kind})
    vessel = Vessel.objects.create(
        source="test", external_id=f"{key}/{branch}", title=f"Boat {key}/{branch}",
        unit_id=unit_id, registered=True, vessel_class=vessel_class,
    )  # fmt: skip
    Fitting.objects.create(device=device, branch=branch, vessel=vessel)
    return device, vessel


def put(device: Device, points: Iterable[Point], branch: int = 0) -> None:
    """Store positions and mark the device, as ingest does."""
    receiver, _new = Receiver.objects.get_or_create(name="test")
    rows = list(points)
    days = {datetime.fromtimestamp(DAY + row[0], UTC).date() for row in rows}
    with connection.cursor() as cursor:
        for day in sorted(days):
            cursor.execute("SELECT vessels_make_partitions(%s, 1)", [day])
        cursor.executemany(
            "INSERT INTO vessels_position (device_id, at, digest, lon, lat, speed_kn,"
            " branch, receiver_id, message_type)"
            " VALUES (%s, to_timestamp(%s), %s, %s, %s, %s, %s, %s, 1)"
            " ON CONFLICT DO NOTHING",
            [
                (device.pk, DAY + at, int(at), lon, lat, kn, branch, receiver.pk)
                for at, lon, lat, kn in rows
            ],
        )
        cursor.execute(
            "INSERT INTO vessels_dirty (device_id, branch, since)"
            " VALUES (%s, %s, to_timestamp(%s)) ON CONFLICT (device_id, branch)"
            " DO UPDATE SET since = least(vessels_dirty.since, excluded.since)",
            [device.pk, branch, DAY + min(row[0] for row in rows)],
        )


def settle(now: float = 5 * 86_400.0) -> None:
    """Tracks, then movements, as of so many seconds after DAY."""
    settle_all(pause_s=-1e9)
    services.settle_due(datetime.fromtimestamp(DAY + now, UTC))


def rows() -> list[tuple]:
    """What holds, without what differs from run to run."""
    found = Movement.objects.filter(retracted_at=None).order_by("external_id")
    return [
        (
            row.external_id, row.vessel_ids, row.began_at, row.ended_at, row.confidence,
            row.published, row.details, row.geom.wkt,
        )
        for row in found
    ]  # fmt: skip


def line(
    start: float, minutes: int, lon: float, lat: float, kn: float, east: float = 0.0,
    step: float = 5 * MINUTE,
) -> list[Point]:  # fmt: skip
    """A boat that goes north (``east`` 1: east) at ``kn`` from a place."""
    found = []
    for i in range(int(minutes * MINUTE / step) + 1):
        way = kn * NM * i * step / HOUR
        x = lon + way * east / np.cos(np.radians(lat))
        found.append((start + i * step, float(x), lat + way * (1 - east), kn))
    return found
