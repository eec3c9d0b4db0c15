"""Partitions for the days of a delivery: a replay shall not pile up elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from layers.core.ingest import Floats

DAY_S = 86_400
# As long as positions must be kept (Decree 41/2026), and what a clock may be ahead.
KEPT = timedelta(days=3 * 366)
AHEAD = timedelta(days=3)
# More days than this in one delivery are clocks that are wrong.
MOST_DAYS = 62

# Made or found by this process; a partition that goes away again costs nothing but
# rows in the rest partition.
_made: set[date] = set()


def make_for(at: Floats) -> None:
    """Make the partitions for fixes at these times (epoch s), where they are kept."""
    days = np.unique(np.floor(at / DAY_S)).tolist()
    now = timezone.now().date()
    missing = []
    for number in days[:MOST_DAYS]:
        day = datetime.fromtimestamp(number * DAY_S, UTC).date()
        if now - KEPT <= day <= now + AHEAD and day not in _made:
            missing.append(day)
    if not missing:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT vessels_make_partitions(day, 1) FROM unnest(%s::date[]) day",
            [missing],
        )
    transaction.on_commit(lambda: _made.update(missing))
