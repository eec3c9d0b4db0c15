"""Writing positions: appended once, the live row moved only by a newer one."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from django.db import connection

from layers.core.ingest import Applied, Bools, Floats, Observed

from .identity import Known, directory
from .reports import Fixes, VesselReports
from .statics import apply_statics

SQL = Path(__file__).parent / "sql"
EARTH_RADIUS_M = 6_378_137.0
MAX_LATITUDE = 85.06
FIELDS = (
    "vessel_id, at, digest, lon, lat, x, y, speed_kn, course_deg, heading_deg,"
    " status, message_type, source"
)
TYPES = (
    ["int8", "timestamptz", "int8"]
    + ["float8"] * 4
    + ["float4"] * 3
    + ["int2"] * 2
    + ["text"]
)


def to_mercator(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """EPSG:3857 metres; latitudes beyond the projection are held at its edge."""
    held = np.clip(lat, -MAX_LATITUDE, MAX_LATITUDE)
    x = np.radians(lon) * EARTH_RADIUS_M
    y = np.log(np.tan(math.pi / 4 + np.radians(held) / 2)) * EARTH_RADIUS_M
    return x, y


def apply(reports: VesselReports, seq: int) -> Applied:
    """Write a delivery inside the caller's transaction.

    Returns which records were known before, and the new positions ordered by
    vessel and time for the rules.
    """
    classes = dict(zip(reports.device, reports.vessel_class, strict=True))
    for static in reports.statics:
        classes[static.device] = static.vessel_class or classes.get(static.device, "")
    known = directory.resolve(classes)
    duplicate = np.zeros(len(reports), dtype=bool)
    observed = None
    if reports.positions:
        fixes = _fixes(reports, known)
        again = _known_before(fixes)
        duplicate[: reports.positions] = again
        if not again.all():
            observed = _append(fixes, ~again, seq, known, reports.device)
    if reports.statics:
        duplicate[reports.positions :] = apply_statics(reports.statics, known, seq)
    return Applied(duplicate=duplicate, observed=observed)


def _fixes(reports: VesselReports, known: dict[str, Known]) -> Fixes:
    lon, lat = np.asarray(reports.lon), np.asarray(reports.lat)
    x, y = to_mercator(lon, lat)
    return Fixes(
        vessel_id=np.fromiter(
            (known[key].vessel_id for key in reports.device), np.int64, len(lon)
        ),
        at=np.asarray(reports.at),
        lon=lon,
        lat=lat,
        x=x,
        y=y,
        speed_kn=np.asarray(reports.speed_kn, dtype=float),
        course_deg=np.asarray(reports.course_deg, dtype=float),
        heading_deg=np.asarray(reports.heading_deg, dtype=float),
        status=np.asarray(reports.status, dtype=np.int64),
        message_type=np.asarray(reports.message_type, dtype=np.int64),
        digest=np.asarray(reports.digest, dtype=np.int64),
        source=reports.source,
    )


def _known_before(fixes: Fixes) -> Bools:
    """True for fixes that are stored already or stand twice in the delivery.

    A fix newer than the vessel's live row cannot be stored yet, so in the usual
    case nothing but the live rows is asked.
    """
    keys = np.rec.fromarrays([fixes.vessel_id, fixes.at, fixes.digest])
    _unique, first = np.unique(keys, return_index=True)
    again = np.ones(len(keys), dtype=bool)
    again[first] = False
    newest = _live_times(np.unique(fixes.vessel_id))
    last = np.fromiter((newest.get(v, -np.inf) for v in fixes.vessel_id), float)
    doubtful = np.flatnonzero(~again & (fixes.at <= last))
    if len(doubtful):
        again[doubtful] = _stored(fixes.take(doubtful))
    return again


def _live_times(vessel_ids: np.ndarray) -> dict[int, float]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT vessel_id, extract(epoch FROM at)::float8 FROM vessels_live"
            " WHERE vessel_id = ANY(%s)",
            [vessel_ids.tolist()],
        )
        return dict(cursor.fetchall())


def _stored(fixes: Fixes) -> Bools:
    with connection.cursor() as cursor:
        cursor.execute(
            (SQL / "stored.sql").read_text(),
            [
                fixes.vessel_id.tolist(),
                [_moment(at) for at in fixes.at],
                fixes.digest.tolist(),
            ],
        )
        found = {ordinal for (ordinal,) in cursor.fetchall()}
    return np.fromiter((row in found for row in range(len(fixes.at))), bool)


def _append(
    fixes: Fixes, fresh: Bools, seq: int, known: dict[str, Known], device: list[str]
) -> Observed:
    rows = np.flatnonzero(fresh)
    rows = rows[np.lexsort((fixes.digest[rows], fixes.at[rows], fixes.vessel_id[rows]))]
    chosen = fixes.take(rows)
    with connection.cursor() as cursor:
        cursor.execute((SQL / "incoming.sql").read_text())
        with cursor.copy(f"COPY vessels_incoming ({FIELDS}) FROM STDIN") as copy:
            copy.set_types(TYPES)
            for row in _rows(chosen):
                copy.write_row(row)
        cursor.execute((SQL / "append.sql").read_text())
        cursor.execute((SQL / "move_live.sql").read_text(), [seq])
        moved = dict(cursor.fetchall())
    names = [known[device[row]] for row in rows]
    return Observed(
        feature_id=chosen.vessel_id,
        at=chosen.at,
        lon=chosen.lon,
        lat=chosen.lat,
        unit_id=np.fromiter((entry.unit_id or 0 for entry in names), np.int64),
        title=[entry.title for entry in names],
        newest=np.fromiter(
            (
                moved.get(vessel) == at
                for vessel, at in zip(chosen.vessel_id, chosen.at, strict=True)
            ),
            bool,
        ),
        values={
            "speed_kn": chosen.speed_kn,
            "course_deg": chosen.course_deg,
            "heading_deg": chosen.heading_deg,
        },
    )


def _moment(epoch_s: float) -> datetime:
    return datetime.fromtimestamp(epoch_s, UTC)


def _rows(fixes: Fixes):  # type: ignore[no-untyped-def]
    """Rows for COPY; NaN and -1 mean "not said" and become NULL."""
    columns = [
        fixes.vessel_id.tolist(),
        [_moment(at) for at in fixes.at.tolist()],
        fixes.digest.tolist(),
        fixes.lon.tolist(),
        fixes.lat.tolist(),
        fixes.x.tolist(),
        fixes.y.tolist(),
        _nullable(fixes.speed_kn),
        _nullable(fixes.course_deg),
        _nullable(fixes.heading_deg),
        [None if value < 0 else value for value in fixes.status.tolist()],
        fixes.message_type.tolist(),
        fixes.source,
    ]
    return zip(*columns, strict=True)


def _nullable(column: Floats) -> list[float | None]:
    return [None if math.isnan(value) else value for value in column.tolist()]
