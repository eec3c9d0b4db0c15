"""Stations and readings for the tests of this folder."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction

from layers.core.ingest import Applied, deliver
from layers.stations.ingest.readings import Readings, readings
from layers.stations.models import AlarmLevel, Station

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp()
UNITS = {
    "pH": "", "Level": "m", "Rain": "mm", "PM2.5": "µg/m³", "PM10": "µg/m³",
    "SO2": "µg/m³", "Temp": "°C",
}  # fmt: skip


def station(
    kind: str,
    code: str = "TH_ONE",
    levels: tuple[float | None, ...] = (),
    **facts: Any,
) -> Station:
    """``levels``: alarm levels I, II, III in metres, None: not known."""
    facts.setdefault("title", f"Station {code}")
    facts.setdefault("geom", Point(105.8, 19.8, srid=4326))
    found = Station.objects.create(
        source="test", external_id=code, code=code, kind=kind, **facts
    )
    AlarmLevel.objects.bulk_create(
        AlarmLevel(
            station=found,
            number=number,
            value_m=value,
            legal_source="Quyết định 05/2020/QĐ-TTg",
            valid_from=date(2020, 3, 20),
        )
        for number, value in enumerate(levels, 1)
        if value is not None
    )
    return found


def values(where: Station, *rows: tuple[Any, ...]) -> Readings:
    """Rows of (parameter, at, value) or (parameter, at, value, status)."""
    full = [row if len(row) == 4 else (*row, 0) for row in rows]
    return readings(
        [where.pk] * len(full),
        [row[0] for row in full],
        [UNITS.get(row[0], "mg/L") for row in full],
        [row[1] for row in full],
        [row[2] for row in full],
        [row[3] for row in full],
        [row[1] + 20.0 for row in full],
    )


def send(records: Readings) -> Applied:
    with transaction.atomic():
        return deliver("stations", records)


def hour(end: float, value: float, name: str = "PM2.5") -> list[tuple[Any, ...]]:
    """Twelve five-minute values of the hour that ends at ``end``."""
    return [(name, end - 300 * step, value) for step in range(12)]
