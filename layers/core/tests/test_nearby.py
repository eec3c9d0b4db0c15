from __future__ import annotations

import math

import pytest
import shapely
from django.contrib.gis.geos import Point
from pyproj import Geod

from layers.core import nearby, queries
from layers.core.filters import FilterError
from layers.core.queries import FeatureQuery
from layers.core.scope import Grant, everything
from layers.core.spec import registry

GEOD = Geod(ellps="WGS84")
LAYER = registry["schools"]
HERE = (105.776, 19.807)


@pytest.fixture
def schools(province, load_demo):
    load_demo("schools")
    return queries.features(LAYER, everything(), FeatureQuery(limit=10_000))


def far(feature) -> float:
    return GEOD.inv(*HERE, *feature["geometry"]["coordinates"])[2]


def test_the_nearest_are_those_that_are_nearest_on_the_ellipsoid(schools):
    found = nearby.nearest(LAYER, everything(), *HERE, count=40)
    wanted = sorted(schools, key=lambda f: (far(f), f["id"]))[:40]
    assert [near.feature["id"] for near in found] == [f["id"] for f in wanted]
    for near, feature in zip(found, wanted, strict=True):
        assert near.distance_m == pytest.approx(far(feature), rel=1e-6, abs=0.2)
        azimuth = GEOD.inv(*HERE, *feature["geometry"]["coordinates"])[0] % 360
        assert math.cos(math.radians(near.bearing_deg - azimuth)) > 0.9999


def test_a_filter_a_radius_and_the_scope_narrow_what_is_near(schools):
    only = nearby.nearest(
        LAYER, everything(), *HERE, count=9, filter="level = 'upper_secondary'"
    )
    assert {near.feature["properties"]["level"] for near in only} == {"upper_secondary"}
    close = nearby.nearest(LAYER, everything(), *HERE, count=100, within_m=900)
    assert {near.feature["id"] for near in close} == {
        f["id"] for f in schools if far(f) <= 900
    }
    unit = nearby.nearest(LAYER, everything(), *HERE, count=1)[0].feature["id"]
    mine = LAYER_MODEL().objects.get(pk=unit).unit_id
    grant = Grant(layers=frozenset({"schools"}), units=frozenset({mine}))
    seen = nearby.nearest(LAYER, grant, *HERE, count=100)
    rows = LAYER_MODEL().objects.filter(unit_id=mine).values_list("pk", flat=True)
    assert {near.feature["id"] for near in seen} <= set(rows)
    with pytest.raises(FilterError):
        nearby.nearest(LAYER, everything(), *HERE, filter="no = 1")


def LAYER_MODEL():  # noqa: N802
    from django.apps import apps

    return apps.get_model(LAYER.model)


def test_catchments_of_a_level_share_the_province_without_a_rest(schools, province):
    same = "level = 'continuing'"
    chosen = queries.features(LAYER, everything(), FeatureQuery(filter=same))
    assert 5 < len(chosen) < nearby.NEIGHBOURS
    cells = {f["id"]: nearby.catchment(LAYER, f["id"], filter=same) for f in chosen}
    shapes = [shapely.geometry.shape(cell.geometry) for cell in cells.values()]
    units = queries.features(
        registry["units"], everything(), FeatureQuery(filter="kind = 'province'")
    )
    land = shapely.geometry.shape(units[0]["geometry"])
    union = shapely.union_all(shapes)
    assert union.symmetric_difference(land).area / land.area < 0.002
    assert sum(shape.area for shape in shapes) == pytest.approx(union.area, rel=0.002)
    communes = queries.features(
        registry["units"],
        everything(),
        FeatureQuery(filter="kind = 'commune' AND current = TRUE"),
    )
    people = sum(f["properties"]["population"] for f in communes)
    counted = sum(cell.people for cell in cells.values())
    assert counted == pytest.approx(people, rel=0.01)
    for feature in chosen:
        here = shapely.geometry.shape(feature["geometry"])
        cell = shapely.geometry.shape(cells[feature["id"]].geometry)
        assert cell.distance(here) < 1e-3 or not land.contains(here)


def test_what_stands_alone_has_the_whole_land(schools, province):
    LAYER_MODEL().objects.exclude(pk=schools[0]["id"]).delete()
    cell = nearby.catchment(LAYER, schools[0]["id"])
    assert cell.rivals == 0
    assert cell.area_km2 > 10_000


def test_the_addresses_answer_in_geojson_and_keep_to_the_scope(schools, cast, client):
    client.force_login(cast["leader"])
    url = "/api/v1/layers/schools/nearest"
    answer = client.get(url, {"lon": HERE[0], "lat": HERE[1], "count": 3})
    found = answer.json()["features"]
    assert len(found) == 3
    assert found[0]["properties"]["distance_m"] <= found[1]["properties"]["distance_m"]
    assert client.get(url, {"lon": 200, "lat": 1}).status_code == 422
    bad = {"lon": HERE[0], "lat": HERE[1], "filter": "no = 1"}
    assert client.get(url, bad).status_code == 400
    own = f"/api/v1/layers/schools/features/{found[0]['id']}/catchment"
    body = client.get(own, {"filter": "level = 'primary'"}).json()
    assert body["properties"]["area_km2"] > 0
    assert body["properties"]["people_estimate"] > 0
    assert client.get(own, {"filter": "(("}).status_code == 400
    client.force_login(cast["outsider"])
    assert client.get(own).status_code == 404


def test_a_point_far_away_and_a_feature_without_a_place(schools):
    found = nearby.nearest(LAYER, everything(), -70.0, -30.0, count=2)
    assert len(found) == 2
    model = LAYER_MODEL()
    model.objects.filter(pk=schools[0]["id"]).update(geom=None)
    assert nearby.catchment(LAYER, schools[0]["id"]) is None
    model.objects.filter(pk=schools[1]["id"]).update(geom=Point(105.0, 20.0, srid=4326))
    assert nearby.catchment(LAYER, schools[1]["id"]).area_km2 >= 0
