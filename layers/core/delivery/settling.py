"""What became of an attempt: receipts, another try later, the next channel, the end."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from layers.core import secrets

from . import outlets, services
from .contract import ChannelError, Device, Receipt, Report
from .models import PENDING, Attempt, Delivery, Outcome, State

FIRST_S = 5.0
MOST_S = 900.0
# About 50 minutes, with the waits between.
MOST_ATTEMPTS = 10
# The next channel does not wait for the end of this one.
FALLBACK_AFTER = 3


def backoff_s(attempt: int, chance: float) -> float:
    """Seconds to wait after the ``attempt``-th try (from 1): doubled each time, and
    spread over the upper half by ``chance`` (0 to 1), so that what failed together
    does not come back together."""
    whole = min(MOST_S, FIRST_S * 2.0 ** min(attempt - 1, 30))
    return whole * (0.5 + 0.5 * chance)


@transaction.atomic
def succeeded(
    delivery_id: int, lease: uuid.UUID, attempt: Attempt, receipt: Receipt, ms: int
) -> None:
    """The other side took it. It counts also when the lease was over."""
    outcome = Outcome.KEPT if receipt.kept else Outcome.OK
    _note(attempt, outcome, receipt.code, ms, "", receipt.devices)
    row = Delivery.objects.select_for_update().get(pk=delivery_id)
    if row.state not in (*PENDING, State.FAILED):
        return
    now = timezone.now()
    row.state = State.DELIVERED if receipt.delivered else State.SENT
    row.sent_at = now
    row.delivered_at = now if receipt.delivered else None
    row.external_id = receipt.external_id[:120]
    row.parts = receipt.parts
    row.note = "demo" if receipt.kept else ""
    row.next_at = row.lease = None
    row.save()


@transaction.atomic
def failed(
    delivery_id: int, lease: uuid.UUID, attempt: Attempt, error: ChannelError, ms: int
) -> None:
    """It was not taken: again later, or never. Whoever lost the lease decides
    nothing: another has taken over."""
    outcome = Outcome.RETRY if error.retry else Outcome.REFUSED
    _note(attempt, outcome, error.code, ms, error.reason, error.devices)
    row = Delivery.objects.select_for_update().get(pk=delivery_id)
    if row.lease != lease:
        return
    final = not error.retry or row.attempts >= MOST_ATTEMPTS
    row.lease, row.note = None, secrets.hide(error.reason)[:300]
    if final:
        row.state, row.next_at = State.FAILED, None
    else:
        wait = max(backoff_s(row.attempts, random.random()), error.after_s or 0.0)  # noqa: S311
        row.next_at = timezone.now() + timedelta(seconds=wait)
    row.save()
    if row.fallback and (final or row.attempts >= FALLBACK_AFTER):
        fall_back(row)


def fall_back(row: Delivery) -> None:
    """The same message over the next channel, once."""
    rest = list(row.fallback)
    row.fallback = []
    row.save(update_fields=["fallback"])
    person = services.person_again(row)
    channels = outlets.available()
    while rest:
        slug = rest.pop(0)
        outlet = channels.get(slug)
        address = outlet.kind.address(person) if outlet else ""
        if not address:
            continue
        made, fresh = Delivery.objects.get_or_create(
            message_id=row.message_id,
            recipient=row.recipient,
            channel=slug,
            defaults={
                "user_id": row.user_id,
                "person": row.person,
                "address": address[:254],
                "language": row.language,
                "fallback": rest,
                "next_at": timezone.now(),
            },
        )
        if fresh:
            transaction.on_commit(partial(services.ask, [made.pk]), robust=True)
        return


def _note(
    attempt: Attempt,
    outcome: Outcome,
    code: str,
    ms: int,
    error: str,
    devices: Iterable[Device],
) -> None:
    attempt.outcome, attempt.code, attempt.ms = outcome, code[:20], ms
    attempt.error = secrets.hide(error)[:500]
    attempt.save(update_fields=["outcome", "code", "ms", "error"])
    Attempt.objects.bulk_create(
        Attempt(
            delivery_id=attempt.delivery_id,
            number=attempt.number,
            channel=attempt.channel,
            target=device.target[:120],
            outcome=Outcome.OK if device.ok else Outcome.REFUSED,
            began_at=attempt.began_at,
            ms=device.ms,
            code=device.code[:20],
            error=secrets.hide(device.error)[:500],
        )
        for device in devices
    )


@transaction.atomic
def report(channel: str, told: Report) -> bool:
    """A receipt that came later. A delivery never goes back; False: not known."""
    row = (
        Delivery.objects.select_for_update()
        .filter(channel=channel, external_id=told.external_id)
        .exclude(external_id="")
        .first()
    )
    return row is not None and advance(row, told.state, told.code)


def advance(row: Delivery, state: str, code: str = "") -> bool:
    """Move a locked delivery on to "delivered", "read" or "failed"."""
    now = timezone.now()
    if state == "failed":
        if row.state != State.SENT:
            return True
        row.state, row.note = State.FAILED, f"reported by the gateway: {code}"[:300]
        row.save()
        if row.fallback:
            fall_back(row)
        return True
    row.sent_at = row.sent_at or now
    row.delivered_at = row.delivered_at or now
    if state == "read":
        row.read_at = row.read_at or now
    row.state = State.READ if row.read_at else State.DELIVERED
    row.next_at = row.lease = None
    row.save()
    return True
