"""Playing lines through inbox and drain in the test's own process."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db.models import Sum

from feeds.core import drain as draining
from feeds.core import inbox
from feeds.core.inbox import RawBatch
from feeds.core.models import Feed, FeedCount

RECEIVED = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def play(
    lines: Iterable[bytes],
    *,
    source: str = "test",
    kind: str = "ais",
    size: int = 1_000,
    received_at: datetime = RECEIVED,
    drain: bool = True,
    recording: bool = True,
) -> Feed:
    """Store the lines in batches of ``size``, end the stream, drain.

    As a ``recording`` they are judged by their own clock, else against
    ``received_at``: then old ones are late.
    """
    listed = list(lines)
    batches = [
        RawBatch(
            kind=kind,
            feed=kind,
            source=source,
            received_at=received_at,
            lines=len(chunk),
            body=b"".join(line + b"\n" for line in chunk),
            meta={"recording": True} if recording else {},
        )
        for chunk in (listed[i : i + size] for i in range(0, len(listed), size))
    ]
    batches.append(
        RawBatch(
            kind=kind,
            feed=kind,
            source=source,
            received_at=received_at,
            lines=0,
            body=b"",
            meta={"end": True},
        )
    )
    inbox.store(batches)
    feed = Feed.of_kind(kind)
    if drain:
        draining.drain(feed.pk)
    return feed


def counts(source: str = "test") -> dict[str, int]:
    """Lines by ``outcome`` or ``outcome:reason``."""
    rows = (
        FeedCount.objects.filter(source=source)
        .values_list("outcome", "reason")
        .annotate(total=Sum("lines"))
    )
    return {f"{o}:{r}" if r else o: total for o, r, total in rows if total}
