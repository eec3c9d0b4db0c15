"""What the drawer says lies inside a unit, and to whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.gis.geos import Point
from django.utils import timezone

from gis_ioc.accounts.grants import grant_of
from gis_ioc.accounts.models import Scope
from layers.core.spec import by_role
from layers.core.tests import switching
from layers.units import inside


@pytest.fixture
def places(db) -> dict[str, Any]:
    """A station in one and two in two."""
    found = switching.province()
    model = apps.get_model(by_role("stations").model)
    for number, name in enumerate(("one", "two", "two")):
        model.objects.create(
            source="test",
            external_id=f"{number}",
            code=f"{number}",
            title=f"Station {number}",
            geom=Point(105.05, 19.85, srid=4326),
            unit_id=found[name].pk,
        )
    return found


def counted(user: Any, unit: Any) -> dict[str, int]:
    found = inside.counts(grant_of(user), unit.pk)
    return {entry.layer.slug: entry.count for entry in found}


def test_a_unit_counts_what_is_in_it_and_below_it(cast, places):
    slug = by_role("stations").slug
    assert counted(cast["leader"], places["two"])[slug] == 2
    assert counted(cast["leader"], places["province"])[slug] == 3
    assert slug not in counted(cast["leader"], places["west"])


def test_nobody_counts_or_lists_rows_beyond_their_scope(client, cast, places):
    slug = by_role("stations").slug
    Scope.objects.create(user=cast["officer"], units=[places["one"].pk])
    assert counted(cast["officer"], places["province"])[slug] == 1
    assert slug not in counted(cast["officer"], places["two"])
    client.force_login(cast["officer"])
    page = client.get(f"/units/{places['province'].pk}/inside/{slug}/")
    assert "Station 0" in page.content.decode()
    assert "Station 1" not in page.content.decode()


def test_the_list_names_what_there_is_with_its_unit(client, cast, places):
    slug = by_role("stations").slug
    client.force_login(cast["leader"])
    page = client.get(f"/units/{places['province'].pk}/inside/{slug}/")
    text = page.content.decode()
    for number in range(3):
        assert f"Station {number}" in text
    assert f"layers=units,{slug}" in text


@pytest.mark.parametrize("slug", ["units", "nothing", "zones"])
def test_what_is_not_listed_by_unit_is_not_there(client, cast, places, slug):
    client.force_login(cast["leader"])
    assert client.get(f"/units/{places['one'].pk}/inside/{slug}/").status_code == 404


def test_closed_alerts_do_not_count(cast, places):
    rule = apps.get_model("alerts", "Rule").objects.create(
        slug="trial", title="Water high", title_en="Water high", kind="threshold"
    )
    now = timezone.now()
    for closed in (None, now):
        apps.get_model(by_role("alarms").model).objects.create(
            source="test",
            external_id=f"{closed}",
            title="Water high",
            rule=rule,
            unit_id=places["one"].pk,
            raised_at=now,
            last_at=now,
            closed_at=closed,
        )
    assert counted(cast["leader"], places["one"])[by_role("alarms").slug] == 1
