"""Hours and days of series, worked out anew wherever something they hold changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
from django.db import connection, transaction

from layers.core.copyin import int_array, moment_array
from layers.stations.models import Series
from layers.stations.statements import statement

from .partitions import kept_since
from .readings import Floats, Ints

HOUR_S, DAY_S = 3_600, 86_400
LOCAL_S = 7 * HOUR_S  # Asia/Ho_Chi_Minh
MAX_DAYS = 1 << 20  # since 1970
EIGHT_HOURS_S = 7 * HOUR_S  # from the end of the first to that of the last

_STORED = """
SELECT min(o.first), max(o.last)
FROM stations_series s
CROSS JOIN LATERAL (
    SELECT (SELECT at FROM stations_observation o WHERE o.series_id = s.id
            ORDER BY at LIMIT 1) AS first,
        (SELECT at FROM stations_observation o WHERE o.series_id = s.id
            ORDER BY at DESC LIMIT 1) AS last
) o
"""


def touch(series_id: Ints, at: Floats) -> None:
    """Work out the newest values, hours and days of series anew where these values
    (both of one length) enter them, or what is said about them changed.

    Nothing is added up: an hour comes from all values that count in it, a day from
    its hours. So neither order nor repetition of deliveries matters.
    """
    if not len(at):
        return
    series, row = np.unique(series_id, return_inverse=True)
    newest = np.full(len(series), -np.inf)
    np.maximum.at(newest, row, at)
    _latest(series, newest)
    ends = np.ceil(at / HOUR_S).astype(np.int64) * HOUR_S
    _work_out(*_joined(series_id, ends))


def touch_span(series_ids: Sequence[int], since: float, until: float) -> None:
    """The same for all values from ``since`` to ``until`` (seconds since 1970)."""
    series = np.unique(np.asarray(series_ids, dtype=np.int64))
    if not len(series):
        return
    _latest(series, np.full(len(series), np.nan))
    first = int(np.ceil(since / HOUR_S) - 1) * HOUR_S
    last = int(np.ceil(until / HOUR_S)) * HOUR_S
    blank = np.ones(len(series), dtype=np.int64)
    _work_out(series, first * blank, last * blank)


def days_stored() -> tuple[date, date] | None:
    """The first and the last local day with single values."""
    with connection.cursor() as cursor:
        cursor.execute(_STORED)
        first, last = cursor.fetchone()
    return None if first is None else (_day_of(first), _day_of(last))


def rebuild(since: date, until: date) -> Iterator[date]:
    """Work out the days of a span of all series anew, then the newest values; each day
    that is done. Every day is a transaction of its own."""
    series = np.array(sorted(Series.objects.values_list("pk", flat=True)), np.int64)
    if not len(series):
        return
    blank = np.ones(len(series), dtype=np.int64)
    day = since
    while day <= until:
        midnight = (day - date(1970, 1, 1)).days * DAY_S - LOCAL_S
        _work_out(series, midnight * blank, (midnight + DAY_S) * blank)
        yield day
        day += timedelta(days=1)
    _latest(series, np.full(len(series), np.nan))


def _day_of(at: datetime) -> date:
    """The local day that a value belongs to: midnight ends the day before."""
    return (at - timedelta(microseconds=1) + timedelta(seconds=LOCAL_S)).date()


def _latest(series: Ints, at: Floats) -> None:
    """Bring the newest values up to date; ``at``: times that series have values at,
    NaN for none but those that are known."""
    times = [None if np.isnan(moment) else moment for moment in at.tolist()]
    with connection.cursor() as cursor:
        cursor.execute(statement("latest"), {"series": int_array(series), "at": times})


def _work_out(series_id: Ints, since: Ints, until: Ints) -> None:
    """Hours, then days, of spans (since, until] that begin and end with an hour. Of
    hours whose single values were dropped nothing new can be said."""
    horizon = kept_since()
    if horizon is not None:
        since = np.maximum(since, int(horizon.timestamp()))
        left = until > since
        series_id, since, until = series_id[left], since[left], until[left]
    if not len(series_id):
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            statement("hours"),
            {
                "series": int_array(series_id),
                "after": moment_array(since.astype(float)),
                "until": moment_array(until.astype(float)),
                "first": datetime.fromtimestamp(int(since.min()), UTC),
                "last": datetime.fromtimestamp(int(until.max()), UTC),
            },
        )
        series, day = _days(series_id, since, until)
        cursor.execute(
            statement("days"), {"series": int_array(series), "day": _dates(day)}
        )


def _joined(series_id: Ints, ends: Ints) -> tuple[Ints, Ints, Ints]:
    """Hours that follow each other as one span (after, until] of their series."""
    order = np.lexsort((ends, series_id))
    series, end = series_id[order], ends[order]
    starts = np.ones(len(order), dtype=np.bool_)
    starts[1:] = (series[1:] != series[:-1]) | (end[1:] > end[:-1] + HOUR_S)
    first = np.flatnonzero(starts)
    last = np.append(first[1:], len(order)) - 1
    return series[first], end[first] - HOUR_S, end[last]


def _days(series_id: Ints, since: Ints, until: Ints) -> tuple[Ints, Ints]:
    """(series, local day since 1970) that the hours of the spans enter: their own,
    and those in which eight hours end that begin with one of them."""
    first = (since + LOCAL_S) // DAY_S
    last = (until + EIGHT_HOURS_S - HOUR_S + LOCAL_S) // DAY_S
    count = last - first + 1
    series = np.repeat(series_id, count)
    step = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    whole = np.unique(series * MAX_DAYS + np.repeat(first, count) + step)
    return whole // MAX_DAYS, whole % MAX_DAYS


def _dates(days: Ints) -> str:
    said = np.datetime_as_string(days.astype("M8[D]"))
    return "{" + ",".join(said.tolist()) + "}"
