"""Web push: what the push service gets, what the browser can read, what comes back."""

from __future__ import annotations

import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import call_command
from django.utils import timezone

from gis_ioc.mobile import vapid
from gis_ioc.mobile.models import Subscription
from layers.core.delivery import Notice, send, working
from layers.core.delivery.models import Delivery, Outcome, State

pytestmark = pytest.mark.django_db


def tell(user: Any, **changed: Any) -> Delivery:
    given = {
        "key": "k1",
        "kind": "alert",
        "severity": "high",
        "subject": "Late boat",
        "body": "Master: Nguyen Van A, 0912345678",
        "short": "An alert waits for you.",
        "url": "/alerts/7/",
        "users": [user.pk],
        "channels": ["push"],
    }
    send(Notice(**{**given, **changed}))
    row = Delivery.objects.get(channel="push")
    working.work(row.pk)
    row.refresh_from_db()
    return row


def again(row: Delivery) -> None:
    Delivery.objects.filter(pk=row.pk).update(next_at=timezone.now())
    working.work(row.pk)
    row.refresh_from_db()


def test_the_browser_can_read_it_and_it_holds_no_personal_data(cast, browser, gateway):
    browser.subscribe(cast["operator"], f"{gateway.url}/push/abc")
    row = tell(cast["operator"])
    (asked,) = gateway.asked
    told = json.loads(browser.read(asked.body))
    assert told["title"] == "Late boat"
    assert told["body"] == "An alert waits for you."
    assert told["url"] == "https://ioc.example/alerts/7/"
    assert b"Nguyen" not in browser.read(asked.body)
    assert b"Late boat" not in asked.body
    assert asked.headers["content-encoding"] == "aes128gcm"
    assert asked.headers["urgency"] == "high"
    assert len(asked.headers["topic"]) == 32
    assert row.state == State.SENT


def test_the_push_service_can_verify_that_it_is_us(cast, browser, gateway):
    browser.subscribe(cast["operator"], f"{gateway.url}/push/abc")
    tell(cast["operator"])
    header = gateway.asked[0].headers["authorization"]
    scheme, _space, rest = header.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert (scheme, parts["k"]) == ("vapid", vapid.public_key())
    point = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), vapid.decode(parts["k"])
    )
    claims = jwt.decode(parts["t"], point, algorithms=["ES256"], audience=gateway.url)
    assert claims["sub"] == "mailto:duty@ioc.example"


def test_a_device_that_is_gone_is_forgotten_and_the_other_one_rings(
    cast, browser, gateway
):
    gone = browser.subscribe(cast["operator"], f"{gateway.url}/push/old")
    browser.subscribe(cast["operator"], f"{gateway.url}/push/new")
    gateway.will(410, b"gone")
    row = tell(cast["operator"])
    assert row.state == State.SENT
    assert not Subscription.objects.filter(pk=gone.pk).exists()
    outcomes = row.tries.exclude(target="").values_list("outcome", "code")
    assert set(outcomes) == {(Outcome.REFUSED, "410"), (Outcome.OK, "200")}


def test_without_any_device_left_the_next_channel_is_used(cast, browser, gateway, sms):
    user = cast["operator"]
    user.phone = "0912345678"
    user.save()
    browser.subscribe(user, f"{gateway.url}/push/old")
    gateway.will(404)
    row = tell(user)
    assert (row.state, row.attempts) == (State.FAILED, 1)
    assert Delivery.objects.filter(channel="sms").exists()


def test_a_service_that_is_busy_is_tried_again(cast, browser, gateway):
    browser.subscribe(cast["operator"], f"{gateway.url}/push/abc")
    gateway.will(429, retry_after="5")
    row = tell(cast["operator"])
    assert row.state == State.WAITING
    again(row)
    assert row.state == State.SENT
    assert len({asked.headers["topic"] for asked in gateway.asked}) == 1


def test_keys_that_are_none_are_refused_and_not_tried_again(cast, gateway):
    Subscription.objects.create(
        user=cast["operator"],
        endpoint=f"{gateway.url}/push/abc",
        p256dh="AAAA",
        auth="AAAA",
    )
    row = tell(cast["operator"])
    assert (row.state, gateway.asked) == (State.FAILED, [])


def test_a_demo_pushes_to_nobody(cast, browser, gateway, settings):
    settings.IOC_DEMO = True
    browser.subscribe(cast["operator"], "https://push.example/abc")
    row = tell(cast["operator"])
    assert (row.state, row.note) == (State.DELIVERED, "demo")


def test_the_service_worker_reports_that_it_was_shown_and_read(
    cast, browser, gateway, client
):
    browser.subscribe(cast["operator"], f"{gateway.url}/push/abc")
    row = tell(cast["operator"])
    token = json.loads(browser.read(gateway.asked[0].body))["token"]

    def say(what: str, text: str = token) -> int:
        body = {"token": text, "what": what}
        address = "/api/v1/push/seen"
        return client.post(address, body, content_type="application/json").status_code

    assert say("shown", "forged") == 404
    assert say("shown") == 200
    row.refresh_from_db()
    assert row.state == State.DELIVERED
    assert say("read") == 200
    row.refresh_from_db()
    assert row.state == State.READ
    inbox = Delivery.objects.get(channel="inapp")
    assert inbox.read_at is not None, "read on the phone is read"
    assert say("shown") == 200
    row.refresh_from_db()
    assert row.state == State.READ


def test_a_key_made_by_the_command_is_one(settings, capsys):
    call_command("vapid")
    settings.IOC_VAPID_KEY = capsys.readouterr().out.strip().partition("=")[2]
    assert len(vapid.decode(vapid.public_key())) == 65


def test_without_a_key_there_are_no_pushes(cast, browser, settings):
    settings.IOC_VAPID_KEY = ""
    browser.subscribe(cast["operator"], "https://push.example/abc")
    send(
        Notice(
            key="k",
            kind="alert",
            subject="x",
            users=[cast["operator"].pk],
            channels=["push"],
        )
    )
    assert list(Delivery.objects.values_list("channel", flat=True)) == ["inapp"]
