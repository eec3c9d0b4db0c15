"""From a notice to receipts, over servers that really listen."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from layers.core.delivery import send, settling, working
from layers.core.delivery.contract import Report
from layers.core.delivery.models import (
    Delivery,
    Message,
    Outcome,
    State,
)
from layers.core.units import Contact

from .helpers import again, notice, rows, run_all

pytestmark = pytest.mark.django_db


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
