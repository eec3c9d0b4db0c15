"""Values of a station in a month, and what a report says of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
from django.db import connection
from django.utils import timezone

from layers.stations.completeness.queries import NONE, Count
from layers.stations.kinds import Status
from layers.stations.models import Day, Hour, Series
from layers.stations.statements import statement

from .comparing import Measured
from .spans import APART_STATES, Floats, stretches

DIGITS = 6
BEFORE = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Values:
    """All values of a series, oldest first; arrays of one length. ``tests``: of
    those in which something was found the tests with their flags."""

    at: Floats
    value: Floats
    status: npt.NDArray[np.int16]
    flag: npt.NDArray[np.int16]
    valid: npt.NDArray[np.bool_]
    tests: list[dict[str, int]]


def read(station_id: int, since: datetime, until: datetime) -> dict[int, Values]:
    """By series; a series without values has empty arrays."""
    rows: dict[int, list[tuple[Any, ...]]] = {
        pk: []
        for pk in Series.objects.filter(station=station_id).values_list("pk", flat=True)
    }
    with connection.cursor() as cursor:
        cursor.execute(
            statement("report_values"),
            {"station": station_id, "since": since, "until": until},
        )
        for series_id, *row in cursor:
            rows[series_id].append(tuple(row))
    return {pk: _values(found) for pk, found in rows.items()}


def _values(rows: list[tuple[Any, ...]]) -> Values:
    at, value, status, flag, valid, _reviewed, tests = (
        zip(*rows, strict=True) if rows else ([],) * 7
    )
    return Values(
        at=np.array(at, dtype=np.float64),
        value=np.array(
            [np.nan if one is None else one for one in value], dtype=np.float64
        ),
        status=np.array(status, dtype=np.int16),
        flag=np.array(flag, dtype=np.int16),
        valid=np.array(valid, dtype=np.bool_),
        tests=[orjson.loads(found) for found in tests if found],
    )


def times(found: Mapping[int, Values]) -> Floats:
    """Times at which any series has a value of whatever state."""
    return np.unique(np.concatenate([np.zeros(0), *(v.at for v in found.values())]))


def measured(
    series: Series, found: Values, since: datetime, until: datetime
) -> Measured:
    """The valid values with hours and days of the same span. A day that is not over at
    ``until`` has no mean yet."""
    last = datetime.fromtimestamp(
        float(found.at[-1]) if len(found.at) else since.timestamp(), since.tzinfo
    )
    hours = Hour.objects.filter(
        series_id=series.pk,
        hour__gt=since - BEFORE,
        hour__lt=last + timedelta(hours=1),
        valid__gt=0,
    ).order_by("hour")
    first = timezone.localdate(since)
    days = Day.objects.filter(
        series_id=series.pk,
        day__gte=first,
        day__lte=timezone.localdate(last),
        valid__gt=0,
    ).order_by("day")
    hour = [(row.hour.timestamp(), row.mean, row.valid) for row in hours]
    day = [
        (_end(row.day), row.mean, row.valid)
        for row in days
        if _end(row.day) <= until.timestamp()
    ]
    return Measured(
        series.averaging_minutes,
        since.timestamp(),
        found.at[found.valid],
        found.value[found.valid],
        *_columns(hour),
        *_columns(day),
    )


def _columns(rows: list[tuple[Any, ...]]) -> tuple[Floats, Floats, Floats]:
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]


def _end(day: date) -> float:
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time())
    return timezone.make_aware(midnight).timestamp()


def summary(found: Measured) -> dict[str, Any]:
    """Mean, extremes with their first times, percentile 98 (linear between values);
    None without a valid value."""
    names = ("mean", "least", "least_at", "largest", "largest_at", "p98")
    if not len(found.value):
        return dict.fromkeys(names)
    low, high = int(np.argmin(found.value)), int(np.argmax(found.value))
    return {
        "mean": round(float(found.value.mean()), DIGITS),
        "least": round(float(found.value[low]), DIGITS),
        "least_at": float(found.at[low]),
        "largest": round(float(found.value[high]), DIGITS),
        "largest_at": float(found.at[high]),
        "p98": round(float(np.percentile(found.value, 98)), DIGITS),
    }


def states(found: Values, averaging_minutes: int) -> list[dict[str, Any]]:
    """Times in which the instrument calibrated or had a fault."""
    step_s = averaging_minutes * 60.0
    rows = [
        {
            "status": status.value,
            "since": float(found.at[run.first] - step_s),
            "until": float(found.at[run.last]),
            "values": run.last - run.first + 1,
        }
        for status in (Status.CALIBRATING, Status.FAULT)
        for run in stretches(
            found.at, found.status == status.value, APART_STATES * step_s
        )
    ]
    return sorted(rows, key=lambda row: (row["since"], row["status"]))


def by_flag(found: Values) -> dict[str, int]:
    """How many values have each QARTOD flag."""
    flags, counts = np.unique(found.flag, return_counts=True)
    return {
        str(flag): int(n)
        for flag, n in zip(flags.tolist(), counts.tolist(), strict=True)
    }


def by_test(found: Values) -> dict[str, int]:
    """How many values each test found something in."""
    counts = Counter(name for tests in found.tests for name in tests)
    return dict(sorted(counts.items()))


def table(series: Series, counts: Mapping[date, Count]) -> list[dict[str, Any]]:
    """One row for each day on which values were expected or came."""
    if not counts:
        return []
    stored = {
        row.day: row
        for row in Day.objects.filter(
            series_id=series.pk, day__gte=min(counts), day__lte=max(counts)
        )
    }
    return [_day(day, counts.get(day, NONE), stored.get(day)) for day in sorted(counts)]


def _day(day: date, count: Count, row: Day | None) -> dict[str, Any]:
    numbers = (row.mean, row.least, row.largest, row.total) if row else (None,) * 4
    mean, least, largest, total = (
        None if number is None else round(number, DIGITS) for number in numbers
    )
    return {
        "day": day.isoformat(),
        "expected": count.expected,
        "received": count.received,
        "valid": count.valid,
        "mean": mean,
        "least": least,
        "largest": largest,
        "total": total,
    }
