"""Stations with years of values: how fast their newest values, counts, drawers and
charts are, and what a backlog costs beside them.

``IOC_BENCH_OBSERVATIONS``: how many values are made (5 million; 100 million take a
quarter of an hour and 15 GB). Eight parameters every five minutes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.test import Client

from gis_ioc.accounts.models import User
from layers.core.ingest import deliver
from layers.core.scope import everything
from layers.core.spec import by_role
from layers.stations.ingest import partitions, rollups
from layers.stations.ingest.counting import count_current
from layers.stations.ingest.queries import latest_of_all
from layers.stations.ingest.readings import Readings
from layers.stations.models import Series, Station
from tests.bench import Row

SIZE = int(os.environ.get("IOC_BENCH_OBSERVATIONS", "5_000_000"))
STEP_S, DAY_S = 300, 86_400
STATIONS = 100
PARAMETERS = {
    "COD": "mg/L", "TSS": "mg/L", "pH": "", "NH4": "mg/L", "Temp": "°C",
    "Flow": "m³/h", "TN": "mg/L", "TP": "mg/L",
}  # fmt: skip
ASKED = 40
SOURCE = "bench"

_FILL = """
INSERT INTO stations_observation
    (series_id, at, version, value, status, qc, received_at)
SELECT s.id, t.at, 1,
    8 + s.id %% 7 + round(300 * sin(date_part('epoch', t.at) / 7000 + s.id)) / 100,
    0, 1, t.at + interval '20 seconds'
FROM stations_series s
JOIN stations_station b ON b.id = s.station_id AND b.source = %s
CROSS JOIN generate_series(%s::timestamptz, %s::timestamptz, interval '5 minutes')
    AS t(at)
ORDER BY s.id, t.at
"""


@dataclass(frozen=True, slots=True)
class Filled:
    """What was made in ``seconds``: stations, series, the first and the last time."""

    stations: list[int]
    series: list[int]
    first: datetime
    last: datetime
    rows: int
    seconds: float


@contextmanager
def observations(size: int = SIZE) -> Iterator[Filled]:
    """About ``size`` values up to now; taken away at the end."""
    _clear()
    began = time.perf_counter()
    try:
        stations = [_station(number) for number in range(STATIONS)]
        series = list(
            Series.objects.filter(station__in=stations).values_list("pk", flat=True)
        )
        last = datetime.fromtimestamp(time.time() // STEP_S * STEP_S, UTC)
        times = max(size // len(series), 1)
        first = last - timedelta(seconds=STEP_S * (times - 1))
        partitions.ensure(first)
        _fill(first, last)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE stations_observation")
            cursor.execute("VACUUM ANALYZE stations_hour, stations_day")
        ids = [station.pk for station in stations]
        seconds = time.perf_counter() - began
        yield Filled(ids, sorted(series), first, last, times * len(series), seconds)
    finally:
        _clear()


def _station(number: int) -> Station:
    station = Station.objects.create(
        source=SOURCE, external_id=str(number), title=f"Bench {number}",
        code=f"BENCH_{number}", kind="effluent", limit_column="B",
        geom=Point(105.8 + number / 1000, 19.8, srid=4326),
    )  # fmt: skip
    Series.objects.bulk_create(
        Series(station=station, parameter=name, unit=unit)
        for name, unit in PARAMETERS.items()
    )
    return station


def _fill(first: datetime, last: datetime) -> None:
    """Month by month, as it came; then hours and days by the product's own way."""
    start = first
    while start <= last:
        after = (start.replace(day=1) + timedelta(days=32)).replace(
            day=1, hour=0, minute=0
        )
        end = min(after - timedelta(seconds=STEP_S), last)
        with connection.cursor() as cursor:
            cursor.execute(_FILL, [SOURCE, start, end])
        start = after
    known = rollups.days_stored()
    assert known is not None
    for _day in rollups.rebuild(*known):
        pass


def _clear() -> None:
    mine = Series.objects.filter(station__source=SOURCE).values_list("pk", flat=True)
    series = list(mine)
    if not series:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM stations_series")
        if cursor.fetchone()[0] == len(series):
            cursor.execute("TRUNCATE stations_observation, stations_hour, stations_day")
        for table in ("observation", "hour", "day", "judgement"):
            cursor.execute(
                f"DELETE FROM stations_{table} WHERE series_id = ANY(%s)", [series]
            )
    Station.objects.filter(source=SOURCE).delete()


def measured(filled: Filled) -> Iterator[Row]:
    yield Row(
        name="values made, with hours and days", value=filled.rows / filled.seconds,
        unit="/s", note=f"{filled.rows:,} values, {filled.seconds:,.0f} s",
    )  # fmt: skip
    yield from sizes(filled)
    yield from newest_and_counts(filled)
    yield from spans(filled)
    yield drawers(filled)
    yield from deliveries(filled)


def sizes(filled: Filled) -> Iterator[Row]:
    for table in ("observation", "hour", "day"):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT sum(pg_total_relation_size(relid))"
                " FROM pg_partition_tree(%s::regclass)",
                [f"stations_{table}"],
            )
            size = float(cursor.fetchone()[0] or 0)
            if not size:
                cursor.execute(
                    "SELECT pg_total_relation_size(%s::regclass)", [f"stations_{table}"]
                )
                size = float(cursor.fetchone()[0])
        note = f"{size / filled.rows:.0f} B a value"
        yield Row(name=f"on disk, {table}s", value=size / 1e9, unit="GB", note=note)


def newest_and_counts(filled: Filled) -> Iterator[Row]:
    grant = everything()
    yield timed(
        "latest of all stations", 20, lambda _n: latest_of_all(grant),
        f"{len(filled.series)} series",
    )  # fmt: skip
    yield timed("count of everything", 200, lambda _n: count_current(None))
    rng = np.random.default_rng(3)
    whole = (filled.last - filled.first).total_seconds()
    cuts = np.sort(rng.uniform(0, whole, (ASKED, 2)), axis=1)

    def between(number: int, ids: list[int] | None) -> int:
        since, until = (
            filled.first + timedelta(seconds=float(cut)) for cut in cuts[number]
        )
        return count_current(ids, since, until)

    yield timed("count of all series, any span", 200, lambda n: between(n, None))
    yield timed(
        "count of one series, any span", 200,
        lambda n: between(n, [filled.series[n % len(filled.series)]]),
    )  # fmt: skip


def spans(filled: Filled) -> Iterator[Row]:
    """What a chart reads of one series."""
    tables = (
        ("24 h of values", "stations_judged", "at", 1),
        ("30 days of hours", "stations_hour", "hour", 30),
        ("a year of days", "stations_day", "day", 365),
    )
    rng = np.random.default_rng(4)
    asked = rng.choice(filled.series, ASKED).tolist()
    for name, table, column, days in tables:
        query = (
            f"SELECT * FROM {table} WHERE series_id = %s"
            f" AND {column} > %s ORDER BY {column}"
        )

        def read(number: int, query: str = query, days: int = days) -> list[object]:
            with connection.cursor() as cursor:
                since = filled.last - timedelta(days=days)
                cursor.execute(query, [asked[number], since])
                return cursor.fetchall()

        yield timed(f"one series, {name}", 50, read)


def drawers(filled: Filled) -> Row:
    """The drawer as the browser asks for it, another station each time."""
    user = User.objects.create_superuser(f"bench-{time.time_ns()}", password="-")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    slug = by_role("stations").slug

    def ask(number: int) -> object:
        path = f"/drawer/{slug}/{filled.stations[number % len(filled.stations)]}/"
        answer = client.get(path)
        assert answer.status_code == 200, answer.content[:200]
        return answer

    try:
        return timed("station drawer", 150, ask)
    finally:
        User.objects.filter(pk=user.pk).update(is_active=False)


def deliveries(filled: Filled) -> Iterator[Row]:
    """A live file of every station, and ten days of a backlog in one go."""
    now = filled.last.timestamp()
    for name, start, times in (
        ("one file of each station", now + STEP_S, 1),
        ("a backlog of 50 files of each station", now - 9 * DAY_S + 1, 50),
    ):
        records = _readings(filled, start, times)
        started = time.perf_counter()
        with transaction.atomic():
            deliver("stations", records)
        seconds = time.perf_counter() - started
        yield Row(
            name=name, value=seconds / len(records) * 1e6, unit="us",
            note=f"a value; {len(records):,} values in {seconds:.2f} s",
        )  # fmt: skip


def _readings(filled: Filled, start: float, times: int) -> Readings:
    names = list(PARAMETERS)
    at = np.repeat(start + STEP_S * np.arange(times), STATIONS * len(names))
    station = np.tile(np.repeat(filled.stations, len(names)), times)
    parameter = np.tile(names, STATIONS * times)
    rng = np.random.default_rng(5)
    return Readings(
        station_id=station,
        parameter=parameter,
        unit=np.array([PARAMETERS[name] for name in names])[
            np.tile(np.arange(len(names)), STATIONS * times)
        ],
        at=at,
        value=np.round(rng.uniform(6, 9, len(at)), 2),
        status=np.zeros(len(at), np.int64),
        received_at=np.full(len(at), filled.last.timestamp() + STEP_S),
        batch_id=np.zeros(len(at), np.int64),
    )


def timed(
    name: str, budget_ms: float, ask: Callable[[int], object], note: str = ""
) -> Row:
    """The 95th percentile of ``ASKED`` questions, after two that do not count."""
    taken = []
    for number in (0, 1, *range(ASKED)):
        started = time.perf_counter()
        ask(number)
        taken.append((time.perf_counter() - started) * 1e3)
    p50, p95 = np.percentile(taken[2:], [50, 95])
    return Row(
        name=name, value=float(p95), unit="ms", budget=f"< {budget_ms:g}",
        passed=bool(p95 < budget_ms), note=f"p95; p50 {p50:.1f} ms. {note}".strip(),
    )  # fmt: skip
