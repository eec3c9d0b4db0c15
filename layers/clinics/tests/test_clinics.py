from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Sum
from django.utils import timezone

from layers.clinics.models import Clinic
from layers.core import queries, search, units
from layers.core.queries import FeatureQuery
from layers.core.scope import Grant, everything
from layers.core.spec import registry

LAYER = registry["clinics"]


@pytest.fixture
def loaded(province, load_demo) -> units.UnitTree:
    load_demo("clinics")
    return province


def ward_of(row: Clinic) -> Grant:
    return Grant(layers=frozenset({"clinics"}), units=frozenset({row.unit_id}))


def test_every_row_lies_in_the_commune_it_belongs_to(loaded):
    for row in Clinic.objects.order_by("id")[::97]:
        assert loaded.nodes[row.unit_id].kind == "commune"
        assert units.containing(row.geom.x, row.geom.y) == row.unit_id


def test_a_commune_sees_its_own_rows_and_nobody_elses(loaded, tile_of):
    row = Clinic.objects.first()
    own = Clinic.objects.filter(unit_id=row.unit_id).count()
    seen = queries.features(LAYER, ward_of(row), FeatureQuery(limit=10_000))
    assert 0 < len(seen) == own < Clinic.objects.count()
    other = Clinic.objects.exclude(unit_id=row.unit_id).first()
    assert queries.feature(LAYER, ward_of(row), other.pk) is None
    assert queries.feature(LAYER, everything(), other.pk) is not None


def test_the_layer_as_it_was_an_hour_ago(loaded):
    row = Clinic.objects.first()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE clinics_clinicevent SET pgh_created_at = now() - interval '1 day'"
        )
    Clinic.objects.filter(pk=row.pk).update(title="Renamed")
    hour = timezone.now() - timedelta(hours=1)
    then = queries.feature(LAYER, everything(), row.pk, hour)
    assert then["properties"]["title"] == row.title
    now = queries.feature(LAYER, everything(), row.pk)
    assert now["properties"]["title"] == "Renamed"


@pytest.mark.parametrize("fmt", ["geojson", "csv", "gpkg", "xlsx"])
def test_the_rows_can_be_exported(loaded, cast, client, fmt):
    client.force_login(cast["leader"])
    answer = client.get(f"/api/v1/layers/clinics/export.{fmt}")
    assert answer.status_code == 200
    assert len(b"".join(answer.streaming_content)) > 20_000


def test_the_rows_are_in_the_tile_of_the_province(loaded, tile_of):
    drawn = tile_of(LAYER, 6, 50, 28)
    assert len(drawn) == Clinic.objects.count()
    assert {"title", *(f.name for f in LAYER.tile_fields)} >= set(
        drawn[0]["properties"]
    )


def test_facilities_are_as_many_as_the_patterns_say(loaded):
    kinds = dict(Clinic.objects.values_list("kind").annotate(n=Count("id")))
    assert kinds == {
        "provincial_hospital": 8,
        "district_hospital": 27,
        "commune_station": 559,
        "private": 26,
    }
    assert Clinic.objects.aggregate(total=Sum("beds"))["total"] > 8_000
    homes = Clinic.objects.filter(kind="commune_station").values("unit_id").distinct()
    assert homes.count() == 166


def test_occupancy_follows_the_beds(loaded):
    clinic = Clinic.objects.filter(kind="district_hospital").first()
    clinic.beds, clinic.beds_occupied = 200, 230
    clinic.save()
    clinic.refresh_from_db()
    assert clinic.occupancy_pct == 115.0
    clinic.beds, clinic.beds_occupied = 0, 0
    clinic.save()
    clinic.refresh_from_db()
    assert clinic.occupancy_pct is None


def test_more_than_three_patients_to_a_bed_are_a_mistake(loaded):
    with pytest.raises(IntegrityError), transaction.atomic():
        Clinic.objects.filter(kind="district_hospital").update(
            beds=10, beds_occupied=31
        )


def test_crowded_hospitals_can_be_filtered_and_say_so_in_the_drawer(
    loaded, cast, client
):
    Clinic.objects.update(beds=100, beds_occupied=50)
    crowded = Clinic.objects.filter(kind="provincial_hospital").first()
    Clinic.objects.filter(pk=crowded.pk).update(beds_occupied=120)
    found = queries.features(
        LAYER, everything(), FeatureQuery(filter="occupancy_pct > 100")
    )
    assert [f["id"] for f in found] == [crowded.pk]
    client.force_login(cast["leader"])
    page = client.get(f"/drawer/clinics/{crowded.pk}/").content.decode()
    assert 'data-severity="serious"' in page
    calm = Clinic.objects.exclude(pk=crowded.pk).first()
    page = client.get(f"/drawer/clinics/{calm.pk}/").content.decode()
    assert 'data-severity="serious"' not in page


def test_names_are_found_without_diacritics(loaded):
    hits = search.search("benh vien nhi thanh hoa", everything(), only=["clinics"])
    assert Clinic.objects.get(pk=hits[0].id).kind == "provincial_hospital"
