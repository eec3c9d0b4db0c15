"""Letters, webhooks, messengers, and what a demo keeps at home."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from layers.core.delivery import moment, send, working
from layers.core.delivery.models import (
    Attempt,
    Channel,
    Delivery,
    Message,
    Outcome,
    State,
)

from .helpers import again, notice, rows, run_all

pytestmark = pytest.mark.django_db


def test_a_letter_is_in_the_language_of_its_reader_with_local_time(
    operator, post_office
):
    operator.language = "en"
    operator.save()
    at = timezone.now().replace(year=2026, month=11, day=22, hour=17, minute=5)
    subject = gettext_lazy("Critical")
    send(
        notice(
            users=[operator.pk],
            channels=["email"],
            subject=subject,
            body=lambda: f"{subject} {moment(at)}",
        )
    )
    run_all()
    (letter,) = post_office.letters
    assert letter["Subject"] == "Critical"
    text = letter.get_payload(decode=True).decode()
    assert "Critical 00:05 23/11/2026" in text
    assert "https://ioc.example/alerts/1/" in text
    assert Message.objects.get().subject["vi"] != "Critical"


def test_a_letter_keeps_its_id_and_a_greylisted_one_is_tried_again(
    operator, post_office
):
    post_office.refusals.append("451 4.7.1 greylisted")
    send(notice(users=[operator.pk], channels=["email"]))
    run_all()
    (row,) = rows("email")
    assert (row.state, row.tries.get().code) == (State.WAITING, "451")
    again(row)
    assert row.state == State.SENT
    assert working.key_of(row) in post_office.letters[0]["Message-ID"]


def test_an_address_that_does_not_exist_is_not_tried_again(operator, post_office):
    post_office.refusals.append("550 5.1.1 no such user")
    send(notice(users=[operator.pk], channels=["email"]))
    run_all()
    (row,) = rows("email")
    assert (row.state, row.attempts) == (State.FAILED, 1)


def hook(gateway: Any, slug: str = "hook", **changed: Any) -> Channel:
    given = {"url": f"{gateway.url}/in", "secret": "${hook}", **changed}
    return Channel.objects.create(
        slug=slug, title="VOffice", kind="webhook", settings=given
    )


def test_a_webhook_is_signed_over_id_time_and_body(operator, gateway):
    hook(gateway)
    send(notice(users=[operator.pk]))
    run_all()
    (asked,) = gateway.asked
    signed = (
        f"{asked.headers['webhook-id']}.{asked.headers['webhook-timestamp']}.".encode()
        + asked.body
    )
    digest = hmac.new(b"hook-secret", signed, hashlib.sha256).digest()
    expected = f"v1,{base64.b64encode(digest).decode()}"
    assert asked.headers["webhook-signature"] == expected
    assert asked.json()["url"] == "https://ioc.example/alerts/1/"
    assert rows("hook")[0].state == State.DELIVERED


def test_a_webhook_hears_only_what_its_filter_lets_through(operator, gateway):
    hook(gateway, "grave", floor="critical")
    hook(gateway, "orders", kinds=["directive"])
    hook(gateway, "boats", layers=["boats"])
    send(notice("a", users=[operator.pk]))
    send(notice("b", users=[operator.pk], severity="critical"))
    send(notice("c", users=[operator.pk], kind="directive", layer="boats"))
    told = Delivery.objects.filter(recipient__startswith="endpoint:")
    assert sorted(told.values_list("channel", "message__key")) == [
        ("boats", "c"),
        ("grave", "b"),
        ("orders", "c"),
    ]


def test_addresses_inside_the_house_are_refused_unless_listed(
    operator, gateway, settings
):
    settings.IOC_INTERNAL_HOSTS = []
    hook(gateway)
    send(notice(users=[operator.pk]))
    run_all()
    (row,) = rows("hook")
    assert row.state == State.FAILED
    assert "IOC_INTERNAL_HOSTS" in row.note
    assert gateway.asked == []


def test_a_demo_keeps_everything_but_loopback_at_home(operator, gateway, settings):
    settings.IOC_DEMO = True
    hook(gateway)
    Channel.objects.create(
        slug="far",
        title="far",
        kind="webhook",
        settings={"url": "https://voffice.example/in", "secret": "${not_even_set}"},
    )
    send(notice(users=[operator.pk]))
    run_all()
    assert len(gateway.asked) == 1
    (far,) = rows("far")
    assert (far.state, far.note) == (State.DELIVERED, "demo")
    assert far.tries.get().outcome == Outcome.KEPT


def test_a_secret_that_is_not_set_fails_and_names_it(operator, sms, monkeypatch):
    monkeypatch.delenv("IOC_SECRET_SMS_TOKEN")
    send(notice(users=[operator.pk], channels=["sms"]))
    run_all()
    (row,) = rows("sms")
    assert row.state == State.FAILED
    assert "IOC_SECRET_SMS_TOKEN is not set" in row.note


def test_a_text_cannot_name_a_secret(operator, sms, gateway):
    gateway.usual = b'{"ok": true, "id": "m1"}'
    send(notice(users=[operator.pk], channels=["sms"], subject="boat ${sms_token}"))
    run_all()
    assert "${sms_token}" in gateway.asked[0].json()["text"]


def zns(gateway: Any) -> Channel:
    return Channel.objects.create(
        slug="zalo",
        title="Zalo",
        kind="chat",
        settings={
            "url": f"{gateway.url}/message/template",
            "headers": {"access_token": "${sms_token}"},
            "templates": {
                "alert": {
                    "id": "7895417a7d3f9461cd2e",
                    "parameters": {"what": "${subject}", "when": "${time}"},
                    "limit": 30,
                }
            },
        },
    )


def test_a_messenger_gets_template_and_parameters(operator, gateway):
    """Request and answer as https://developers.zalo.me describes them for ZNS."""
    zns(gateway)
    gateway.usual = b'{"error": 0, "message": "Success", "data": {"msg_id": "f75a"}}'
    send(notice(users=[operator.pk], channels=["zalo"]))
    run_all()
    (asked,) = gateway.asked
    body = asked.json()
    assert asked.headers["access_token"] == "very-secret-token"
    assert (body["phone"], body["template_id"]) == (
        "84912345678",
        "7895417a7d3f9461cd2e",
    )
    assert body["template_data"]["what"] == "Dissolved oxygen low"
    assert len(body["tracking_id"]) <= 48
    (row,) = rows("zalo")
    assert (row.state, row.external_id) == (State.SENT, "f75a")


def test_a_messenger_that_says_error_in_a_good_answer_did_not_take_it(
    operator, gateway
):
    zns(gateway)
    gateway.will(200, b'{"error": -124, "message": "Access token invalid"}')
    send(notice(users=[operator.pk], channels=["zalo"]))
    run_all()
    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.code) == (Outcome.RETRY, "-124")
    assert "Access token invalid" in attempt.error
