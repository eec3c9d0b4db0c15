from __future__ import annotations

import numpy as np
import pytest
from django.db import transaction
from django.utils import timezone

from layers.core import queries
from layers.core.ingest import deliver
from layers.core.scope import everything
from layers.core.spec import registry
from layers.vessels.identity import directory
from layers.vessels.models import (
    Device,
    Fitting,
    LivePosition,
    Position,
    StaticReport,
    Vessel,
)
from layers.vessels.reports import Builder, Static, VesselReports
from layers.vessels.services import to_mercator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    directory.forget()


def reports(
    *fixes: tuple[str, float, float], digest: int = 0, statics: tuple[Static, ...] = ()
) -> VesselReports:
    """Fixes (device, at, lon) at 19.5 north, 7 knots."""
    out = Builder()
    for number, (device, at, lon) in enumerate(fixes):
        out.add(
            key=device, receiver="test", at=at, lon=lon, lat=19.5, speed_kn=7.0,
            digest=digest or number + 1, vessel_class="fishing", message_type=1,
        )  # fmt: skip
    out.statics += statics
    return out.build()


def give(records: VesselReports):  # type: ignore[no-untyped-def]
    with transaction.atomic():
        return deliver("vessels", records)


NOW = 1_790_000_000.0


def test_a_newer_fix_moves_the_live_row_and_an_older_one_does_not() -> None:
    give(reports(("mmsi:574000001", NOW, 106.0)))
    give(reports(("mmsi:574000001", NOW + 60, 106.001)))
    applied = give(reports(("mmsi:574000001", NOW - 60, 105.999)))
    assert LivePosition.objects.get().lon == 106.001
    assert Position.objects.count() == 3
    assert applied.observed is not None
    assert applied.observed.newest.tolist() == [False]


def test_a_fix_that_is_known_is_a_duplicate_in_the_same_and_in_a_later_delivery() -> (
    None
):
    twice = reports(("mmsi:1", NOW, 106.0), ("mmsi:1", NOW, 106.0), digest=5)
    assert give(twice).duplicate.tolist() == [False, True]
    assert give(twice).duplicate.tolist() == [True, True]
    assert Position.objects.count() == 1


def test_several_fixes_of_one_moment_are_all_kept() -> None:
    give(reports(("mmsi:1", NOW, 106.0), ("mmsi:1", NOW, 106.2)))
    assert Position.objects.count() == 2


def test_what_was_not_said_is_null() -> None:
    give(reports(("mmsi:1", NOW, 106.0)))
    row = Position.objects.get()
    assert (row.course_deg, row.heading_deg, row.status) == (None, None, None)
    assert row.speed_kn == 7.0


def test_observations_come_ordered_by_vessel_and_time() -> None:
    applied = give(
        reports(("mmsi:2", NOW + 9, 1.0), ("mmsi:1", NOW, 2.0), ("mmsi:2", NOW, 3.0))
    )
    seen = applied.observed
    assert seen is not None
    order = list(zip(seen.feature_id.tolist(), seen.at.tolist(), strict=True))
    assert order == sorted(order)
    assert seen.newest.sum() == 2


def test_a_vessel_of_the_register_is_found_by_its_device_and_keeps_its_name() -> None:
    vessel = Vessel.objects.create(
        source="register", external_id="TH-90001-TS", title="Thu 36", registered=True
    )
    device = Device.objects.create(key="mmsi:574000001")
    Fitting.objects.create(device=device, vessel=vessel)
    said = Static(device="mmsi:574000001", at=NOW, digest=9, name="PIRATE", length_m=99)
    give(reports(("mmsi:574000001", NOW, 106.0), statics=(said,)))
    vessel.refresh_from_db()
    assert (vessel.title, vessel.length_m) == ("Thu 36", None)
    assert StaticReport.objects.get().content["name"] == "PIRATE"
    assert LivePosition.objects.get().vessel_id == vessel.pk


def test_a_ship_that_only_ais_knows_is_named_by_what_it_says() -> None:
    said = Static(device="mmsi:1", at=NOW, digest=1, name="OCEAN", vessel_class="cargo")
    records = reports(statics=(said,))
    assert give(records).duplicate.tolist() == [False]
    assert give(records).duplicate.tolist() == [True]
    vessel = Vessel.objects.get()
    assert (vessel.title, vessel.vessel_class) == ("OCEAN", "cargo")


def test_the_layer_as_of_a_time_is_the_fix_before_it() -> None:
    give(reports(("mmsi:1", NOW, 106.0), ("mmsi:1", NOW + 600, 106.5)))
    at = timezone.datetime.fromtimestamp(NOW + 300, timezone.get_current_timezone())
    (feature,) = queries.features(
        registry["vessels"], everything(), queries.FeatureQuery(at=at)
    )
    assert feature["geometry"]["coordinates"][0] == 106.0


def test_mercator_is_finite_at_the_poles_and_right_at_sea() -> None:
    x, y = to_mercator(np.array([106.0, 0.0]), np.array([19.5, 90.0]))
    assert x[0] == pytest.approx(11_799_866.0, abs=1)
    assert y[0] == pytest.approx(2_213_892.2, abs=1)
    assert np.isfinite(y).all()
