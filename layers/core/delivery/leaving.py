"""What leaves the house: one door for HTTP, and none for a demo.

Addresses inside the house are refused unless ``IOC_INTERNAL_HOSTS`` lists their host,
so that nobody reaches the province's own services through a channel's settings. In a
demo nothing is sent to anybody: only a loopback address is (a test, a drill).
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from layers.core import secrets

from .contract import ChannelError

TIMEOUT_S = 15.0
MOST_ANSWER = 65_536
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
MOST_WAIT_S = 3_600.0


class KeptHereError(Exception):
    """A demo: the message stays in the house and counts as delivered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said. ``text`` is cut; ``ms`` until its end."""

    status: int
    text: str
    ms: int
    headers: Mapping[str, str]


def is_loopback(host: str) -> bool:
    """By its name alone: no question goes out to find it."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def keep_in_demo(host: str) -> None:
    """KeptHereError when this is a demo and the host is another machine."""
    if settings.IOC_DEMO and not is_loopback(host):
        raise KeptHereError


def outward(url: str) -> str:
    """The address as configured; asked first, so that what stays here in a demo
    needs no secrets. KeptHereError."""
    keep_in_demo(urlsplit(url).hostname or "")
    return url


def filled(
    text: str,
    values: Mapping[str, str] | None = None,
    escape: Callable[[str], str] = str,
) -> str:
    """The text with secrets and values. ChannelError for a secret that is not set."""
    try:
        return secrets.fill(text, values, escape)
    except (ValueError, OSError) as error:
        raise ChannelError(str(error), code="secret", retry=False) from None


def refuse_inside(url: str) -> None:
    """ChannelError unless the host is a public one, or listed."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ChannelError("the address does not begin with http", retry=False)
    if parts.hostname in settings.IOC_INTERNAL_HOSTS:
        return
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise ChannelError(f"{parts.hostname}: {error}", code="dns") from None
    for entry in found:
        if not ipaddress.ip_address(entry[4][0]).is_global:
            raise ChannelError(
                f"{parts.hostname} is an address inside the house: list it in"
                " IOC_INTERNAL_HOSTS if messages may go there",
                code="inside",
                retry=False,
            )


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes = b"",
    most: int = MOST_ANSWER,
) -> Answer:
    """One request, without redirects, bounded in time and size (``most`` bytes of the
    answer are read). KeptHereError, ChannelError."""
    keep_in_demo(urlsplit(url).hostname or "")
    refuse_inside(url)
    began = time.monotonic()
    try:
        with (
            httpx.Client(timeout=TIMEOUT_S, trust_env=False) as client,
            client.stream(method, url, headers=headers, content=content) as response,
        ):
            text = _text(response, began, most)
            return Answer(response.status_code, text, _ms(began), response.headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        words = secrets.hide(f"{type(error).__name__}: {error}")
        raise ChannelError(words, code="network") from None


def _text(response: httpx.Response, began: float, most: int) -> str:
    """The beginning of the answer; a gateway that dribbles is not waited for."""
    body = b""
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > most or time.monotonic() - began > 2 * TIMEOUT_S:
            break
    return body[:most].decode("utf-8", "replace")


def _ms(began: float) -> int:
    return round((time.monotonic() - began) * 1_000)


def judge(answer: Answer) -> None:
    """ChannelError unless the answer is 2xx; some are worth another try."""
    if 200 <= answer.status < 300:
        return
    raise ChannelError(
        secrets.hide(f"answer {answer.status}: {answer.text[:200]}"),
        code=str(answer.status),
        retry=answer.status in RETRIED,
        after_s=retry_after(answer.headers),
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the other side asks to wait (the form with a date is not heeded)."""
    told = headers.get("retry-after", "")
    return min(float(told), MOST_WAIT_S) if told.isdigit() else None
