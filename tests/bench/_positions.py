"""Years of made-up positions, for benchmarks.

Two kinds of vessels, as off a coastal province: with AIS (a fix every so many
seconds, most of the table) and with VMS (every two hours). Each goes out for three
days, wanders, stops, and lies in port for two; the noise of positions is 3 m.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from django.db import connection

from layers.core.copyin import copy_into
from layers.core.ingest import Floats, Ints
from layers.core.spec import by_role

SIZE = int(os.environ.get("IOC_BENCH_POSITIONS", "10_000_000"))
DAYS = 1_096  # 36 months
AIS_STEP_S = 300
VMS_STEP_S = 7_200
VMS_SHARE = 0.13  # of the positions
PREFIX = "bench:"
NOISE_DEG = 3e-5

_VESSELS = """
INSERT INTO vessels_vessel (source, external_id, title, vessel_class, registration,
    registration_key, mmsi, call_sign, gear, home_port, owner, captain, phone,
    licence_no, destination, registered, created_at, updated_at{more})
SELECT 'bench', %s || n, 'Bench ' || %s || n, 'fishing', '', '', '', '', '', '', '', '',
    '', '', '', true, now(), now(){values}
FROM generate_series(1, %s) AS n
"""
_DEVICES = """
WITH made AS (
    INSERT INTO vessels_device (key, kind, valid)
    SELECT %s || external_id, split_part(external_id, '-', 1), true
    FROM vessels_vessel WHERE source = 'bench'
    RETURNING id, key
)
INSERT INTO vessels_fitting (device_id, branch, vessel_id, counted, basis)
SELECT m.id, 0, v.id, true, 'register'
FROM made m JOIN vessels_vessel v ON v.source = 'bench' AND m.key = %s || v.external_id
"""


@dataclass(frozen=True, slots=True)
class Fleet:
    """What was made: device ids by kind, days (UTC) and rows."""

    ais: tuple[int, ...]
    vms: tuple[int, ...]
    first: date
    last: date
    rows: int


@contextmanager
def positions(size: int = SIZE, days: int = DAYS) -> Iterator[Fleet]:
    """About ``size`` positions over the last ``days`` days; taken away at the end."""
    vms = max(1, round(size * VMS_SHARE / days / (86_400 / VMS_STEP_S)))
    ais = max(1, round(size * (1 - VMS_SHARE) / days / (86_400 / AIS_STEP_S)))
    clear()
    try:
        _fleet("ais", ais)
        _fleet("vms", vms)
        last = datetime.now(UTC).date() - timedelta(days=1)
        first = last - timedelta(days=days - 1)
        receiver = _receiver()
        rows = sum(_day(first + timedelta(days=i), receiver) for i in range(days))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE vessels_position")
        yield Fleet(_ids("ais"), _ids("vms"), first, last, rows)
    finally:
        clear()


def _fleet(kind: str, count: int) -> None:
    """Vessels ``<kind>-<n>`` with a device each."""
    layer = by_role("vessels")
    assert layer.slug == "vessels"
    with connection.cursor() as cursor:
        # columns without a default that others have added are empty texts or false
        more = _others(cursor)
        statement = _VESSELS.format(
            more="".join(f", {name}" for name in more),
            values="".join(f", {value}" for value in more.values()),
        )
        cursor.execute(statement, [f"{kind}-", f"{kind}-", count])
        if kind == "vms":
            cursor.execute(_DEVICES, [PREFIX, PREFIX])


def _receiver() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO vessels_receiver (name) VALUES ('bench')"
            " ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id"
        )
        return int(cursor.fetchone()[0])


_LACKING = """
SELECT column_name, data_type FROM information_schema.columns
WHERE table_name = 'vessels_vessel' AND is_nullable = 'NO' AND column_default IS NULL
    AND is_identity = 'NO' AND is_generated = 'NEVER' AND column_name <> ALL (%s)
"""
_GIVEN = [
    "source", "external_id", "title", "vessel_class", "registration",
    "registration_key", "mmsi", "call_sign", "gear", "home_port", "owner", "captain",
    "phone", "licence_no", "destination", "registered", "created_at", "updated_at",
]  # fmt: skip


def _others(cursor) -> dict[str, str]:  # type: ignore[no-untyped-def]
    cursor.execute(_LACKING, [_GIVEN])
    empty = {"boolean": "false", "integer": "0", "double precision": "0"}
    return {name: empty.get(kind, "''") for name, kind in cursor.fetchall()}


def _day(day: date, receiver: int) -> int:
    """A day of every vessel, in the order of arrival."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
    rng = np.random.default_rng(int(begin))
    parts = [
        _times(_ids(kind), step_s, begin)
        for kind, step_s in (("ais", AIS_STEP_S), ("vms", VMS_STEP_S))
    ]
    device, at = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(at, kind="stable")
    device, at = device[order], at[order]
    lon, lat, speed, course = _places(rng, device, at)
    count = len(at)
    unsaid, zero = np.full(count, np.nan), np.zeros(count, dtype=np.int64)
    _partition(day)
    copy_into(
        "vessels_position",
        {
            "device_id": ("i8", device),
            "at": ("at", at),
            "digest": ("i8", rng.integers(-(2**62), 2**62, count)),
            "received_at": ("at", at + 1.0),
            "lon": ("f8", lon),
            "lat": ("f8", lat),
            "speed_kn": ("f4", speed),
            "course_deg": ("f4", course),
            "heading_deg": ("f4", unsaid),
            "turn_deg_min": ("f4", unsaid),
            "error_m": ("f4", unsaid),
            "batch_id": ("i8", zero),
            "line_no": ("i4", zero),
            "flags": ("i4", zero),
            "receiver_id": ("i4", zero + receiver),
            "branch": ("i2", zero),
            "status": ("i2", zero - 1),
            "message_type": ("i2", zero + 1),
        },
    )
    return count


def _partition(day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT vessels_make_partitions(%s, 1)", [day])


def _times(ids: tuple[int, ...], step_s: int, begin: float) -> tuple[Ints, Floats]:
    tick = begin + np.arange(0, 86_400, step_s)
    device = np.repeat(np.array(ids, dtype=np.int64), len(tick))
    return device, np.tile(tick, len(ids)) + device % step_s


def _places(
    rng: np.random.Generator, device: Ints, at: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """lon, lat, knots, degrees. Three days of five at sea round a place of one's own
    in loops of some hours; every fourth hour there it lies still."""
    hours = at / 3600 + device * 7.0
    cycle = hours % 120
    # eased in and out, so that no leg is a jump
    out = np.clip(np.minimum(cycle / 8, (72 - cycle) / 8), 0, 1)
    turn = (np.floor(hours / 4) * 3 + np.minimum(hours % 4, 3)) * 0.21 + device
    noise = rng.normal(0, NOISE_DEG, (2, len(at)))
    lon = (
        105.9
        + device % 97 / 970
        + out * (0.9 + 0.5 * np.sin(turn) + 0.03 * np.sin(7.3 * turn))
    )
    lat = (
        19.3
        + device % 89 / 890
        + out * (0.1 * np.cos(turn * 1.7) + 0.03 * np.cos(6.1 * turn))
    )
    speed = np.where((out > 0) & (hours % 4 < 3), 5.0, 0.1)
    return lon + noise[0], lat + noise[1], speed, np.degrees(turn) % 360


def _ids(kind: str) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM vessels_device WHERE key LIKE %s AND kind = %s ORDER BY id",
            [f"{PREFIX}%", kind],
        )
        return tuple(number for (number,) in cursor.fetchall())


def vessel_of(device_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT vessel_id FROM vessels_fitting WHERE device_id = %s", [device_id]
        )
        return int(cursor.fetchone()[0])


def clear() -> None:
    """Drop every partition of positions and tracks, and the vessels made here.

    For databases of benchmarks only: it asks whose rows they are.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT receiver_id FROM vessels_position LIMIT 2")
        found = {row[0] for row in cursor.fetchall()}
        cursor.execute("SELECT id FROM vessels_receiver WHERE name = 'bench'")
        ours = {row[0] for row in cursor.fetchall()}
        if found - ours:
            raise SystemExit("the database holds positions that are not a benchmark's")
        cursor.execute(
            "SELECT c.oid::regclass::text FROM pg_inherits i"
            " JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent IN ('vessels_position'::regclass,"
            " 'vessels_reception'::regclass, 'tracks_piece'::regclass,"
            " 'tracks_day'::regclass)"
            " AND pg_get_expr(c.relpartbound, c.oid) <> 'DEFAULT'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE {name}")
        for table in ("tracks_work", "vessels_dirty"):
            cursor.execute(f"TRUNCATE {table}")
        cursor.execute(
            "DELETE FROM vessels_fitting WHERE device_id IN"
            " (SELECT id FROM vessels_device WHERE key LIKE %s)",
            [f"{PREFIX}%"],
        )
        cursor.execute("DELETE FROM vessels_device WHERE key LIKE %s", [f"{PREFIX}%"])
        cursor.execute("DELETE FROM vessels_vessel WHERE source = 'bench'")
