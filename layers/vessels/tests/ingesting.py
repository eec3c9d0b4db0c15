"""Reports for the tests of ingest: one boat that lies still unless said otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from layers.core.ingest import Observed, deliver
from layers.vessels.models import LivePosition
from layers.vessels.reports import Builder, Heard, VesselReports

NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
T0 = NOW.timestamp()


def reports(*fixes: dict, heard: tuple[Heard, ...] = ()) -> VesselReports:
    """Fixes at seconds after T0, by default of one boat that lies still."""
    out = Builder()
    for fix in fixes:
        at = fix.pop("t", 0.0)
        said = {"key": "mmsi:574000001", "receiver": "one", "lon": 106.0, "lat": 19.5}
        said |= {"digest": hash((at, fix.get("lon"), fix.get("key"))) & 0xFFFFFFFF}
        out.add(at=T0 + at, **(said | {"message_type": 1} | fix))
    out.heard += heard
    return out.build()


def give(records: VesselReports) -> Observed | None:
    with transaction.atomic():
        return deliver("vessels", records).observed


def two_ships(count: int = 12, away: float = 1.0) -> list[dict]:
    return [
        {"t": 30.0 * n, "lon": 106.0 + away * (n % 2) + n * 1e-4, "digest": n}
        for n in range(count)
    ]


def stored() -> list[tuple[int, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT digest, branch, flags FROM vessels_fix ORDER BY at, digest"
        )
        return cursor.fetchall()


def live() -> list[tuple[str, int, float]]:
    rows = LivePosition.objects.order_by("vessel__external_id")
    return list(rows.values_list("vessel__external_id", "branch", "lon"))
