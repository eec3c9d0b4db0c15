"""Whose a device is: changed in one place, with its traces, and undone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from layers.core.models import Event
from layers.core.versions import current
from layers.vessels.fitting import (
    RefusedError,
    Wish,
    count,
    fit,
    fit_many,
    release,
    undo,
)
from layers.vessels.models import Device, Fitting, LivePosition

from .boats import NOW, heard, position, registered, rows

pytestmark = pytest.mark.django_db


def vms(number: str) -> Device:
    return Device.objects.create(key=f"vms:vnpt:{number}", kind="vms")


def test_a_heard_boat_becomes_the_registered_one_with_all_its_track(cast) -> None:
    boat = registered("TH-93388-TS")
    device = heard("mmsi:574000001", "TH93388")
    ghost = device.fittings.get().vessel
    position(device, 0, 105.9, 19.8)
    position(device, 9, 105.91, 19.81)
    epoch = current("vessels")[1]
    fit(device, 0, boat, actor=cast["fisheries"], reason="seen in port")

    assert not LivePosition.objects.filter(vessel=ghost).exists()
    live = LivePosition.objects.get(vessel=boat)
    assert (live.at, live.ais_at) == (NOW + timedelta(minutes=9),) * 2
    assert rows("SELECT device_id, branch, since FROM vessels_dirty") == [
        (device.pk, 0, NOW)
    ]
    ghost.refresh_from_db()  # it is still there, with its history
    assert current("vessels")[1] > epoch
    told = Event.objects.get(kind="device.fitted")
    assert (told.feature_id, told.actor, told.reason) == (
        boat.pk, cast["fisheries"], "seen in port",
    )  # fmt: skip
    boat.refresh_from_db()
    assert "574000001" in boat.aliases


def test_fitting_again_changes_nothing() -> None:
    boat, device = registered("TH-93388-TS"), heard("mmsi:574000001", "X")
    fit(device, 0, boat)
    before = list(Fitting.objects.values()), current("vessels")
    fit(device, 0, boat)
    assert (list(Fitting.objects.values()), current("vessels")) == before


def test_from_a_time_on_the_former_vessel_keeps_what_was_before() -> None:
    first, second = registered("TH-90001-TS"), registered("TH-90002-TS")
    device = heard("mmsi:574000001")
    fit(device, 0, first)
    position(device, 0, 105.9, 19.8)
    position(device, 60, 106.0, 19.9)
    fit(device, 0, second, since=NOW + timedelta(minutes=30))
    spans = Fitting.objects.order_by("pk").values_list("vessel", "since", "until")
    half = NOW + timedelta(minutes=30)
    assert list(spans) == [(first.pk, None, half), (second.pk, half, None)]
    lives = dict(LivePosition.objects.values_list("vessel", "at"))
    assert lives == {first.pk: NOW, second.pk: NOW + timedelta(minutes=60)}


def test_suspect_and_late_fixes_do_not_become_the_place_of_the_vessel() -> None:
    boat, device = registered("TH-93388-TS"), heard("mmsi:574000001")
    position(device, 0, 105.9, 19.8)
    position(device, 5, 120.0, 10.0, flags=1)
    position(device, 6, 106.0, 19.0, flags=512)
    fit(device, 0, boat)
    assert LivePosition.objects.get(vessel=boat).at == NOW


def test_undo_puts_back_what_was_before_and_says_so(cast) -> None:
    boat, device = registered("TH-93388-TS"), heard("mmsi:574000001")
    ghost = device.fittings.get().vessel
    position(device, 0, 105.9, 19.8)
    fit(device, 0, boat, actor=cast["fisheries"])
    event = Event.objects.get(kind="device.fitted")
    undo(event.pk, actor=cast["fisheries"], reason="wrong boat")
    fitting = device.fittings.get()
    assert (fitting.vessel, fitting.basis) == (ghost, "heard")
    assert LivePosition.objects.get().vessel_id == ghost.pk
    assert Event.objects.filter(kind="device.fitted", reason="wrong boat").exists()
    with pytest.raises(RefusedError):
        undo(event.pk)


def test_one_branch_moves_and_the_other_stays() -> None:
    boat = registered("TH-93388-TS")
    device = heard("mmsi:574000001")
    heard("mmsi:574000001", branch=1)
    position(device, 0, 105.9, 19.8)
    position(device, 1, 107.0, 20.5, branch=1)
    fit(device, 1, boat)
    assert LivePosition.objects.get(vessel=boat).branch == 1
    assert device.fittings.get(branch=0).basis == "heard"


def test_of_two_vms_devices_exactly_one_counts() -> None:
    boat = registered("TH-93388-TS")
    first, second = vms("1"), vms("2")
    fit_many([Wish(device=d.pk, vessel=boat.pk) for d in (first, second)])
    counted = Fitting.objects.filter(counted=True, until=None)
    assert [f.device for f in counted] == [first]
    count(second)
    assert [f.device for f in counted.all()] == [second]
    # what counted before that moment stays on record
    assert Fitting.objects.get(device=first, counted=True).until is not None
    release(second.pk, NOW + timedelta(days=3_650))
    assert [f.device for f in counted.all()] == [first]


def test_the_database_refuses_a_second_device_that_counts() -> None:
    boat = registered("TH-93388-TS")
    Fitting.objects.create(device=vms("1"), vessel=boat)
    with pytest.raises(IntegrityError), transaction.atomic():
        Fitting.objects.create(device=vms("2"), vessel=boat)
    # an AIS transponder is none of its business
    Fitting.objects.create(
        device=Device.objects.create(key="mmsi:574000009"), vessel=boat
    )


def test_a_device_that_counted_before_does_not_hinder_its_successor() -> None:
    boat = registered("TH-93388-TS")
    old, new = vms("1"), vms("2")
    Fitting.objects.create(device=old, vessel=boat, until=NOW)
    fit(new, 0, boat)
    spans = Fitting.objects.filter(device=new).order_by("since")
    assert [(f.since, f.until, f.counted) for f in spans.order_by("counted")] == [
        (None, NOW, False), (NOW, None, True),
    ]  # fmt: skip
