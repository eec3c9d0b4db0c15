"""Exact numbers of values, without reading the values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
from django.db import connection

from layers.core.copyin import int_array
from layers.stations.statements import statement

from .partitions import kept_since
from .readings import Ints

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOCAL = timedelta(hours=7)  # Asia/Ho_Chi_Minh
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
# Before and after everything: whole days of roll-ups, no values are looked at.
FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def count_current(
    series_ids: Sequence[int] | Ints | None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> int:
    """How many values (of several versions one) series have from ``since`` to
    ``until``, both included; None: all series, no bound.

    Costs the days between, the hours at either end and at most two hours of values.
    """
    after = max(since - INSTANT if since else FIRST, kept_since() or FIRST)
    end = min(until or LAST, LAST)
    if after >= end:
        return 0
    ids = None
    if series_ids is not None:
        ids = int_array(np.asarray(series_ids, dtype=np.int64))
    with connection.cursor() as cursor:
        cursor.execute(statement("count"), {"series": ids, **_pieces(after, end)})
        return int(cursor.fetchone()[0])


def _pieces(after: datetime, end: datetime) -> dict[str, datetime | date]:
    """A span (after, end] cut into values, hours, days, hours, values."""
    hour_1, hour_4 = _ceil(after, HOUR), _floor(end, HOUR)
    if hour_1 > hour_4:
        hour_1 = hour_4 = end
    day_1, day_2 = _ceil(hour_1, DAY), _floor(hour_4, DAY)
    if day_1 > day_2:
        day_1 = day_2 = hour_4
    return {
        "raw_1": after, "raw_2": hour_1, "raw_3": hour_4, "raw_4": end,
        "hour_1": hour_1, "hour_2": day_1, "hour_3": day_2, "hour_4": hour_4,
        "first_day": (day_1 + LOCAL).date(), "end_day": (day_2 + LOCAL).date(),
    }  # fmt: skip


def _ceil(moment: datetime, step: timedelta) -> datetime:
    return moment + (-(moment + LOCAL - EPOCH)) % step


def _floor(moment: datetime, step: timedelta) -> datetime:
    return moment - (moment + LOCAL - EPOCH) % step
