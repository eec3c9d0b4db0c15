"""Writing down what is to be told, and what recipients did with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import partial
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from layers.core.units import Contact, responsible

from . import outlets, planning
from .contract import Outlet, Person, on_duty
from .models import IN_APP, Delivery, Message, Preference, State
from .notices import Notice, in_every_language
from .planning import Occasion, Planned, Wishes

UNREACHABLE = "none"
MOST_SUBJECT = 200
MOST_BODY = 8_000


@transaction.atomic
def send(notice: Notice) -> list[int]:
    """Write down whom a notice goes to, in the caller's transaction; after its commit
    a worker delivers. Ids of the deliveries.

    The same notice again changes nothing: who has it keeps what they have, only
    recipients who are new are added.
    """
    message, fresh = _message(notice)
    known = set() if fresh else _recipients(message)
    channels = outlets.available()
    people = [p for p in _people(notice).values() if p.key not in known]
    rows = [
        row for person in people for row in _rows(notice, message, person, channels)
    ]
    rows += [
        row
        for row in _broadcast(notice, message, channels)
        if row.recipient not in known
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    wanted = {row.recipient for row in rows} | known
    found = list(
        Delivery.objects.filter(message=message, recipient__in=wanted)
        .order_by("pk")
        .values_list("pk", "state")
    )
    waiting = [pk for pk, state in found if state == State.WAITING]
    if waiting:
        transaction.on_commit(partial(ask, waiting), robust=True)
    return [pk for pk, _state in found]


def ask(ids: list[int]) -> None:
    """Ask for work; if the broker is away, the sweeper finds them."""
    from .tasks import deliver

    for pk in ids:
        deliver.delay(pk)


def _message(notice: Notice) -> tuple[Message, bool]:
    return Message.objects.get_or_create(
        key=notice.key,
        defaults={
            "kind": notice.kind,
            "severity": notice.severity,
            "life_safety": notice.life_safety,
            "subject": in_every_language(notice.subject, MOST_SUBJECT),
            "body": in_every_language(notice.body, MOST_BODY),
            "short": in_every_language(notice.short, MOST_SUBJECT),
            "url": notice.url[:500],
            "unit_id": notice.unit_id,
            "layer": notice.layer,
            "feature_id": notice.feature_id,
        },
    )


def _recipients(message: Message) -> set[str]:
    return set(message.deliveries.values_list("recipient", flat=True))


def _people(notice: Notice) -> dict[str, Person]:
    """Recipients by key. A contact with an account is that user, with the telephone
    and the address of the contact where the account has none."""
    contacts = {c.user_id: c for c in notice.contacts if c.user_id is not None}
    wanted = {*notice.users, *contacts}
    found = {}
    users = get_user_model().objects.filter(pk__in=wanted, is_active=True)
    for user in users.order_by("pk"):
        person = person_of(user, contacts.get(user.pk))
        found[person.key] = person
    for contact in notice.contacts:
        if contact.user_id is None or f"user:{contact.user_id}" not in found:
            person = person_of_contact(contact)
            found.setdefault(person.key, person)
    return found


def person_of(user: object, contact: Contact | None = None) -> Person:
    """A user as a recipient."""
    name = getattr(user, "display_name", "") or str(user)
    phones = contact.phones[:1] if contact else ()
    return Person(
        key=f"user:{user.pk}",  # type: ignore[attr-defined]
        name=name,
        language=getattr(user, "language", "") or settings.LANGUAGE_CODE,
        user_id=user.pk,  # type: ignore[attr-defined]
        phone=getattr(user, "phone", "") or "".join(phones),
        email=getattr(user, "email", "") or (contact.email if contact else ""),
    )


def person_of_contact(contact: Contact) -> Person:
    """Somebody without an account. The same person of a unit has the same key."""
    named = f"{contact.unit_id}|{contact.person}|{contact.position}"
    digest = hashlib.blake2b(named.encode(), digest_size=8).hexdigest()
    return Person(
        key=f"contact:{contact.unit_id}:{digest}",
        name=f"{contact.person} · {contact.position}".strip(" ·"),
        language=settings.LANGUAGE_CODE,
        phone="".join(contact.phones[:1]),
        email=contact.email,
    )


def person_again(row: Delivery) -> Person:
    """The recipient of a delivery, for another channel. Somebody without an account is
    looked up at the unit again: their addresses are not kept for later."""
    if row.user is not None:
        return person_of(row.user, _contact_of_user(row))
    _kind, _colon, rest = row.recipient.partition(":")
    unit_id = rest.partition(":")[0]
    for contact in responsible(int(unit_id)) if unit_id.isdigit() else ():
        person = person_of_contact(contact)
        if person.key == row.recipient:
            return person
    return Person(key=row.recipient, name=row.person, language=row.language)


def _contact_of_user(row: Delivery) -> Contact | None:
    if row.message.unit_id is None:
        return None
    found = responsible(row.message.unit_id)
    return next((c for c in found if c.user_id == row.user_id), None)


def wishes_of(user_id: int | None) -> Wishes:
    """How a person wants to be told."""
    held = Preference.objects.filter(user_id=user_id).first() if user_id else None
    if held is None:
        return Wishes()
    return Wishes(
        channels=tuple(held.channels),
        floor=held.floor,
        quiet_from=held.quiet_from,
        quiet_to=held.quiet_to,
        quiet_days=frozenset(held.quiet_days),
        off_duty=held.off_duty,
    )


def _rows(
    notice: Notice, message: Message, person: Person, channels: dict[str, Outlet]
) -> Iterable[Delivery]:
    now = timezone.now()
    occasion = Occasion(
        now=now,
        zone=ZoneInfo(settings.TIME_ZONE),
        severity=notice.severity,
        urgent=notice.urgent,
        channels=tuple(notice.channels),
    )
    wishes = wishes_of(person.user_id)
    duty = on_duty(person.user_id, now) if person.user_id and wishes.off_duty else None
    for planned in planning.plan(person, wishes, channels, occasion, duty):
        yield _row(message, person, planned)


def _row(message: Message, person: Person, planned: Planned) -> Delivery:
    now = timezone.now()
    row = Delivery(
        message=message,
        recipient=person.key,
        channel=planned.channel or UNREACHABLE,
        user_id=person.user_id,
        person=person.name[:200],
        address=planned.address[:254],
        language=person.language[:5],
        fallback=list(planned.fallback),
        next_at=now,
    )
    if planned.channel == IN_APP:
        row.state, row.next_at = State.DELIVERED, None
        row.sent_at = row.delivered_at = now
    elif not planned.channel:
        row.state, row.next_at, row.note = State.FAILED, None, "no address"
    elif planned.held_until is not None:
        row.state, row.next_at = State.HELD, planned.held_until
    return row


def _broadcast(
    notice: Notice, message: Message, channels: dict[str, Outlet]
) -> Iterable[Delivery]:
    """Endpoints that get every notice that their filter lets through."""
    for outlet in channels.values():
        if outlet.kind.broadcast and outlet.kind.takes(outlet.settings, message):
            yield Delivery(
                message=message,
                recipient=f"endpoint:{outlet.slug}",
                channel=outlet.slug,
                person=str(outlet.title)[:200],
                language=settings.LANGUAGE_CODE,
                next_at=timezone.now(),
            )


def read(user_id: int, ids: Iterable[int] | None = None) -> int:
    """The person has read messages (all): how many were unread. What came over
    other channels counts as read with it."""
    now = timezone.now()
    inbox = Delivery.objects.filter(user_id=user_id, channel=IN_APP, read_at=None)
    if ids is not None:
        inbox = inbox.filter(message_id__in=list(ids))
    messages = list(inbox.values_list("message_id", flat=True))
    Delivery.objects.filter(
        user_id=user_id, message_id__in=messages, read_at=None
    ).exclude(state__in=[State.WAITING, State.HELD, State.FAILED]).update(
        read_at=now, state=State.READ
    )
    return len(messages)


@transaction.atomic
def resend(delivery_id: int) -> bool:
    """Once more from the beginning, now; False while a worker has it in hand."""
    row = (
        Delivery.objects.select_for_update().filter(pk=delivery_id, lease=None).first()
    )
    if row is None or row.channel in (IN_APP, UNREACHABLE):
        return False
    row.state, row.attempts, row.next_at = State.WAITING, 0, timezone.now()
    row.save(update_fields=["state", "attempts", "next_at"])
    transaction.on_commit(partial(ask, [row.pk]), robust=True)
    return True
