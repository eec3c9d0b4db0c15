"""From a POST to the inbox: stored first, read afterwards."""

from __future__ import annotations

from datetime import UTC, datetime

from feeds.core import inbox
from feeds.core.models import Feed
from feeds.core.tasks import wake

from .reading import Unreadable, entries, read, request_id

KIND = "open311"


def take(
    source: str, body: bytes, *, content_type: str = "", key: str = ""
) -> tuple[list[str], list[Unreadable]]:
    """Store the body and say what will become of it.

    Returns the ids of the requests that can be read, and what is wrong with the
    others (which go to quarantine with the same words). ``key`` is the sender's
    own name for the request: told twice, it gives the same ids.
    """
    received_at = datetime.now(UTC)
    own_id = request_id(source, body, key)
    ids, wrong = _preview(source, body, content_type, own_id, received_at)
    inbox.store(
        [
            inbox.RawBatch(
                kind=KIND,
                feed=KIND,
                source=source,
                received_at=received_at,
                lines=len(ids) + len(wrong),
                body=body,
                meta={"id": own_id, "content_type": content_type[:100]},
            )
        ]
    )
    wake(Feed.of_kind(KIND).pk)
    return ids, wrong


def _preview(
    source: str, body: bytes, content_type: str, own_id: str, received_at: datetime
) -> tuple[list[str], list[Unreadable]]:
    ids: list[str] = []
    wrong: list[Unreadable] = []
    try:
        listed = list(entries(body, content_type))
    except Unreadable as bad:
        return [], [bad]
    for number, entry in enumerate(listed, 1):
        name = own_id if len(listed) == 1 else f"{own_id}-{number}"
        try:
            record = read(entry, source=source, own_id=name, received_at=received_at)
        except Unreadable as bad:
            wrong.append(bad)
        else:
            ids.append(record.external_id)
    return ids, wrong
