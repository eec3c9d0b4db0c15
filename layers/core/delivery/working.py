"""Sending one message: claim it, send, write down what became of it.

A claim is a lease: the row says until when, and who. A worker that dies leaves it
behind, another takes it when it is over and sends the same message with the same key.
So the outside may hear a message twice and knows it by its key; here it is one row.
"""

from __future__ import annotations

import logging
import time
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from . import outlets
from .contract import ChannelError, Outgoing, Outlet, Receipt
from .leaving import KeptHereError
from .models import Attempt, Delivery, Outcome, State
from .settling import failed, succeeded

log = logging.getLogger(__name__)

# Longer than any channel takes: what is not settled by then is taken up again.
LEASE = timedelta(seconds=120)
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is ours until the lease ends."""

    delivery: Delivery
    lease: uuid.UUID
    attempt: Attempt


def due() -> list[int]:
    """Deliveries that somebody has to look at now, the gravest first."""
    grave = ["critical", "high", "medium", "low", ""]
    rows = (
        Delivery.objects.filter(next_at__lte=timezone.now())
        .order_by("next_at", "pk")
        .values_list("pk", "message__severity", "message__life_safety")[:MOST_AT_ONCE]
    )
    return [
        pk for pk, _s, _l in sorted(rows, key=lambda r: (not r[2], grave.index(r[1])))
    ]


def work(delivery_id: int) -> None:
    """Try once to send a delivery that is due; nothing when another has it in hand."""
    claim = take(delivery_id)
    if claim is None:
        return
    outlet = outlets.available().get(claim.delivery.channel)
    began = time.monotonic()
    try:
        if outlet is None:
            raise ChannelError("the channel is switched off", code="off", retry=False)
        receipt = _send(claim, outlet)
    except ChannelError as error:
        failed(claim.delivery.pk, claim.lease, claim.attempt, error, _ms(began))
    else:
        succeeded(claim.delivery.pk, claim.lease, claim.attempt, receipt, _ms(began))


def _send(claim: Claim, outlet: Outlet) -> Receipt:
    """The channel's answer. What a channel did not foresee is worth another try."""
    message = outgoing(claim.delivery)
    try:
        with override(claim.delivery.language):
            return outlet.kind.send(message, outlet.settings)
    except KeptHereError:
        return Receipt(code="demo", delivered=True, kept=True)
    except ChannelError:
        raise
    except Exception as error:
        log.exception("delivery %s over %s", claim.delivery.pk, outlet.slug)
        raise ChannelError(f"{type(error).__name__}: {error}", code="fault") from error


def _ms(began: float) -> int:
    return round((time.monotonic() - began) * 1_000)


@transaction.atomic
def take(delivery_id: int) -> Claim | None:
    """Claim a delivery that is due and write down the attempt before it is made."""
    now = timezone.now()
    row = (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("message")
        .filter(pk=delivery_id, next_at__lte=now)
        .first()
    )
    if row is None:
        return None
    row.tries.filter(outcome=Outcome.STARTED).update(outcome=Outcome.LOST)
    lease = uuid.uuid4()
    row.attempts += 1
    row.state, row.lease, row.next_at = State.WAITING, lease, now + LEASE
    row.save(update_fields=["attempts", "state", "lease", "next_at"])
    attempt = row.tries.create(number=row.attempts, channel=row.channel, began_at=now)
    return Claim(row, lease, attempt)


def outgoing(row: Delivery) -> Outgoing:
    """The message as its channel gets it, in the recipient's language."""
    message = row.message
    base = settings.IOC_BASE_URL.rstrip("/")
    url = f"{base}{message.url}" if message.url.startswith("/") else message.url
    reached = row.tries.filter(outcome__in=(Outcome.OK, Outcome.KEPT)).exclude(
        target=""
    )
    return Outgoing(
        delivery_id=row.pk,
        key=key_of(row),
        kind=message.kind,
        severity=message.severity,
        life_safety=message.life_safety,
        subject=message.text("subject", row.language),
        body=message.text("body", row.language),
        short=message.text("short", row.language),
        url=url,
        address=row.address,
        person=row.person,
        user_id=row.user_id,
        language=row.language,
        layer=message.layer,
        feature_id=message.feature_id,
        unit_id=message.unit_id,
        written_at=message.created_at,
        attempt=row.attempts,
        reached=frozenset(reached.values_list("target", flat=True)),
    )


def key_of(row: Delivery) -> str:
    """The same at every attempt, unlike any other, and says nothing."""
    named = f"{settings.IOC_BASE_URL}|{row.message.key}|{row.recipient}|{row.channel}"
    return str(uuid.uuid5(uuid.NAMESPACE_URL, named))
