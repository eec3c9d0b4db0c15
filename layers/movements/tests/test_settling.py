"""Movements of stored tracks: the same rows whatever the order, and their events."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from django.db import connection

from layers.core import units
from layers.core.models import Event
from layers.core.scope import Grant, everything
from layers.core.spec import by_role
from layers.movements import queries, services
from layers.movements.choices import Kind
from layers.movements.models import Movement

from .sea import DAY, HOUR, MINUTE, NM, boat, line, put, rows, settle

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def base(province):
    """Units and whatever else is looked up by role."""


def busy(seed: int) -> list:
    """Two days of a boat: it steams, works, drifts, stops, is silent."""
    rng = np.random.default_rng(seed)
    points: list = []
    at, lon, lat = 0.0, 106.5 + 0.01 * seed, 19.3
    for part in range(16):
        kn = float(rng.choice([0.0, 0.8, 3.0, 8.0]))
        minutes = int(rng.integers(30, 240))
        leg = line(at, minutes, lon, lat, kn, east=float(part % 2))
        points += leg
        lon, lat = leg[-1][1], leg[-1][2]
        at = leg[-1][0] + (7 * HOUR if part == 9 else 5 * MINUTE)
    return points


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_arrival_leads_to_the_same_movements(seed):
    rng = np.random.default_rng(seed)
    devices = [boat(f"mmsi:57400000{i}")[0] for i in range(3)]
    tracks = [busy(i) for i in range(3)]
    # one stays beside another
    tracks.append([(a, x + 0.001, y, k) for a, x, y, k in tracks[0]])
    devices.append(boat("mmsi:574000009")[0])
    bits = [
        (device, [track[i] for i in chunk])
        for device, track in zip(devices, tracks, strict=True)
        for chunk in np.array_split(rng.permutation(len(track)), 4)
    ]
    for i in rng.permutation(len(bits)):
        put(*bits[i])
        settle()
    by_bits = rows()
    assert {name.split(":")[0] for name, *_ in by_bits} >= {
        "stop", "gap", "fishing", "encounter",
    }  # fmt: skip
    Movement.objects.all().delete()
    services.mark([device.pk for device in devices], [DAY] * 4)
    settle()
    assert rows() == by_bits


def test_a_second_run_changes_nothing():
    device, _vessel = boat("mmsi:574000001")
    put(device, busy(1))
    settle()
    stamps = list(Movement.objects.order_by("pk").values_list("pk", "updated_at"))
    events = Event.objects.count()
    services.mark([device.pk], [DAY])
    settle()
    after = list(Movement.objects.order_by("pk").values_list("pk", "updated_at"))
    assert after == stamps
    assert Event.objects.count() == events


def test_a_gap_opens_with_the_clock_ends_with_a_fix_and_is_withdrawn_by_late_ones():
    device, vessel = boat("mmsi:574000001")
    put(device, line(0, 13 * 60, 106.5, 19.0, 5))
    settle(now=13 * HOUR)
    assert not Movement.objects.filter(kind=Kind.GAP).exists()
    later = datetime.fromtimestamp(DAY + 26 * HOUR, UTC)
    assert services.advance(later) == 1
    services.settle_due(later)
    gap = Movement.objects.get(kind=Kind.GAP)
    assert (gap.ended_at, gap.published) == (None, True)
    assert list(queries.open_gaps(everything())) == [gap]
    assert services.advance(later) == 0, "nothing more to do"
    put(device, line(30 * HOUR, 60, 106.5, 20.2, 5))
    settle(now=31.5 * HOUR)
    gap.refresh_from_db()
    assert gap.ended_at.timestamp() == DAY + 30 * HOUR
    # what a satellite heard in between comes late
    put(device, line(13 * HOUR, 17 * 60, 106.5, 19 + 65 * NM, 0.4))
    settle(now=32 * HOUR)
    gap.refresh_from_db()
    assert gap.retracted_at is not None
    kinds = Event.objects.filter(kind__startswith="movement.gap").order_by("id")
    assert list(kinds.values_list("kind", "feature_id")) == [
        ("movement.gap", vessel.pk),
        ("movement.gap_ended", vessel.pk),
        ("movement.gap_withdrawn", vessel.pk),
    ]


def test_a_stop_of_many_days_goes_on_without_reading_it_again():
    device, _vessel = boat("mmsi:574000001")
    for day in range(6):
        put(device, line(day * 86_400.0, 24 * 60 - 10, 106.5, 19.0, 0.0))
        settle(now=(day + 1) * 86_400.0)
    (stop,) = Movement.objects.filter(kind=Kind.STOP, retracted_at=None)
    assert stop.began_at.timestamp() == DAY
    assert stop.ended_at is None
    put(device, line(6 * 86_400.0, 60, 106.5, 19.0, 6.0))
    settle(now=6.1 * 86_400.0)
    stop.refresh_from_db()
    assert stop.ended_at.timestamp() == DAY + 6 * 86_400.0


def test_an_encounter_is_one_row_seen_by_both_units_with_an_event_each():
    codes = sorted(units.tree().codes("commune").values())
    here, there = codes[0], codes[50]
    one, first = boat("mmsi:574000001", here)
    two, second = boat("mmsi:574000002", there)
    put(one, line(0, 200, 107.5, 18.8, 1.0))
    put(two, line(0, 200, 107.501, 18.8, 1.0))
    settle()
    (row,) = Movement.objects.filter(kind=Kind.ENCOUNTER)
    assert row.vessel_ids == [first.pk, second.pk]
    for unit in (here, there):
        grant = Grant(layers=frozenset(["movements"]), units=frozenset([unit]))
        assert row in queries.shown(grant)
    nobody = Grant(layers=frozenset(["movements"]), units=frozenset([-1]))
    assert not queries.shown(nobody).exists()
    told = Event.objects.filter(kind="movement.encounter")
    # each names its own vessel and unit: neither officer learns of the other's boat
    assert {(e.feature_id, e.unit_id, e.title) for e in told} == {
        (first.pk, here, first.title),
        (second.pk, there, second.title),
    }
    assert {event.new["group"] for event in told} == {row.external_id}


def test_two_ships_under_one_mmsi_do_not_meet():
    device, _one = boat("mmsi:416000000")
    boat("mmsi:416000000", branch=1)
    put(device, line(0, 300, 107.5, 18.8, 1.0))
    shifted = [(at + 1, lon + 0.001, lat, kn) for at, lon, lat, kn in
               line(0, 300, 107.5, 18.8, 1.0)]  # fmt: skip
    put(device, shifted, branch=1)
    settle()
    assert not Movement.objects.filter(kind__in=["encounter", "colocated"]).exists()


def test_the_last_port_visit_is_found(load_demo):
    load_demo("zones")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ST_X(c), ST_Y(c), title FROM (SELECT ST_Centroid(geom) c, title"
            f" FROM {by_role('zones').relation} WHERE kind = 'port' ORDER BY id) z"
            " LIMIT 1"
        )
        lon, lat, _title = cursor.fetchone()
    device, vessel = boat("mmsi:574000001")
    put(device, [
        *line(0, 60, lon + 0.3, lat, 6.0),
        *line(4 * HOUR, 120, lon, lat, 0.0),
        *line(10 * HOUR, 60, lon + 0.3, lat, 6.0),
    ])  # fmt: skip
    settle()
    visit = queries.last_visit(everything(), vessel.pk)
    assert visit is not None
    assert visit.confidence == 4
    assert visit.details["port"]
