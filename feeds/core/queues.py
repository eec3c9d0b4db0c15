"""Which feeds are drained in one order, and what their decoder remembers."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.module_loading import import_string

from .decoding import Batch, Decoder
from .inbox import decompress
from .models import Feed, InboxBatch
from .spec import feed_kinds

LOCK_SPACE, KIND_LOCK_SPACE = 0x10C, 0x10D
WARM_BATCHES = 40
WARM_LIMIT = 2_000
MAX_SENDERS = 10_000


class Memory:
    """A decoder, the last batch that it has seen, and the feeds of senders whose
    lines may still be counted (parts of messages of earlier groups)."""

    def __init__(self, decoder: Decoder, last_id: int) -> None:
        self.decoder = decoder
        self.last_id = last_id
        self.feeds: dict[str, int] = {}

    def note(self, group: list[Batch]) -> None:
        for batch in group:
            self.feeds.pop(batch.source, None)
            self.feeds[batch.source] = batch.feed_id
        for source in list(self.feeds)[: max(len(self.feeds) - MAX_SENDERS, 0)]:
            del self.feeds[source]


@dataclass(frozen=True, slots=True)
class Queue:
    """Feeds that are drained in one order: a feed, or all of a kind ``together``."""

    feed: Feed
    feed_ids: tuple[int, ...]
    lock: tuple[int, int]

    @classmethod
    def of(cls, feed: Feed) -> Queue:
        if not feed_kinds[feed.kind].together:
            return cls(feed, (feed.pk,), (LOCK_SPACE, feed.pk))
        rows = Feed.objects.filter(kind=feed.kind).order_by("pk")
        name = zlib.crc32(feed.kind.encode()) >> 1
        return cls(feed, tuple(row.pk for row in rows), (KIND_LOCK_SPACE, name))

    def batches(self) -> QuerySet[InboxBatch]:
        return InboxBatch.objects.filter(feed_id__in=self.feed_ids)


# By the lock of the queue, in this process. Anything that goes wrong forgets it.
memories: dict[tuple[int, int], Memory] = {}


def read_batches(ids: Sequence[int]) -> list[Batch]:
    """The batches of these ids, in their order. Plain columns: making a model of
    each of thousands of small files would cost as much as reading them."""
    rows = InboxBatch.objects.filter(pk__in=ids).values_list(
        "pk", "source", "received_at", "body", "meta", "feed_id"
    )
    found = {
        pk: Batch(pk, source, received_at, decompress(bytes(body)), meta, feed_id)
        for pk, source, received_at, body, meta, feed_id in rows
    }
    return [found[pk] for pk in ids]


def remembered(queue: Queue, first: Batch) -> Memory:
    """The decoder of the queue, warmed up with what came before ``first``."""
    before = (
        queue.batches()
        .filter(id__lt=first.id)
        .order_by("-id")
        .values_list("id", "event_to")
        .first()
    )
    last_id = before[0] if before else 0
    memory = memories.get(queue.lock)
    if memory is not None and memory.last_id == last_id:
        return memory
    kind = feed_kinds[queue.feed.kind]
    memory = Memory(import_string(kind.decoder)(queue.feed), last_id)
    if before and kind.window:
        recent = queue.batches().filter(id__lte=last_id, id__gt=last_id - WARM_LIMIT)
        horizon = (before[1] or first.received_at) - kind.window
        newest_ids = set(
            recent.order_by("-id").values_list("id", flat=True)[:WARM_BATCHES]
        )
        newest_ids |= set(
            recent.filter(event_to__gte=horizon).values_list("id", flat=True)
        )
        done = recent.filter(id__in=newest_ids, state=1).order_by("id")
        for batch in read_batches(list(done.values_list("id", flat=True))):
            memory.decoder.decode([batch])
            memory.note([batch])
    memories[queue.lock] = memory
    return memory
