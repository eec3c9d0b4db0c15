"""Whatever order files come in, and however often: the same tables, row by row."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps

from feeds.core import drain, inbox
from feeds.core.inbox import RawBatch
from feeds.core.models import Feed, FeedCount
from feeds.station_files.intake import KIND
from feeds.station_files.parsing import LOCAL, split_lines
from layers.stations.models import FtpAccount, Latest, Observation, Series, Station

pytestmark = pytest.mark.django_db

# a little before local midnight (17:00 UTC), so that hours of two days are touched
FIRST = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
RECEIVED = datetime(2026, 11, 22, 3, tzinfo=UTC)
STEPS = 34  # files of five minutes of each station
KINDS = ("effluent", "surface", "air")
SENT = {
    "effluent": (("COD", "mg/L", 61.0), ("pH", "-", 7.1), ("Flow", "m3/h", 130.0)),
    "surface": (("DO", "mg/L", 5.5), ("pH", "-", 7.4), ("Temp", "oC", 27.0)),
    "air": (("PM2.5", "ug/m3", 41.0), ("PM10", "ug/m3", 70.0)),
}
# Who wrote a row, when it came and under which number is all that may differ.
ASIDE = {"id", "received_at", "batch_id", "computed_at", "known_at", "updated_at"}
TABLES = (
    "Observation", "Judgement", "Hour", "Day", "Latest", "StationIndex", "StationState",
)  # fmt: skip

File = tuple[str, str, bytes]


@pytest.fixture(autouse=True)
def _fresh():
    inbox._feed_id.cache_clear()
    drain.forget()
    yield
    inbox._feed_id.cache_clear()
    drain.forget()


def stations(mark: str) -> None:
    """One station of each kind, with an account of its own."""
    for kind in KINDS:
        account = FtpAccount.objects.create(name=f"{mark}-{kind}", password="!")
        Station.objects.create(
            source="test", external_id=f"{mark}{kind}", code=f"TH_{mark}_{kind}",
            title=kind, kind=kind, ftp_account=account, folder="a", limit_column="B",
        )  # fmt: skip


def sent(mark: str) -> list[File]:
    """(account, path, body) in the order of time: gaps, calibration, faults, spikes,
    a missing value, two files that say the same, and lines of the hour before."""
    rng = random.Random(4)
    found: list[File] = []
    for kind in KINDS:
        said: list[str] = []
        for step in range(STEPS):
            if step in (9, 10, 20):
                continue  # the logger was off
            at = (FIRST + timedelta(minutes=5 * step)).astimezone(LOCAL)
            stamp, lines = at.strftime("%Y%m%d%H%M%S"), []
            for symbol, unit, usual in SENT[kind]:
                value = f"{usual * rng.uniform(0.9, 1.1):.2f}"
                if step == 15:
                    value = f"{usual * 4:.2f}"
                if step == 25 and symbol != "pH":
                    value = ""
                status = "01" if step in (12, 13) else "02" if step == 28 else "00"
                lines.append(f"{symbol}\t{value}\t{unit}\t{stamp}\t{status}\r\n")
            said += lines
            again = said[-30:] if step == 30 else lines
            path = f"a/TH_{mark}_{kind}_{stamp}.txt"
            found.append((f"{mark}-{kind}", path, "".join(again).encode()))
    return found


def corrections(mark: str) -> list[File]:
    """What was sent wrong is sent again, otherwise: it comes after, as a rule."""
    at = (FIRST + timedelta(minutes=5 * 16)).astimezone(LOCAL).strftime("%Y%m%d%H%M%S")
    body = f"COD\t44.5\tmg/L\t{at}\t00\r\npH\t6.9\t-\t{at}\t00\r\n".encode()
    return [(f"{mark}-effluent", f"a/TH_{mark}_effluent_{at}.txt", body)]


def deliver(files: list[File], *, at_once: int) -> None:
    """Into the inbox and through the drain, ``at_once`` files together."""
    for first in range(0, len(files), at_once):
        inbox.store(
            [
                RawBatch(
                    kind=KIND, feed=KIND, source=account, received_at=RECEIVED,
                    lines=len(split_lines(body)), body=body,
                    meta={"account": account, "path": path},
                )
                for account, path, body in files[first : first + at_once]
            ]
        )  # fmt: skip
        drain.drain(Feed.objects.get(slug=KIND).pk, budget_s=300)


def tables(mark: str) -> dict[str, list[tuple[str, ...]]]:
    """Every row that is worked out for these stations, named by kind and symbol."""
    mine = Station.objects.filter(code__startswith=f"TH_{mark}_")
    kinds = dict(mine.values_list("pk", "kind"))
    series = {
        pk: f"{kinds[station]} {symbol}"
        for pk, station, symbol in Series.objects.filter(station__in=kinds).values_list(
            "pk", "station_id", "parameter"
        )
    }
    found: dict[str, list[tuple[str, ...]]] = {}
    for name in TABLES:
        model = apps.get_model("stations", name)
        columns = {f.attname for f in model._meta.concrete_fields}
        owner = "series_id" if "series_id" in columns else "station_id"
        names: dict[int, str] = series if owner == "series_id" else kinds
        kept = sorted(columns - ASIDE - {owner})
        rows: list[Any] = list(
            model.objects.filter(**{f"{owner}__in": names}).values_list(owner, *kept)
        )
        found[name] = sorted((names[pk], *map(repr, rest)) for pk, *rest in rows)
    return found


def orders(files: list[File]) -> dict[str, list[File]]:
    shuffled = files[:]
    random.Random(11).shuffle(shuffled)
    return {"oldest": files, "newest": files[::-1], "shuffled": shuffled}


@pytest.mark.parametrize("at_once", [7, 1_000])
def test_oldest_first_newest_first_and_shuffled_give_the_same_tables(at_once):
    seen = {}
    for mark, order in (("O", "oldest"), ("N", "newest"), ("S", "shuffled")):
        stations(mark)
        deliver(orders(sent(mark))[order], at_once=at_once)
        deliver(corrections(mark), at_once=at_once)
        seen[order] = tables(mark)
    assert all(seen["oldest"][name] for name in TABLES if name != "Judgement")
    for name in TABLES:
        assert seen["newest"][name] == seen["oldest"][name], name
        assert seen["shuffled"][name] == seen["oldest"][name], name
    corrected = Observation.objects.filter(version__gt=1)
    assert corrected.count() == 2 * len(seen)


@pytest.mark.parametrize("order", ["oldest", "newest", "shuffled"])
def test_the_same_files_a_second_time_change_nothing(order):
    stations("T")
    everything = orders(sent("T"))[order] + corrections("T")
    deliver(everything, at_once=40)
    before = tables("T")
    lines = sum(len(split_lines(body)) for _account, _path, body in everything)
    deliver(orders(everything)[order], at_once=40)
    assert tables("T") == before
    counted: Counter[str] = Counter()
    for outcome, number in FeedCount.objects.values_list("outcome", "lines"):
        counted[outcome] += number
    assert counted["accepted"] == Observation.objects.count()
    assert sum(counted.values()) == 2 * lines
    assert set(counted) == {"accepted", "duplicate"}


def test_what_was_received_last_counts_whichever_file_of_a_backlog_begins_first():
    stations("C")
    head = "COD\t{}\tmg/L\t20261120{}00\t00\n"
    original = head.format(61, "1000")
    correction = head.format(60, "0955") + head.format(44, "1000")
    files = [
        ("C-effluent", f"a/{number}.txt", body.encode())
        for number, body in enumerate((original, correction))
    ]
    deliver(files, at_once=2)
    held = Observation.objects.order_by("at", "version").values_list("value", flat=True)
    assert list(held) == [60, 61, 44]
    assert Latest.objects.get().value == 44
