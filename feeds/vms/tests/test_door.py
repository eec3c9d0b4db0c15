"""The HTTP door: keys of a provider, durable before the answer, nothing twice."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from feeds.core import doors, drain, inbox
from feeds.core.models import Feed, FeedCount, InboxBatch, Quarantine
from feeds.vms import intake
from gis_ioc.accounts.models import ApiKey, User
from layers.vessels.identity import directory
from layers.vessels.models import Device, Position

pytestmark = pytest.mark.django_db
URL = "/api/v1/vms"


def report(**changes):
    at = datetime.now(UTC) - timedelta(minutes=5)
    return {
        "device": "VSS-1",
        "regNo": "TH-90001-TS",
        "lat": 19.51234,
        "lon": 106.21234,
        "at": at.replace(microsecond=0).isoformat(),
        "speed": 5.5,
        "course": 90,
        **changes,
    }


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    monkeypatch.setattr(intake, "wake", lambda feed_id: None)
    drain.forget()
    directory.forget()
    inbox._feed_id.cache_clear()


@pytest.fixture
def feed(cast) -> Feed:
    for code in ("vnpt", "other"):
        User.objects.create_user(f"machine-{code}")
        Feed.objects.create(
            slug=f"vms-{code}",
            kind="vms",
            title=code,
            config={"senders": [f"machine-{code}"]},
        )
    return Feed.objects.get(slug="vms-vnpt")


def client_of(code: str, **limits) -> Client:
    user = User.objects.get(username=f"machine-{code}")
    _key, text = ApiKey.issue(user, "door", **{"may_write": True, **limits})
    return Client(headers={"Authorization": f"Bearer {text}"})


def post(client: Client, body, provider="vnpt", content="application/json", **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.generic(
        "POST", f"{URL}/{provider}/positions", raw, content, headers=headers
    )


def counts() -> dict[str, int]:
    rows = FeedCount.objects.values_list("outcome", "reason", "lines")
    return {f"{o}:{r}".rstrip(":"): n for o, r, n in rows if n}


def test_a_position_is_durable_before_the_answer_and_stored_once(feed):
    client = client_of("vnpt")
    body = [report(), report(lat=95)]
    answer = post(client, body)
    assert answer.status_code == 202
    told = answer.json()
    assert (told["accepted"], told["refused_count"]) == (1, 1)
    assert told["refused"][0]["line"] == 2
    assert told["refused"][0]["reason"] == "out_of_range"
    assert InboxBatch.objects.get().lines == 2
    assert not Position.objects.exists()
    while drain.step(feed):
        pass
    (row,) = Position.objects.all()
    assert row.device.key == "vms:vnpt:VSS-1"
    assert (
        Device.objects.get(key="vms:vnpt:VSS-1").reports.get().content["registration"]
        == "TH-90001-TS"
    )
    assert counts() == {"accepted": 1, "rejected:out_of_range": 1}
    post(client, body)
    while drain.step(feed):
        pass
    assert Position.objects.count() == 1
    assert counts() == {"accepted": 1, "duplicate": 1, "rejected:out_of_range": 2}


def test_a_provider_cannot_send_as_another_nor_read_its_refusals(feed):
    other = client_of("other")
    assert post(other, report()).status_code == 403
    assert other.get(f"{URL}/vnpt/refused").status_code == 403
    assert post(client_of("vnpt", may_write=False), report()).status_code == 403
    assert post(Client(), report()).status_code == 401
    assert post(other, report(), provider="nobody").status_code == 404
    assert not InboxBatch.objects.exists()


def test_the_provider_sees_what_was_refused(feed):
    client = client_of("vnpt")
    assert post(client, [report(at="yesterday")]).status_code == 400
    while drain.step(feed):
        pass
    told = client.get(f"{URL}/vnpt/refused").json()
    assert told["counts"] == {"rejected:bad_time": 1}
    assert told["refused"][0]["line_no"] == 1
    assert "yesterday" in told["refused"][0]["detail"]
    assert Quarantine.objects.count() == 1


def test_naf_and_national_text_come_to_the_same_address(feed):
    client = client_of("vnpt")
    now = datetime.now(UTC) - timedelta(minutes=5)
    good = (
        f"//SR//FR/ESP//TM/POS//SQ/7//IR/VNMZ1//DA/{now:%Y%m%d}//TI/{now:%H%M}"
        "//LT/19.500//LG/106.300//ER//"
    )
    answer = post(client, f"{good}//SR//TM/POS//ER//".encode(), content="text/plain")
    assert answer.status_code == 202
    first, second = answer.content.decode().splitlines()
    assert "//AD/ESP//" in first
    assert "//SQ/7//" in first
    assert "//RS/ACK//" in first
    assert "//RS/NAK//RE/104//" in second
    line = f"POS,1,B1,{now:%H%M%S},A,1930.0000,N,10618.0000,E,3.0,9.0,{now:%d%m%y}"
    assert post(client, line.encode(), content="text/plain").json()["accepted"] == 1
    while drain.step(feed):
        pass
    assert Position.objects.count() == 2


def test_gzip_is_unpacked_and_a_bomb_is_not(feed, monkeypatch):
    client = client_of("vnpt")
    packed = gzip.compress(json.dumps(report()).encode())
    told = post(client, packed, **{"Content-Encoding": "gzip"})
    assert told.json()["accepted"] == 1
    assert post(client, b"{}", **{"Content-Encoding": "gzip"}).status_code == 415
    monkeypatch.setattr(doors, "MAX_UNPACKED", 1_000)
    bomb = gzip.compress(b" " * 10_000)
    assert post(client, bomb, **{"Content-Encoding": "gzip"}).status_code == 413
    monkeypatch.setattr(doors, "MAX_BYTES", 10)
    assert post(client, report()).status_code == 413


def test_too_many_requests_a_minute_are_told_to_wait(feed, settings):
    settings.IOC_VMS_RATE = 2
    client = client_of("vnpt")
    found = [post(client, report()).status_code for _n in range(5)]
    # the minute may turn between two of them
    assert found[:2] == [202, 202]
    assert 429 in found


def test_fisheries_staff_upload_a_table_twice_and_others_may_not(feed, cast):
    at = datetime.now(UTC) - timedelta(hours=1)
    text = f"Mã thiết bị,Thời gian,Vĩ độ,Kinh độ\nV1,{at.isoformat()},19.51,106.21\n"
    staff = Client()
    staff.force_login(cast["fisheries"])
    page = staff.get(f"{URL}/upload")
    assert page.status_code == 200
    assert 'value="vnpt"' in page.content.decode()
    token = page.cookies["csrftoken"].value
    for _time in range(2):
        file = SimpleUploadedFile("vi-tri.csv", text.encode())
        answer = staff.post(
            f"{URL}/vnpt/files", {"file": file}, headers={"X-CSRFToken": token}
        )
        assert answer.status_code == 202, answer.content
    while drain.step(feed):
        pass
    assert Position.objects.count() == 1
    assert counts() == {"accepted": 1, "duplicate": 1}
    other = Client()
    other.force_login(cast["environment"])
    file = SimpleUploadedFile("vi-tri.csv", text.encode())
    assert other.post(f"{URL}/vnpt/files", {"file": file}).status_code == 403
    assert other.get(f"{URL}/upload").status_code == 403


def test_an_sos_is_stored_as_distress_and_told_at_once(feed):
    from layers.core.models import Event

    client = client_of("vnpt")
    post(client, report(sos=True))
    while drain.step(feed):
        pass
    assert Position.objects.get().status == 14
    assert Event.objects.filter(kind="distress.heard").count() == 1
