"""Asking a source of CAP messages; what is new goes into the inbox."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import ParseError

import httpx
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from feeds.core.configs import settings_of
from feeds.core.fetching import RefusedError, fetch
from feeds.core.pulling import digest
from feeds.core.receiver import Receiver
from layers.core import secrets
from layers.core.cap import CapError, read
from layers.core.cap.reading import MOST_BYTES

from .config import CapSource

KIND = "cap"
ATOM = "{http://www.w3.org/2005/Atom}"
CAP_TYPE = "application/cap+xml"
MOST_LINKS = 500

log = logging.getLogger(__name__)


async def listen(receiver: Receiver, slug: str, config: dict[str, Any]) -> None:
    """For ``FeedKind.listener``: ask at once, then every ``every_s`` seconds. What was
    stored once is known again after a restart: the layer takes each message once."""
    settings = settings_of(config, CapSource)
    seen: set[str] = set()
    while settings.url:
        try:
            stored = await once(receiver, slug, settings, seen)
            log.info("%s: %d documents", slug, stored)
        except (OSError, httpx.HTTPError, ValueError) as error:
            log.warning("%s: %s", slug, secrets.hide(str(error)))
        await asyncio.sleep(settings.every_s)
    await asyncio.Event().wait()


async def once(
    receiver: Receiver, slug: str, settings: CapSource, seen: set[str]
) -> int:
    """Fetch the source and what it links to; how many documents were stored.
    ``seen`` holds digests of documents and addresses of messages known already."""
    url = secrets.fill(settings.url)
    body = await _get(url, settings)
    stored = await _store(receiver, slug, body, seen)
    for link in list(links(body, url))[:MOST_LINKS]:
        if link in seen:
            continue
        try:
            message = await _get(link, settings)
        except (RefusedError, httpx.HTTPError) as error:
            # the next round asks again; the others must not wait for it
            log.warning("%s: %s: %s", slug, link[:200], error)
            continue
        stored += await _store(receiver, slug, message, seen)
        seen.add(link)
    return stored


async def _get(url: str, settings: CapSource) -> bytes:
    headers = {name: secrets.fill(value) for name, value in settings.headers.items()}
    response, body = await fetch(
        url, headers, internal=settings.internal, max_bytes=MOST_BYTES
    )
    response.raise_for_status()
    return body


async def _store(receiver: Receiver, slug: str, body: bytes, seen: set[str]) -> int:
    """Store a document that holds messages. An index of links holds none."""
    name = digest(body)
    if name in seen:
        return 0
    seen.add(name)
    lines = count(body)
    if not lines and any(True for _link in links(body, "")):
        return 0
    await receiver.store(
        KIND, slug, body, feed=slug, lines=max(lines, 1), meta={"first": name}
    )
    return 1


def count(body: bytes) -> int:
    """How many messages a document holds."""
    try:
        return len(read(body))
    except CapError:
        return 0


def links(body: bytes, base: str) -> Iterator[str]:
    """Addresses of CAP messages that an Atom or RSS index names."""
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError):
        return
    for entry in root.iter(f"{ATOM}entry"):
        found = entry.findall(f"{ATOM}link")
        typed = [link for link in found if link.get("type") == CAP_TYPE]
        for link in (typed or found)[:1]:
            if link.get("href"):
                yield urljoin(base, link.get("href", ""))
    for item in root.iter("item"):
        address = (item.findtext("link") or "").strip()
        if address:
            yield urljoin(base, address)
