"""The ladder of silence over real VMS reports, against counting minute by minute.

The reports of a day and a half go through the VMS feed hour by hour, as they came,
and the clock of duties looks at every full hour.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeds.core import drain as draining
from feeds.core.models import Feed
from feeds.vms import recordings
from layers.core.models import Event
from layers.vessels.duties import clock, placing
from layers.vessels.models import Outage, ReportingDuty, Vessel

from .replaying import begin

pytestmark = pytest.mark.django_db(transaction=True)

FILE = "ais/vms_tacsat_1800.csv.gz"
# Few boats were at home in these hours, and all of them are of one provider.
START = datetime(1800, 5, 7, 6, tzinfo=UTC)
HOURS = 36
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
STEPS = {150: "vms.missed", 360: "vms.silent_6h", 14_400: "vms.silent_10d"}
Told = set[tuple[str, str, datetime]]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch, settings) -> None:
    monkeypatch.setattr(recordings, "wake", lambda feed: None)
    # a table without its provider's other boats: silences of many prove no outage
    settings.IOC_OUTAGES = {"few": 10_000, "many": 10_000}
    placing._told_by.clear()
    begin()


def test_the_ladder_of_real_reports_is_told_at_the_minute(
    shared_file, tmp_path: Path
) -> None:
    ReportingDuty.objects.create(code="vms", title="VMS", length_from_m=15)
    reports = _by_hour(shared_file(FILE))
    heard: dict[str, list[datetime]] = defaultdict(list)
    expected: Told = set()
    for hour in range(HOURS):
        now = START + (hour + 1) * HOUR
        _hand_in(reports.get(hour, []), tmp_path / f"{hour}.csv")
        for row in reports.get(hour, []):
            heard[row["VE_REF"]].append(_at(row))
        clock.tick(now)
        expected |= _counted(heard, now)
    # nothing more is heard of any of them
    now += timedelta(days=11)
    clock.tick(now)
    expected |= _counted(heard, now)
    told = {
        (title.removeprefix("tacsat:"), kind, at)
        for title, kind, at in Event.objects.filter(
            kind__in=STEPS.values()
        ).values_list("title", "kind", "happened_at")
    }
    assert not Outage.objects.exists()
    back = {(boat, at) for boat, kind, at in expected if kind == "vms.missed"}
    assert len(back) > len(heard) > 50
    assert len([kind for _b, kind, _a in expected if kind == STEPS[14_400]]) == len(
        heard
    )
    assert told == expected


def _by_hour(path: Path) -> dict[int, list[dict[str, str]]]:
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    with gzip.open(path, "rt") as file:
        for row in csv.DictReader(file):
            # in the hour that ends with the tick
            hour = -((START - _at(row)) // HOUR) - 1
            if 0 <= hour < HOURS:
                found[hour].append(row)
    return found


def _at(row: dict[str, str]) -> datetime:
    text = f"{row['SI_DATE']} {row['SI_TIME']}".replace(": ", ":0")
    return datetime.strptime(text, "%d/%m/%Y %H:%M:%S").replace(tzinfo=UTC)


def _hand_in(rows: list[dict[str, str]], path: Path) -> None:
    if not rows:
        return
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    recordings.hand_in(path, "tacsat")
    draining.drain(Feed.objects.get(slug=recordings.FEED).pk, budget_s=600)
    Vessel.objects.filter(length_m=None).update(length_m=20)


def _counted(heard: dict[str, list[datetime]], now: datetime) -> Told:
    """Who is silent at ``now``, and in which minute it came to that."""
    found: Told = set()
    for boat, times in heard.items():
        minutes, at = 0, max(times)
        while at < now:
            minutes, at = minutes + 1, at + MINUTE
            if at <= now and minutes in STEPS:
                found.add((boat, STEPS[minutes], at))
    return found
