from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from layers.core import queries, search
from layers.core.periods import in_force, in_season
from layers.core.queries import FeatureQuery
from layers.core.scope import Grant, everything
from layers.core.spec import by_role
from layers.zones.models import Zone

LAYER = by_role("zones")


@pytest.fixture
def zones(load_demo) -> dict[str, Zone]:
    assert load_demo("zones") == 20
    return {zone.code: zone for zone in Zone.objects.all()}


def test_a_season_may_lie_inside_a_year_or_pass_the_new_year():
    assert in_season(date(2026, 4, 1), "04-01", "06-30")
    assert in_season(date(2026, 6, 30), "04-01", "06-30")
    assert not in_season(date(2026, 7, 1), "04-01", "06-30")
    assert in_season(date(2026, 12, 31), "11-01", "02-28")
    assert in_season(date(2027, 2, 28), "11-01", "02-28")
    assert not in_season(date(2027, 3, 1), "11-01", "02-28")
    assert in_season(date(2026, 1, 1), "", "")


def test_a_zone_is_in_force_from_its_first_to_its_last_day():
    first, last = date(2025, 1, 1), date(2025, 12, 31)
    assert in_force(first, first, last)
    assert in_force(last, first, last)
    assert not in_force(date(2026, 1, 1), first, last)
    assert in_force(date(1999, 1, 1), None, None)
    assert not in_force(date(2025, 7, 1), first, last, "04-01", "06-30")


def test_the_version_grows_with_what_matters_to_rules_and_only_then(zones):
    zone = zones["CLOSED-HONME"]
    zone.title = "Another name"
    zone.legal_basis = "Another decision"
    zone.save()
    zone.refresh_from_db()
    assert zone.version == 1
    zone.season_from, zone.season_to = "04-01", "07-31"
    zone.save()
    zone.refresh_from_db()
    assert zone.version == 2
    Zone.objects.filter(pk=zone.pk).update(geom=zone.geom.buffer(0.01))
    zone.refresh_from_db()
    assert zone.version == 3


def test_a_zone_can_be_asked_for_as_it_was(zones):
    zone = zones["CLOSED-HONME"]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE zones_zoneevent SET pgh_created_at = now() - interval '1 day'"
        )
    Zone.objects.filter(pk=zone.pk).update(closed=False)
    before = timezone.now() - timedelta(hours=1)
    then = queries.feature(LAYER, everything(), zone.pk, before)
    now = queries.feature(LAYER, everything(), zone.pk)
    assert (then["properties"]["closed"], then["properties"]["version"]) == (True, 1)
    assert (now["properties"]["closed"], now["properties"]["version"]) == (False, 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)},
        {"season_from": "04-01", "season_to": ""},
        {"band": "coastal"},
        {"kind": "band", "band": ""},
    ],
)
def test_the_database_refuses_a_zone_that_contradicts_itself(zones, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Zone.objects.filter(code="CLOSED-HONME").update(**wrong)


def test_the_bands_lie_in_order_from_the_shore(zones):
    near, far = Point(105.98, 19.75, srid=4326), Point(107.2, 19.6, srid=4326)
    bands = {z.band: z.geom for z in zones.values() if z.kind == "band"}
    assert [b for b, geom in bands.items() if geom.contains(near)] == ["coastal"]
    assert [b for b, geom in bands.items() if geom.contains(far)] == ["offshore"]


def test_rules_find_the_columns_they_read(zones):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, title, geom, closed, kind, version, valid_from, valid_to"
            " FROM zones_zone WHERE closed"
        )
        assert len(cursor.fetchall()) == 1


def test_zones_are_drawn_filtered_and_searched_by_everyone(zones, tile_of):
    officer = Grant(layers=frozenset({"zones"}), units=frozenset())
    drawn = {f["properties"]["title"] for f in tile_of(LAYER, 6, 50, 28)}
    assert len(drawn) >= 15
    closed = queries.features(LAYER, officer, FeatureQuery(filter="closed = true"))
    assert [f["id"] for f in closed] == [zones["CLOSED-HONME"].pk]
    hits = search.search("tranh tru bao lach hoi", officer)
    assert hits[0].id == zones["SHELTER-HOI"].pk


def test_the_drawer_says_whether_the_zone_is_closed_today(zones, cast, client):
    client.force_login(cast["fisheries"])
    zone = zones["CLOSED-HONME"]
    page = client.get(f"/drawer/zones/{zone.pk}/")
    assert page.status_code == 200
    today = timezone.localdate()
    Zone.objects.filter(pk=zone.pk).update(
        season_from=today.strftime("%m-%d"), season_to=today.strftime("%m-%d")
    )
    assert b'data-state="in-force"' in client.get(f"/drawer/zones/{zone.pk}/").content
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).strftime("%m-%d")
    Zone.objects.filter(pk=zone.pk).update(season_from=tomorrow, season_to=tomorrow)
    page = client.get(f"/drawer/zones/{zone.pk}/")
    assert b'data-state="not-in-force"' in page.content


@pytest.mark.parametrize("fmt", ["geojson", "csv", "gpkg", "xlsx"])
def test_zones_of_mixed_geometry_can_be_exported(zones, cast, client, fmt):
    client.force_login(cast["fisheries"])
    answer = client.get(f"/api/v1/layers/zones/export.{fmt}")
    assert answer.status_code == 200
    assert len(b"".join(answer.streaming_content)) > 3_000


def test_only_fisheries_staff_and_administrators_edit_zones(zones, cast):
    may = {role for role, user in cast.items() if user.has_perm("zones.change_zone")}
    assert may == {"fisheries", "administrator"}
