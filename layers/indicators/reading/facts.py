"""Facts as figures: the reads that every reader of this package is made of.

Each read takes the series it wants as arrays and costs one index descent per series,
however many facts there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db import connection

from layers.core.versions import cached_by_version
from layers.indicators.contract import Figure
from layers.indicators.formulas import Graph
from layers.indicators.models import Indicator

SQL = Path(__file__).parent.parent / "sql"


def statement(name: str) -> str:
    return (SQL / f"{name}.sql").read_text()


_NEWEST = statement("newest")
_EXACT = statement("exact")
_SERIES = statement("unit_series")
_VERSIONS = statement("versions")

# indicator id, unit id, facet
Series = tuple[int, int, str]
# first and last day
Span = tuple[date, date]


class Catalogue:
    """Every indicator by its id and its code."""

    def __init__(self, found: Iterable[Indicator]) -> None:
        self.by_id = {indicator.pk: indicator for indicator in found}

    @cached_property
    def by_code(self) -> dict[str, Indicator]:
        return {indicator.code: indicator for indicator in self.by_id.values()}

    @cached_property
    def graph(self) -> Graph:
        """What is computed from what."""
        return Graph.readable(self.by_id.values())


@cached_by_version("indicators")
def catalogue() -> Catalogue:
    """The catalogue, read again whenever the layer has changed."""
    return Catalogue(Indicator.objects.select_related("denominator").order_by("code"))


class NotFound(LookupError):
    """No such indicator, unit or figure, or none that the caller may see."""


def of_id(pk: int) -> Indicator:
    """An indicator that facts name, also one that was only just added."""
    if pk not in catalogue().by_id:
        catalogue.forget()  # type: ignore[attr-defined]
    return catalogue().by_id[pk]


def indicator_of(code: str) -> Indicator:
    """Raises NotFound."""
    if code not in catalogue().by_code:
        catalogue.forget()  # type: ignore[attr-defined]
    found = catalogue().by_code.get(code)
    if found is None:
        raise NotFound(f"no indicator {code!r:.40}")
    return found


@dataclass(frozen=True, slots=True)
class AsOf:
    """``date``: periods that end by it; ``known``: published by then. None: now."""

    date: date | None = None
    known: datetime | None = None


NOW = AsOf()


def figure(row: Sequence[Any]) -> Figure:
    """Of the columns indicator, unit, facet, id, value, measure, first day, last day,
    vintage, basis, published, load, note."""
    indicator = of_id(row[0])
    return Figure(
        code=indicator.code,
        unit_id=row[1],
        facet=row[2],
        fact_id=row[3],
        value=float(row[4]),
        measure=row[5] or indicator.unit,
        start=row[6],
        end=row[7],
        vintage=row[8],
        basis=row[9],
        published_at=row[10],
        load_id=row[11],
        note=row[12],
    )


def fetch(text: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchall()


def columns(wanted: Iterable[Series]) -> dict[str, list[Any]]:
    listed = list(wanted)
    return {
        "indicators": [series[0] for series in listed],
        "units": [series[1] for series in listed],
        "facets": [series[2] for series in listed],
    }


def newest(wanted: Iterable[Series], as_of: AsOf = NOW) -> dict[Series, Figure]:
    """The newest measured figure of each series; those without one are absent."""
    values = columns(wanted)
    if not values["units"]:
        return {}
    rows = fetch(_NEWEST, {**values, "date": as_of.date, "known": as_of.known})
    return {row[:3]: figure(row) for row in rows}


def exact(
    wanted: Iterable[tuple[Series, Span]],
    known: datetime | None = None,
    *,
    plans: bool = False,
) -> dict[tuple[Series, Span], Figure]:
    """The newest publication of each series' period: measured, or the plan."""
    listed = list(wanted)
    if not listed:
        return {}
    values = {
        **columns(series for series, _span in listed),
        "starts": [span[0] for _series, span in listed],
        "ends": [span[1] for _series, span in listed],
        "known": known,
        "plans": plans,
    }
    rows = fetch(_EXACT, values)
    return {(row[:3], (row[6], row[7])): figure(row) for row in rows}


def series_of(
    units: Iterable[int], indicators: Iterable[int] | None = None
) -> list[tuple[int, str]]:
    """(indicator id, facet) that any of the units has measured figures of."""
    only = None if indicators is None else list(indicators)
    rows = fetch(_SERIES, {"units": list(units), "indicators": only})
    return sorted((row[0], row[1]) for row in rows)


def versions(series: Series, span: Span | None = None) -> list[Figure]:
    """Every publication of a series (of one period), plans among them, oldest
    period and publication first."""
    indicator, unit, facet = series
    start, end = span or (None, None)
    rows = fetch(
        _VERSIONS,
        {
            "indicator": indicator,
            "unit": unit,
            "facet": facet,
            "start": start,
            "end": end,
        },
    )
    return [figure(row) for row in rows]
