"""Thirty-six months are kept, and what an open case needs for longer."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from layers.core.models import Event
from layers.vessels import retention
from layers.vessels.models import Device, Receiver
from layers.vessels.retention import Held, Holder

pytestmark = pytest.mark.django_db

NOW = datetime(2029, 3, 31, 12, tzinfo=UTC)
OLD = [datetime(2026, 3, day, 6, tzinfo=UTC) for day in (29, 30, 31)]


@pytest.fixture
def positions() -> Device:
    """One position on each of three days, of which two are old enough at NOW."""
    device = Device.objects.create(key="mmsi:574000001")
    receiver = Receiver.objects.create(name="test")
    with connection.cursor() as cursor:
        for at in OLD:
            cursor.execute("SELECT vessels_make_partitions(%s, 1)", [at.date()])
            cursor.execute(
                "INSERT INTO vessels_position (device_id, at, digest, lon, lat,"
                " receiver_id, message_type) VALUES (%s, %s, 1, 106, 19, %s, 1)",
                [device.pk, at, receiver.pk],
            )
    return device


def days_left() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT at FROM vessels_position ORDER BY at")
        return [at.day for (at,) in cursor.fetchall()]


def test_whole_days_older_than_36_months_go(positions: Device) -> None:
    parts = retention.plan(NOW)
    assert [part.name for part in parts if part.kept.table == "vessels_position"] == [
        "vessels_position_20260329",
        "vessels_position_20260330",
    ]
    assert days_left() == [29, 30, 31], "a plan drops nothing"
    gone = retention.drop(parts)
    assert len(gone) == len(parts)
    assert days_left() == [31]
    assert retention.plan(NOW) == []
    events = Event.objects.filter(kind="retention.dropped")
    assert "vessels_position_20260329" in events.values_list("title", flat=True)


def test_less_than_the_law_asks_for_cannot_be_set(positions: Device) -> None:
    before = retention.cutoff(NOW, months=1)
    assert before == datetime(2026, 3, 31, 12, tzinfo=UTC)
    assert retention.cutoff(NOW, months=48) == datetime(2025, 3, 31, 12, tzinfo=UTC)


def test_a_month_without_that_day_ends_earlier() -> None:
    leap = datetime(2028, 2, 29, tzinfo=UTC)
    assert retention.cutoff(leap) == datetime(2025, 2, 28, tzinfo=UTC)


def test_a_day_that_an_open_case_needs_stays(positions: Device) -> None:
    case = Held(OLD[1], OLD[1], "case 7 is open")
    with retention.holders.override(Holder("cases", 1, lambda: [case])):
        parts = retention.plan(NOW)
        retention.drop(parts)
    assert {part.held for part in parts} == {"", "case 7 is open"}
    assert days_left() == [30, 31]


def test_nothing_is_dropped_when_a_holder_cannot_say(positions: Device) -> None:
    def broken() -> list[Held]:
        raise LookupError("cases cannot be read")

    with (
        retention.holders.override(Holder("cases", 1, broken)),
        pytest.raises(LookupError),
    ):
        retention.plan(NOW)
    assert days_left() == [29, 30, 31]


def test_rows_without_a_partition_of_their_own_go_too(positions: Device) -> None:
    with connection.cursor() as cursor:
        for year in (2019, 2026):
            cursor.execute(
                "INSERT INTO vessels_position (device_id, at, digest, lon, lat,"
                " receiver_id, message_type)"
                " SELECT device_id, make_timestamptz(%s, 5, 1, 3, 0, 0), 2, lon, lat,"
                " receiver_id, 1 FROM vessels_position LIMIT 1",
                [year],
            )
    retention.drop(retention.plan(NOW))
    assert days_left() == [31, 1]


def test_the_command_shows_and_drops_only_when_told() -> None:
    out = StringIO()
    call_command("retention", stdout=out)
    assert "0 would be dropped" in out.getvalue()
    with connection.cursor() as cursor:
        cursor.execute("SELECT vessels_make_partitions('2019-05-01', 1)")
    call_command("retention", stdout=out)
    assert "vessels_position_20190501" in out.getvalue()
    call_command("retention", drop=True, stdout=out)
    assert "2 dropped" in out.getvalue()
    call_command("retention", stdout=out)
    assert out.getvalue().rstrip().endswith("0 would be dropped (--drop), 0.0 MB")
