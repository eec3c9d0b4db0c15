"""The day units change, with an officer, an open directive and rows of layers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.contrib.gis.geos import Point
from django.utils import timezone

from gis_ioc.accounts.grants import grant_of
from gis_ioc.accounts.models import Scope, User
from layers.core import units
from layers.core.models import Event
from layers.core.spec import by_role
from layers.core.tests import switching
from layers.core.tests.switching import DAY
from layers.units import tasks
from layers.units.descent import changeday
from layers.units.models import Unit


@pytest.fixture
def places(db) -> dict[str, Unit]:
    found = switching.province()
    switching.descend(found)
    return found


@pytest.fixture
def officer(cast, places) -> User:
    user = cast["officer"]
    user.unit_id = places["west"].pk
    user.save()
    Scope.objects.create(user=user, units=[places["west"].pk])
    return user


def test_an_officer_of_a_divided_unit_sees_the_one_with_most_of_its_people(
    officer, places
):
    before = officer.grants_changed_at
    moved = changeday.run(DAY)
    officer.refresh_from_db()
    assert moved["accounts"] == 2  # the scope and the user
    assert officer.unit_id == places["one"].pk
    assert officer.grants_changed_at > before
    grant = grant_of(officer)
    assert grant.sees_unit(places["one"].pk)
    # what happened in the old one is still theirs to look up
    assert grant.sees_unit(places["west"].pk)
    # two is also made of east, which they never saw
    assert not grant.sees_unit(places["two"].pk)


def test_who_saw_all_that_a_new_unit_is_made_of_sees_the_new_unit(cast, places):
    scope = Scope.objects.create(
        user=cast["officer"], units=[places["west"].pk, places["east"].pk]
    )
    changeday.run(DAY)
    scope.refresh_from_db()
    assert set(scope.units) == {
        places[name].pk for name in ("west", "east", "one", "two")
    }


def test_run_twice_changes_nothing_and_tells_it_once(officer, places):
    changeday.run(DAY)
    officer.refresh_from_db()
    stamp = officer.grants_changed_at
    assert set(changeday.run(DAY).values()) == {0}
    officer.refresh_from_db()
    assert officer.grants_changed_at == stamp
    told = Event.objects.filter(kind="units.changed").order_by("feature_id")
    assert [event.feature_id for event in told] == [
        places["west"].pk,
        places["east"].pk,
    ]
    event = told[0]
    assert [entry["unit"] for entry in event.new["units"]] == [
        places["one"].pk,
        places["two"].pk,
    ]
    assert event.reason == "1686/NQ-UBTVQH15"
    midnight = timezone.localtime(event.happened_at)
    assert midnight.isoformat() == "2025-07-01T00:00:00+07:00"


def test_the_scheduler_runs_the_days_that_have_come_and_each_once(officer, places):
    assert changeday.due(DAY - timedelta(days=1)) == []
    assert changeday.due(DAY) == [DAY]
    assert tasks.change_day() == {str(DAY): {"rows": 0, "directives": 0, "accounts": 2}}
    assert tasks.change_day() == {}


def test_a_day_that_has_not_come_is_refused(places):
    with pytest.raises(ValueError, match="has not come yet"):
        changeday.run(timezone.localdate() + timedelta(days=1))


def test_units_without_successors_wait_for_their_lineage(db, cast):
    found = switching.province()
    assert changeday.due(DAY) == []
    assert changeday.run(DAY) == {}
    switching.descend(found)
    assert changeday.due(DAY) == [DAY]


def model_of(slug_of_role: str):
    return apps.get_model(by_role(slug_of_role).model)


@pytest.mark.parametrize(
    ("lon", "unit"),
    [(105.05, "one"), (105.15, "two"), (105.9, "one"), (None, "one")],
)
def test_a_row_goes_to_the_unit_around_it_or_to_the_main_successor(places, lon, unit):
    station = model_of("stations").objects.create(
        source="test",
        external_id="1",
        title="Bridge",
        geom=Point(lon, 19.85, srid=4326) if lon else None,
        unit_id=places["west"].pk,
    )
    changeday.run(DAY)
    station.refresh_from_db()
    assert station.unit_id == places[unit].pk
    assert changeday.run(DAY)["rows"] == 0


def test_a_row_of_a_unit_that_goes_on_stays(places):
    station = model_of("stations").objects.create(
        source="test", external_id="1", title="Bridge", unit_id=places["province"].pk
    )
    changeday.run(DAY)
    station.refresh_from_db()
    assert station.unit_id == places["province"].pk


def test_codes_used_again_resolve_by_their_day(client, cast, places):
    client.force_login(cast["leader"])
    url = "/api/v1/units/resolve?code=14758&kind=commune&date="
    old = client.get(f"{url}2025-06-30").json()
    new = client.get(f"{url}2025-07-01").json()
    assert old["unit"]["id"] == places["west"].pk
    assert old["unit"]["valid_to"] == "2025-06-30"
    assert [line["unit"]["id"] for line in old["successors"]] == [
        places["one"].pk,
        places["two"].pk,
    ]
    assert old["successors"][0]["share_people"] == 0.6
    assert new["unit"]["id"] == places["one"].pk
    assert [line["unit"]["id"] for line in new["forerunners"]] == [places["west"].pk]
    nobody = client.get("/api/v1/units/resolve?code=99999&date=2025-07-01")
    assert nobody.status_code == 404


def test_the_spans_between_changes_say_how_many_units_there_were(client, cast, places):
    client.force_login(cast["leader"])
    found = client.get("/api/v1/units/dates").json()["spans"]
    assert [(span["first"], span["last"]) for span in found] == [
        (None, "2025-06-30"),
        ("2025-07-01", None),
    ]
    assert [span["counts"]["commune"] for span in found] == [2, 2]
    assert date.fromisoformat(found[0]["at"][:10]) == date(2025, 6, 30)
    assert found[1]["at"] is None


def test_the_drawer_of_an_ended_unit_says_what_became_of_it(client, cast, places):
    client.force_login(cast["leader"])
    page = client.get(f"/drawer/units/{places['west'].pk}/").content.decode()
    assert 'data-state="ended"' in page
    assert f"/drawer/units/{places['one'].pk}/" in page
    assert units.tree().title(places["two"].pk) in page


def test_the_demo_province_goes_from_districts_to_communes(cast, province):
    """The real change: 27 districts, 26 from January 2025, 166 communes from July."""
    district = province.codes("district", switching.LAST)["407"]
    home = Unit.objects.filter(parent_id=district, valid_from=DAY).first()
    officer = cast["officer"]
    officer.unit_id = district
    officer.save()
    scope = Scope.objects.create(user=officer, units=[district])
    station = model_of("stations").objects.create(
        source="test",
        external_id="1",
        code="1",
        title="Bridge",
        geom=home.geom.point_on_surface,
        unit_id=district,
    )
    done = changeday.run_due()
    assert list(done) == [date(2025, 1, 1), DAY]
    station.refresh_from_db()
    assert station.unit_id == home.pk
    officer.refresh_from_db()
    heirs = [line for line in units.lineage() if line.old_id == district]
    assert officer.unit_id == max(heirs, key=lambda line: line.share_people).new_id
    scope.refresh_from_db()
    communes = Unit.objects.filter(parent_id=district, valid_from=DAY)
    whole = {
        unit.pk
        for unit in communes
        if {line.old_id for line in units.lineage() if line.new_id == unit.pk}
        == {district}
    }
    assert len(whole) > 5
    assert whole <= set(scope.units)
    assert changeday.run_due() == {}
