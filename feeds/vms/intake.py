"""From a request to the inbox: looked through, stored, then answered."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from feeds.core import inbox
from feeds.core.models import Feed
from feeds.core.tasks import wake

from .config import settings_of
from .decoder import provider_of
from .reading import Entry, entries, format_of

KIND = "vms"
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Taken:
    """What will become of a document. ``entries``: of every entry what was thought,
    without the reports; ``format`` is what it was read as."""

    id: str
    format: str
    accepted: int
    idle: int
    refused: tuple[Entry, ...]
    answers: tuple[tuple[str, str], ...]

    @property
    def lines(self) -> int:
        return self.accepted + self.idle + len(self.refused)


def take(
    feed: Feed, source: str, body: bytes, *, received_at: datetime, name: str = ""
) -> Taken:
    """Look through a document, store it durably, ask for the drain."""
    settings = settings_of(feed.config)
    form = format_of(body, settings)
    accepted = idle = 0
    refused: list[Entry] = []
    answers: list[tuple[str, str]] = []
    for entry in entries(
        body,
        settings=settings,
        provider=provider_of(feed.slug),
        received_at=received_at.timestamp(),
        form=form,
    ):
        accepted += entry.report is not None
        idle += entry.idle
        if entry.report is None and not entry.idle:
            refused.append(entry)
        if form == "naf":
            answers.append((entry.raw, "" if entry.idle else entry.reason))
    uid = str(uuid.uuid4())
    taken = Taken(uid, form, accepted, idle, tuple(refused), tuple(answers))
    inbox.store(
        [
            inbox.RawBatch(
                kind=KIND,
                feed=feed.slug,
                source=source,
                received_at=received_at,
                lines=taken.lines,
                body=body,
                meta={"format": form, "name": name[:200]},
                uid=uid,
            )
        ]
    )
    wake(feed.pk)
    return taken
