"""RSS and Atom documents to press items. Pure; feedparser reads them.

Documents with a DTD are refused: feeds need none, and entities are the way in for
XML bombs.
"""

from __future__ import annotations

import calendar
import hashlib
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import feedparser

from layers.press.services import NewItem

MAX_BYTES = 5 * 1024 * 1024
ID_LENGTH = 80
SUMMARY_LENGTH = 300
AHEAD = timedelta(hours=1)

_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENTRY = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>/]")
_TAG = re.compile(r"<[^>]*>")


class Unreadable(Exception):
    """A document or an entry that gives no item; ``reason`` is a word of the counts."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def count_entries(body: bytes) -> int:
    """How many entries a document seems to have, at least 1."""
    return max(1, len(_ENTRY.findall(body)))


def parse(body: bytes) -> Any:
    """feedparser's result. Unreadable for what is no feed."""
    if len(body) > MAX_BYTES:
        raise Unreadable("too_large", f"{len(body)} bytes")
    if _DTD.search(body):
        raise Unreadable("has_dtd")
    # a stream: given bytes, feedparser would try them as address and file name
    result = feedparser.parse(io.BytesIO(body), resolve_relative_uris=False)
    if not result.get("version"):
        raise Unreadable("not_a_feed", str(result.get("bozo_exception", ""))[:200])
    return result


def items(
    body: bytes, *, source: str, received_at: datetime
) -> Iterator[NewItem | Unreadable]:
    """Every entry of a document: an item, or why it is none.

    Raises Unreadable when the document as a whole cannot be read.
    """
    result = parse(body)
    digest = hashlib.sha256(body).hexdigest()
    outlet = plain(result.feed.get("title", ""))[:120]
    if not result.entries:
        raise Unreadable("empty")
    for entry in result.entries:
        try:
            yield _item(entry, source, outlet, digest, received_at)
        except Unreadable as bad:
            yield bad


def _item(
    entry: Any, source: str, outlet: str, digest: str, received_at: datetime
) -> NewItem:
    title = plain(entry.get("title", ""))
    link = _link(entry)
    name = str(entry.get("id", "")).strip() or link
    if not title:
        raise Unreadable("no_title", name[:200])
    if not name:
        raise Unreadable("no_link", title[:200])
    return NewItem(
        source=source,
        external_id=short(name),
        title=title,
        url=link,
        published_at=_time(entry, received_at),
        summary=_cut(plain(entry.get("summary", "")), SUMMARY_LENGTH),
        outlet=outlet,
        snapshot_sha256=digest,
    )


def short(name: str) -> str:
    """An identifier of any length as one that fits, told apart by its hash."""
    if len(name) <= ID_LENGTH:
        return name
    return f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"


def _link(entry: Any) -> str:
    link = str(entry.get("link", "")).strip()
    usable = urlsplit(link).scheme in ("http", "https") and len(link) <= 500
    return link if usable else ""


def _time(entry: Any, received_at: datetime) -> datetime:
    """Time of publication; of reception when it is missing or lies ahead."""
    parsed = entry.get("published_parsed") or entry.get("updated_parsed")
    if not parsed:
        return received_at
    try:
        moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError):
        return received_at
    return received_at if moment > received_at + AHEAD else moment


def plain(text: str) -> str:
    """Text without markup, white space made single."""
    bare = unescape(_TAG.sub(" ", unescape(str(text))))
    return " ".join(bare.replace("\x00", "").split())


def _cut(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    return text[: length - 1].rsplit(" ", 1)[0] + "…"
