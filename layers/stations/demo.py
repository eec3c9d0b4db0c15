"""Demo stations: real river stations and alarm levels, made-up measurements."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import numpy as np
from django.contrib.auth.hashers import make_password
from django.contrib.gis.geos import Point

from layers.core import units

from .ingest import partitions, services
from .ingest.readings import Readings
from .kinds import Kind
from .models import FtpAccount, Series, Station
from .synthetic import STEP_S, DemoStation

if TYPE_CHECKING:
    from fixtures import Demo

SOURCE = "demo"
HISTORY_S = 7 * 86_400
DENSE_S = 72 * 3600  # five-minute values; hourly before that
SILENT_S = 5 * 3600
STATIONS_AT_ONCE = 12


def load(demo: Demo) -> int:
    """Stations, accounts without a usable password, and a week of values."""
    rows = demo.table("stations")
    stations = _stations(demo, rows)
    end = int(time.time()) // STEP_S * STEP_S
    partitions.ensure(datetime.fromtimestamp(end - HISTORY_S, UTC))
    sources = [DemoStation.of(row) for row in rows]
    for start in range(0, len(rows), STATIONS_AT_ONCE):
        part = slice(start, start + STATIONS_AT_ONCE)
        services.apply(history(stations[part], sources[part], end), 0)
    return len(stations)


def _stations(demo: Demo, rows: list[dict[str, str]]) -> list[Station]:
    accounts = _accounts(rows)
    unit_ids = units.tree().codes("commune")
    rng = demo.rng("stations")
    found = []
    for row in rows:
        place = demo.unit_at(float(row["lon"]), float(row["lat"]))
        station = _station(row, _levels(demo, row))
        station.unit_id = unit_ids.get(place.code) if place else None  # type: ignore[assignment]
        station.ftp_account = accounts[row["account"]]
        station.installed_at = date(2018 + int(rng.integers(0, 7)), 6, 1)
        found.append(station)
    Station.objects.bulk_create(found)
    Series.objects.bulk_create(
        Series(station=station, parameter=name, unit=source.unit(name))
        for station, source in zip(found, map(DemoStation.of, rows), strict=True)
        for name in source.parameters
    )
    return found


def _accounts(rows: list[dict[str, str]]) -> dict[str, FtpAccount]:
    """One account per owner; nobody can sign in before a password is given."""
    owners = {row["account"]: row["owner"] for row in rows}
    made = FtpAccount.objects.bulk_create(
        FtpAccount(name=name, owner=owner, password=make_password(None))
        for name, owner in owners.items()
    )
    return {account.name: account for account in made}


def _levels(demo: Demo, row: dict[str, str]) -> dict[str, str]:
    """The published alarm levels of a river station, as far as they are known."""
    if row["kind"] != Kind.RIVER:
        return {}
    table = demo.table("river_alarm_levels")
    return next((r for r in table if row["name"].endswith(r["station"])), {})


def _station(row: dict[str, str], levels: dict[str, str]) -> Station:
    return Station(
        source=SOURCE,
        external_id=row["code"],
        title=row["name"],
        geom=Point(float(row["lon"]), float(row["lat"]), srid=4326),
        kind=row["kind"],
        code=row["code"],
        owner=row["owner"],
        address=row["commune"],
        permit_no=row["permit_no"],
        limit_column=row["limit_column"],
        river=row["river"],
        alarm_level_1_m=_metres(levels, "level1_m"),
        alarm_level_2_m=_metres(levels, "level2_m"),
        alarm_level_3_m=_metres(levels, "level3_m"),
        folder=row["code"],
    )


def _metres(row: dict[str, str], name: str) -> float | None:
    text = row.get(name)
    return float(text) if text else None


def times(end: int, silent: bool) -> np.ndarray:
    """Seconds since 1970: hourly for a week, every five minutes at the end."""
    dense = end - DENSE_S
    hourly = np.arange(end - HISTORY_S, dense, 3600)
    found = np.concatenate([hourly, np.arange(dense, end + 1, STEP_S)]).astype(float)
    return found[found <= end - SILENT_S] if silent else found


def history(stations: list[Station], sources: list[DemoStation], end: int) -> Readings:
    """A week of values of some stations, ordered by station and parameter."""
    columns: list[list[np.ndarray]] = [[] for _ in range(6)]
    for station, source in zip(stations, sources, strict=True):
        at = times(end, source.behaviour == "silent")
        for name in source.parameters:
            value, status = source.measure(name, at)
            n = len(at)
            for column, found in zip(
                columns,
                (
                    np.full(n, station.pk, np.int64),
                    np.full(n, name),
                    np.full(n, source.unit(name)),
                    at,
                    value,
                    status,
                ),
                strict=True,
            ):
                column.append(found)
    ids, names, unit, at, value, status = map(np.concatenate, columns)
    return Readings(
        station_id=ids,
        parameter=names,
        unit=unit,
        at=at,
        value=value,
        status=status,
        received_at=at + 20.0,
        batch_id=np.zeros(len(at), np.int64),
    )
