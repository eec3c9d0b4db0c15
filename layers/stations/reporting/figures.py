"""The figures of a monthly report: plain data that can be kept and printed again.

Circular 10/2021/TT-BTNMT asks for what was expected, received and valid; the rest is
what an inspector asks next: extremes with their times, what was over which limit and
why values were left out. Times are seconds since 1970, UTC; days are local.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from layers.stations.completeness.months import Month
from layers.stations.completeness.queries import NONE, Count, SeriesDay, days
from layers.stations.dossiers.queries import in_span
from layers.stations.models import Permit, Series, Station
from layers.stations.pages import bounds
from layers.stations.parameters import FAIL, GOOD, MISSING, NOT_EVALUATED, SUSPECT

from . import about, values
from .comparing import against
from .spans import gaps

OUTAGE_S = 1_800.0
USED, LEFT_OUT = (GOOD, NOT_EVALUATED, SUSPECT), (FAIL, MISSING)
FORM = 1


def figures(station: Station, month: Month, now: datetime) -> dict[str, Any]:
    """Everything of a report about a month that has begun; the same values give the
    same figures."""
    since = midnight(month.first)
    until = min(midnight(month.beside(1)), now)
    read = values.read(station.pk, since, until)
    counts = days([station.pk], month.first, month.last, now)
    expected = sum((row.count for row in counts), NONE)
    held = bounds.of_stations([station], month.first, month.beside(1))[station.pk]
    times = values.times(read)
    return {
        "form": FORM,
        "month": f"{month.first:%Y-%m}",
        "until": until.timestamp(),
        "whole": until == midnight(month.beside(1)),
        "station": register(station, month.first, month.last),
        "count": said(expected),
        "flags": {"used": list(USED), "left_out": list(LEFT_OUT)},
        "parameters": [
            _parameter(series, read[series.pk], counts, held, since, until)
            for series in Series.objects.filter(station=station).order_by("pk")
        ],
        "outages": [
            {"since": start, "until": end}
            for start, end in gaps(
                times, _begin(counts, since), until.timestamp(), OUTAGE_S
            )
        ]
        if counts
        else [],
        "instruments": about.instruments(station, month.first, month.last),
        "changes": about.changes(station, since, until),
        "reviews": about.reviews(station, since, until),
        "indices": about.indices(station, month),
        "cases": [
            {
                "number": case.number,
                "parameters": case.parameters,
                "status": case.status,
            }
            for case in in_span(station.pk, since, until)
        ],
    }


def midnight(day: date) -> datetime:
    """The moment at which a local day begins."""
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def said(count: Count) -> dict[str, int]:
    return {
        "expected": count.expected,
        "received": count.received,
        "measured": count.measured,
        "valid": count.valid,
    }


def _begin(counts: list[SeriesDay], since: datetime) -> float:
    """From when on values were expected."""
    first = min(row.day for row in counts)
    return max(midnight(first), since).timestamp()


def register(station: Station, first: date, last: date) -> dict[str, Any]:
    """The station as it is entered, with the permits of the days."""
    permits = Permit.objects.filter(station=station, valid_from__lte=last)
    return {
        "id": station.pk,
        "title": station.title,
        "code": station.code,
        "kind": station.kind,
        "owner": station.owner,
        "address": station.address,
        "river": station.river,
        "permit_no": station.permit_no,
        "installed": station.installed_at and station.installed_at.isoformat(),
        "lon_lat": [round(station.geom.x, 5), round(station.geom.y, 5)]
        if station.geom
        else None,
        "permits": [
            {
                "number": entry.number,
                "regulation": entry.regulation,
                "column": entry.column,
                "kq": entry.kq,
                "kf": entry.kf,
                "valid_from": entry.valid_from.isoformat(),
                "valid_to": entry.valid_to and entry.valid_to.isoformat(),
            }
            for entry in permits
            if entry.valid_to is None or entry.valid_to >= first
        ],
    }


def _parameter(
    series: Series,
    read: values.Values,
    counts: list[SeriesDay],
    held: list[bounds.Bound],
    since: datetime,
    until: datetime,
) -> dict[str, Any]:
    mine = [row for row in counts if row.series_id == series.pk]
    measured = values.measured(series, read, since, until)
    return {
        "series": series.pk,
        "parameter": series.parameter,
        "unit": series.unit,
        "averaging_minutes": series.averaging_minutes,
        "instrument": str(series.instrument) if series.instrument else "",
        "count": said(sum((row.count for row in mine), NONE)),
        **values.summary(measured),
        "states": values.states(read, series.averaging_minutes),
        "by_flag": values.by_flag(read),
        "by_test": values.by_test(read),
        "limits": [
            against(measured, bound)
            for bound in held
            if bound.limit.parameter == series.parameter
            and bound.limit.unit == series.unit
        ],
        "days": values.table(series, {row.day: row.count for row in mine}),
    }
