"""Devices, receivers and distress in fixes that come through the layer."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection, transaction

from layers.core.models import Event
from layers.core.versions import begin_change
from layers.vessels import queries
from layers.vessels.flags import SUSPECT, Flag
from layers.vessels.identity import directory, possible
from layers.vessels.ingest import distress
from layers.vessels.models import Device, Fitting, LivePosition, Position, Vessel
from layers.vessels.reports import Heard

from .ingesting import NOW, T0, give, reports, two_ships

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    directory.forget()


def vms(key: str, vessel: Vessel, **fitting: object) -> Device:
    device = Device.objects.create(key=key, kind=Device.Kind.VMS)
    Fitting.objects.create(device=device, vessel=vessel, **fitting)
    return device


def test_of_two_vms_devices_only_the_counted_one_moves_the_marker() -> None:
    vessel = Vessel.objects.create(source="r", external_id="1", title="A")
    vms("vms:a", vessel)
    vms("vms:b", vessel, counted=False)
    give(reports({"key": "vms:a", "t": 0}))
    seen = give(reports({"key": "vms:b", "t": 60, "lon": 106.01}))
    row = LivePosition.objects.get()
    assert (row.lon, row.vms_at, row.ais_at) == (106.0, NOW, None)
    assert seen is not None
    assert len(seen) == 0
    assert Position.objects.count() == 2


def test_the_marker_is_the_newest_of_all_devices_and_each_kind_has_its_time() -> None:
    vessel = Vessel.objects.create(source="r", external_id="1", title="A")
    vms("vms:a", vessel)
    ais = Device.objects.create(key="mmsi:574000001")
    Fitting.objects.create(device=ais, vessel=vessel)
    give(reports({"t": 600, "lon": 106.002}))
    seen = give(reports({"key": "vms:a", "t": 300, "lon": 106.001}))
    row = LivePosition.objects.get()
    assert row.lon == 106.002
    assert (row.ais_at, row.vms_at) == (
        NOW + timedelta(seconds=600),
        NOW + timedelta(seconds=300),
    )
    assert seen is not None
    assert seen.values["vms_at"].tolist() == [T0 + 300]
    assert not seen.newest.any()


def test_the_fix_before_is_told_also_to_one_that_comes_out_of_order() -> None:
    give(reports({"t": 0, "lon": 106.0}, {"t": 20, "lon": 106.002}))
    seen = give(reports({"t": 10, "lon": 106.001}, {"t": 30, "lon": 106.003}))
    assert seen is not None
    assert seen.values["before_at"].tolist() == [T0, T0 + 10]
    assert seen.values["before_lon"].tolist() == [106.0, 106.001]
    first = give(reports({"key": "mmsi:574000002"}))
    assert first is not None
    assert np.isnan(first.values["before_at"]).all()


def test_a_device_that_changed_hands_speaks_for_whom_it_was_fitted_to() -> None:
    one, other = (
        Vessel.objects.create(source="r", external_id=name, title=name) for name in "AB"
    )
    device = Device.objects.create(key="mmsi:574000001")
    change = NOW + timedelta(seconds=60)
    Fitting.objects.create(device=device, vessel=one, until=change)
    Fitting.objects.create(device=device, vessel=other, since=change)
    seen = give(reports({"t": 0}, {"t": 59}, {"t": 60}, {"t": 90}))
    assert seen is not None
    assert seen.feature_id.tolist() == [one.pk, one.pk, other.pk, other.pk]
    assert queries.vessel_of(device.pk, 0, T0 + 59) == one.pk
    assert queries.vessel_of(device.pk, 0, T0 + 60) == other.pk


def test_a_replay_after_a_device_changed_hands_adds_nothing() -> None:
    fixes = [{"t": 10.0 * n, "digest": n} for n in range(5)]
    give(reports(*map(dict, fixes)))
    vessel = Vessel.objects.create(source="r", external_id="A", title="A")
    with transaction.atomic():
        begin_change("vessels", removed=True)
        Fitting.objects.update(vessel=vessel)
    assert give(reports(*map(dict, fixes))) is None
    assert Position.objects.count() == 5


def test_a_call_for_help_is_told_once_an_episode_and_ends_in_silence() -> None:
    beacon = {"key": "mmsi:970123456", "vessel_class": "distress", "status": 14}
    for t in (0, 60, 120, 4_000):
        give(reports({**beacon, "t": t, "digest": t}))
    heard = Event.objects.filter(kind="distress.heard").order_by("happened_at")
    assert [event.happened_at for event in heard] == [
        NOW,
        NOW + timedelta(seconds=4_000),
    ]
    assert heard[0].geom is not None
    assert distress.end_silent(NOW + timedelta(seconds=4_100)) == 0
    assert distress.end_silent(NOW + timedelta(seconds=6_000)) == 1
    assert distress.end_silent(NOW + timedelta(seconds=6_000)) == 0


def test_further_receivers_are_remembered() -> None:
    fix = {"t": 0, "digest": 7}
    give(reports(fix | {}))
    give(reports(fix | {"receiver": "two"}))
    give(reports(heard=(Heard("mmsi:574000001", T0, 7, "three"),)))
    give(reports(fix | {}))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.name FROM vessels_reception p"
            " JOIN vessels_receiver r ON r.id = p.receiver_id ORDER BY 1"
        )
        assert [name for (name,) in cursor.fetchall()] == ["three", "two"]


def test_days_get_partitions_when_their_fixes_come() -> None:
    give(reports({"t": -40 * 86_400.0}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM vessels_position_rest")
        assert cursor.fetchone() == (0,)


def test_an_identity_that_no_state_gives_is_kept_and_marked() -> None:
    give(reports({"key": "mmsi:800123456"}))
    (doubtful,) = queries.doubtful_devices()
    assert (doubtful["key"], doubtful["valid"]) == ("mmsi:800123456", False)
    assert not possible("mmsi:941826753")
    assert not possible("mmsi:5741001")
    assert possible("mmsi:005741001")
    assert possible("mmsi:995741842")
    assert possible("vms:1")


def test_fixes_are_read_as_arrays_with_the_judgement_that_holds() -> None:
    give(reports(*two_ships()))
    (device,) = Device.objects.all()
    found = queries.fixes_of([device.pk], T0, T0 + 300)
    assert found.branch.tolist() == [0] * 5 + [1] * 5
    assert found.at[:2].tolist() == [T0, T0 + 60]
    assert np.isnan(found.speed_kn).all()
    assert (found.status == -1).all()
    (fitted, _second) = queries.fittings_of(
        list(Vessel.objects.order_by("pk").values_list("pk", flat=True))
    )
    assert (fitted.device_id, fitted.branch, fitted.counted) == (device.pk, 0, True)


def test_what_came_is_marked_to_be_settled_since_its_first_fix() -> None:
    give(reports({"t": 60}))
    give(reports({"t": 30}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT branch, since FROM vessels_dirty")
        assert cursor.fetchall() == [(0, NOW + timedelta(seconds=30))]


def test_a_speed_that_only_a_fault_says_is_not_used() -> None:
    seen = give(reports({"speed_kn": 102.3}))
    assert seen is not None
    assert np.isnan(seen.values["speed_kn"]).all()
    assert LivePosition.objects.get().speed_kn is None
    assert Position.objects.get().flags == Flag.NOISE_SPEED


@pytest.fixture
def land(tmp_path, settings):  # type: ignore[no-untyped-def]
    """A square of land of a fifth of a degree."""
    ring = [[105.0, 19.0], [105.2, 19.0], [105.2, 19.2], [105.0, 19.2], [105.0, 19.0]]
    feature = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path = tmp_path / "land.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    settings.IOC_LAND_MASK = str(path)


@pytest.mark.usefixtures("land")
def test_a_ship_more_than_500_m_inland_is_suspect() -> None:
    give(
        reports(
            {"lon": 105.1, "lat": 19.1, "t": 0},
            {"lon": 105.197, "lat": 19.1, "t": 3_600},
        )
    )
    inner, shore = Position.objects.order_by("at").values_list("flags", flat=True)
    assert inner & Flag.LAND
    assert not shore & SUSPECT


@pytest.mark.usefixtures("land")
def test_a_base_station_may_stand_on_land() -> None:
    give(reports({"lon": 105.1, "lat": 19.1, "vessel_class": "base_station"}))
    assert Position.objects.get().flags == 0
