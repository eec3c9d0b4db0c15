"""A short span of one vessel from the positions themselves, as they are stored."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from django.db import connection

from layers.core.ingest import Ints

from . import ports, reading, thinning
from .batch import KINDS
from .params import rules
from .points import Points
from .queries import Gap, Stretch, Track
from .segments import Break
from .thinning import Fixes

_FITTED = """
SELECT f.device_id, f.branch, d.kind, greatest(f.since, %s), least(f.until, %s)
FROM vessels_fitting f JOIN vessels_device d ON d.id = f.device_id
WHERE f.vessel_id = %s AND (f.since IS NULL OR f.since <= %s)
    AND (f.until IS NULL OR f.until > %s)
ORDER BY f.device_id, f.branch, f.since NULLS FIRST
"""
_FIXES = """
SELECT f.device_id, f.branch::integer AS branch, extract(epoch FROM f.at)::float8 AS at,
    f.digest, f.lon, f.lat, coalesce(f.speed_kn, 'NaN')::float8 AS speed_kn,
    coalesce(f.course_deg, 'NaN')::float8 AS course_deg, f.flags
FROM unnest(%s::bigint[], %s::smallint[], %s::timestamptz[], %s::timestamptz[])
    AS w (device_id, branch, since, until)
JOIN vessels_fix f ON f.device_id = w.device_id AND f.branch = w.branch
    AND f.at BETWEEN w.since AND w.until
WHERE f.at >= %s::timestamptz AND f.at <= %s::timestamptz
"""
_COUNT = """
SELECT count(*) FROM (
    SELECT FROM unnest(%s::bigint[]) AS w (device_id)
    JOIN vessels_position p ON p.device_id = w.device_id
    WHERE p.at >= %s AND p.at <= %s LIMIT %s
) AS few
"""

Fitted = list[tuple[int, int, str, datetime, datetime]]


def fitted(vessel_id: int, since: datetime, until: datetime) -> Fitted:
    """(device, branch, kind, from, to) of the devices of a vessel in a span."""
    with connection.cursor() as cursor:
        cursor.execute(_FITTED, [since, until, vessel_id, until, since])
        return cursor.fetchall()


def count(devices: Fitted, since: datetime, until: datetime, most: int) -> int:
    """How many fixes there are, counted up to ``most``."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [[row[0] for row in devices], since, until, most])
        (number,) = cursor.fetchone()
    return int(number)


def track(devices: Fitted, since: datetime, until: datetime) -> Track:
    """All fixes of the span, segmented as settled tracks are."""
    fixes, place = _fixes(devices, since, until)
    good = thinning.credible(fixes)
    doubtful = fixes.take(~good)
    found = Track(0.0, suspects=_points(doubtful), reasons=doubtful.flags)
    found.fixes = int(good.sum())
    _stretches(found, fixes.take(good), place[good], devices)
    return found


def _fixes(devices: Fitted, since: datetime, until: datetime) -> tuple[Fixes, Ints]:
    """Fixes in order of fitting and time, and the place of the fitting of each."""
    columns = [[row[i] for row in devices] for i in (0, 1, 3, 4)]
    rows = reading.columns(_FIXES, [*columns, since, until], KINDS)
    count = len(rows["at"])
    place = np.zeros(count, dtype=np.int64)
    for number, (device, branch, _kind, begin, _end) in enumerate(devices):
        mine = (rows["device_id"] == device) & (rows["branch"] == branch)
        place[mine & (rows["at"] >= begin.timestamp())] = number
    fixes = Fixes(
        device=place,
        **{name: rows[name] for name in rows if name != "device_id"},
        inside=ports.inside(rows["lon"], rows["lat"]),
        known=np.zeros(count, dtype=bool),
        stopped=np.zeros(count, dtype=bool),
        segment=np.full(count, -1, dtype=np.int64),
    )
    order = np.lexsort((fixes.digest, fixes.at, place))
    return fixes.take(order), place[order]


def _stretches(found: Track, good: Fixes, place: Ints, devices: Fitted) -> None:
    followed = thinning.follow(good, rules([row[2] for row in devices], place))
    points = _points(good)
    starts = np.flatnonzero(
        np.r_[True, (place[1:] != place[:-1]) | (followed.begins[1:] != Break.NONE)]
        if len(good)
        else np.zeros(0, dtype=bool)
    )
    for begin, end in zip(starts, np.r_[starts[1:], len(good)], strict=False):
        device, branch, kind = devices[int(place[begin])][:3]
        if followed.begins[begin] == Break.GAP:
            ends = points.take(np.array([begin - 1, begin]))
            found.gaps.append(Gap(device_id=device, points=ends))
        found.stretches.append(
            Stretch(
                device_id=device,
                kind=kind,
                branch=branch,
                segment=int(followed.segment[begin]),
                points=points.take(slice(begin, end)),
            )
        )


def _points(fixes: Fixes) -> Points:
    return Points(fixes.at, fixes.lon, fixes.lat, fixes.speed_kn, fixes.course_deg)
