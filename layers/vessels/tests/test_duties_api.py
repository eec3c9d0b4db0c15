"""The call log, lists and faults as the screens and machines use them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from layers.core.models import Event
from layers.vessels.models import Contact, DeviceFault, Provider

from .boats import registered

pytestmark = pytest.mark.django_db

AT = "2026-11-20T08:00:00+07:00"


def page(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(client: Client, path: str, **body: Any):  # type: ignore[no-untyped-def]
    return client.post(f"/api/v1/vessels/{path}", body, "application/json")


def test_a_call_is_logged_and_a_correction_leaves_it_as_it_was(cast: Any) -> None:
    client, boat = page(cast["fisheries"]), registered("TH-90001-TS")
    said = {"channel": "phone", "outcome": "no_answer", "number": "0900000001"}
    first = post(client, f"{boat.pk}/contacts", at=AT, **said).json()
    again = post(
        client, f"{boat.pk}/contacts", at=AT, channel="phone", outcome="reached",
        corrects_id=first["id"],
    )  # fmt: skip
    assert again.json()["corrects"] == first["id"]
    log = client.get(f"/api/v1/vessels/{boat.pk}/contacts").json()
    assert {entry["outcome"] for entry in log} == {"no_answer", "reached"}
    assert Event.objects.filter(kind="contact.logged", feature_id=boat.pk).count() == 2


def test_who_may_not_see_owners_sees_no_numbers_and_may_not_write(cast: Any) -> None:
    boat = registered("TH-90001-TS")
    post(
        page(cast["fisheries"]), f"{boat.pk}/contacts", channel="phone",
        outcome="reached", person="Owner", number="0900000001", text="0900000001",
    )  # fmt: skip
    client = page(cast["leader"])
    answer = client.get(f"/api/v1/vessels/{boat.pk}/contacts")
    assert "0900000001" not in answer.content.decode()
    assert answer.json()[0]["outcome"] == "reached"
    refused = post(client, f"{boat.pk}/contacts", channel="phone", outcome="reached")
    assert refused.status_code == 403
    assert Contact.objects.count() == 1


def test_a_vessel_outside_of_the_scope_does_not_exist(cast: Any) -> None:
    boat = registered("TH-90001-TS")
    for path in ("contacts", "fault"):
        answer = post(
            page(cast["officer"]), f"{boat.pk}/{path}", broken_at=AT,
            channel="phone", outcome="reached",
        )  # fmt: skip
        assert answer.status_code == 404
    assert not DeviceFault.objects.exists()


def test_what_makes_no_sense_is_refused_with_the_reason(cast: Any) -> None:
    client, boat = page(cast["fisheries"]), registered("TH-90001-TS")
    for path, body in (
        ("contacts", {"channel": "smoke", "outcome": "reached"}),
        ("fault/mend", {"at": AT}),
        ("fault", {"broken_at": "2099-01-01T00:00:00Z"}),
        ("positions", {"at": AT, "lon": 300, "lat": 19}),
    ):
        answer = post(client, f"{boat.pk}/{path}", **body)
        assert (answer.status_code, bool(answer.json()["detail"])) == (409, True)


def test_a_fault_is_declared_and_mended(cast: Any) -> None:
    client, boat = page(cast["fisheries"]), registered("TH-90001-TS")
    assert post(client, f"{boat.pk}/fault", broken_at=AT).status_code == 200
    mended = post(client, f"{boat.pk}/fault/mend", at="2026-11-20T10:00:00+07:00")
    assert mended.status_code == 200
    kinds = Event.objects.filter(feature_id=boat.pk).values_list("kind", flat=True)
    assert set(kinds) == {"device.broken", "device.mended"}


def test_staff_declare_an_outage_and_end_it(cast: Any) -> None:
    client = page(cast["fisheries"])
    Provider.objects.create(code="vnpt", title="VNPT")
    number = post(client, "outages", provider="vnpt", began_at=AT).json()["id"]
    (listed,) = client.get("/api/v1/vessels/outages").json()
    assert (listed["id"], listed["provider"]) == (number, "vnpt")
    later = "2026-11-20T10:00:00+07:00"
    assert post(client, f"outages/{number}/end", at=later).status_code == 200
    assert client.get("/api/v1/vessels/outages").json() == []
    assert post(client, f"outages/{number}/end", at=later).status_code == 409


def test_counts_and_lists_answer_and_an_unknown_list_names_those_there_are(
    cast: Any,
) -> None:
    client = page(cast["fisheries"])
    registered("TH-90001-TS", home_port="A")
    (line,) = client.get("/api/v1/vessels/fleet").json()
    assert (line["port"], line["together"], line["unknown"]) == ("A", 1, 1)
    for kind in ("silent_6h", "silent_10d", "beyond", "absent"):
        assert client.get(f"/api/v1/vessels/lists/{kind}").json() == []
    missing = client.get("/api/v1/vessels/lists/late")
    assert "silent_6h" in missing.json()["detail"]
    assert client.get("/api/v1/vessels/lists/beyond?at=today").status_code == 400


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("contacts", {"channel": "phone", "outcome": "reached", "text": "a\0b"}),
        ("contacts", {"channel": "phone", "outcome": "reached", "feature_id": 10**30}),
        ("positions", {"lon": 106.0, "lat": 19.0, "at": AT, "note": "a\0b"}),
    ],
)
def test_what_no_column_holds_is_refused_and_leaves_nothing(
    cast: Any, path: str, more: dict[str, Any]
) -> None:
    client, boat = page(cast["fisheries"]), registered("TH-90001-TS")
    answer = post(client, f"{boat.pk}/{path}", **more)
    assert answer.status_code == 400
    assert answer.json()["detail"]
    assert not Contact.objects.exists()
    assert not Event.objects.filter(feature_id=boat.pk).exists()


def test_a_wrong_year_accuses_nobody(cast: Any) -> None:
    client, boat = page(cast["fisheries"]), registered("TH-90001-TS")
    answer = post(client, f"{boat.pk}/fault", broken_at="2016-11-20T08:00:00+07:00")
    assert answer.status_code == 409
    assert not DeviceFault.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/vessels/lists/absent?at=0001-01-01T00:00:00Z",
        "/api/v1/tracks/playback?from=9999-12-31T00:00:00Z&to=9999-12-31T01:00:00Z",
        "/api/v1/search?q=a%00b",
        "/vessels/conflicts/?q=a%00b",
        "/vessels/list/?port=%00",
    ],
)
def test_values_beyond_all_bounds_are_refused_not_failed_at(
    cast: Any, address: str
) -> None:
    assert page(cast["fisheries"]).get(address).status_code == 400
