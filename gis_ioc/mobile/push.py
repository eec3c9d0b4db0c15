"""Web push: encrypted for one browser (RFC 8291), signed by us (RFC 8292).

The text passes through another company's server and stands on locked screens: subject
and ``short`` only.
"""

from __future__ import annotations

import time

import http_ece  # type: ignore[import-untyped]
import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.core.delivery import leaving
from layers.core.delivery.contract import (
    ChannelError,
    ChannelKind,
    Device,
    Outgoing,
    Person,
    Receipt,
    Settings,
    kinds,
)

from . import vapid
from .models import Subscription

SALT = "gis_ioc.mobile.seen"
# Push services keep a message for a phone that is off.
TTL_S = 24 * 3600
URGENT_TTL_S = 4 * 3600
GONE = ("404", "410")
MOST_DEVICES = 10


class Push(Settings):
    """There is nothing to set: the key comes from the environment."""


def send(message: Outgoing, settings: Push) -> Receipt:
    """To every device of the recipient that has not taken it yet. Taken once is sent:
    devices that are gone are forgotten, others that failed do not ring twice."""
    devices = Subscription.objects.filter(user_id=message.user_id or 0)
    wanted = [d for d in devices if str(d.pk) not in message.reached][:MOST_DEVICES]
    kept = False
    told: list[Device] = []
    for device in wanted:
        began = time.monotonic()
        try:
            answer = _push(device, message)
        except leaving.KeptHereError:
            kept = True
            told.append(Device(str(device.pk), ok=True, code="demo", ms=0))
        except ChannelError as error:
            told.append(_failed(device, error, began))
        else:
            told.append(Device(str(device.pk), True, str(answer.status), answer.ms))
    ok = [device for device in told if device.ok]
    if ok or message.reached:
        Subscription.objects.filter(pk__in=[d.target for d in ok]).update(
            used_at=timezone.now()
        )
        code = ok[0].code if ok else ""
        return Receipt(code=code, kept=kept, delivered=kept, devices=tuple(told))
    worth = [d for d in told if d.code not in GONE and d.code != "refused"]
    raise ChannelError(
        told[0].error if told else "no device takes pushes",
        code=told[0].code if told else "none",
        retry=bool(worth),
        devices=tuple(told),
    )


def _failed(device: Subscription, error: ChannelError, began: float) -> Device:
    if error.code in GONE:
        device.delete()
    code = error.code if error.retry or error.code in GONE else "refused"
    ms = round((time.monotonic() - began) * 1_000)
    return Device(str(device.pk), False, code, ms, error.reason)


def _push(device: Subscription, message: Outgoing) -> leaving.Answer:
    leaving.outward(device.endpoint)
    urgent = message.life_safety or message.severity == "critical"
    answer = leaving.call(
        "POST",
        device.endpoint,
        headers={
            "authorization": vapid.authorization(device.endpoint),
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "ttl": str(URGENT_TTL_S if urgent else TTL_S),
            "urgency": "high" if urgent or message.severity == "high" else "normal",
            # one with the same topic that was not delivered yet is replaced
            "topic": message.key.replace("-", "")[:32],
        },
        content=encrypt(orjson.dumps(payload(message)), device),
    )
    leaving.judge(answer)
    return answer


def payload(message: Outgoing) -> dict[str, str | bool]:
    """What the service worker gets. ``token`` lets it say that it was shown."""
    return {
        "title": message.subject[:120],
        "body": message.short[:160],
        "url": message.url,
        "tag": message.key,
        "urgent": message.life_safety or message.severity == "critical",
        "lang": message.language,
        "token": signing.dumps(message.delivery_id, salt=SALT, compress=True),
    }


def encrypt(content: bytes, device: Subscription) -> bytes:
    """For the eyes of one browser. ChannelError when its keys are none."""
    try:
        body = http_ece.encrypt(
            content,
            private_key=ec.generate_private_key(ec.SECP256R1()),
            dh=vapid.decode(device.p256dh),
            auth_secret=vapid.decode(device.auth),
            version="aes128gcm",
        )
    except (ValueError, http_ece.ECEException) as error:
        words = f"keys of the device: {error}"
        raise ChannelError(words, code="keys", retry=False) from None
    return bytes(body)


def address(person: Person) -> str:
    """Whether the person has a device that takes pushes."""
    if person.user_id is None:
        return ""
    known = Subscription.objects.filter(user_id=person.user_id).exists()
    return "devices" if known else ""


KIND = kinds.register(
    ChannelKind(
        slug="push",
        title=_("Push to phone or browser"),
        order=20,
        settings=Push,
        send=send,
        address=address,
        built_in=True,
        ready=lambda: vapid.signer() is not None,
        receipts=True,
    )
)
