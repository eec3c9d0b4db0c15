"""Text messages through a gateway over HTTP, whichever the province has."""

from __future__ import annotations

from typing import Any, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from layers.core.delivery import leaving
from layers.core.delivery.contract import (
    ChannelKind,
    Outgoing,
    Person,
    Receipt,
    Report,
    Settings,
    kinds,
)

from . import gateway, gsm


class Sms(Settings):
    """The request to the gateway. ``${number}``, ``${text}`` and ``${key}`` (the same
    at every attempt) may stand in address, headers and body; any other ``${name}`` is
    a secret."""

    method: Literal["POST", "GET", "PUT"] = "POST"
    url: str = Field(pattern=r"^https?://", max_length=1_000)
    headers: dict[str, str] = {}
    content_type: str = "application/json"
    body: str = Field('{"to": "${number}", "text": "${text}"}', max_length=4_000)
    number: gateway.NumberForm = "84"
    parts: int = Field(3, ge=1, le=8)
    strip_diacritics: bool = True
    success: gateway.Success = gateway.Success()
    receipts: gateway.Receipts | None = None


def send(message: Outgoing, settings: Sms) -> Receipt:
    url = leaving.outward(settings.url)
    text = compose(message, settings)
    values = {
        "number": gateway.number(message.address, settings.number),
        "text": text,
        "key": message.key,
    }
    headers = {
        name: leaving.filled(value, values, gateway.in_header)
        for name, value in settings.headers.items()
    }
    escape = gateway.escaping(settings.content_type)
    content = b""
    if settings.method != "GET":
        headers["content-type"] = settings.content_type
        content = leaving.filled(settings.body, values, escape).encode()
    answer = leaving.call(
        settings.method,
        leaving.filled(url, values, gateway.in_address),
        headers=headers,
        content=content,
    )
    code, external = gateway.check(answer, settings.success)
    return Receipt(code=code, external_id=external, parts=gsm.parts(text))


def compose(message: Outgoing, settings: Sms) -> str:
    """Subject, then the text with its lines joined, in so many parts."""
    lines = (" ".join(line.split()) for line in message.body.splitlines())
    text = ". ".join(
        [" ".join(message.subject.split()), *(line for line in lines if line)]
    )
    if settings.strip_diacritics:
        text = gsm.without_marks(text)
    return gsm.shorten(text, settings.parts)


def reports(settings: Sms, told: Any) -> list[Report]:
    return gateway.reports(settings.receipts, told) if settings.receipts else []


def address(person: Person) -> str:
    return person.phone


KIND = kinds.register(
    ChannelKind(
        slug="sms",
        title=_("Text message (SMS)"),
        order=40,
        settings=Sms,
        send=send,
        address=address,
        receipts=True,
        reports=reports,
    )
)
