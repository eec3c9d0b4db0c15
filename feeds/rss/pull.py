"""Fetching feed documents: over HTTP, politely, or out of a folder.

A feed of this kind is a row with ``config``:

    {"url": "https://…/rss", "every_s": 900}
    {"folder": "/srv/press", "every_s": 10}          files are removed once stored
    {"url": "http://10.0.0.5/rss", "internal": true} an address inside the house
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections

from feeds.core.fetching import fetch
from feeds.core.models import Feed
from feeds.core.receiver import Receiver

from .reading import MAX_BYTES, count_entries

KIND = "rss"
LOOK_EVERY_S = 10.0
EVERY_S = 900.0
SETTLE_S = 2.0
SUFFIXES = (".xml", ".rss", ".atom")

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Known:
    """What this process knows of a feed: when it looked, what it saw."""

    looked_at: float = float("-inf")
    etag: str = ""
    modified: str = ""
    digest: str = ""


@dataclass(slots=True)
class Puller:
    """Looks after every feed of the kind; one task per round, feeds side by side."""

    receiver: Receiver
    known: dict[int, _Known] = field(default_factory=dict)

    async def round(self) -> int:
        """Fetch every feed that is due; how many documents were stored."""
        now = time.monotonic()
        due = []
        for feed in await _feeds():
            known = self.known.setdefault(feed.pk, _Known())
            if now - known.looked_at >= float(feed.config.get("every_s", EVERY_S)):
                known.looked_at = now
                due.append(self._one(feed, known))
        return sum(await asyncio.gather(*due))

    async def _one(self, feed: Feed, known: _Known) -> int:
        try:
            if feed.config.get("folder"):
                return await self._folder(feed)
            return await self._url(feed, known)
        except (OSError, httpx.HTTPError, ValueError) as error:
            log.warning("feed %s: %s", feed.slug, error)
            return 0

    async def _url(self, feed: Feed, known: _Known) -> int:
        headers = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
        response, body = await fetch(
            feed.config["url"],
            {name: value for name, value in headers.items() if value},
            internal=bool(feed.config.get("internal")),
            max_bytes=MAX_BYTES,
        )
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return 0
        response.raise_for_status()
        digest = hashlib.sha256(body).hexdigest()
        if digest != known.digest:
            await self._store(feed, body, {"url": feed.config["url"]})
        known.digest = digest
        known.etag = response.headers.get("ETag", "")
        known.modified = response.headers.get("Last-Modified", "")
        return 1

    async def _folder(self, feed: Feed) -> int:
        found = await asyncio.to_thread(settled, Path(feed.config["folder"]))
        for path in found:
            body = await asyncio.to_thread(path.read_bytes)
            await self._store(feed, body[: MAX_BYTES + 1], {"file": path.name})
            await asyncio.to_thread(path.unlink)
        return len(found)

    async def _store(self, feed: Feed, body: bytes, meta: dict[str, Any]) -> None:
        await self.receiver.store(
            KIND,
            feed.slug,
            body,
            feed=feed.slug,
            lines=count_entries(body),
            meta=meta,
        )


@sync_to_async
def _feeds() -> list[Feed]:
    close_old_connections()
    rows = Feed.objects.filter(kind=KIND, enabled=True).order_by("pk")
    return [
        feed for feed in rows if feed.config.get("url") or feed.config.get("folder")
    ]


def settled(folder: Path) -> list[Path]:
    """Documents of a folder that nobody writes to any more, oldest first."""
    latest = time.time() - SETTLE_S
    found = [
        (path.stat().st_mtime, path)
        for path in folder.iterdir()
        if path.suffix.lower() in SUFFIXES and path.is_file()
    ]
    return [path for changed, path in sorted(found) if changed <= latest]


async def poll(receiver: Receiver) -> None:
    """What ``manage.py receive`` runs: a round every ten seconds, for ever."""
    puller = Puller(receiver)
    while True:
        try:
            await puller.round()
        except DatabaseError as error:
            log.warning("the list of feeds is away: %s", error)
        await asyncio.sleep(LOOK_EVERY_S)
