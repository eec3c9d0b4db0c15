"""A hundred loggers that were away for ten days bring all their files, while others
go on sending: how fast the drain is, how long a live file waits, and that the same
files once more change nothing.

``IOC_BENCH_FILES``: how many files (28,800: a day of 100 stations; the budget speaks
of 288,000). They are text of eight values each and end two hours ago, so a smaller
run holds the newest part, of which the rules are told the most.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice

import numpy as np
from django.contrib.gis.geos import Point
from django.db import connection

from feeds.core import drain, inbox
from feeds.core.inbox import RawBatch
from feeds.core.models import Feed, FeedCount, InboxBatch, Quarantine
from feeds.station_files.intake import KIND
from feeds.station_files.parsing import LOCAL
from layers.stations.ingest import partitions
from layers.stations.models import FtpAccount, Series, Station
from tests.bench import Row
from tests.bench._observations import PARAMETERS as EFFLUENT

FILES = int(os.environ.get("IOC_BENCH_FILES", "28_800"))
WHOLE, BUDGET_S, LIVE_BUDGET_S = 288_000, 120, 5
STATIONS, STEP_S, AGE_S = 100, 300, 7_200
LIVE_EVERY_S, LOOK_S, GIVE_UP_S = 2.0, 0.02, 120.0
STORED_AT_ONCE = 20_000
SOURCE = "bench_backlog"
PREFIX = f"{SOURCE}_"
GAS = "µg/m³"
AIR = {
    "PM2.5": GAS, "PM10": GAS, "NO2": GAS, "SO2": GAS, "CO": GAS, "O3": GAS,
    "Temp": "°C", "RH": "%",
}  # fmt: skip
WATER = {
    "pH": "", "DO": "mg/L", "COD": "mg/L", "TSS": "mg/L", "NH4": "mg/L",
    "BOD5": "mg/L", "Temp": "°C", "Turb": "NTU",
}  # fmt: skip
# Of ten stations: kind and what they measure.
KINDS = (
    [("effluent", EFFLUENT)] * 6 + [("air", AIR)] * 2 + [("surface_water", WATER)] * 2
)
KEPT = {
    "values": "stations_current",
    "hours": "stations_hour",
    "days": "stations_day",
    "indices": "(SELECT i.station_id, kind, period, at, value, parameter, parts, reason"
    " FROM stations_index i)",
}


def rows() -> Iterator[Row]:
    times = max(FILES // STATIONS, 1)
    with loggers() as stations:
        end = (time.time() - AGE_S) // STEP_S * STEP_S
        stamps = end - STEP_S * np.arange(times)[::-1]
        yield stored(stations, stamps)
        live = Live(stations)
        seconds = drained(live)
        yield from speeds(times * STATIONS, seconds)
        yield from live.rows()
        yield complete(times * STATIONS)
        yield from again(stations, stamps)


@contextmanager
def loggers() -> Iterator[list[Station]]:
    """A hundred stations with an account each; all of it goes at the end."""
    clear()
    inbox._feed_id.cache_clear()
    drain.forget()
    partitions.ensure(datetime.now(UTC) - timedelta(days=11))
    try:
        yield [_station(number) for number in range(STATIONS)]
    finally:
        clear()


def _station(number: int) -> Station:
    kind, parameters = KINDS[number % len(KINDS)]
    station = Station.objects.create(
        source=SOURCE, external_id=str(number), title=f"Backlog {number}",
        code=f"BACKLOG_{number}", kind=kind, limit_column="B",
        ftp_account=FtpAccount.objects.create(name=f"{PREFIX}{number}"),
        geom=Point(105.8 + number / 1000, 19.8, srid=4326),
    )  # fmt: skip
    Series.objects.bulk_create(
        Series(station=station, parameter=name, unit=unit)
        for name, unit in parameters.items()
    )
    return station


def clear() -> None:
    found = Series.objects.filter(station__source=SOURCE)
    series = list(found.values_list("pk", flat=True))
    stations = list(Station.objects.filter(source=SOURCE).values_list("pk", flat=True))
    Quarantine.objects.filter(source__startswith=PREFIX).delete()
    with connection.cursor() as cursor:
        for table in ("observation", "hour", "day", "judgement"):
            cursor.execute(
                f"DELETE FROM stations_{table} WHERE series_id = ANY(%s)", [series]
            )
        cursor.execute(
            "DELETE FROM stations_index WHERE station_id = ANY(%s)", [stations]
        )
        cursor.execute(
            "DELETE FROM feeds_inboxbatch WHERE starts_with(source, %s)", [PREFIX]
        )
    Station.objects.filter(source=SOURCE).delete()
    FtpAccount.objects.filter(name__startswith=PREFIX).delete()
    FeedCount.objects.filter(source__startswith=PREFIX).delete()


def files(stations: list[Station], stamps: np.ndarray) -> Iterator[RawBatch]:
    """What the loggers send of these times (seconds since 1970): always the same."""
    received = datetime.now(UTC)
    for at in stamps.tolist():
        rng = np.random.default_rng(int(at))
        parts = rng.uniform(6.5, 8.5, (len(stations), 8)).round(2).tolist()
        for number, (station, values) in enumerate(zip(stations, parts, strict=True)):
            yield file(station, number, at, values, received)


def file(
    station: Station, number: int, at: float, values: list[float], received: datetime
) -> RawBatch:
    """One file as Circular 10/2021 has it: a line per parameter."""
    parameters = KINDS[number % len(KINDS)][1]
    stamp = datetime.fromtimestamp(at, LOCAL).strftime("%Y%m%d%H%M%S")
    lines = [
        f"{name}\t{value}\t{unit}\t{stamp}\t00\r\n"
        for (name, unit), value in zip(parameters.items(), values, strict=True)
    ]
    account = f"{PREFIX}{number}"
    return RawBatch(
        kind=KIND, feed=KIND, source=account, received_at=received, lines=len(lines),
        body="".join(lines).encode(),
        meta={"account": account, "path": f"{station.code}_{stamp}.txt"},
    )  # fmt: skip


def stored(stations: list[Station], stamps: np.ndarray) -> Row:
    """All files into the inbox by its bulk path."""
    started, count = time.perf_counter(), 0
    for part in _chunks(files(stations, stamps)):
        inbox.store(part)
        count += len(part)
    seconds = time.perf_counter() - started
    return Row(
        "backlog: files made and put into the inbox", count / seconds, "/s",
        note=f"{count:,} files of 8 values, {seconds:.1f} s",
    )  # fmt: skip


def _chunks(made: Iterator[RawBatch]) -> Iterator[list[RawBatch]]:
    while part := list(islice(made, STORED_AT_ONCE)):
        yield part


def drained(live: Live | None = None) -> float:
    """Seconds until nothing of the backlog waits; live files come meanwhile."""
    feed = Feed.of_kind(KIND)
    started = time.perf_counter()
    if live:
        live.start()
    while drain.drain(feed.pk):
        pass
    seconds = time.perf_counter() - started
    if live:
        live.stop.set()
        while live.is_alive():
            drain.drain(feed.pk)
            live.join(LOOK_S)
    return seconds


class Live(threading.Thread):
    """A file of now every two seconds, of a station whose backlog is on its way; how
    long until its values are the newest of the station."""

    def __init__(self, stations: list[Station]) -> None:
        super().__init__(daemon=True)
        self.stations = stations
        self.stop = threading.Event()
        self.waited: list[float] = []
        self.lost = 0

    def run(self) -> None:
        try:
            turn = 0
            while not self.stop.is_set():
                started = time.monotonic()
                self._send(turn * 7 % len(self.stations))
                turn += 1
                rest = LIVE_EVERY_S - (time.monotonic() - started)
                self.stop.wait(max(rest, 0))
        finally:
            connection.close()

    def _send(self, number: int) -> None:
        station, now = self.stations[number], datetime.now(UTC)
        at = now.replace(microsecond=0)
        values = np.random.default_rng(number).uniform(6.5, 8.5, 8).round(2).tolist()
        started = time.perf_counter()
        inbox.store([file(station, number, at.timestamp(), values, now)])
        while time.perf_counter() - started < GIVE_UP_S:
            if self._is_newest(station, at):
                self.waited.append(time.perf_counter() - started)
                return
            time.sleep(LOOK_S)
        self.lost += 1

    def _is_newest(self, station: Station, at: datetime) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) = 8 FROM stations_series s JOIN stations_latest l"
                " ON l.series_id = s.id WHERE s.station_id = %s AND l.at = %s",
                [station.pk, at],
            )
            return bool(cursor.fetchone()[0])

    def rows(self) -> Iterator[Row]:
        if not self.waited:
            yield Row("live files that arrived", 0, "", "> 0", False)
            return
        p50, p95 = np.percentile(self.waited, [50, 95]).tolist()
        note = f"{len(self.waited)} files, {self.lost} lost, one every 2 s"
        yield Row("live file until newest, p50", p50, "s", note=note)
        yield Row(
            "live file until newest, p95", p95, "s", f"< {LIVE_BUDGET_S}",
            p95 < LIVE_BUDGET_S and not self.lost, f"longest {max(self.waited):.2f} s",
        )  # fmt: skip


def speeds(count: int, seconds: float) -> Iterator[Row]:
    note = f"{count:,} files, {count * 8:,} values, {seconds:.1f} s"
    yield Row("backlog drained, live files meanwhile", count / seconds, "/s", note=note)
    whole = seconds * WHOLE / count
    how = "measured" if count == WHOLE else f"extrapolated from {count:,}"
    yield Row(f"{WHOLE:,} files", whole, "s", f"< {BUDGET_S}", whole < BUDGET_S, how)


def complete(count: int) -> Row:
    """Every value of the backlog is there and every file was done."""
    left = InboxBatch.objects.filter(source__startswith=PREFIX).exclude(
        state=InboxBatch.State.DONE
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM stations_current o JOIN stations_series s"
            " ON s.id = o.series_id JOIN stations_station b ON b.id = s.station_id"
            " WHERE b.source = %s AND o.at < now() - interval '1 hour 50 minutes'",
            [SOURCE],
        )
        (values,) = cursor.fetchone()
    good = values == count * 8 and not left.exists()
    note = f"{left.count()} files not done"
    return Row("values stored of the backlog", values, "", f"= {count * 8:,}", good,
               note)  # fmt: skip


def again(stations: list[Station], stamps: np.ndarray) -> Iterator[Row]:
    """The same files once more."""
    before = kept()
    stored(stations, stamps)
    seconds, count = drained(), len(stamps) * len(stations)
    yield Row(
        "the same files again", count / seconds, "/s",
        note=f"{count:,} files, {seconds:.1f} s; {WHOLE:,}:"
        f" {seconds * WHOLE / count:.0f} s",
    )  # fmt: skip
    after = kept()
    for name, (number, total) in after.items():
        same = before[name] == (number, total)
        yield Row(f"{name} after the repetition", number, "", "unchanged", same,
                  f"checksum {total:x}")  # fmt: skip


def kept() -> dict[str, tuple[int, int]]:
    """(rows, checksum whatever their order) of all that is kept."""
    found = {}
    with connection.cursor() as cursor:
        for name, relation in KEPT.items():
            cursor.execute(
                "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)"
                f" FROM {relation} t"
            )
            number, total = cursor.fetchone()
            found[name] = (int(number), int(total) % 2**64)
    return found
