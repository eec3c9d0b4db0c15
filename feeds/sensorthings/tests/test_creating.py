"""Observations that programs create over HTTP."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta

import orjson
import pytest
from django.utils import timezone

from feeds.core import drain, inbox
from feeds.core.models import Feed, FeedCount, InboxBatch, Quarantine
from gis_ioc.accounts.models import ApiKey, Scope
from layers.stations.models import Observation
from layers.stations.tests.helpers import NOON

BASE = "/sta/v1.1"
AT = "2026-11-20T12:00:00Z"


@pytest.fixture
def post(client, key_of):
    """POST JSON with a key of the environment staff, or with other headers."""
    staff = key_of("environment")

    def send(path, body, headers=staff):
        text = body if isinstance(body, bytes | str) else orjson.dumps(body)
        return client.post(
            f"{BASE}/{path}", text, content_type="application/json", headers=headers
        )

    return send


def drained() -> Feed:
    feed = Feed.objects.get(slug="sensorthings")
    drain.forget()
    assert not drain.drain(feed.pk)
    return feed


def entity(place, **facts):
    told = {
        "phenomenonTime": AT,
        "result": 41.5,
        "Datastream": {"@iot.id": place.cod.pk},
    }
    return told | facts


def test_a_created_observation_is_answered_when_it_is_durable_and_then_found(
    place, post, client, key_of
):
    answer = post("Observations", entity(place))
    assert answer.status_code == 201
    assert InboxBatch.objects.get().state == InboxBatch.State.NEW
    drained()
    number = place.cod.pk * 2**32 + int(NOON)
    assert answer["Location"] == f"http://testserver{BASE}/Observations({number})"
    found = client.get(answer["Location"], headers=key_of("environment")).json()
    assert (found["@iot.id"], found["result"]) == (number, 41.5)
    assert found["phenomenonTime"] == AT


def test_the_same_message_twice_is_one_value_and_a_later_one_a_new_version(place, post):
    for result in (41.5, 41.5, 42.0):
        assert post("Observations", entity(place, result=result)).status_code == 201
    assert InboxBatch.objects.count() == 2
    drained()
    rows = Observation.objects.order_by("version").values_list("version", "value")
    assert list(rows) == [(1, 41.5), (2, 42.0)]


def test_under_a_datastream_it_needs_no_datastream_and_a_status_is_kept(place, post):
    told = {"phenomenonTime": AT, "result": "7,5", "parameters": {"status": "01"}}
    answer = post(f"Datastreams({place.cod.pk})/Observations", told)
    assert answer.status_code == 201
    drained()
    assert Observation.objects.values_list("value", "status").get() == (7.5, 1)


def test_an_array_names_an_address_or_an_error_for_every_row(place, post):
    rows = [[AT, 1.0], ["2026-11-20 12:05", 2.0], ["2026-11-20T12:10:00+07:00", 3]]
    group = {
        "Datastream": {"@iot.id": place.cod.pk},
        "components": ["phenomenonTime", "result"],
        "dataArray@iot.count": 3,
        "dataArray": rows,
    }
    other = group | {"Datastream": {"@iot.id": 999_999}, "dataArray": [[AT, 9]]}
    answer = post("CreateObservations", [group, other])
    assert answer.status_code == 201
    first, second, third, fourth = answer.json()
    assert first.endswith(f"Observations({place.cod.pk * 2**32 + int(NOON)})")
    assert second.startswith("error: bad_time")
    assert "zone" in second
    assert third.startswith("http")
    assert fourth.startswith("error: unknown_datastream")
    drained()
    assert Observation.objects.count() == 2
    reasons = Quarantine.objects.order_by("line_no").values_list("line_no", "reason")
    assert list(reasons) == [(2, "bad_time"), (4, "unknown_datastream")]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"result": "much"}, "no_number"),
        ({"result": None}, "no_number"),
        ({"result": True}, "no_number"),
        ({"result": 1e300}, "no_number"),
        ({"phenomenonTime": "yesterday"}, "bad_time"),
        ({"phenomenonTime": "2026-11-20T12:00:00"}, "bad_time"),
        ({"phenomenonTime": "1899-11-20T12:00:00Z"}, "bad_time"),
        ({"Datastream": {"@iot.id": 999_999}}, "unknown_datastream"),
        ({"Datastream": {"@iot.id": "1"}}, "unknown_datastream"),
        ({"Datastream": {}}, "unknown_datastream"),
        ({"parameters": {"status": 7}}, "bad_status"),
    ],
)
def test_what_cannot_be_taken_is_refused_at_once_with_its_reason(
    place, post, facts, reason
):
    answer = post("Observations", entity(place, **facts))
    assert answer.status_code == 400
    assert answer.json()["message"].startswith(reason)
    assert not InboxBatch.objects.exists()


def test_a_time_that_lies_ahead_is_refused(place, post):
    ahead = (timezone.now() + timedelta(hours=2)).isoformat()
    answer = post("Observations", entity(place, phenomenonTime=ahead))
    assert answer.status_code == 400
    assert "future_time" in answer.json()["message"]


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', "null", "{}", "\xff"])
def test_a_body_that_is_no_observation_is_refused(place, post, body):
    assert post("Observations", body).status_code == 400


def test_without_a_time_it_is_about_now(place, post):
    told = entity(place)
    del told["phenomenonTime"]
    for _time in range(2):
        assert post("Observations", told).status_code == 201
    drained()
    ages = [
        timezone.now() - at for at in Observation.objects.values_list("at", flat=True)
    ]
    assert ages
    assert all(age < timedelta(minutes=1) for age in ages)


def test_only_a_key_that_may_write_of_somebody_who_may_edit_stations_creates(
    place, post, client, cast, key_of
):
    told = entity(place)
    assert post("Observations", told, {}).status_code == 401
    client.force_login(cast["environment"])
    assert post("Observations", told, {}).status_code == 401
    for headers in (
        key_of("environment", may_write=False),
        key_of("environment", layers=["zones"]),
        key_of("leader"),
        key_of("outsider"),
    ):
        assert post("Observations", told, headers).status_code == 403
    assert not InboxBatch.objects.exists()


def test_a_sender_named_in_the_settings_of_the_feed_may_create(place, post, key_of):
    Feed.of_kind("sensorthings")
    Feed.objects.update(config={"senders": ["leader"]})
    assert post("Observations", entity(place), key_of("leader")).status_code == 201
    Feed.objects.update(enabled=False)
    assert post("Observations", entity(place), key_of("leader")).status_code == 404


def test_the_key_may_be_the_password_of_basic_for_json_only(place, client, cast):
    _key, text = ApiKey.issue(cast["environment"], "test", may_write=True)
    basic = {"Authorization": "Basic " + b64encode(f"ioc:{text}".encode()).decode()}
    body = orjson.dumps(entity(place))
    form = client.post(f"{BASE}/Observations", body, "text/plain", headers=basic)
    assert form.status_code in (401, 403)
    json = client.post(f"{BASE}/Observations", body, "application/json", headers=basic)
    assert json.status_code == 201
    assert client.get(f"{BASE}/Things", headers=basic).status_code == 200


def test_stations_of_another_unit_do_not_exist_for_a_sender(place, post, cast, key_of):
    Scope.objects.filter(user=cast["environment"]).update(all_units=False, units=[7])
    answer = post("Observations", entity(place), key_of("environment"))
    assert answer.status_code == 400
    assert "unknown_datastream" in answer.json()["message"]
    path = f"Datastreams({place.cod.pk})/Observations"
    assert post(path, {"result": 1}, key_of("environment")).status_code == 404


def test_other_things_and_other_methods_are_refused_in_words(
    place, post, client, key_of
):
    answer = post("Things", {"name": "x"})
    assert answer.status_code == 405
    assert "only Observations" in answer.json()["message"]
    answer = client.delete(f"{BASE}/Things(1)", headers=key_of("environment"))
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")


def test_nothing_is_acknowledged_that_is_not_durable(place, post, monkeypatch):
    def away(batches):
        raise OSError("database away")

    monkeypatch.setattr(inbox, "store", away)
    with pytest.raises(OSError, match="database away"):
        post("Observations", entity(place))


def test_rows_of_a_logger_are_taken_or_refused_one_by_one(place, client, key_of):
    rows = [
        {"symbol": "COD", "value": 40, "unit": "mg/l", "at": AT, "status": "00"},
        {"symbol": "PM2,5", "value": "12,5", "at": AT},
        {"symbol": "COD", "value": None, "at": "2026-11-20T12:05:00Z"},
        {"symbol": "COD", "value": 1, "unit": "ppm", "at": AT},
        {"symbol": "Xyz", "value": 1, "at": AT},
        {"symbol": "COD", "value": 1},
        7,
    ]
    address = "/api/v1/stations/TH_ONE/observations"
    for _time in range(2):
        answer = client.post(
            address, orjson.dumps(rows), "application/json",
            headers=key_of("environment"),
        )  # fmt: skip
        told = answer.json()
        assert (answer.status_code, told["accepted"]) == (202, 3)
    reasons = [(bad["row"], bad["reason"]) for bad in told["refused"]]
    assert reasons == [
        (4, "other_unit"), (5, "unknown_symbol"), (6, "bad_time"), (7, "no_object"),
    ]  # fmt: skip
    drained()
    assert Observation.objects.count() == 3
    counted = FeedCount.objects.filter(outcome="accepted").values_list(
        "lines", flat=True
    )
    assert sum(counted) == 3
    answer = client.post(
        "/api/v1/stations/TH_NONE/observations", orjson.dumps(rows[:1]),
        "application/json", headers=key_of("environment"),
    )  # fmt: skip
    assert answer.status_code == 400
    assert answer.json()["refused"][0]["reason"] == "unknown_station"
