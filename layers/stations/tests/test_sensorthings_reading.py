"""SensorThings: what a path and its options give."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from layers.stations.models import Instrument, Judgement, Series

from .helpers import NOON, send, station, values

BASE = "/sta/v1.1"
ROOT = f"http://testserver{BASE}"


@pytest.fixture
def world(db):
    """Two stations; COD of the first has five values, one corrected, one replaced."""
    first = station("effluent", code="TH_ONE", unit_id=1, address="Commune A")
    second = station("air", code="TH_TWO", unit_id=2)
    probe = Instrument.objects.create(station=first, title="UV probe", make="Acme")
    cod = Series.objects.create(
        station=first, parameter="COD", unit="mg/L", instrument=probe
    )
    rows = [("COD", NOON + 300 * step, 40.0 + step) for step in range(5)]
    send(values(first, *rows, ("pH", NOON, 7.0), ("COD", NOON, 99.0, 1)))
    send(values(second, ("PM2.5", NOON, 12.0), ("PM2.5", NOON + 300, 13.0)))
    at = datetime.fromtimestamp(NOON + 300, UTC)
    Judgement.objects.update_or_create(
        series=cod, at=at, defaults={"flag": 3, "value": 50.0, "tests": {"spike": 3}}
    )
    return {"first": first, "second": second, "cod": cod, "probe": probe}


@pytest.fixture
def get(client, cast):
    """GET as somebody who sees the whole province."""
    client.force_login(cast["environment"])

    def read(path, status=200, **options):
        named = {name.replace("_", "$", 1): text for name, text in options.items()}
        answer = client.get(f"{BASE}/{path}", named)
        assert answer.status_code == status, answer.content
        if answer["Content-Type"].startswith("application/json"):
            return answer.json()
        return answer

    return read


def results(page):
    return [entry["result"] for entry in page["value"]]


def test_the_root_names_collections_and_what_is_kept_of_the_standard(client):
    told = client.get(BASE).json()
    assert [entry["name"] for entry in told["value"]] == [
        "Things", "Locations", "HistoricalLocations", "Datastreams", "Sensors",
        "ObservedProperties", "Observations", "FeaturesOfInterest",
    ]  # fmt: skip
    assert told["value"][0]["url"] == f"{ROOT}/Things"
    kept = told["serverSettings"]["conformance"]
    assert any(address.endswith("request-data/filter") for address in kept)


def test_a_thing_has_links_and_they_lead_on(world, get):
    thing = get(f"Things({world['first'].pk})")
    assert thing["@iot.selfLink"] == f"{ROOT}/Things({world['first'].pk})"
    assert thing["properties"]["code"] == "TH_ONE"
    link = thing["Datastreams@iot.navigationLink"]
    streams = get(link.removeprefix(f"{ROOT}/"))["value"]
    assert [entry["properties"]["symbol"] for entry in streams] == ["COD", "pH"]
    place = get(f"Things({world['first'].pk})/Locations")["value"][0]
    assert place["location"] == {"type": "Point", "coordinates": [105.8, 19.8]}


def test_a_datastream_says_unit_kind_and_span(world, get):
    stream = get(f"Datastreams({world['cod'].pk})")
    assert stream["unitOfMeasurement"] == {
        "name": "milligram per litre",
        "symbol": "mg/L",
        "definition": "http://unitsofmeasure.org/ucum#mg/L",
    }
    assert stream["observationType"].endswith("OM_Measurement")
    assert stream["phenomenonTime"] == "2026-11-20T12:00:00Z/2026-11-20T12:20:00Z"
    sensor = get(f"Datastreams({world['cod'].pk})/Sensor")
    assert sensor["name"] == "UV probe Acme"


def test_an_observation_is_what_counts_and_keeps_what_came(world, get):
    cod = world["cod"].pk
    page = get(f"Datastreams({cod})/Observations")
    assert results(page) == [99.0, 50.0, 42.0, 43.0, 44.0]
    first, second = page["value"][:2]
    assert first["@iot.id"] == cod * 2**32 + int(NOON)
    assert first["parameters"]["status"] == 1
    assert first["parameters"]["version"] == 2
    assert second["parameters"]["rawValue"] == 41.0
    assert second["resultQuality"]["result"] == 3
    assert second["resultQuality"]["tests"] == {"spike": 3}
    again = get(f"Observations({second['@iot.id']})")
    assert again["result"] == 50.0
    where = get(f"Observations({second['@iot.id']})/FeatureOfInterest")
    assert where["feature"]["coordinates"] == [105.8, 19.8]


def test_expansions_have_options_of_their_own_and_the_newest_value_is_cheap(
    world, get, django_assert_max_num_queries
):
    with django_assert_max_num_queries(14):
        page = get(
            "Things",
            _select="name",
            _orderby="id",
            _expand="Datastreams($select=name,properties;$orderby=id;"
            "$expand=Observations($top=1;$orderby=phenomenonTime desc;$select=result),"
            "ObservedProperty($select=name))",
        )
    first, second = page["value"]
    assert set(first) == {"name", "Datastreams"}
    newest = [entry["Observations"][0] for entry in first["Datastreams"]]
    assert newest == [{"result": 44.0}, {"result": 7.0}]
    assert second["Datastreams"][0]["ObservedProperty"] == {"name": "PM2.5"}


def test_the_newest_of_all_is_read_without_the_observations(world, get):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as caught:
        get("Datastreams", _select="id",
            _expand="Observations($top=1;$orderby=phenomenonTime desc)")  # fmt: skip
    asked = " ".join(query["sql"] for query in caught)
    assert "stations_latest" in asked
    assert "stations_observation" not in asked
    assert "stations_judged" not in asked


def test_pages_follow_each_other_and_nothing_is_missing_or_twice(world, get):
    for order in ("", "phenomenonTime desc", "phenomenonTime", "id desc", "result"):
        found, path, options = [], "Observations", {"_top": "3", "_orderby": order}
        page = get(path, **options)
        while True:
            found += [entry["@iot.id"] for entry in page["value"]]
            if "@iot.nextLink" not in page:
                break
            page = get(page["@iot.nextLink"].removeprefix(f"{ROOT}/"))
        assert len(found) == len(set(found)) == 8, order
        whole = [entry["@iot.id"] for entry in get(path, _orderby=order)["value"]]
        assert found == whole, order
        if order.startswith("id"):
            assert found == sorted(found, reverse=True)


def test_counts_are_exact_with_and_without_conditions(world, get):
    cod = world["cod"].pk
    assert get("Observations", _count="true", _top="0")["@iot.count"] == 8
    path = f"Datastreams({cod})/Observations"
    for text, count in (
        ("phenomenonTime ge 2026-11-20T12:05:00Z", 4),
        ("phenomenonTime gt 2026-11-20T12:05:00Z and phenomenonTime lt"
         " 2026-11-20T12:20:00Z", 2),
        ("result gt 42", 4),
        ("phenomenonTime le 2026-11-20T19:05:00+07:00", 2),
    ):  # fmt: skip
        assert get(path, _count="true", _filter=text)["@iot.count"] == count, text
    page = get("Datastreams", _expand="Observations($count=true;$top=1)")
    assert [e["Observations@iot.count"] for e in page["value"]] == [5, 1, 2]


def test_other_forms_hold_the_same_values(world, get):
    cod = world["cod"].pk
    path = f"Datastreams({cod})/Observations"
    (group,) = get(
        path, _resultFormat="dataArray", _select="phenomenonTime,result", _top="2"
    )["value"]
    assert group["components"] == ["phenomenonTime", "result"]
    assert group["dataArray"] == [
        ["2026-11-20T12:00:00Z", 99.0], ["2026-11-20T12:05:00Z", 50.0],
    ]  # fmt: skip
    text = get(path, _resultFormat="CSV", _select="id,result").content.decode()
    assert text.splitlines()[0] == "id,result"
    assert text.splitlines()[2].endswith(",50.0")
    found = get("Locations", _resultFormat="GeoJSON").json()
    assert found["features"][0]["geometry"]["coordinates"] == [105.8, 19.8]


def test_values_and_addresses_can_be_asked_for_alone(world, get):
    number = world["first"].pk
    assert get(f"Things({number})/name") == {"name": "Station TH_ONE"}
    answer = get(f"Things({number})/name/$value")
    assert answer.content == b"Station TH_ONE"
    assert get(f"Things({number})/properties/code") == {"code": "TH_ONE"}
    refs = get(f"Things({number})/Datastreams/$ref")["value"]
    assert refs[0] == {"@iot.selfLink": f"{ROOT}/Datastreams({world['cod'].pk})"}


def test_a_station_that_was_moved_has_its_old_place_in_history(world, get):
    from django.contrib.gis.geos import Point

    first = world["first"]
    first.geom = Point(105.9, 19.9, srid=4326)
    first.save()
    places = get(f"Things({first.pk})/HistoricalLocations", _expand="Locations")
    found = [e["Locations"][0]["location"]["coordinates"] for e in places["value"]]
    assert found == [[105.8, 19.8], [105.9, 19.9]]
    (now,) = get(f"Things({first.pk})/Locations")["value"]
    assert now["location"]["coordinates"] == [105.9, 19.9]


@pytest.mark.parametrize(
    "path",
    [
        "Nothings", "Things(999999)", "Things(1)/Nothing", "Things(x)", "Things/name",
        "Things(999999)/Datastreams", "Observations(1)/Datastream", "Things()",
        "Datastreams(1)/Thing(1)/name", "Things(1)(2)", "Things(99999999999999999999)",
        "Things(1)/properties/none",
    ],
)  # fmt: skip
def test_what_is_not_there_is_404_in_words(world, get, path):
    told = get(path, status=404)
    assert told["code"] == 404
    assert told["message"]
