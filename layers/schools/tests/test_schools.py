from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Count, Sum
from django.utils import timezone

from layers.core import queries, search, units
from layers.core.queries import FeatureQuery
from layers.core.scope import Grant, everything
from layers.core.spec import by_role, registry
from layers.schools.models import School

LAYER = registry["schools"]


@pytest.fixture
def loaded(province, load_demo) -> units.UnitTree:
    load_demo("schools")
    return province


def ward_of(row: School) -> Grant:
    return Grant(layers=frozenset({"schools"}), units=frozenset({row.unit_id}))


def test_every_row_lies_in_the_commune_it_belongs_to(loaded):
    for row in School.objects.order_by("id")[::97]:
        assert loaded.nodes[row.unit_id].kind == "commune"
        assert units.containing(row.geom.x, row.geom.y) == row.unit_id


def test_a_commune_sees_its_own_rows_and_nobody_elses(loaded, tile_of):
    row = School.objects.first()
    own = School.objects.filter(unit_id=row.unit_id).count()
    seen = queries.features(LAYER, ward_of(row), FeatureQuery(limit=10_000))
    assert 0 < len(seen) == own < School.objects.count()
    other = School.objects.exclude(unit_id=row.unit_id).first()
    assert queries.feature(LAYER, ward_of(row), other.pk) is None
    assert queries.feature(LAYER, everything(), other.pk) is not None


def test_the_layer_as_it_was_an_hour_ago(loaded):
    row = School.objects.first()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE schools_schoolevent SET pgh_created_at = now() - interval '1 day'"
        )
    School.objects.filter(pk=row.pk).update(title="Renamed")
    hour = timezone.now() - timedelta(hours=1)
    then = queries.feature(LAYER, everything(), row.pk, hour)
    assert then["properties"]["title"] == row.title
    now = queries.feature(LAYER, everything(), row.pk)
    assert now["properties"]["title"] == "Renamed"


def test_a_deleted_row_is_gone_now_and_there_in_the_past(loaded):
    row = School.objects.first()
    before = timezone.now()
    pk = row.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE schools_schoolevent SET pgh_created_at = now() - interval '1 day'"
        )
    row.delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE schools_schoolevent SET pgh_created_at = now() - interval '1 hour'"
            " WHERE pgh_label = 'delete'"
        )
    now = queries.feature(LAYER, everything(), pk, before)
    assert now is None
    then = queries.feature(LAYER, everything(), pk, before - timedelta(hours=2))
    assert then["properties"]["title"] == row.title


@pytest.mark.parametrize("fmt", ["geojson", "csv", "gpkg", "xlsx"])
def test_the_rows_can_be_exported(loaded, cast, client, fmt):
    client.force_login(cast["leader"])
    answer = client.get(f"/api/v1/layers/schools/export.{fmt}")
    assert answer.status_code == 200
    assert len(b"".join(answer.streaming_content)) > 20_000


def test_the_rows_are_in_the_tile_of_the_province(loaded, tile_of):
    drawn = tile_of(LAYER, 6, 50, 28)
    assert len(drawn) == School.objects.count()
    assert {"title", *(f.name for f in LAYER.tile_fields)} >= set(
        drawn[0]["properties"]
    )


def test_schools_are_about_as_many_as_the_province_has(loaded):
    levels = dict(School.objects.values_list("level").annotate(n=Count("id")))
    assert 1_800 < sum(levels.values()) < 2_100
    assert levels["kindergarten"] > levels["upper_secondary"] > levels["continuing"]
    pupils = School.objects.aggregate(total=Sum("pupils"))["total"]
    assert pupils == pytest.approx(900_000, rel=0.001)


def test_every_commune_has_a_kindergarten_and_a_primary_school(loaded):
    for level in ("kindergarten", "primary"):
        homes = School.objects.filter(level=level).values("unit_id").distinct()
        assert homes.count() == 166


def test_names_are_found_without_diacritics(loaded):
    hits = search.search("thpt dao duy tu", everything(), only=["schools"])
    assert School.objects.get(pk=hits[0].id).level == "upper_secondary"


def test_flood_prone_schools_of_a_level_can_be_filtered(loaded):
    text = "flood_prone = true AND level = 'primary' AND pupils > 400"
    found = queries.features(LAYER, everything(), FeatureQuery(filter=text))
    wanted = School.objects.filter(flood_prone=True, level="primary", pupils__gt=400)
    assert [f["id"] for f in found] == sorted(wanted.values_list("pk", flat=True))


def test_the_drawer_shows_the_load_and_the_warning(loaded, cast, client):
    client.force_login(cast["leader"])
    school = School.objects.filter(flood_prone=True).first()
    page = client.get(f"/drawer/schools/{school.pk}/")
    assert page.status_code == 200
    assert "▲" in page.content.decode()
    dry = School.objects.filter(flood_prone=False).first()
    assert "▲" not in client.get(f"/drawer/schools/{dry.pk}/").content.decode()


def test_the_drawer_of_a_unit_counts_only_what_the_caller_may_see(loaded, cast, client):
    from gis_ioc.accounts.models import Scope

    school = School.objects.first()
    district = loaded.nodes[school.unit_id].parent_id
    below = loaded.expand([district])
    whole = School.objects.filter(unit_id__in=below).count()
    own = School.objects.filter(unit_id=school.unit_id).count()
    assert own < whole
    Scope.objects.create(user=cast["officer"], units=[school.unit_id])
    unit = by_role("administrative-units").slug
    for user, count in ((cast["leader"], whole), (cast["officer"], own)):
        client.force_login(user)
        drawer = client.get(f"/drawer/{unit}/{district}/").content.decode()
        line = drawer.split(f"/{unit}/{district}/inside/schools/")[1][:900]
        assert re.search(rf">\s*{count}\s*<", line), line
