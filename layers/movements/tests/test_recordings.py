"""Movements of real recordings."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from datetime import UTC, datetime

import pytest
from pyais import decode
from pyais.exceptions import AISBaseException

from layers.movements.choices import Kind
from layers.movements.models import Movement
from layers.movements.params import HOUR_S

from .sea import DAY, boat, put, settle

pytestmark = pytest.mark.django_db


# Years are moved to 2026: what is older than the law asks to keep is not settled.
def moment(text: str, form: str) -> datetime:
    return datetime.strptime(f"{text} +0000", f"{form} %z")


@pytest.fixture(autouse=True)
def base(province):
    """Units are looked up by role."""


def test_suez_ships_wait_meet_and_never_visit_our_ports(shared_file):
    tracks = defaultdict(list)
    with shared_file("ais/suez_evergiven_2021-03.csv").open(
        encoding="utf-8-sig"
    ) as file:
        for row in csv.DictReader(file):
            at = moment(
                row["ais_pos_timestamp"].replace("2021", "2026"), "%d/%m/%Y %H:%M"
            )
            tracks[row["ID"]].append(
                (at.timestamp() - DAY, float(row["longitude"]),
                 float(row["latitude"]), None)
            )  # fmt: skip
    end = max(point[0] for points in tracks.values() for point in points)
    for number, points in tracks.items():
        device, _vessel = boat(f"table:{number}", vessel_class="cargo")
        put(device, sorted(set(points)))
    settle(now=end)
    found = Movement.objects.filter(retracted_at=None)
    kinds = defaultdict(int)
    for row in found:
        kinds[row.kind] += 1
    assert not kinds["visit"]
    assert not kinds["fishing"]
    # the canal was blocked from 23 March 05:40 UTC: ships lie at anchor
    assert kinds["stop"] > 200
    assert found.filter(kind="stop", ended_at=None).count() > 50
    assert all(row.details["implied_kn"] < 30 for row in
               found.filter(kind="gap").exclude(ended_at=None))  # fmt: skip


def test_the_ship_adrift_in_the_kattegat_neither_stops_nor_fishes(shared_file):
    points, at = {}, 0.0
    for text in shared_file("ais/dma_drift_538004030_2014-09-28.txt").open():
        if text.startswith("$PGHP,1,"):
            year, month, day, hour, minute, second = map(int, text.split(",")[2:8])
            at = datetime(
                year, month, day, hour, minute, second, tzinfo=UTC
            ).timestamp()
        elif text.startswith("!"):
            try:
                said = decode(text.strip()).asdict()
            except AISBaseException:
                continue
            if said.get("msg_type") in (1, 2, 3) and abs(said["lat"]) <= 90:
                key = at - DAY
                points[key] = (key, said["lon"], said["lat"], float(said["speed"]))
    device, _vessel = boat("mmsi:538004030", vessel_class="cargo")
    put(device, sorted(points.values()))
    settle(now=max(points))
    rows = Movement.objects.filter(retracted_at=None, published=True)
    kinds = set(rows.values_list("kind", flat=True))
    assert kinds <= {Kind.LOITERING, Kind.STOP}
    hours = (max(points) - min(points)) / HOUR_S
    speeds = sorted(point[3] for point in points.values())
    assert hours < 3, "two whole hours at most: too short to be loitering"
    assert speeds[len(speeds) // 2] < 5


def test_a_shared_mmsi_gives_no_meeting_and_no_impossible_gap(shared_file):
    points = []
    for text in shared_file("ais/gfw_416000000.jsonl").open():
        row = json.loads(text)
        if row.get("lat") is None:
            continue
        at = moment(row["timestamp"].replace("2014", "2026"), "%Y-%m-%d %H:%M:%S.%f")
        points.append(
            (at.timestamp() - DAY, row["lon"], row["lat"],
             row.get("speed"))
        )  # fmt: skip
    # what tells ships apart is the ingest's: here each gets the branch of its sea
    device, _vessel = boat("mmsi:416000000", vessel_class="other")
    seas = sorted({round(point[1] / 5) for point in points})
    for branch, sea in enumerate(seas):
        if branch:
            boat("mmsi:416000000", branch=branch, vessel_class="other")
        put(device, [p for p in points if round(p[1] / 5) == sea], branch)
    settle(now=max(point[0] for point in points))
    rows = Movement.objects.filter(retracted_at=None)
    meetings = (Kind.ENCOUNTER, Kind.PROXIMITY, Kind.COLOCATED)
    assert not rows.filter(kind__in=meetings).exists()
    assert not rows.filter(kind=Kind.VISIT).exists()
    for row in rows.filter(kind=Kind.GAP, published=True).exclude(ended_at=None):
        assert row.details.get("implied_kn", 0) < 50


def test_real_vms_has_gaps_and_counts_the_reports_that_did_not_come(shared_file):
    tracks = defaultdict(set)
    path = shared_file("ais/vms_tacsat_1800.csv.gz")
    with gzip.open(path, "rt") as file:
        for row in csv.DictReader(file):
            at = moment(
                row["SI_DATE"].replace("1800", "2026")
                + " "
                + row["SI_TIME"].replace(" ", "0"),
                "%d/%m/%Y %H:%M:%S",
            )
            if at.month == 5 and at.day <= 14:
                tracks[row["VE_REF"]].add(
                    (at.timestamp() - DAY, float(row["SI_LONG"]), float(row["SI_LATI"]),
                     float(row["SI_SP"]) if row["SI_SP"] not in ("", "NA") else None)
                )  # fmt: skip
    for number, points in list(tracks.items())[:40]:
        device, _vessel = boat(f"vms:test:{number}", kind="vms")
        put(device, sorted(points, key=lambda point: point[:3]))
    settle(now=max(p[0] for points in tracks.values() for p in points))
    gaps = Movement.objects.filter(kind=Kind.GAP, retracted_at=None)
    closed = [row for row in gaps if row.ended_at and not row.details.get("lost")]
    assert closed
    for row in closed:
        hours = (row.ended_at - row.began_at).total_seconds() / 3600
        assert row.details["missed"] == -(-hours // 2) - 1
    assert Movement.objects.filter(kind=Kind.FISHING).exists()
