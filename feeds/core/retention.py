"""How long raw data are kept: as long as the positions that they prove."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

DAYS_PER_MONTH = 30.44
STEP = 500
MAX_STEPS = 40

# Batches that wait or failed are never touched; the index finds the oldest first.
_DELETE = """
WITH old AS (
    SELECT id FROM feeds_inboxbatch
    WHERE state = 1 AND received_at < %s
    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
), lines AS (
    DELETE FROM feeds_quarantine q USING old WHERE q.batch_id = old.id
)
DELETE FROM feeds_inboxbatch b USING old WHERE b.id = old.id
"""
# Ids grow with time: while the oldest batch is young there is nothing to do.
_OLDEST = "SELECT received_at FROM feeds_inboxbatch ORDER BY id LIMIT 1"


def limit() -> datetime:
    """What was received before may go (``IOC_KEEP_MONTHS``, Decree 41/2026: 36)."""
    return timezone.now() - timedelta(days=settings.IOC_KEEP_MONTHS * DAYS_PER_MONTH)


def forget(*, step: int = STEP, steps: int = MAX_STEPS) -> int:
    """Delete old batches and their quarantined lines in small transactions."""
    before = limit()
    gone = 0
    for _round in range(steps):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_OLDEST)
            oldest = cursor.fetchone()
            if oldest is None or oldest[0] >= before:
                break
            cursor.execute(_DELETE, [before, step])
            gone += cursor.rowcount
            if cursor.rowcount < step:
                break
    return gone
