"""From a notice to receipts, over servers that really listen."""

from __future__ import annotations

import base64
import hashlib
import hmac
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from layers.core.delivery import Notice, moment, send, settling, working
from layers.core.delivery.contract import Report
from layers.core.delivery.models import (
    Attempt,
    Channel,
    Delivery,
    Message,
    Outcome,
    State,
)
from layers.core.units import Contact

pytestmark = pytest.mark.django_db


def notice(key: str = "k1", **changed: Any) -> Notice:
    given = {
        "key": key,
        "kind": "alert",
        "severity": "high",
        "subject": "Dissolved oxygen low",
        "body": "2.1 mg/l at the bridge",
        "url": "/alerts/1/",
    }
    return Notice(**{**given, **changed})


@pytest.fixture
def operator(cast: Any) -> Any:
    user = cast["operator"]
    user.phone, user.email = "0912 345 678", "operator@ioc.example"
    user.save()
    return user


def rows(channel: str) -> list[Delivery]:
    return list(Delivery.objects.filter(channel=channel).order_by("pk"))


def run_all() -> None:
    """What worker and sweeper would do now."""
    for pk in working.due():
        working.work(pk)


def again(row: Delivery) -> None:
    """The time of the next attempt has come."""
    rows = Delivery.objects.filter(pk=row.pk, next_at__isnull=False)
    rows.update(next_at=timezone.now())
    working.work(row.pk)
    row.refresh_from_db()


def test_a_notice_sent_twice_is_told_once(operator, sms, gateway):
    gateway.usual = b'{"ok": true, "id": "m1"}'
    first = send(notice(users=[operator.pk], channels=["sms"]))
    run_all()
    second = send(notice(users=[operator.pk], channels=["sms"]))
    run_all()
    assert first == second
    assert Message.objects.count() == 1
    assert len(gateway.asked) == 1


def test_a_recipient_added_later_is_told_as_well(cast, operator, sms, gateway):
    send(notice(users=[operator.pk]))
    ids = send(notice(users=[operator.pk, cast["leader"].pk]))
    told = set(Delivery.objects.filter(pk__in=ids).values_list("recipient", flat=True))
    assert told == {f"user:{operator.pk}", f"user:{cast['leader'].pk}"}
    assert Message.objects.count() == 1


def test_nothing_is_told_when_the_transaction_fails(operator):
    with suppress(RuntimeError), transaction.atomic():
        send(notice(users=[operator.pk]))
        raise RuntimeError
    assert not Message.objects.exists()


def test_a_text_message_goes_to_the_gateway_with_its_secret(operator, sms, gateway):
    gateway.usual = b'{"ok": true, "id": "m1"}'
    send(notice(users=[operator.pk], channels=["sms"]))
    run_all()
    (asked,) = gateway.asked
    assert asked.headers["authorization"] == "Bearer very-secret-token"
    assert asked.json()["to"] == "84912345678"
    assert asked.json()["text"] == "Dissolved oxygen low. 2.1 mg/l at the bridge"
    (row,) = rows("sms")
    assert (row.state, row.external_id, row.parts) == (State.SENT, "m1", 1)


def test_a_broken_gateway_is_tried_again_with_the_same_key(operator, sms, gateway):
    gateway.will(503, b"overloaded very-secret-token", retry_after="40")
    gateway.will(200, b'{"ok": true, "id": "m1"}')
    send(notice(users=[operator.pk], channels=["sms"]))
    run_all()
    (row,) = rows("sms")
    assert row.state == State.WAITING
    assert row.next_at is not None
    assert row.next_at - timezone.now() > timedelta(seconds=35)
    again(row)
    assert row.state == State.SENT
    assert len({asked.json()["ref"] for asked in gateway.asked}) == 1
    log = list(row.tries.values_list("number", "outcome", "code"))
    assert log == [(1, Outcome.RETRY, "503"), (2, Outcome.OK, "True")]
    assert "very-secret-token" not in row.tries.first().error


def test_after_the_last_attempt_it_has_failed_and_says_why(operator, sms, gateway):
    for _n in range(settling.MOST_ATTEMPTS):
        gateway.will(500, b"broken")
    send(notice(users=[operator.pk], channels=["sms"]))
    (row,) = rows("sms")
    for _n in range(settling.MOST_ATTEMPTS + 2):
        again(row)
    assert (row.state, row.attempts) == (State.FAILED, settling.MOST_ATTEMPTS)
    assert "answer 500" in row.note
    assert len(gateway.asked) == settling.MOST_ATTEMPTS


def test_a_number_that_is_none_is_not_tried_again(operator, sms, gateway):
    operator.phone = "12"
    operator.save()
    send(notice(users=[operator.pk], channels=["sms"]))
    run_all()
    (row,) = rows("sms")
    assert (row.state, row.attempts) == (State.FAILED, 1)
    assert gateway.asked == []


def test_the_next_channel_is_used_before_the_first_has_given_up(
    operator, sms, gateway, post_office
):
    for _n in range(settling.FALLBACK_AFTER):
        gateway.will(503)
    send(notice(users=[operator.pk], channels=["sms"]))
    (row,) = rows("sms")
    for _n in range(settling.FALLBACK_AFTER):
        again(row)
    assert row.state == State.WAITING
    run_all()
    (letter,) = rows("email")
    assert letter.state == State.SENT
    assert len(post_office.letters) == 1


def test_a_worker_that_died_leaves_a_lease_and_another_goes_on(operator, sms, gateway):
    """Killed between send and commit: the gateway hears it twice under one key, here
    it is one row."""
    gateway.usual = b'{"ok": true, "id": "m1"}'
    send(notice(users=[operator.pk], channels=["sms"]))
    (row,) = rows("sms")
    claim = working.take(row.pk)
    assert claim is not None
    from layers.core.delivery import outlets

    working._send(claim, outlets.available()["sms"])  # and then the power went away
    assert working.take(row.pk) is None, "the lease protects it"
    assert row.pk not in working.due()
    Delivery.objects.filter(pk=row.pk).update(next_at=timezone.now())
    run_all()
    row.refresh_from_db()
    assert row.state == State.SENT
    assert len({asked.json()["ref"] for asked in gateway.asked}) == 1
    assert len(gateway.asked) == 2
    assert len(rows("sms")) == 1
    outcomes = list(row.tries.values_list("outcome", flat=True))
    assert outcomes == [Outcome.LOST, Outcome.OK]


def test_two_workers_do_not_send_the_same(operator, sms, gateway):
    gateway.usual = b'{"ok": true, "id": "m1"}'
    send(notice(users=[operator.pk], channels=["sms"]))
    (row,) = rows("sms")
    gateway.during = lambda: None
    assert working.take(row.pk) is not None
    working.work(row.pk)
    assert gateway.asked == []


def test_who_lost_the_lease_cannot_undo_what_another_did(operator, sms, gateway):
    gateway.usual = b'{"ok": true, "id": "m1"}'
    send(notice(users=[operator.pk], channels=["sms"]))
    (row,) = rows("sms")
    slow = working.take(row.pk)
    assert slow is not None
    again(row)
    from layers.core.delivery.contract import ChannelError

    settling.failed(row.pk, slow.lease, slow.attempt, ChannelError("late"), 1)
    row.refresh_from_db()
    assert row.state == State.SENT


def test_the_gateway_reports_later_and_never_takes_back(operator, sms, gateway):
    gateway.usual = b'{"ok": true, "id": "m1"}'
    send(notice(users=[operator.pk], channels=["sms"]))
    run_all()
    assert settling.report("sms", Report("m1", "delivered"))
    assert settling.report("sms", Report("m1", "failed", "late"))
    (row,) = rows("sms")
    assert row.state == State.DELIVERED
    assert row.delivered_at is not None
    assert not settling.report("sms", Report("unknown", "delivered"))


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


def test_people_without_an_account_are_reached_at_their_number(sms, gateway):
    gateway.usual = b'{"ok": true, "id": "m1"}'
    contact = Contact(
        unit_id=5, person="A", position="Chairman", role="leader", field="",
        on_duty=True, user_id=None, phones=("0987654321",), email="", mask="m",
    )  # fmt: skip
    send(notice(contacts=[contact, contact]))
    run_all()
    (row,) = Delivery.objects.all()
    assert (row.channel, row.state) == ("sms", State.SENT)
    assert gateway.asked[0].json()["to"] == "84987654321"


def test_nobody_reachable_is_written_down_as_failed():
    contact = Contact(
        unit_id=5, person="A", position="Chairman", role="leader", field="",
        on_duty=True, user_id=None, phones=(), email="", mask="m",
    )  # fmt: skip
    send(notice(contacts=[contact]))
    (row,) = Delivery.objects.all()
    assert (row.state, row.note) == (State.FAILED, "no address")


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
