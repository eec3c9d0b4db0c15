"""Everything that is known about a station's exceedances in a span, as one document.

The document is plain JSON (:mod:`layers.core.evidence.canonical`): ``station`` with its
permits and instruments as they are entered, ``parameters`` (each with limits and legal
source, exceedances, values as they came and as they count, hours, days), ``others``
(key figures of what the case is not about), ``reviews``, ``findings``, ``alerts``,
``files`` as they were received, ``doubts``: what speaks against. Times are seconds
since 1970, UTC; values are in the unit of their parameter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core import raw
from layers.core.evidence.canonical import iso
from layers.stations.completeness.queries import NONE, SeriesDay, days
from layers.stations.models import Finding, Hour, Series, Station
from layers.stations.pages import bounds
from layers.stations.parameters import GOOD
from layers.stations.reporting import about, values
from layers.stations.reporting.comparing import against
from layers.stations.reporting.figures import register, said
from layers.stations.statements import statement

from . import doubts
from .alarms import alerts_of

FORMAT = "gis-ioc/station-evidence/1"
MOST_VALUES = 60_000
MOST_FILE_BYTES = 256 * 1024
ONE_DAY = timedelta(days=1)


class TooMuchError(ValueError):
    """More values than a case file can hold; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a case is about: values after ``since`` up to ``until``."""

    station: Station
    parameters: tuple[str, ...]
    since: datetime
    until: datetime


def gather(asked: Asked) -> dict[str, Any]:
    """The document as of now. Raises TooMuchError."""
    station, now = asked.station, timezone.now()
    first, last = timezone.localdate(asked.since), timezone.localdate(asked.until)
    rows = _values(asked)
    read = values.read(station.pk, asked.since, asked.until)
    held = bounds.of_stations([station], first, last + ONE_DAY)[station.pk]
    counts = days([station.pk], first, last, now)
    series = list(Series.objects.filter(station=station).order_by("pk"))
    files, missing = _files({row["batch_id"] for row in rows} - {None, 0})
    found = {
        "format": FORMAT,
        "gathered_at": iso(now),
        "span": {"since": asked.since.timestamp(), "until": asked.until.timestamp()},
        "station": register(station, first, last),
        "instruments": about.instruments(station, first, last),
        "changes": about.changes(station, asked.since, asked.until),
        "parameters": [
            _parameter(entry, read[entry.pk], held, counts, asked, rows)
            for entry in series
            if entry.parameter in asked.parameters
        ],
        "others": [
            {
                "parameter": entry.parameter,
                "unit": entry.unit,
                **values.summary(
                    values.measured(entry, read[entry.pk], asked.since, asked.until)
                ),
            }
            for entry in series
            if entry.parameter not in asked.parameters
        ],
        "reviews": about.reviews(station, asked.since, asked.until),
        "findings": _findings(asked, series),
        "alerts": alerts_of(station.pk, asked.since, asked.until),
        "files": files,
        "files_missing": missing,
        "values_without_file": sum(not row["batch_id"] for row in rows),
    }
    return found | {"doubts": doubts.of(found)}


def _values(asked: Asked) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            statement("dossier_values"),
            {
                "station": asked.station.pk,
                "parameters": list(asked.parameters),
                "since": asked.since,
                "until": asked.until,
                "most": MOST_VALUES + 1,
            },
        )
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    if len(rows) > MOST_VALUES:
        raise TooMuchError(
            _("There are more than %(most)s values in that time: choose a shorter one.")
            % {"most": MOST_VALUES}
        )
    return rows


def _parameter(
    series: Series,
    read: values.Values,
    held: list[bounds.Bound],
    counts: list[SeriesDay],
    asked: Asked,
    rows: list[dict[str, Any]],
) -> dict[str, Any]:
    measured = values.measured(series, read, asked.since, asked.until)
    hours = Hour.objects.filter(
        series_id=series.pk, hour__gt=asked.since, hour__lt=asked.until + ONE_DAY / 24
    ).order_by("hour")
    mine = {row.day: row.count for row in counts if row.series_id == series.pk}
    return {
        "parameter": series.parameter,
        "unit": series.unit,
        "averaging_minutes": series.averaging_minutes,
        "instrument": str(series.instrument) if series.instrument else "",
        "count_of_days": said(sum(mine.values(), NONE)),
        **values.summary(measured),
        "states": values.states(read, series.averaging_minutes),
        "by_flag": values.by_flag(read),
        "by_test": values.by_test(read),
        "limits": [
            {
                **against(measured, bound),
                "base_value": bound.limit.base_value,
                "column": bound.limit.column,
                "note": bound.limit.note,
                "own": bound.limit.own,
            }
            for bound in held
            if bound.limit.parameter == series.parameter
            and bound.limit.unit == series.unit
        ],
        "values": [_value(row) for row in rows if row["series_id"] == series.pk],
        "days": values.table(series, mine),
        "hours": [
            {
                "hour": row.hour.timestamp(),
                "mean": row.mean,
                "received": row.received,
                "valid": row.valid,
            }
            for row in hours
        ],
    }


def _value(row: dict[str, Any]) -> dict[str, Any]:
    """``raw`` as it came and ``value`` as it counts; ``counts`` false: a later version
    of the same time took its place."""
    flag = row["qc"] if row["flag"] is None else row["flag"]
    found = {
        "at": row["at"].timestamp(),
        "raw": row["raw"],
        "value": row["raw"] if row["corrected"] is None else row["corrected"],
        "status": row["status"],
        "flag": flag,
        "received_at": row["received_at"].timestamp(),
        "file": row["batch_id"],
    }
    if row["tests"] and flag != GOOD:
        found["tests"] = orjson.loads(row["tests"])
    if row["review_id"] is not None:
        found["reviewed"] = True
    if row["version"] > 1 or not row["counts"]:
        found |= {"version": row["version"], "counts": row["counts"]}
    return found


def _files(ids: Iterable[int]) -> tuple[list[dict[str, Any]], int]:
    """The files that the values came in, and how many are not kept any more. A batch
    of many messages is named, not taken in."""
    wanted = set(ids)
    kept = raw.batches(wanted)
    return [_file(batch) for batch in kept.values()], len(wanted) - len(kept)


def _file(batch: raw.RawBatch) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": batch.batch_id,
        "name": batch.name,
        "source": batch.source,
        "received_at": iso(batch.received_at),
        "bytes": len(batch.body),
        "sha256": batch.digest,
    }
    if len(batch.body) <= MOST_FILE_BYTES:
        found["text"] = batch.body.decode("latin-1")
    return found


def _findings(asked: Asked, series: list[Series]) -> list[dict[str, Any]]:
    """Patterns that the tests found, also those that somebody has explained."""
    names = {
        entry.pk: entry.parameter
        for entry in series
        if entry.parameter in asked.parameters
    }
    rows = Finding.objects.filter(
        series_id__in=names, since__lte=asked.until, until__gt=asked.since
    ).order_by("since", "pk")
    return [
        {
            "parameter": names[row.series_id],
            "kind": row.kind,
            "since": row.since.timestamp(),
            "until": row.until.timestamp(),
            "evidence": row.evidence,
            "outcome": row.outcome,
        }
        for row in rows
    ]


def peak_of(document: dict[str, Any]) -> dict[str, Any]:
    """What is furthest over its limit, {} when nothing is. ``ratio``: of the value to
    an upper limit, of a lower limit to the value; None where it means nothing (pH)."""
    found = [
        (_ratio(limit, episode["peak"]), entry["parameter"], limit, episode)
        for entry in document["parameters"]
        for limit in entry["limits"]
        for episode in limit["episodes"]
    ]
    if not found:
        return {}
    ratio, name, limit, episode = max(found, key=lambda row: row[0] or 0.0)
    return {
        "parameter": name,
        "value": episode["peak"],
        "at": episode["peak_at"],
        "limit": limit["value"],
        "unit": limit["unit"],
        "ratio": ratio,
    }


def _ratio(limit: dict[str, Any], peak: float) -> float | None:
    one, other = peak, limit["value"]
    if limit["direction"] == "lower":
        one, other = other, one
    return round(one / other, 3) if limit["unit"] and other > 0 else None
