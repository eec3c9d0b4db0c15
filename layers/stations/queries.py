"""Reading stations: the drawer, the newest values, spans of observations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from .models import FtpAccount, Observation, Series, Station
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
    """All active stations, for telling whose a file is. Asked for every group of
    files: columns only, no models."""
    units: dict[int, dict[str, str]] = {}
    of_active = Series.objects.filter(station__active=True).order_by("pk")
    for station_id, name, unit in of_active.values_list(
        "station_id", "parameter", "unit"
    ):
        units.setdefault(station_id, {})[name] = unit
    rows = Station.objects.filter(active=True).values_list(
        "pk", "code", "ftp_account__name", "folder"
    )
    return [
        Address(pk, code, account or "", folder, units.get(pk, {}))
        for pk, code, account, folder in rows
    ]


def ftp_account(name: str) -> FtpAccount | None:
    """An active account, or None."""
    return FtpAccount.objects.filter(name=name, active=True).first()


def count_of_batch(batch_id: int, start: datetime, end: datetime) -> int:
    """How many values of an inbox row were new; its times are start to end."""
    return Observation.objects.filter(
        batch_id=batch_id, at__gte=start, at__lte=end
    ).count()
