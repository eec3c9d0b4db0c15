"""Demo stations: real river stations and alarm levels, made-up measurements."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import numpy as np
from django.contrib.auth.hashers import make_password
from django.contrib.gis.geos import Point

from layers.core import units

from .dossiers import demo as cases
from .flood import demo as rivers
from .indices.services import INDICES
from .ingest import partitions, services
from .ingest.readings import Readings
from .limits import demo as permits
from .models import FtpAccount, Series, Station
from .synthetic import STEP_S, DemoStation

if TYPE_CHECKING:
    from fixtures import Demo

SOURCE = "demo"
HISTORY_S = 7 * 86_400
# Five-minute values; hourly before that, but where whole days make an index.
DENSE_S = 72 * 3600
SILENT_S = 5 * 3600
STATIONS_AT_ONCE = 12


def load(demo: Demo) -> int:
    """Stations, accounts without a usable password, a week of values, a case."""
    rows = demo.table("stations")
    stations = _stations(demo, rows)
    rivers.load(demo, stations)
    permits.load(stations)
    end = int(time.time()) // STEP_S * STEP_S
    partitions.ensure(datetime.fromtimestamp(end - HISTORY_S, UTC))
    sources = [DemoStation.of(row) for row in rows]
    for start in range(0, len(rows), STATIONS_AT_ONCE):
        part = slice(start, start + STATIONS_AT_ONCE)
        services.load(history(stations[part], sources[part], end))
    cases.load()
    return len(stations)


def _stations(demo: Demo, rows: list[dict[str, str]]) -> list[Station]:
    accounts = _accounts(rows)
    unit_ids = units.tree().codes("commune")
    rng = demo.rng("stations")
    found = []
    for row in rows:
        place = demo.unit_at(float(row["lon"]), float(row["lat"]))
        station = _station(row)
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


def _station(row: dict[str, str]) -> Station:
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
        folder=row["code"],
        public=row["kind"] in INDICES,
    )


def times(end: int, silent: bool, dense_s: int = DENSE_S) -> np.ndarray:
    """Seconds since 1970: hourly for a week, every five minutes at the end."""
    dense = end - dense_s
    hourly = np.arange(end - HISTORY_S, dense, 3600)
    found = np.concatenate([hourly, np.arange(dense, end + 1, STEP_S)]).astype(float)
    return found[found <= end - SILENT_S] if silent else found


def history(stations: list[Station], sources: list[DemoStation], end: int) -> Readings:
    """A week of values of some stations, ordered by station and parameter."""
    columns: list[list[np.ndarray]] = [[] for _ in range(6)]
    for station, source in zip(stations, sources, strict=True):
        dense_s = HISTORY_S if source.kind in INDICES else DENSE_S
        at = times(end, source.behaviour == "silent", dense_s)
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
