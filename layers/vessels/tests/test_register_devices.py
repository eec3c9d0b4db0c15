"""The devices that a register names, fitted to its boats."""

from __future__ import annotations

from datetime import date

import pytest

from layers.vessels.models import Conflict, Device, Fitting, RefusedRow, Vessel

from .boats import DAY, heard, position, registered, take

pytestmark = pytest.mark.django_db

VMS = (
    "Registration;MMSI;VMS provider;Device ID;Counted;VMS provider 2;Device ID 2;"
    "Counted 2\n"
)


def test_devices_are_fitted_and_the_one_that_counts_counts() -> None:
    take(VMS + "TH-93388-TS;574012345;VNPT;4711;;Vishipel;99;x\n")
    boat = Vessel.objects.get()
    fitted = dict(boat.fittings.values_list("device__key", "counted"))
    assert fitted == {
        "mmsi:574012345": True, "vms:vnpt:4711": False, "vms:vishipel:99": True,
    }  # fmt: skip
    assert "4711" in boat.aliases
    take(VMS + "TH-93388-TS;574012345;VNPT;4711;;Vishipel;99;x\n")
    assert Fitting.objects.count() == 3


def test_both_devices_counted_is_refused() -> None:
    take(VMS + "TH-93388-TS;;VNPT;1;x;VNPT;2;x\n")
    assert RefusedRow.objects.get().reason == "both_counted"


def test_a_heard_transponder_becomes_that_of_the_registered_boat() -> None:
    device = heard("mmsi:574012345", "SOMEBODY")
    position(device, 0, 105.9, 19.8)
    take(VMS + "TH-93388-TS;574012345;;;;;;\n")
    assert device.fittings.get().vessel.registration == "TH-93388-TS"


def test_a_transponder_of_another_boat_moves_only_by_hand() -> None:
    other = registered("TH-90001-TS")
    device = Device.objects.create(key="mmsi:574012345")
    Fitting.objects.create(device=device, vessel=other)
    take(VMS + "TH-93388-TS;574012345;;;;;;\n")
    assert device.fittings.get().vessel == other
    conflict = Conflict.objects.get()
    assert conflict.kind == "shared_identity"
    assert len(conflict.candidates) == 2


def test_an_exchanged_vms_device_counts_from_the_day_of_the_file() -> None:
    take(VMS + "TH-93388-TS;;VNPT;4711;;;;\n")
    take(VMS + "TH-93388-TS;;VNPT;4712;;;;\n")
    open_ = Fitting.objects.filter(until=None)
    assert [(f.device.key, f.counted) for f in open_] == [("vms:vnpt:4712", True)]
    old = Fitting.objects.get(device__key="vms:vnpt:4711")
    assert old.until.date() in (DAY, date(2026, 11, 21))
    assert old.counted
