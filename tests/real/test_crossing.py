"""A boat that reports every two hours crosses the outer limit of the demo province."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import transaction
from pyproj import Geod

from feeds.core import drain as draining
from feeds.core.models import Feed
from feeds.vms import recordings
from fixtures import Demo
from layers.alerts import ruleset
from layers.alerts.models import Alert, Rule
from layers.core.models import Event
from layers.core.spec import by_role
from layers.core.versions import begin_change
from layers.vessels.duties import placing
from layers.vessels.models import Device, Fitting, Vessel
from layers.zones.models import Kind, Zone

from .replaying import begin

pytestmark = pytest.mark.django_db(transaction=True)

RULE = "beyond-outer-limit"
GEOD = Geod(ellps="WGS84")
HEAD = "VE_COU,VE_REF,SI_LATI,SI_LONG,SI_DATE,SI_TIME,SI_SP,SI_HE\n"
HOUR = timedelta(hours=1)
MILE_M = 1_852.0
Place = tuple[float, float]


@pytest.fixture
def boat(monkeypatch) -> Vessel:
    monkeypatch.setattr(recordings, "wake", lambda feed: None)
    placing._told_by.clear()
    begin()
    ruleset.forget()
    with transaction.atomic():
        for role in ("zones", "alarms"):
            slug = by_role(role).slug
            begin_change(slug)
            import_module(f"layers.{slug}.demo").load(Demo())
    Rule.objects.exclude(slug=RULE).delete()
    ruleset.forget()
    vessel = Vessel.objects.create(
        source="test", external_id="TH-90001-TS", title="TH-90001-TS",
        vessel_class="fishing", registered=True, length_m=18,
    )  # fmt: skip
    device = Device.objects.create(key="vms:tacsat:77", kind="vms")
    Fitting.objects.create(device=device, vessel=vessel)
    yield vessel
    ruleset.forget()


@pytest.fixture
def report(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Hands one report of the boat to the VMS feed."""
    count = 0

    def send(at: datetime, place: Place) -> None:
        nonlocal count
        count += 1
        path = tmp_path / f"{count}.csv"
        lon, lat = place
        path.write_text(
            f"{HEAD}x,77,{lat:.6f},{lon:.6f},{at:%d/%m/%Y,%H:%M:%S},5.0,90.0\n"
        )
        recordings.hand_in(path, "tacsat")
        draining.drain(Feed.objects.get(slug=recordings.FEED).pk, budget_s=60)

    return send


def off_the_limit(metres: float, along: float = 0.5) -> Place:
    """A place so far beyond the longest leg of the limit; negative: on our side."""
    zone = Zone.objects.get(kind=Kind.OFFSHORE_LIMIT)
    coords = list(zone.geom.coords if zone.geom.geom_type == "LineString"
                  else zone.geom[0].coords)  # fmt: skip
    legs = [GEOD.inv(*a[:2], *b[:2]) for a, b in pairwise(coords)]
    longest = max(range(len(legs)), key=lambda leg: legs[leg][2])
    bearing, _back, length = legs[longest]
    lon, lat, _back = GEOD.fwd(*coords[longest][:2], bearing, along * length)
    side = 90 if zone.beyond == "right" else -90
    return GEOD.fwd(lon, lat, bearing + side, metres)[:2]


def test_a_boat_beyond_between_two_reports_is_proven_and_its_return_ends_it(
    boat: Vessel, report
) -> None:
    noon = datetime.now(UTC).replace(microsecond=0) - 12 * HOUR
    near, far = off_the_limit(-8 * MILE_M), off_the_limit(6 * MILE_M)
    report(noon, near)
    assert Alert.objects.count() == 0
    report(noon + 2 * HOUR, far)
    alert = Alert.objects.get()
    assert (alert.feature_id, alert.certainty, alert.active) == (
        boat.pk, "proven", True
    )  # fmt: skip
    told = alert.evidence
    assert told["from"]["at"] == noon.timestamp()
    assert told["to"]["at"] == (noon + 2 * HOUR).timestamp()
    # by 6 nm less the error of a fix; at 12 kn it makes 24 nm, of which 10 are left
    # over after the 14 of the straight way: 5 more and back
    assert told["beyond_least_m"] == pytest.approx(6 * MILE_M, abs=60)
    assert told["beyond_most_m"] == pytest.approx(11 * MILE_M, rel=0.02)
    report(noon + 4 * HOUR, off_the_limit(-5 * MILE_M))
    alert.refresh_from_db()
    assert not alert.active
    assert alert.cleared_at == noon + 4 * HOUR
    kinds = Event.objects.filter(kind__startswith="crossing.").order_by("happened_at")
    assert list(kinds.values_list("kind", flat=True)) == [
        "crossing.beyond", "crossing.back"
    ]  # fmt: skip


def test_who_stays_on_our_side_by_a_mile_raises_nothing(boat: Vessel, report) -> None:
    noon = datetime.now(UTC).replace(microsecond=0) - 12 * HOUR
    for step, along in enumerate((0.4, 0.5, 0.6)):
        report(noon + step * 2 * HOUR, off_the_limit(-MILE_M, along))
    assert Alert.objects.count() == 0
