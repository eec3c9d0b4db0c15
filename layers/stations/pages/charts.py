"""What charts of stations are drawn from: values, hours or days with their limits.

24 hours are drawn from values, up to 90 days from hours, longer spans from days:
whatever is asked for, a chart reads some thousand rows (:mod:`.span`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from layers.stations.kinds import Kind, Status
from layers.stations.models import AlarmLevel, Series, Station
from layers.stations.parameters import CATALOGUE
from layers.stations.statements import statement

from . import bounds
from .span import DAY, HOUR, RAW, Span

COLUMNS = {
    RAW: ("at", "value", "raw", "flag", "status", "valid", "reviewed"),
    HOUR: (
        "at", "value", "least", "largest", "total", "valid", "received", "measured",
    ),
    DAY: (
        "at", "value", "least", "largest", "total", "valid", "received", "measured",
    ),
}  # fmt: skip
STEP_S = {HOUR: 3_600, DAY: 86_400}
# Amounts are added up, all else is averaged.
SUMMED = frozenset({"Rain"})
BANDS = {Status.CALIBRATING: "calibrating", Status.FAULT: "fault"}


def chart(
    stations: Iterable[Station], span: Span, parameters: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """One entry per series of the stations, in the order of the stations.

    Columns (``at`` in seconds since 1970, UTC): see COLUMNS; an hour stands at its
    end, a day at the midnight that begins it. ``value`` is the value that counts, the
    mean, or the sum of SUMMED; with it the limits that hold, the alarm levels of a
    river and the stretches in which the instrument did not measure.
    """
    stations = list(stations)
    found = Series.objects.filter(station__in=stations)
    if parameters:
        found = found.filter(parameter__in=parameters)
    place = {entry.pk: number for number, entry in enumerate(stations)}
    rows = sorted(found, key=lambda entry: (place[entry.station_id], entry.pk))
    values = _columns([entry.pk for entry in rows], span)
    first, last = _days(span)
    limits = bounds.of_stations(stations, first, last)
    rivers = [entry.pk for entry in stations if entry.kind == Kind.RIVER]
    levels: dict[int, list[AlarmLevel]] = {}
    for level in bounds.alarm_levels(rivers, first, last):
        levels.setdefault(level.station_id, []).append(level)
    return [
        {
            **_about(entry, span),
            **values[entry.pk],
            "limits": _limits(limits[entry.station_id], entry),
            "levels": _levels(levels.get(entry.station_id, []), entry),
            "bands": _bands(values[entry.pk], entry, span),
        }
        for entry in rows
    ]


def _about(entry: Series, span: Span) -> dict[str, Any]:
    known = CATALOGUE.get(entry.parameter)
    if span.step == RAW:
        statistic = "value"
    else:
        statistic = "sum" if entry.parameter in SUMMED else "mean"
    step_s = STEP_S.get(span.step, entry.averaging_minutes * 60)
    return {
        "id": entry.pk,
        "station": entry.station_id,
        "parameter": entry.parameter,
        "title": str(known.title) if known else entry.parameter,
        "unit": entry.unit,
        "decimals": known.decimals if known else 2,
        "averaging_minutes": entry.averaging_minutes,
        "statistic": statistic,
        "step_s": step_s,
        "expected": step_s // (entry.averaging_minutes * 60) if span.step != RAW else 1,
    }


def _columns(ids: list[int], span: Span) -> dict[int, dict[str, list[Any]]]:
    """By series: lists of the same length, oldest first."""
    names = COLUMNS[span.step]
    found: dict[int, dict[str, list[Any]]] = {
        pk: {name: [] for name in names} for pk in ids
    }
    with connection.cursor() as cursor:
        cursor.execute(
            statement(f"chart_{span.step}"),
            {"series": ids, "since": span.since, "until": span.until},
        )
        for series_id, *row in cursor:
            for name, value in zip(names, row, strict=True):
                found[series_id][name].append(value)
    if span.step != RAW:
        summed = set(
            Series.objects.filter(pk__in=ids, parameter__in=SUMMED).values_list(
                "pk", flat=True
            )
        )
        for pk in summed:
            found[pk]["value"] = found[pk]["total"]
    return found


def _days(span: Span) -> tuple[date, date]:
    """The first local day and the one after the last."""
    first, last = (timezone.localdate(at) for at in (span.since, span.until))
    return first, last + timedelta(days=1)


def _midnight(day: date) -> int:
    return int(timezone.make_aware(datetime.combine(day, time.min)).timestamp())


def _limits(found: list[bounds.Bound], entry: Series) -> list[dict[str, Any]]:
    return [
        {
            "value": bound.limit.value,
            "direction": bound.limit.direction,
            "averaging_minutes": bound.limit.averaging_minutes,
            "legal_source": bound.limit.legal_source,
            "factor": bound.limit.factor,
            "own": bound.limit.own,
            "valid_from": bound.limit.valid_from,
            "valid_to": bound.limit.valid_to,
            "from": _midnight(bound.since),
            "to": _midnight(bound.until),
        }
        for bound in found
        if bound.limit.parameter == entry.parameter and bound.limit.unit == entry.unit
    ]


def _levels(found: list[AlarmLevel], entry: Series) -> list[dict[str, Any]]:
    if entry.parameter != "Level":
        return []
    return [
        {
            "number": level.number,
            "value": level.value_m,
            "legal_source": level.legal_source,
            "from": _midnight(level.valid_from),
            "to": _midnight(level.valid_to + timedelta(days=1))
            if level.valid_to
            else None,
        }
        for level in found
    ]


def _bands(
    columns: dict[str, list[Any]], entry: Series, span: Span
) -> list[dict[str, Any]]:
    """Stretches without measuring, each from the end of the step before it."""
    if span.step == RAW:
        kinds = [BANDS.get(status, "") for status in columns["status"]]
        step_s = entry.averaging_minutes * 60
    else:
        pairs = zip(columns["received"], columns["measured"], strict=True)
        kinds = [
            "partly" if received > measured else "" for received, measured in pairs
        ]
        step_s = STEP_S[span.step]
    lead = 0 if span.step == DAY else step_s
    return runs(columns["at"], kinds, step_s, lead)


def runs(
    at: Sequence[int], kinds: Sequence[str], step_s: int, lead_s: int
) -> list[dict[str, Any]]:
    """Neighbouring times of the same kind as one stretch; "" is none.

    A stretch begins ``lead_s`` before its first time and covers ``step_s`` each.
    """
    found: list[dict[str, Any]] = []
    for moment, kind in zip(at, kinds, strict=True):
        if not kind:
            continue
        start = moment - lead_s
        last = found[-1] if found else None
        if last and last["kind"] == kind and start <= last["to"]:
            last["to"] = start + step_s
        else:
            found.append({"kind": kind, "from": start, "to": start + step_s})
    return found
