"""Another system is told: JSON, signed as the Standard Webhooks specification has it.

``webhook-signature: v1,<base64 of HMAC-SHA256 over "id.timestamp.body">``, see
https://www.standardwebhooks.com. ``webhook-id`` is the same at every attempt.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from typing import Any, Literal

import orjson
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from layers.core.delivery import leaving
from layers.core.delivery.contract import (
    ChannelError,
    ChannelKind,
    Outgoing,
    Receipt,
    Settings,
    kinds,
)
from layers.core.delivery.planning import below
from layers.core.units import tree

from . import gateway

PREFIX = "whsec_"


class Webhook(Settings):
    """``secret`` names one (``${name}``); ``layers`` and ``kinds`` empty: all.
    ``units``: only what belongs to these and what lies below them."""

    url: str = Field(pattern=r"^https?://", max_length=1_000)
    secret: str = Field(pattern=r"^\$\{[A-Za-z][A-Za-z0-9_]*\}$")
    headers: dict[str, str] = {}
    floor: Literal["critical", "high", "medium", "low", ""] = ""
    layers: list[str] = []
    kinds: list[str] = []
    units: list[int] = []


def takes(settings: Webhook, message: Any) -> bool:
    """Whether the endpoint wants to hear of a message."""
    if settings.units and message.unit_id not in tree().expand(settings.units):
        return False
    return (
        not below(message.severity, settings.floor)
        and (not settings.layers or message.layer in settings.layers)
        and (not settings.kinds or message.kind in settings.kinds)
    )


def send(message: Outgoing, settings: Webhook) -> Receipt:
    url = leaving.outward(settings.url)
    body = orjson.dumps(payload(message))
    stamp = str(int(time.time()))
    secret = leaving.filled(settings.secret)
    headers = {name: leaving.filled(text) for name, text in settings.headers.items()}
    answer = leaving.call(
        "POST",
        leaving.filled(url, escape=gateway.in_address),
        headers={
            **headers,
            "content-type": "application/json",
            "webhook-id": message.key,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(secret, message.key, stamp, body),
        },
        content=body,
    )
    leaving.judge(answer)
    return Receipt(code=str(answer.status), delivered=True)


def payload(message: Outgoing) -> dict[str, Any]:
    return {
        "type": message.kind,
        "severity": message.severity,
        "life_safety": message.life_safety,
        "subject": message.subject,
        "text": message.body,
        "url": message.url,
        "layer": message.layer,
        "feature_id": message.feature_id,
        "unit_id": message.unit_id,
        "written_at": message.written_at,
    }


def signature(secret: str, key: str, stamp: str, body: bytes) -> str:
    """The header's value. A secret that begins with ``whsec_`` is base64."""
    raw = secret.encode()
    if secret.startswith(PREFIX):
        try:
            raw = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            words = "the secret begins with whsec_ but is no base64"
            raise ChannelError(words, code="secret", retry=False) from None
    signed = f"{key}.{stamp}.".encode() + body
    digest = hmac.new(raw, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


KIND = kinds.register(
    ChannelKind(
        slug="webhook",
        title=_("Webhook to another system"),
        order=90,
        settings=Webhook,
        send=send,
        broadcast=True,
        takes=takes,
    )
)
