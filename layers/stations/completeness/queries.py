"""Completeness: how many values were expected, came, and count.

The legal reporting figure of Circular 10/2021/TT-BTNMT: a value every five minutes,
12 an hour, 288 a day. What is expected when stands in ``sql/completeness.sql``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from django.db import connection
from django.utils import timezone

from layers.stations.models import Hour
from layers.stations.statements import statement

HOUR_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Count:
    """Values expected; received with any status; measured (status 00); valid ones."""

    expected: int = 0
    received: int = 0
    measured: int = 0
    valid: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(
            self.expected + other.expected,
            self.received + other.received,
            self.measured + other.measured,
            self.valid + other.valid,
        )

    def share(self, what: str = "received") -> float | None:
        """Part of the expected values, 0 to 1; None when none was expected."""
        if not self.expected:
            return None
        found: int = getattr(self, what)
        return found / self.expected


NONE = Count()


@dataclass(frozen=True, slots=True)
class SeriesDay:
    """The count of a series on a local day."""

    station_id: int
    series_id: int
    day: date
    count: Count


def days(
    station_ids: Iterable[int], first: date, last: date, now: datetime | None = None
) -> list[SeriesDay]:
    """Counts of all series of stations on each day from ``first`` to ``last`` on which
    values were expected, by station, series and day. A day that is not over is
    expected up to ``now``."""
    with connection.cursor() as cursor:
        cursor.execute(
            statement("completeness"),
            {
                "stations": list(station_ids),
                "first": first,
                "last": last,
                "now": now or timezone.now(),
            },
        )
        return [
            SeriesDay(station_id, series_id, day, Count(*counts))
            for station_id, series_id, day, *counts in cursor.fetchall()
        ]


def hours(
    station_id: int, day: date, now: datetime | None = None
) -> dict[int, list[Count]]:
    """By series: counts of the 24 hours of a local day; hour ``n`` holds the values
    after ``n``:00 up to the next. Series of which nothing was expected are absent."""
    now = now or timezone.now()
    midnight = timezone.make_aware(datetime.combine(day, time()))
    rows = {entry.series_id: entry for entry in days([station_id], day, day, now)}
    found = {
        pk: [Count(expected) for expected in _expected(averaging, midnight, now)]
        for pk, averaging in _averaging(rows).items()
    }
    stored = Hour.objects.filter(
        series_id__in=found, hour__gt=midnight, hour__lte=midnight + timedelta(days=1)
    )
    for entry in stored:
        number = round((entry.hour - midnight).total_seconds() / 3_600) - 1
        expected = found[entry.series_id][number].expected
        counts = (entry.received, entry.measured, entry.valid)
        found[entry.series_id][number] = Count(
            expected, *(min(value, expected) for value in counts)
        )
    return found


def _averaging(rows: Iterable[int]) -> dict[int, int]:
    from layers.stations.models import Series

    found = Series.objects.filter(pk__in=list(rows)).order_by("pk")
    return dict(found.values_list("pk", "averaging_minutes"))


def _expected(averaging: int, midnight: datetime, now: datetime) -> list[int]:
    """Values expected in each hour of a day, as far as it has passed."""
    passed = min(max((now - midnight).total_seconds() / 60, 0), 24 * HOUR_MINUTES)
    ends = [
        int(min(HOUR_MINUTES * number, passed) // averaging) for number in range(25)
    ]
    return [after - before for before, after in pairwise(ends)]
