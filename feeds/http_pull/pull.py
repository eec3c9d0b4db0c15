"""Asking a source over HTTP, page by page; what is new goes into the inbox."""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import httpx
import orjson
from django.utils import timezone

from feeds.core.configs import settings_of
from feeds.core.fetching import RefusedError, fetch
from feeds.core.pulling import digest, last_meta
from feeds.core.receiver import Receiver
from feeds.tables.decoder import count_figures
from layers.core import secrets

from .config import HttpPull

KIND = "http_pull"
_MOMENT = re.compile(r"(?<!\$)\{(today|yesterday|month|last_month|year)\}")

log = logging.getLogger(__name__)


async def listen(receiver: Receiver, slug: str, config: dict[str, Any]) -> None:
    """For ``FeedKind.listener``: ask at once, then every ``every_s`` seconds."""
    settings = settings_of(config, HttpPull)
    while True:
        try:
            stored = await once(receiver, slug, settings)
            log.info("%s: %d documents", slug, stored)
        except (OSError, httpx.HTTPError, ValueError) as error:
            log.warning("%s: %s", slug, secrets.hide(str(error)))
        await asyncio.sleep(settings.every_s)


async def once(receiver: Receiver, slug: str, settings: HttpPull) -> int:
    """Fetch all pages; how many documents were stored. One that is the same as the
    last time is not: the source's ETag says so, or its content."""
    before = await last_meta(slug)
    url = address(settings.url)
    response, body = await _get(url, settings, before)
    if response.status_code == httpx.codes.NOT_MODIFIED:
        return 0
    first = digest(body)
    if first == before.get("first"):
        return 0
    meta = _meta(response, first)
    seen = {url}
    while True:
        shown = "" if "${" in settings.url else url
        await receiver.store(
            KIND,
            slug,
            body,
            feed=slug,
            lines=count_figures(body, settings),
            meta=meta | {"url": shown[:500], "name": shown.rsplit("/", 1)[-1][:120]},
        )
        following = next_page(body, settings.next)
        if not following or len(seen) == settings.max_pages:
            return len(seen)
        url = urljoin(url, following)
        if url in seen:
            raise RefusedError(f"page {len(seen)} leads back to one that was read")
        seen.add(url)
        _response, body = await _get(url, settings, {})


async def _get(
    url: str, settings: HttpPull, before: dict[str, Any]
) -> tuple[httpx.Response, bytes]:
    headers = _headers(settings, before)
    response, body = await fetch(url, headers, internal=settings.internal)
    if response.status_code != httpx.codes.NOT_MODIFIED:
        response.raise_for_status()
    return response, body


def address(template: str) -> str:
    """The address of this moment, with its secrets."""
    today = timezone.localdate()
    last_month = today.replace(day=1) - timedelta(days=1)
    moments = {
        "today": today.isoformat(),
        "yesterday": (today - timedelta(days=1)).isoformat(),
        "month": f"{today:%Y-%m}",
        "last_month": f"{last_month:%Y-%m}",
        "year": f"{today:%Y}",
    }
    return secrets.fill(_MOMENT.sub(lambda found: moments[found[1]], template))


def next_page(body: bytes, path: str) -> str:
    """The address of the next page, "" after the last one."""
    if not path:
        return ""
    try:
        found: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def _headers(settings: HttpPull, before: dict[str, Any]) -> dict[str, str]:
    own = {name: secrets.fill(value) for name, value in settings.headers.items()}
    asked = {
        "If-None-Match": before.get("etag", ""),
        "If-Modified-Since": before.get("modified", ""),
    }
    return own | {name: value for name, value in asked.items() if value}


def _meta(response: httpx.Response, first: str) -> dict[str, Any]:
    """What tells the next time whether the first page has changed."""
    return {
        "etag": response.headers.get("ETag", "")[:200],
        "modified": response.headers.get("Last-Modified", "")[:60],
        "first": first,
    }
