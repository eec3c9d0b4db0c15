"""SensorThings: nobody sees a station outside of their scope, by any path."""

from __future__ import annotations

from datetime import date

import pytest

from gis_ioc.accounts.models import ApiKey, Scope
from layers.stations.models import Series
from layers.stations.sensorthings.entities import ALL

from .helpers import NOON, send, station, values

BASE = "/sta/v1.1"
EXPANSIONS = {
    "Things": "Locations,HistoricalLocations,Datastreams($expand=Observations)",
    "Locations": "Things($expand=Datastreams),HistoricalLocations($expand=Thing)",
    "HistoricalLocations": "Thing,Locations",
    "Datastreams": "Thing,Sensor,ObservedProperty($expand=Datastreams),"
    "Observations($top=1;$orderby=phenomenonTime desc)",
    "Sensors": "Datastreams($expand=Thing)",
    "ObservedProperties": "Datastreams($expand=Thing,Observations($count=true))",
    "Observations": "Datastream($expand=Thing),FeatureOfInterest",
    "FeaturesOfInterest": "Observations($expand=Datastream)",
}


@pytest.fixture
def two(province):
    """Stations of two communes, the same parameter in both."""
    communes = sorted(province.codes("commune", date(2026, 11, 20)).values())[:2]
    mine, theirs = (
        station("effluent", code=f"TH_{name}", title=name, unit_id=unit)
        for name, unit in zip(("MINE", "THEIRS"), communes, strict=True)
    )
    for place in (mine, theirs):
        send(values(place, ("COD", NOON, 40.0), ("COD", NOON + 300, 41.0)))
    return mine, theirs


@pytest.fixture
def officer(two, cast, client):
    """Somebody of the first commune."""
    Scope.objects.create(user=cast["officer"], units=[two[0].unit_id])
    client.force_login(cast["officer"])
    return cast["officer"]


@pytest.mark.parametrize("entity", ALL, ids=lambda entity: entity.plural)
def test_collections_and_expansions_hold_only_what_is_ours(
    two, officer, client, entity
):
    expand = EXPANSIONS[entity.plural]
    page = client.get(f"{BASE}/{entity.plural}", {"$expand": expand, "$count": "true"})
    assert page.status_code == 200
    text = page.content.decode()
    assert "THEIRS" not in text
    assert page.json()["@iot.count"] == len(page.json()["value"]) > 0
    theirs = Series.objects.get(station=two[1])
    assert f"Datastreams({theirs.pk})" not in text


@pytest.mark.parametrize("entity", ALL, ids=lambda entity: entity.plural)
def test_what_is_not_ours_cannot_be_addressed(two, officer, client, cast, entity):
    client.force_login(cast["environment"])
    page = client.get(f"{BASE}/{entity.plural}").json()["value"]
    client.force_login(officer)
    mine = client.get(f"{BASE}/{entity.plural}").json()["value"]
    hidden = {entry["@iot.id"] for entry in page} - {e["@iot.id"] for e in mine}
    assert hidden or entity.plural == "ObservedProperties"
    for number in hidden:
        address = f"{BASE}/{entity.plural}({number})"
        assert client.get(address).status_code == 404
        assert client.get(f"{address}/$ref").status_code == 404
        for link in entity.links:
            assert client.get(f"{address}/{link}").status_code == 404


def test_filters_and_orders_cannot_look_beyond_the_scope(two, officer, client):
    theirs = Series.objects.get(station=two[1]).pk
    for path, text in (
        ("Things", "Datastreams/Thing/name eq 'THEIRS'"),
        ("ObservedProperties", "Datastreams/Thing/name eq 'THEIRS'"),
        ("ObservedProperties", f"Datastreams/id eq {theirs}"),
        ("Observations", f"Datastream/id eq {theirs}"),
        ("Observations", "FeatureOfInterest/name eq 'THEIRS'"),
        ("Observations", f"id ge {theirs * 2**32}"),
    ):
        page = client.get(f"{BASE}/{path}", {"$filter": text, "$count": "true"}).json()
        assert (page["value"], page["@iot.count"]) == ([], 0), text


def test_a_token_leads_nowhere_outside_of_the_scope(two, officer, client):
    theirs = Series.objects.get(station=two[1]).pk
    page = client.get(f"{BASE}/Observations", {"$skiptoken": f"{theirs}.0"}).json()
    assert page["value"] == []


def test_without_sign_in_there_is_nothing_but_the_root(two, client):
    assert client.get(BASE).status_code == 200
    for entity in ALL:
        assert client.get(f"{BASE}/{entity.plural}").status_code == 401
    wrong = {"Authorization": "Bearer ioc_wrong"}
    assert client.get(f"{BASE}/Things", headers=wrong).status_code == 401


def test_a_key_without_the_layer_sees_nothing(two, client, cast):
    _key, text = ApiKey.issue(cast["environment"], "test", layers=["zones"])
    headers = {"Authorization": f"Bearer {text}"}
    page = client.get(f"{BASE}/Things", headers=headers).json()
    assert page["value"] == []
    assert client.get(f"{BASE}/Things({two[0].pk})", headers=headers).status_code == 404
