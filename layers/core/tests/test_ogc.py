"""OGC API - Features over the registry of layers."""

from __future__ import annotations

import pytest
from django.apps import apps

from layers.core.spec import registry

# a layer with many points, a choice to filter by, and the scope of units
SLUG = "schools"


@pytest.fixture
def get(client, cast):
    client.force_login(cast["supervisor"])

    def read(path="", status=200, **options):
        answer = client.get(f"/ogc/{path}", options)
        assert answer.status_code == status, answer.content
        return answer.json()

    return read


def test_links_lead_from_the_landing_page_to_features(get, province, load_demo):
    load_demo(SLUG)
    rels = {entry["rel"]: entry["href"] for entry in get()["links"]}
    assert {"self", "conformance", "data", "service-desc"} <= set(rels)
    kept = get("conformance")["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in kept
    listed = get("collections")["collections"]
    assert {entry["id"] for entry in listed} <= set(registry)
    schools = next(entry for entry in listed if entry["id"] == SLUG)
    rels = {entry["rel"]: entry["href"] for entry in schools["links"]}
    found = get(rels["items"].removeprefix("http://testserver/ogc/"), limit=2)
    assert (found["type"], found["numberReturned"]) == ("FeatureCollection", 2)
    one = get(f"collections/{SLUG}/items/{found['features'][0]['id']}")
    assert one["properties"] == found["features"][0]["properties"]


def test_every_layer_in_sight_is_a_collection_with_queryables(get):
    for entry in get("collections")["collections"]:
        assert get(f"collections/{entry['id']}")["itemType"] == "feature"
        known = get(f"collections/{entry['id']}/queryables")["properties"]
        fields = {field.name for field in registry[entry["id"]].filter_fields}
        assert set(known) <= fields | {"geom"}
        assert get(f"collections/{entry['id']}/items", limit=1)["numberReturned"] <= 1


def test_pages_follow_each_other_by_links(get, province, load_demo):
    load_demo(SLUG)
    ids, path, options = [], f"collections/{SLUG}/items", {"limit": 400}
    while path:
        page = get(path, **options)
        ids += [feature["id"] for feature in page["features"]]
        links = {entry["rel"]: entry["href"] for entry in page["links"]}
        path, options = links.get("next", "").partition("/ogc/")[2], {}
    assert len(ids) == len(set(ids)) > 400
    assert ids == sorted(ids)


def test_boxes_and_filters_keep_the_right_features(get, province, load_demo):
    load_demo(SLUG)
    path = f"collections/{SLUG}/items"
    inside = get(path, bbox="105.7,19.7,105.9,19.9", limit=10_000)["features"]
    assert inside
    for feature in inside:
        lon, lat = feature["geometry"]["coordinates"]
        assert 105.7 <= lon <= 105.9
        assert 19.7 <= lat <= 19.9
    level = {"filter": "level = 'primary'", "filter-lang": "cql2-text"}
    kept = get(path, **level, limit=50)["features"]
    assert {feature["properties"]["level"] for feature in kept} == {"primary"}


@pytest.mark.parametrize(
    "options",
    [
        {"bbox": "1,2,3"},
        {"limit": "0"},
        {"limit": "x"},
        {"filter": "nothing = 1"},
        {"filter": "level ="},
        {"datetime": "yesterday"},
        {"levle": "primary"},
        {"crs": "http://www.opengis.net/def/crs/EPSG/0/3857"},
        {"f": "html"},
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(get, options):
    told = get(f"collections/{SLUG}/items", status=400, **options)
    assert told["status"] == 400
    assert told["detail"]


def test_nothing_is_shown_to_those_who_do_not_sign_in(client):
    assert client.get("/ogc/").status_code == 200
    for path in ("collections", f"collections/{SLUG}", f"collections/{SLUG}/items"):
        answer = client.get(f"/ogc/{path}")
        assert (answer.status_code, "WWW-Authenticate" in answer) == (401, True)


def test_features_of_other_units_and_other_layers_are_not_there(
    client, cast, province, load_demo, get
):
    load_demo(SLUG)
    page = get(f"collections/{SLUG}/items", limit=10_000)["features"]
    apps.get_model("accounts", "Scope").objects.create(
        user=cast["officer"], units=[999_999]
    )
    _key, text = apps.get_model("accounts", "ApiKey").issue(
        cast["officer"], "test", layers=[SLUG]
    )
    headers = {"Authorization": f"Bearer {text}"}
    listed = client.get("/ogc/collections", headers=headers).json()["collections"]
    assert [entry["id"] for entry in listed] == [SLUG]
    path = f"/ogc/collections/{SLUG}/items"
    if registry[SLUG].scope.kind != "open":
        assert client.get(path, headers=headers).json()["features"] == []
        address = f"{path}/{page[0]['id']}"
        assert client.get(address, headers=headers).status_code == 404
    zones = client.get("/ogc/collections/zones/items", headers=headers)
    assert zones.status_code == 404
