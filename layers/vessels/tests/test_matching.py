"""Devices matched to the register by what they say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from layers.core.scope import everything
from layers.vessels.models import Conflict, Examined, Fitting
from layers.vessels.register import conflicts
from layers.vessels.register.conflicts import Who
from layers.vessels.register.matching import examine, look_again

from .boats import NOW, heard, position, registered, say

pytestmark = pytest.mark.django_db


def wait_for_the_next_look() -> None:
    Examined.objects.update(at=timezone.now() - timedelta(hours=1))


def test_a_certain_match_is_fitted_without_asking() -> None:
    boat = registered("TH-93388-TS", length_m=18)
    device = heard("mmsi:574000001", "TH 93388 TS", length_m=18)
    assert examine() == {"seen": 1, "fitted": 1, "doubtful": 0}
    fitting = device.fittings.get()
    assert (fitting.vessel, fitting.basis, fitting.score) == (boat, "match", 0.955)
    assert examine()["seen"] == 0


def test_a_likely_one_is_asked_once_and_brought_up_to_date() -> None:
    boat = registered("TH-93388-TS")
    device = heard("mmsi:574000001", "TAUTH93388:C5>G95")
    assert examine()["doubtful"] == 1
    conflict = Conflict.objects.get()
    assert (conflict.kind, conflict.score) == ("match_candidate", 0.7)
    assert [c["vessel"] for c in conflict.candidates] == [boat.pk]
    say(device, NOW + timedelta(hours=1), name="TH 93388 TS")
    wait_for_the_next_look()
    examine()
    assert Conflict.objects.get().score == 0.94


def test_a_name_that_changes_every_minute_makes_no_more_work() -> None:
    registered("TH-93388-TS")
    device = heard("mmsi:574000001", "TH 93388")
    examine()
    for number in range(60):
        say(device, NOW + timedelta(minutes=number), name=f"NAME {number * 977}")
    assert examine()["seen"] == 0  # looked at a moment ago
    wait_for_the_next_look()
    assert examine()["seen"] == 1
    assert Conflict.objects.filter(device=device).count() <= 2


def test_an_identity_heard_as_two_tracks_is_never_merged_by_its_mmsi() -> None:
    boat = registered("TH-93388-TS", mmsi="574000001", length_m=18)
    device = heard("mmsi:574000001", "TH 93388 TS", length_m=18)
    heard("mmsi:574000001", branch=1)
    examine()
    assert not Fitting.objects.filter(vessel=boat).exists()
    conflict = Conflict.objects.get()
    assert (conflict.kind, conflict.said["tracks"]) == ("shared_identity", 2)
    assert device.fittings.count() == 2


def test_an_invalid_mmsi_is_matched_by_content_only() -> None:
    boat = registered("TH-93388-TS", mmsi="800123456", length_m=18)
    device = heard("mmsi:800123456", "HAI AU")
    examine()
    assert device.fittings.get().vessel != boat
    assert Conflict.objects.get().kind == "invalid_identity"


def test_a_net_marker_with_the_number_of_its_boat_is_not_the_boat() -> None:
    registered("TH-93388-TS", length_m=18)
    heard("mmsi:574000001", "TH 93388 TS", length_m=18, vessel_class="buoy")
    assert examine() == {"seen": 1, "fitted": 0, "doubtful": 0}


def test_the_second_transponder_that_claims_a_boat_is_asked_about() -> None:
    boat = registered("TH-93388-TS", length_m=18)
    heard("mmsi:574000001", "TH 93388 TS", length_m=18)
    heard("mmsi:574000002", "TH 93388 TS", length_m=18)
    assert examine() == {"seen": 2, "fitted": 1, "doubtful": 1}
    assert Fitting.objects.filter(vessel=boat).count() == 1


def test_a_vms_device_is_fitted_where_its_provider_says() -> None:
    boat = registered("TH-93388-TS")
    device = heard("vms:vnpt:4711", registration="TH 93388 TS")
    examine()
    assert device.fittings.get().vessel == boat


def test_a_transponder_that_changes_its_name_is_listed() -> None:
    device = heard("mmsi:574000001", "HAI AU")
    say(device, NOW + timedelta(days=1), name="THANH CONG 15")
    examine()
    conflict = Conflict.objects.get()
    assert conflict.kind == "changed_identity"
    assert conflict.said["names"] == ["THANH CONG 15", "HAI AU"]


def test_a_name_that_was_only_cut_off_is_no_change() -> None:
    device = heard("mmsi:574000001", "THANH CONG 15")
    say(device, NOW + timedelta(days=1), name="THANH CON")
    examine()
    assert not Conflict.objects.exists()


def test_what_staff_kept_apart_is_neither_proposed_nor_fitted_again(cast) -> None:
    boat = registered("TH-93388-TS", length_m=18)
    device = heard("mmsi:574000001", "TH 93388 TS")
    examine()
    who = Who(cast["fisheries"], everything())
    conflicts.keep_apart(Conflict.objects.get().pk, who, "it is a net")
    say(device, NOW + timedelta(hours=1), name="TH 93388 TS", length_m=18)
    wait_for_the_next_look()
    assert examine()["fitted"] == 0
    assert Conflict.objects.get().state == "apart"
    assert device.fittings.get().vessel != boat


def test_a_new_boat_of_the_register_makes_old_devices_worth_a_look() -> None:
    device = heard("mmsi:574000001", "TH 93388 TS", length_m=18)
    position(device, 0, 105.9, 19.8)
    examine()
    boat = registered("TH-93388-TS", length_m=18)
    assert examine()["seen"] == 0
    look_again()
    examine()
    assert device.fittings.get().vessel == boat


def test_a_boat_that_says_another_number_is_listed_and_stays() -> None:
    own, other = registered("TH-90001-TS"), registered("TH-93388-TS")
    device = heard("mmsi:574000001", "TH 93388 TS")
    device.fittings.update(vessel=own, basis="register")
    examine()
    assert device.fittings.get().vessel == own
    assert [c["vessel"] for c in Conflict.objects.get().candidates] == [other.pk]
