"""Draining an inbox: in order, each batch once, crash or no crash.

One transaction holds the observations, live rows, rule states, alerts, counts,
rejects, and the mark that the batches are done.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from layers.core.ingest import deliver

from .decoding import ACCEPTED, DUPLICATE, REJECTED, Batch, Decoded, Tally
from .models import Feed, InboxBatch, Quarantine
from .queues import Queue, memories, read_batches, remembered

GROUP_LINES = 40_000
GROUP_BATCHES = 4_000
GROUP_BYTES = 64_000_000
# What waits behind is not what is sent now: it is read in groups of about so long,
# because live batches wait for the group that is under way.
BACKLOG_S = 1.2
BACKLOG_LINES = 4_000
MAX_ATTEMPTS = 3
RAW_LENGTH = 2_000

log = logging.getLogger(__name__)
# Lines of a backlog that a group may have, by the lock of the queue.
paces: dict[tuple[int, int], int] = {}

_COUNT = """
INSERT INTO feeds_feedcount (feed_id, source, outcome, reason, lines)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::bigint[])
ON CONFLICT (feed_id, source, outcome, reason)
DO UPDATE SET lines = feeds_feedcount.lines + excluded.lines
"""
_DONE = """
UPDATE feeds_inboxbatch b SET state = 1, done_at = now(), event_to = d.event_to
FROM unnest(%s::bigint[], %s::timestamptz[]) AS d (id, event_to)
WHERE b.id = d.id AND b.state = 0
"""


def drain(feed_id: int, *, budget_s: float = 20.0) -> bool:
    """Process waiting batches; True when some may be left.

    Only one process drains a feed at a time (or all feeds of a kind that are read
    together): the others return at once.
    """
    feed = Feed.objects.get(pk=feed_id)
    queue = Queue.of(feed)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", queue.lock)
        (locked,) = cursor.fetchone()
    if not locked:
        return False
    try:
        started = timezone.now()
        while _step(queue):
            if (timezone.now() - started).total_seconds() > budget_s:
                return True
    finally:
        # A broken connection has lost the lock already.
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", queue.lock)
    return queue.batches().filter(state=0).exists()


def step(feed: Feed) -> int:
    """Process one group of batches; how many there were."""
    return _step(Queue.of(feed))


def _step(queue: Queue) -> int:
    started = time.monotonic()
    group = _next_group(queue)
    if not group:
        return 0
    try:
        process(queue, group)
        lines = sum(batch.body.count(b"\n") for batch in group)
        _learn_pace(queue, lines, time.monotonic() - started)
    except Exception:
        memories.pop(queue.lock, None)
        if connection.in_atomic_block or not connection.is_usable():
            raise
        log.exception("feed %s: group of %d batches failed", queue.feed, len(group))
        _retry_singly(queue, group)
    return len(group)


def process(queue: Queue, group: list[Batch]) -> None:
    """Decode and deliver a group of batches in one transaction."""
    memory = remembered(queue, group[0])
    memory.note(group)
    decoded = memory.decoder.decode(group)
    with transaction.atomic():
        tally = _deliver(decoded)
        _store_rejects(decoded, memory.feeds, queue)
        _count(tally, memory.feeds, queue.feed.pk)
        with connection.cursor() as cursor:
            ids = [batch.id for batch in group]
            newest = [_moment(decoded.event_to.get(pk)) for pk in ids]
            cursor.execute(_DONE, [ids, newest])
            if cursor.rowcount != len(ids):
                raise RuntimeError("a batch of the group was done by somebody else")
    memory.last_id = max(batch.id for batch in group)


def _count(tally: Tally, feeds: dict[str, int], otherwise: int) -> None:
    """Add the lines of each sender and outcome to its feed, in one statement: a
    backlog of hundreds of senders is no more round trips than one."""
    rows = [
        (feeds.get(key[0], otherwise), *key, lines)
        for key, lines in tally.items()
        if lines
    ]
    if rows:
        with connection.cursor() as cursor:
            columns = [list(column) for column in zip(*rows, strict=True)]
            cursor.execute(_COUNT, columns)


def _moment(epoch_s: float | None) -> datetime | None:
    return None if epoch_s is None else datetime.fromtimestamp(epoch_s, UTC)


def _next_group(queue: Queue) -> list[Batch]:
    """The batches to read next: what has no rank by itself, the rest by rank."""
    waiting = queue.batches().filter(state=0).order_by("rank", "id")
    heads = waiting.values_list("id", "rank", "lines", "size")[:GROUP_BATCHES]
    chosen: list[int] = []
    lines = size = 0
    for pk, rank, more_lines, more_size in heads:
        if not chosen:
            backlog = rank > 0
            limit = _pace(queue) if backlog else GROUP_LINES
        lines, size = lines + more_lines, size + more_size
        full = lines > limit or size > GROUP_BYTES
        if chosen and (full or (rank > 0) != backlog):
            break
        chosen.append(pk)
    return read_batches(chosen)


def _pace(queue: Queue) -> int:
    """How many lines of a backlog are about ``BACKLOG_S`` of work."""
    return min(paces.get(queue.lock, BACKLOG_LINES), GROUP_LINES)


def _learn_pace(queue: Queue, lines: int, took_s: float) -> None:
    """Half way from the last pace to what this group showed; small ones teach
    nothing, because most of their time does not depend on their size."""
    before = _pace(queue)
    if lines * 2 >= before:
        shown = int(lines * BACKLOG_S / max(took_s, 0.001))
        paces[queue.lock] = max(500, (before + min(shown, before * 3)) // 2)


def _deliver(decoded: Decoded) -> Tally:
    tally: Tally = Counter(decoded.counts)
    for delivery in decoded.deliveries:
        applied = deliver(delivery.layer, delivery.records)
        number: dict[str, int] = {}
        sender = np.array(
            [number.setdefault(name, len(number)) for name in delivery.sources],
            np.int64,
        )
        for outcome, rows in (
            (DUPLICATE, applied.duplicate),
            (ACCEPTED, ~applied.duplicate),
        ):
            lines = np.bincount(
                sender[rows], weights=delivery.weights[rows], minlength=len(number)
            )
            for name, count in zip(number, lines.tolist(), strict=True):
                tally[(name, outcome, "")] += int(count)
    return tally


def _store_rejects(decoded: Decoded, feeds: dict[str, int], queue: Queue) -> None:
    received_at = timezone.now()
    Quarantine.objects.bulk_create(
        [
            Quarantine(
                feed_id=feeds.get(entry.source, queue.feed.pk),
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


def _retry_singly(queue: Queue, group: list[Batch]) -> None:
    """One bad batch must not hold up the others: find it, set it aside."""
    for batch in group:
        try:
            process(queue, [batch])
        except Exception as error:
            memories.pop(queue.lock, None)
            if not connection.is_usable():
                raise
            log.exception("feed %s: batch %d failed", queue.feed, batch.id)
            if _give_up(batch, error):
                continue
            return  # keep the order: try again later, before the next ones


def _give_up(batch: Batch, error: Exception) -> bool:
    with transaction.atomic():
        row = InboxBatch.objects.select_for_update().get(pk=batch.id)
        row.attempts += 1
        if row.attempts >= MAX_ATTEMPTS:
            row.state = InboxBatch.State.FAILED
            Quarantine.objects.create(
                feed_id=batch.feed_id,
                batch=row,
                line_no=0,
                reason="internal_error",
                raw=batch.body[:RAW_LENGTH].decode("latin-1").replace("\x00", "\\x00"),
                source=batch.source,
                received_at=timezone.now(),
                detail=f"{type(error).__name__}: {error}"[:500],
            )
            lost: Tally = Counter(
                {(batch.source, REJECTED, "internal_error"): row.lines}
            )
            _count(lost, {}, batch.feed_id)
        row.save(update_fields=["attempts", "state"])
    return row.state == InboxBatch.State.FAILED


def forget() -> None:
    """Drop every decoder's memory (tests, reload)."""
    memories.clear()


def failed_to_new(**conditions: Any) -> int:
    """Put failed batches back into the queue, after the cause was mended."""
    return InboxBatch.objects.filter(state=2, **conditions).update(state=0, attempts=0)
