"""From a request to the inbox: looked through, stored durably, then answered."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from feeds.core import inbox
from feeds.core.models import Feed
from feeds.core.tasks import wake

from .book import Book, Known
from .config import KIND
from .entries import Entry, entries

FORBIDDEN = {
    "rows": ("unknown_station", "there is no station with this code"),
}
UNKNOWN = ("unknown_datastream", "there is no such Datastream")


@dataclass(frozen=True, slots=True)
class Taken:
    """What was thought of every entry, and under which name they are kept."""

    id: str
    entries: tuple[Entry, ...]

    @property
    def refused(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.value is None]

    @property
    def accepted(self) -> int:
        return len(self.entries) - len(self.refused)


def take(
    feed: Feed,
    source: str,
    body: bytes,
    form: str,
    may: Callable[[Known], bool],
    meta: dict[str, Any] | None = None,
) -> Taken:
    """Look through a message and store it when anything of it can be taken.

    The same message of the same sender is one row of the inbox, however often it is
    sent. What belongs to somebody else is refused as if it did not exist.
    """
    received_at = datetime.now(UTC)
    meta = {"form": form, **(meta or {})}
    found = []
    refused: dict[str, str] = {}
    book = Book()
    for entry in entries(form, body, meta, book, received_at.timestamp()):
        if entry.value is not None and not may(entry.value.series):
            reason, detail = FORBIDDEN.get(form, UNKNOWN)
            refused[str(entry.number)] = reason
            entry = replace(entry, value=None, reason=reason, detail=detail)
        found.append(entry)
    taken = Taken(message_uid(source, body, meta, received_at), tuple(found))
    if taken.accepted:
        batch = inbox.RawBatch(
            kind=KIND,
            feed=feed.slug,
            source=source,
            received_at=received_at,
            lines=len(found),
            body=body,
            meta=meta | ({"refused": refused} if refused else {}),
            uid=taken.id,
        )
        inbox.store([batch])
        wake(feed.pk)
    return taken


def message_uid(
    source: str, body: bytes, meta: dict[str, Any], received_at: datetime
) -> str:
    """Equal messages have one name, but for those without a time of their own: they
    are about the moment at which they came."""
    told = repr(sorted(meta.items())).encode() + b"\0" + body
    if b"phenomenonTime" not in body and meta["form"] != "rows":
        told += received_at.isoformat().encode()
    name = hashlib.sha256(source.encode() + b"\0" + told).digest()[:16]
    return str(uuid.UUID(bytes=name))
