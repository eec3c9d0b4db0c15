"""What a kind of channel is. A new one is a module that registers itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict
from pydantic import ValidationError as ParamsError

from layers.core.registry import Registry


class SettingsError(ValueError):
    """Settings that the kind cannot work with; the text names place and reason."""


class Settings(BaseModel):
    """Base of every kind's settings: unknown names are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Person:
    """A recipient as channels need them. ``key`` is stable: ``user:7``."""

    key: str
    name: str
    language: str
    user_id: int | None = None
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one recipient, in their language. ``key`` is the same at every
    attempt, so that the other side can tell a repetition. ``reached``: the devices
    that took it at an earlier attempt."""

    delivery_id: int
    key: str
    kind: str
    severity: str
    life_safety: bool
    subject: str
    body: str
    short: str
    url: str
    address: str
    person: str
    user_id: int | None
    language: str
    layer: str
    feature_id: int | None
    unit_id: int | None
    written_at: datetime
    attempt: int = 1
    reached: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Device:
    """What one of several devices of a recipient answered."""

    target: str
    ok: bool
    code: str = ""
    ms: int | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The other side took the message. ``delivered``: it is with the recipient, not
    only on its way; ``kept``: it stayed in the house, see ``demo``."""

    code: str = ""
    delivered: bool = False
    external_id: str = ""
    parts: int | None = None
    kept: bool = False
    devices: tuple[Device, ...] = ()


@dataclass(slots=True)
class ChannelError(Exception):
    """It was not taken. ``retry``: it may be later, not before ``after_s`` seconds."""

    reason: str
    code: str = ""
    retry: bool = True
    after_s: float | None = None
    devices: tuple[Device, ...] = field(default=())

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True, slots=True)
class Report:
    """What a gateway tells later of a message that it took."""

    external_id: str
    state: str  # "delivered", "read" or "failed"
    code: str = ""


class Sender(Protocol):
    def __call__(self, message: Outgoing, settings: Any, /) -> Receipt: ...


def nobody(person: Person) -> str:
    """The address of people on channels that do not go to people."""
    return ""


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """A way to tell people.

    ``address(person)`` is "" when they cannot be reached by it. ``built_in``: there is
    one channel of the kind without configuration, when ``ready()``. ``broadcast``: an
    endpoint that gets whatever ``takes(settings, message)`` allows. ``receipts``: the
    other side may report back, read by ``reports(settings, content type, body)``.
    """

    slug: str
    title: Any
    order: int
    settings: type[Settings]
    send: Sender
    address: Callable[[Person], str] = nobody
    built_in: bool = False
    ready: Callable[[], bool] = lambda: True
    broadcast: bool = False
    takes: Callable[[Any, Any], bool] = lambda settings, message: True
    receipts: bool = False
    reports: Callable[[Any, dict[str, Any]], list[Report]] | None = None


kinds: Registry[ChannelKind] = Registry("kind of channel")


@dataclass(frozen=True, slots=True)
class Outlet:
    """A channel that can be used now, with its typed settings."""

    slug: str
    title: Any
    kind: ChannelKind
    settings: Any
    order: int


def typed(kind: ChannelKind, given: Any) -> Settings:
    """The settings as the kind's type. SettingsError."""
    try:
        return kind.settings.model_validate(given)
    except ParamsError as error:
        raise SettingsError(
            "; ".join(
                f"{'.'.join(map(str, part['loc']))}: {part['msg']}"
                for part in error.errors()
            )
        ) from None


@dataclass(frozen=True, slots=True)
class Duty:
    """Knows of somebody's duty: ``run(user id, at)`` is None for people whom the
    roster does not know."""

    slug: str
    run: Callable[[int, datetime], bool | None]


duties: Registry[Duty] = Registry("duty of people")


def on_duty(user_id: int, at: datetime) -> bool | None:
    """Whether a roster has the person on duty; None: no roster knows them."""
    told = [entry.run(user_id, at) for entry in duties.values()]
    known = [answer for answer in told if answer is not None]
    return any(known) if known else None
