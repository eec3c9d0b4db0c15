"""Where figures are computed, and what stands there: the reads of computing.

A place is a unit and a period. Every read is asked once for all places.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from layers.indicators import spans
from layers.indicators.models import Indicator

from .parsing import Ref

SQL = Path(__file__).parent.parent / "sql"
_SAME = (SQL / "formula_same.sql").read_text()
_NEWEST = (SQL / "formula_newest.sql").read_text()
_THERE = (SQL / "formula_there.sql").read_text()
_ALL = (SQL / "formula_all.sql").read_text()
_PERIODS = (SQL / "formula_periods.sql").read_text()

# unit id, first day, last day
Place = tuple[int, date, date]


@dataclass(frozen=True, slots=True)
class Read:
    """An input at each of the places; ``ids`` 0 and ``values`` NaN where missing."""

    values: NDArray[np.float64]
    ids: NDArray[np.int64]
    vintages: NDArray[np.int16]
    published: list[datetime | None]
    notes: list[str]


@dataclass(frozen=True, slots=True)
class There:
    """A publication that stands at a place already."""

    id: int
    value: float
    vintage: int
    published_at: datetime
    basis: int
    inputs: tuple[int, ...]


def read(ref: Ref, indicator: Indicator, places: Sequence[Place]) -> Read:
    """The figures of an input. A whole counts in the indicator's unit of measure
    only (the first of several); a part has its own."""
    asked: Iterable[Place] = places
    if ref.before:
        asked = [(unit, *spans.a_year_before(a, b)) for unit, a, b in places]
    rows = _fetch(
        _NEWEST if ref.newest else _SAME,
        asked,
        indicator=indicator.pk,
        facet=ref.facet,
        measures=None if ref.facet else measures(indicator),
    )
    count = len(places)
    found = Read(
        np.full(count, np.nan),
        np.zeros(count, np.int64),
        np.zeros(count, np.int16),
        [None] * count,
        [""] * count,
    )
    for n, fact_id, value, vintage, published_at, note in rows:
        found.values[n - 1], found.ids[n - 1] = value, fact_id
        found.vintages[n - 1] = vintage
        found.published[n - 1], found.notes[n - 1] = published_at, note
    return found


def measures(indicator: Indicator) -> list[str]:
    return ["", indicator.unit, indicator.unit.split(";")[0].strip()]


def there(indicator: Indicator, places: Sequence[Place]) -> dict[int, list[There]]:
    """What stands at each place, by its index."""
    found: dict[int, list[There]] = {}
    for row in _fetch(_THERE, places, indicator=indicator.pk):
        n, fact_id, value, vintage, published_at, basis, made_of = row
        inputs = tuple(made_of or ())
        fact = There(fact_id, value, vintage, published_at, basis, inputs)
        found.setdefault(n - 1, []).append(fact)
    return found


def later_periods(
    units: Iterable[tuple[int, date]], indicators: Collection[int]
) -> set[Place]:
    """Places that a denominator of these units and last days may count for."""
    listed = sorted(set(units))
    values: dict[str, Any] = {
        "units": [unit for unit, _end in listed],
        "ends": [end for _unit, end in listed],
        "indicators": sorted(indicators),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PERIODS, values)
        return set(cursor.fetchall())


def all_periods(indicator: Indicator) -> set[Place]:
    with connection.cursor() as cursor:
        cursor.execute(_ALL, {"indicator": indicator.pk})
        return set(cursor.fetchall())


def a_year_after(start: date, end: date) -> spans.Span:
    """The period whose same period of the year before this is."""
    if spans.kind(start, end) == "week":
        return start + timedelta(weeks=52), end + timedelta(weeks=52)
    return _later(start, first=True), _later(end, first=False)


def _later(day: date, *, first: bool) -> date:
    if not first and day == spans.month_end(day.year, day.month):
        return spans.month_end(day.year + 1, day.month)
    last = spans.month_end(day.year + 1, day.month).day
    return day.replace(year=day.year + 1, day=min(day.day, last))


def _fetch(text: str, places: Iterable[Place], **values: Any) -> list[tuple[Any, ...]]:
    units, starts, ends = zip(*places, strict=True)
    bound = {"units": list(units), "starts": list(starts), "ends": list(ends)}
    with connection.cursor() as cursor:
        cursor.execute(text, bound | values)
        return cursor.fetchall()
