"""Open311: a report from the POST to the map, each once, nothing lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from urllib.parse import urlencode

import orjson
import pytest
from django.apps import apps
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some

from feeds.core import drain, inbox
from feeds.core.models import Feed, FeedCount, InboxBatch, Quarantine
from feeds.open311 import intake
from feeds.open311.reading import Unreadable, entries, read, request_id
from fixtures import Demo
from gis_ioc.accounts.models import ApiKey
from layers.citizen_reports import services
from layers.citizen_reports.models import CitizenReport
from layers.core import units
from layers.core.spec import by_role

URL = "/api/v1/open311/v2"
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
GOOD = {
    "service_code": "waste",
    "lat": "19.81",
    "long": "105.78",
    "description": "Rubbish at the corner",
    "first_name": "Of The Test",
    "last_name": "Reporter",
    "phone": "0000123456",
}


@pytest.fixture
def province(db) -> None:
    module = apps.get_app_config(by_role(units.ROLE).app_label).module
    import_module(f"{module.__name__}.demo").load(Demo())
    units.tree.forget()
    drain.forget()
    inbox._feed_id.cache_clear()


@pytest.fixture
def sender(cast, province, monkeypatch):
    """A client with a key that may write; drains by hand, no broker needed."""
    monkeypatch.setattr(intake, "wake", lambda feed_id: None)
    _key, text = ApiKey.issue(cast["operator"], "app", may_write=True)
    return Client(headers={"Authorization": f"Bearer {text}"})


def post(client: Client, fields: dict | None = None, **headers):
    return client.post(
        f"{URL}/requests.json",
        urlencode(GOOD if fields is None else fields),
        content_type="application/x-www-form-urlencoded",
        headers=headers,
    )


def drain_all() -> None:
    feed = Feed.of_kind("open311")
    while drain.step(feed):
        pass


def counts() -> dict[tuple[str, str], int]:
    return {(c.outcome, c.reason): c.lines for c in FeedCount.objects.all() if c.lines}


def test_a_form_becomes_a_report_under_the_id_that_was_answered(sender):
    answer = post(sender)
    assert answer.status_code == 201
    (entry,) = answer.json()
    assert not CitizenReport.objects.exists()
    assert InboxBatch.objects.get().state == InboxBatch.State.NEW
    drain_all()
    report = CitizenReport.objects.get()
    assert report.external_id == entry["service_request_id"]
    assert report.source.startswith("open311:ioc_")
    assert report.reporter_name == "Reporter Of The Test"
    assert report.unit_id is not None
    assert InboxBatch.objects.get().state == InboxBatch.State.DONE
    assert counts() == {("accepted", ""): 1}


def test_json_is_taken_as_well(sender):
    body = {**GOOD, "lat": 19.81, "long": 105.78}
    answer = sender.post(f"{URL}/requests.json", body, content_type="application/json")
    assert answer.status_code == 201
    drain_all()
    assert CitizenReport.objects.count() == 1


def test_a_sender_that_asks_again_makes_no_second_report(sender):
    first = post(sender, {**GOOD, "description": "a"}, **{"Idempotency-Key": "k-1"})
    again = post(sender, {**GOOD, "description": "a"}, **{"Idempotency-Key": "k-1"})
    other = post(sender, {**GOOD, "description": "a"}, **{"Idempotency-Key": "k-2"})
    assert first.json() == again.json() != other.json()
    drain_all()
    assert CitizenReport.objects.count() == 2
    assert counts() == {("accepted", ""): 2, ("duplicate", ""): 1}


def test_a_bad_request_is_answered_with_its_reason_and_kept(sender):
    answer = post(sender, {**GOOD, "service_code": "moon"})
    assert answer.status_code == 400
    assert answer.json()[0]["description"].startswith("unknown_service")
    drain_all()
    line = Quarantine.objects.get()
    assert (line.reason, line.detail) == ("unknown_service", "moon")
    assert "moon" in line.raw
    assert counts() == {("rejected", "unknown_service"): 1}
    assert not CitizenReport.objects.exists()


def test_a_list_of_another_system_is_read_entry_by_entry(sender):
    listed = [
        {**GOOD, "service_request_id": "X-1", "requested_datetime": NOW.isoformat()},
        {**GOOD, "service_request_id": "X-2", "lat": "91"},
        {**GOOD, "service_request_id": "X-1"},
        "no mapping",
    ]
    answer = sender.post(
        f"{URL}/requests.json", orjson.dumps(listed), content_type="application/json"
    )
    assert [e["service_request_id"] for e in answer.json()] == ["X-1", "X-1"]
    drain_all()
    assert CitizenReport.objects.get().requested_at == NOW
    assert counts() == {
        ("accepted", ""): 1,
        ("duplicate", ""): 1,
        ("rejected", "outside"): 1,
        ("rejected", "no_description"): 1,
    }
    batch = InboxBatch.objects.get()
    assert batch.lines == 4
    assert batch.event_to is not None


def test_a_crash_between_inbox_and_map_loses_and_repeats_nothing(sender, monkeypatch):
    post(sender)
    with monkeypatch.context() as broken:
        broken.setattr(services, "_row", None)
        with pytest.raises(TypeError):
            drain.step(Feed.of_kind("open311"))
    assert not CitizenReport.objects.exists()
    assert InboxBatch.objects.get().state == InboxBatch.State.NEW


def test_without_a_key_that_may_write_nothing_is_stored(cast, province):
    _key, text = ApiKey.issue(cast["operator"], "reader")
    _key, blind = ApiKey.issue(
        cast["operator"], "blind", may_write=True, layers=["elsewhere"]
    )
    for headers in (
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Bearer {text}"},
        {"Authorization": f"Bearer {blind}"},
    ):
        assert post(Client(headers=headers)).status_code in (401, 403)
    session = Client()
    session.force_login(cast["operator"])
    assert post(session).status_code == 403
    assert not InboxBatch.objects.exists()


def test_too_large_a_body_is_refused(sender):
    answer = post(sender, {**GOOD, "description": "x" * 300_000})
    assert answer.status_code == 413
    assert not InboxBatch.objects.exists()


def test_the_status_can_be_asked_and_names_nobody(sender):
    name = post(sender).json()[0]["service_request_id"]
    assert sender.get(f"{URL}/requests/{name}.json").status_code == 404
    drain_all()
    shown = sender.get(f"{URL}/requests/{name}.json")
    (entry,) = shown.json()
    assert entry["status"] == "open"
    assert (entry["lat"], entry["long"]) == (19.81, 105.78)
    for word in ("Reporter", "0000123456"):
        assert word not in shown.content.decode()
    listed = sender.get(f"{URL}/requests.json?status=open&service_code=waste").json()
    assert [e["service_request_id"] for e in listed] == [name]
    assert sender.get(f"{URL}/requests.json?status=closed").json() == []
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat().replace("+", "%2B")
    assert sender.get(f"{URL}/requests.json?start_date={later}").json() == []


def test_services_are_those_that_are_taken_in(sender):
    listed = sender.get(f"{URL}/services.json").json()
    assert {"waste", "road", "fire"} <= {entry["service_code"] for entry in listed}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"description": " "}, "no_description"),
        ({"service_code": ""}, "unknown_service"),
        ({"lat": ""}, "no_position"),
        ({"lat": "nan"}, "no_position"),
        ({"lat": "105.78", "long": "19.81"}, "outside"),
        ({"requested_datetime": "yesterday"}, "bad_time"),
        ({"requested_datetime": "2027-01-01T00:00:00Z"}, "time_ahead"),
    ],
)
def test_what_is_wrong_is_named(change, reason):
    with pytest.raises(Unreadable) as caught:
        read({**GOOD, **change}, source="s", own_id="1", received_at=NOW)
    assert caught.value.reason == reason


def test_only_web_addresses_become_photos():
    photos = ["https://example.org/1.jpg", "javascript:alert(1)", 7]
    entry = {**GOOD, "media_url": photos}
    report = read(entry, source="s", own_id="1", received_at=NOW)
    assert report.photos == ("https://example.org/1.jpg",)


def test_ids_belong_to_their_sender():
    assert request_id("a", b"x") == request_id("a", b"x")
    assert request_id("a", b"x") != request_id("b", b"x")
    assert request_id("a", b"x", "k") == request_id("a", b"y", "k")


@given(some.binary(max_size=400), some.sampled_from(["", "application/json"]))
def test_any_bytes_are_read_or_refused_by_name(body, content_type):
    try:
        for entry in entries(body, content_type):
            read(entry, source="s", own_id="1", received_at=NOW)
    except Unreadable as bad:
        assert bad.reason  # noqa: PT017  (bytes may also be a request)
