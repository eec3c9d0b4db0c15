"""Reading stations: the drawer, the newest values, spans of observations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from .models import FtpAccount, Observation, Station
from .pages.drawer import context as drawer

__all__ = [
    "Address", "addresses", "count_of_batch", "drawer", "ftp_account", "newest",
    "observations",
]  # fmt: skip
MAX_VALUES = 20_000


def newest(station_id: int) -> list[dict[str, Any]]:
    """Newest value of each series of a station."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.parameter, s.unit, l.at, l.value, l.status, l.qc, l.version"
            " FROM stations_series s JOIN stations_latest l ON l.series_id = s.id"
            " WHERE s.station_id = %s ORDER BY s.id",
            [station_id],
        )
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def observations(
    station_id: int, parameter: str, start: datetime, end: datetime
) -> list[dict[str, Any]]:
    """Current versions of a series' values in (start, end], oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.at, o.value, o.status, o.qc, o.version FROM stations_series s"
            " JOIN stations_current o ON o.series_id = s.id"
            " WHERE s.station_id = %s AND s.parameter = %s"
            " AND o.at > %s AND o.at <= %s ORDER BY o.at LIMIT %s",
            [station_id, parameter, start, end, MAX_VALUES],
        )
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Address:
    """Where files of a station come from, and the units it measures in."""

    id: int
    code: str
    account: str
    folder: str
    units: dict[str, str]


def addresses() -> list[Address]:
    """All active stations, for telling whose a file is."""
    rows = Station.objects.filter(active=True).select_related("ftp_account")
    return [
        Address(
            id=station.pk,
            code=station.code,
            account=station.ftp_account.name if station.ftp_account else "",
            folder=station.folder,
            units={entry.parameter: entry.unit for entry in station.series.all()},
        )
        for station in rows.prefetch_related("series")
    ]


def ftp_account(name: str) -> FtpAccount | None:
    """An active account, or None."""
    return FtpAccount.objects.filter(name=name, active=True).first()


def count_of_batch(batch_id: int, start: datetime, end: datetime) -> int:
    """How many values of an inbox row were new; its times are start to end."""
    return Observation.objects.filter(
        batch_id=batch_id, at__gte=start, at__lte=end
    ).count()
