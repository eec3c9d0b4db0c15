"""Reads of the layer: what the drawer shows, tracks, fixes for other layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from typing import Any

import numpy as np
from django.db import connection
from django.http import HttpRequest
from psycopg import sql

from layers.core.copyin import moments

from .flags import SUSPECT
from .ingest.copy import copy_out, epoch
from .reports import Fixes

SHOWN_FIXES = 12
MAX_TRACK = 20_000

_TRACK = """
SELECT p.at, p.lon, p.lat, p.speed_kn, p.course_deg, p.flags, r.name AS source
FROM vessels_fitting f
JOIN vessels_fix p ON p.device_id = f.device_id AND p.branch = f.branch
    AND (f.since IS NULL OR f.since <= p.at) AND (f.until IS NULL OR f.until > p.at)
JOIN vessels_receiver r ON r.id = p.receiver_id
WHERE f.vessel_id = %s AND p.at >= %s AND p.at <= %s AND p.flags & %s = 0
ORDER BY p.at DESC, p.digest LIMIT %s
"""


def track(
    vessel_id: int, since: datetime, until: datetime, limit: int = MAX_TRACK
) -> list[dict[str, Any]]:
    """Credible fixes of a vessel in a span, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_TRACK, [vessel_id, since, until, int(SUSPECT), limit])
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    """The vessel in its parts, and its last positions."""
    from .fleet import card

    at = feature["properties"].get("at")
    fixes: list[dict[str, Any]] = []
    if at is not None:
        fixes = track(feature["id"], at - timedelta(days=1), at, SHOWN_FIXES)
    return {**card.context(request, feature), "fixes": fixes}


# Types of :class:`.reports.Fixes` as the database sends them.
_FIX_COLUMNS = {
    "device_id": "i8", "branch": "i2", "at": "i8", "lon": "f8", "lat": "f8",
    "speed_kn": "f4", "course_deg": "f4", "heading_deg": "f4", "error_m": "f4",
    "status": "i2", "flags": "i4", "message_type": "i2", "digest": "i8",
    "receiver_id": "i4", "received_at": "i8",
}  # fmt: skip
_FIXES = """
SELECT device_id, branch, at, lon, lat,
    coalesce(speed_kn, 'NaN'), coalesce(course_deg, 'NaN'),
    coalesce(heading_deg, 'NaN'), coalesce(error_m, 'NaN'),
    coalesce(status, (-1)::smallint), flags, message_type, digest, receiver_id,
    received_at
FROM vessels_fix
WHERE device_id = ANY(%(devices)s::bigint[]) AND at >= %(since)s AND at < %(until)s
ORDER BY device_id, branch, at, digest
"""
_FITTINGS = """
SELECT f.vessel_id, f.device_id, f.branch, d.kind, f.counted,
    coalesce(extract(epoch FROM f.since)::float8, '-infinity'),
    coalesce(extract(epoch FROM f.until)::float8, 'infinity')
FROM vessels_fitting f JOIN vessels_device d ON d.id = f.device_id
WHERE {} ORDER BY f.vessel_id, f.device_id, f.branch, f.since NULLS FIRST
"""

_DOUBTFUL = """
SELECT d.id AS device_id, d.key, d.valid,
    coalesce(f.branches, 0) AS branches, coalesce(r.names, '{}') AS names
FROM vessels_device d
LEFT JOIN (
    SELECT device_id, count(DISTINCT branch) AS branches FROM vessels_fitting GROUP BY 1
) f ON f.device_id = d.id
LEFT JOIN (
    SELECT device_id,
        array_agg(DISTINCT content->>'name' ORDER BY content->>'name') AS names
    FROM vessels_staticreport WHERE content->>'name' <> '' GROUP BY 1
) r ON r.device_id = d.id
WHERE NOT d.valid OR f.branches > 1 OR cardinality(r.names) > 1
ORDER BY d.key
"""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A device that speaks (one branch of it) for a vessel in [since, until).

    Epoch seconds, infinite where open.
    """

    vessel_id: int
    device_id: int
    branch: int
    kind: str
    counted: bool
    since: float = -inf
    until: float = inf


def fittings_of(vessel_ids: Sequence[int]) -> list[Fitted]:
    """The devices of vessels, at all times."""
    return _fittings("f.vessel_id = ANY(%s)", [list(vessel_ids)])


def vessel_of(device_id: int, branch: int, at: float) -> int | None:
    """Whom a device spoke for at a time (epoch seconds); None: nobody known."""
    for fitted in _fittings("f.device_id = %s AND f.branch = %s", [device_id, branch]):
        if fitted.since <= at < fitted.until:
            return fitted.vessel_id
    return None


def _fittings(condition: str, values: list[Any]) -> list[Fitted]:
    with connection.cursor() as cursor:
        cursor.execute(_FITTINGS.format(condition), values)
        return [Fitted(*row) for row in cursor.fetchall()]


def doubtful_devices() -> list[dict[str, Any]]:
    """Devices whose identity is not one ship's: ``device_id``, ``key``, ``valid``
    (False: an MMSI that no state gives), ``branches`` heard, ``names`` said."""
    with connection.cursor() as cursor:
        cursor.execute(_DOUBTFUL)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def fixes_of(device_ids: Sequence[int], since: float, until: float) -> Fixes:
    """All fixes of devices in [since, until), epoch seconds, suspect ones too.

    Ordered by device, branch, time and digest. Branch and flags are the judgement
    that holds.
    """
    begin, end = moments([since, until])
    rows = copy_out(
        sql.SQL(_FIXES),  # type: ignore[arg-type]
        {
            "devices": [int(id) for id in device_ids],
            "since": begin or "-infinity",
            "until": end or "infinity",
        },
        _FIX_COLUMNS,
    )
    columns: dict[str, Any] = {
        name: rows[name].astype(np.int64 if kind[0] == "i" else np.float64)
        for name, kind in _FIX_COLUMNS.items()
    }
    columns |= {name: epoch(rows[name]) for name in ("at", "received_at")}
    return Fixes(**columns)
