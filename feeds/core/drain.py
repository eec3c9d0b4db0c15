"""Draining an inbox: in order, each batch once, crash or no crash.

One transaction holds the observations, live rows, rule states, alerts, counts,
rejects, and the mark that the batches are done.
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from layers.core.ingest import deliver

from .decoding import ACCEPTED, DUPLICATE, REJECTED, Batch, Decoded, Decoder, Tally
from .inbox import decompress
from .models import Feed, InboxBatch, Quarantine
from .spec import feed_kinds

GROUP_LINES = 20_000
GROUP_BATCHES = 200
MAX_ATTEMPTS = 3
WARM_BATCHES = 40
WARM_LIMIT = 2_000
LOCK_SPACE = 0x10C
RAW_LENGTH = 2_000

log = logging.getLogger(__name__)

_COUNT = """
INSERT INTO feeds_feedcount (feed_id, source, outcome, reason, lines)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (feed_id, source, outcome, reason)
DO UPDATE SET lines = feeds_feedcount.lines + excluded.lines
"""
_DONE = """
UPDATE feeds_inboxbatch SET state = 1, done_at = now(), event_to = %s
WHERE id = %s AND state = 0
"""


class _Memory:
    """A decoder and the last batch that it has seen."""

    def __init__(self, decoder: Decoder, last_id: int) -> None:
        self.decoder = decoder
        self.last_id = last_id


# By feed id, in this process. Anything that goes wrong forgets it.
_memories: dict[int, _Memory] = {}


def drain(feed_id: int, *, budget_s: float = 20.0) -> bool:
    """Process waiting batches; True when some may be left.

    Only one process drains a feed at a time: the others return at once.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_SPACE, feed_id])
        (locked,) = cursor.fetchone()
    if not locked:
        return False
    try:
        feed = Feed.objects.get(pk=feed_id)
        started = timezone.now()
        while step(feed):
            if (timezone.now() - started).total_seconds() > budget_s:
                return True
    finally:
        # A broken connection has lost the lock already.
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_advisory_unlock(%s, %s)", [LOCK_SPACE, feed_id]
                )
    return waiting(feed_id)


def waiting(feed_id: int) -> bool:
    return InboxBatch.objects.filter(feed_id=feed_id, state=0).exists()


def step(feed: Feed) -> int:
    """Process one group of batches; how many there were."""
    group = _next_group(feed)
    if not group:
        return 0
    try:
        process(feed, group)
    except Exception:
        _memories.pop(feed.pk, None)
        if connection.in_atomic_block or not connection.is_usable():
            raise
        log.exception("feed %s: group of %d batches failed", feed.slug, len(group))
        _retry_singly(feed, group)
    return len(group)


def process(feed: Feed, group: list[Batch]) -> None:
    """Decode and deliver a group of batches in one transaction."""
    memory = _memory(feed, group[0])
    decoded = memory.decoder.decode(group)
    with transaction.atomic():
        tally = _deliver(decoded)
        _store_rejects(feed, decoded)
        with connection.cursor() as cursor:
            cursor.executemany(
                _COUNT,
                [(feed.pk, *key, lines) for key, lines in tally.items() if lines],
            )
            for batch in group:
                newest = decoded.event_to.get(batch.id)
                cursor.execute(_DONE, [_moment(newest), batch.id])
                if cursor.rowcount != 1:
                    raise RuntimeError(f"batch {batch.id} was done by somebody else")
    memory.last_id = group[-1].id


def _moment(epoch_s: float | None) -> datetime | None:
    return None if epoch_s is None else datetime.fromtimestamp(epoch_s, UTC)


def _next_group(feed: Feed) -> list[Batch]:
    rows = InboxBatch.objects.filter(feed=feed, state=0).order_by("id")
    group: list[Batch] = []
    lines = 0
    for row in rows[:GROUP_BATCHES]:
        if group and lines + row.lines > GROUP_LINES:
            break
        group.append(_batch(row))
        lines += row.lines
    return group


def _batch(row: InboxBatch) -> Batch:
    return Batch(
        id=row.pk,
        source=row.source,
        received_at=row.received_at,
        body=decompress(bytes(row.body)),
        meta=row.meta,
    )


def _memory(feed: Feed, first: Batch) -> _Memory:
    """The decoder of the feed, warmed up with what came before ``first``."""
    before = (
        InboxBatch.objects.filter(feed=feed, id__lt=first.id)
        .order_by("-id")
        .values_list("id", "event_to")
        .first()
    )
    last_id = before[0] if before else 0
    memory = _memories.get(feed.pk)
    if memory is not None and memory.last_id == last_id:
        return memory
    kind = feed_kinds[feed.kind]
    decoder: Decoder = import_string(kind.decoder)(feed)
    if before and kind.window:
        recent = InboxBatch.objects.filter(
            feed=feed, id__lte=last_id, id__gt=last_id - WARM_LIMIT
        )
        horizon = (before[1] or first.received_at) - kind.window
        newest_ids = set(
            recent.order_by("-id").values_list("id", flat=True)[:WARM_BATCHES]
        )
        newest_ids |= set(
            recent.filter(event_to__gte=horizon).values_list("id", flat=True)
        )
        for row in recent.filter(id__in=newest_ids, state=1).order_by("id"):
            decoder.decode([_batch(row)])
    memory = _memories[feed.pk] = _Memory(decoder, last_id)
    return memory


def _deliver(decoded: Decoded) -> Tally:
    tally: Tally = Counter(decoded.counts)
    for delivery in decoded.deliveries:
        applied = deliver(delivery.layer, delivery.records)
        sources = np.asarray(delivery.sources)
        for source in set(delivery.sources):
            mine = sources == source
            again = mine & applied.duplicate
            tally[(source, DUPLICATE, "")] += int(delivery.weights[again].sum())
            fresh = mine & ~applied.duplicate
            tally[(source, ACCEPTED, "")] += int(delivery.weights[fresh].sum())
    return tally


def _store_rejects(feed: Feed, decoded: Decoded) -> None:
    received_at = timezone.now()
    Quarantine.objects.bulk_create(
        [
            Quarantine(
                feed=feed,
                batch_id=entry.batch_id,
                line_no=entry.line_no,
                reason=entry.reason,
                raw=entry.raw[:RAW_LENGTH].replace("\x00", "\\x00"),
                source=entry.source,
                received_at=received_at,
                detail=entry.detail,
            )
            for entry in decoded.rejects
        ],
        batch_size=1_000,
    )


def _retry_singly(feed: Feed, group: list[Batch]) -> None:
    """One bad batch must not hold up the others: find it, set it aside."""
    for batch in group:
        try:
            process(feed, [batch])
        except Exception as error:
            _memories.pop(feed.pk, None)
            if not connection.is_usable():
                raise
            log.exception("feed %s: batch %d failed", feed.slug, batch.id)
            if _give_up(feed, batch, error):
                continue
            return  # keep the order: try again later, before the next ones


def _give_up(feed: Feed, batch: Batch, error: Exception) -> bool:
    with transaction.atomic():
        row = InboxBatch.objects.select_for_update().get(pk=batch.id)
        row.attempts += 1
        if row.attempts >= MAX_ATTEMPTS:
            row.state = InboxBatch.State.FAILED
            Quarantine.objects.create(
                feed=feed,
                batch=row,
                line_no=0,
                reason="internal_error",
                raw=batch.body[:RAW_LENGTH].decode("latin-1").replace("\x00", "\\x00"),
                source=batch.source,
                received_at=timezone.now(),
                detail=f"{type(error).__name__}: {error}"[:500],
            )
            with connection.cursor() as cursor:
                key = (batch.source, REJECTED, "internal_error")
                cursor.execute(_COUNT, [feed.pk, *key, row.lines])
        row.save(update_fields=["attempts", "state"])
    return row.state == InboxBatch.State.FAILED


def forget() -> None:
    """Drop every decoder's memory (tests, reload)."""
    _memories.clear()


def failed_to_new(**conditions: Any) -> int:
    """Put failed batches back into the queue, after the cause was mended."""
    return InboxBatch.objects.filter(state=2, **conditions).update(state=0, attempts=0)
