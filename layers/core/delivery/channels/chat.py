"""Messengers that send approved templates to telephone numbers, as Zalo's ZNS does.

The template with its wording is registered with the provider; a message names it and
fills in its parameters. :class:`ChatAdapter` is what a provider needs; another one is
a subclass that registers itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from layers.core.delivery import leaving
from layers.core.delivery.contract import (
    ChannelError,
    ChannelKind,
    Outgoing,
    Person,
    Receipt,
    Report,
    Settings,
    kinds,
)
from layers.core.registry import Registry

from . import gateway


class Template(Settings):
    """A template of the provider and what goes into its parameters, where
    ``${subject}``, ``${text}``, ``${severity}``, ``${time}``, ``${url}``, ``${person}``
    and ``${key}`` are filled in and cut to ``limit`` letters."""

    id: str = Field(min_length=1, max_length=60)
    parameters: dict[str, str]
    limit: int = Field(90, ge=1, le=1_000)


class Chat(Settings):
    """``templates`` by ``kind/severity``, ``kind`` or ``*``, the first that is there.
    ``names``: how the provider calls number, template, parameters and key."""

    adapter: str = "http"
    url: str = Field(pattern=r"^https?://", max_length=1_000)
    headers: dict[str, str] = {}
    templates: dict[str, Template] = Field(min_length=1)
    number: gateway.NumberForm = "84"
    names: dict[str, str] = {
        "number": "phone",
        "template": "template_id",
        "parameters": "template_data",
        "key": "tracking_id",
    }
    success: gateway.Success = gateway.Success(
        path="error", equals=[0], id_path="data.msg_id"
    )
    receipts: gateway.Receipts | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with its parameters, for one number."""

    number: str
    template: str
    parameters: dict[str, str]
    key: str


class ChatAdapter(ABC):
    """A provider: ``deliver`` hands over one message, ``reports`` reads receipts."""

    slug: str

    @abstractmethod
    def deliver(self, message: Filled, settings: Chat) -> Receipt:
        """Receipt, or ChannelError."""

    def reports(self, settings: Chat, told: Any) -> list[Report]:
        return gateway.reports(settings.receipts, told) if settings.receipts else []


class HttpTemplates(ChatAdapter):
    """One POST of JSON a message, as ZNS and its like want it
    (https://developers.zalo.me/docs/zalo-notification-service)."""

    slug = "http"

    def deliver(self, message: Filled, settings: Chat) -> Receipt:
        names = settings.names
        body = {
            names["number"]: message.number,
            names["template"]: message.template,
            names["parameters"]: message.parameters,
            names["key"]: message.key,
        }
        headers = {
            name: leaving.filled(text, escape=gateway.in_header)
            for name, text in settings.headers.items()
        }
        answer = leaving.call(
            "POST",
            leaving.filled(settings.url, escape=gateway.in_address),
            headers={**headers, "content-type": "application/json"},
            content=orjson.dumps(body),
        )
        code, external = gateway.check(answer, settings.success)
        return Receipt(code=code, external_id=external, parts=1)


adapters: Registry[ChatAdapter] = Registry("adapter of messengers")
adapters.register(HttpTemplates())


def send(message: Outgoing, settings: Chat) -> Receipt:
    leaving.outward(settings.url)
    template = template_for(message, settings)
    adapter = adapters.get(settings.adapter)
    if template is None or adapter is None:
        words = "no template for this kind" if adapter else "no such adapter"
        raise ChannelError(words, code="template", retry=False)
    to = gateway.number(message.address, settings.number)
    parameters = parameters_of(message, template)
    return adapter.deliver(Filled(to, template.id, parameters, message.key), settings)


def template_for(message: Outgoing, settings: Chat) -> Template | None:
    for name in (f"{message.kind}/{message.severity}", message.kind, "*"):
        if name in settings.templates:
            return settings.templates[name]
    return None


def parameters_of(message: Outgoing, template: Template) -> dict[str, str]:
    """What goes into the template; one line each, cut."""
    from layers.core.delivery.notices import moment

    values = {
        "subject": message.subject,
        "text": message.body or message.subject,
        "severity": message.severity,
        "time": moment(message.written_at),
        "url": message.url,
        "person": message.person,
        "key": message.key,
    }
    return {
        name: " ".join(leaving.filled(text, values).split())[: template.limit]
        for name, text in template.parameters.items()
    }


def reports(settings: Chat, told: Any) -> list[Report]:
    adapter = adapters.get(settings.adapter)
    return adapter.reports(settings, told) if adapter else []


def address(person: Person) -> str:
    return person.phone


KIND = kinds.register(
    ChannelKind(
        slug="chat",
        title=_("Messenger (Zalo and its like)"),
        order=35,
        settings=Chat,
        send=send,
        address=address,
        receipts=True,
        reports=reports,
    )
)
