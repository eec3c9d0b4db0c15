"""Looking for patterns over completed hours and days, and keeping what was found.

A finding is kept once: the same stretch seen again is the same finding, a longer one
grows, and what somebody has settled comes back only for what happened afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

import numpy as np
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from layers.core.copyout import columns as copied
from layers.core.events import Happening, record
from layers.stations.layer import LAYER
from layers.stations.limits.queries import limits_at
from layers.stations.models import Finding, Station
from layers.stations.statements import statement

from . import params as of
from . import patterns
from .patterns import Pattern
from .running import LOCAL_S
from .settings import Settings, Subject, subjects_of
from .single import DAY_S, Floats

WEEK = timedelta(days=7)
EVENT = "values_pattern"
COLUMNS = {
    "series_id": "i8", "at": "f8", "value": "f8", "status": "i4", "received": "f8",
}  # fmt: skip
Found = Iterator[tuple[str, Pattern]]
Ints = patterns.Ints


def look(now: datetime | None = None, stations: Sequence[int] | None = None) -> int:
    """Look at the week before ``now`` at all stations in use; how many new findings."""
    until = now or timezone.now()
    rows = Station.objects.filter(active=True)
    if stations is not None:
        rows = rows.filter(pk__in=stations)
    settings = Settings()
    return sum(
        _look_at(station, settings, until - WEEK, until)
        for station in rows.order_by("pk")
    )


def _look_at(
    station: Station, settings: Settings, since: datetime, until: datetime
) -> int:
    values = {"station": station.pk, "since": since, "until": until}
    table = copied(sql.SQL(statement("quality_series")), values, COLUMNS)
    if not len(table["at"]):
        return 0
    limits = _limits(station.pk, timezone.localdate(until))
    count = 0
    for subject in subjects_of(station.pk):
        rows = np.flatnonzero(table["series_id"] == subject.series_id)
        if not len(rows):
            continue
        rows = rows[np.argsort(table["at"][rows])]
        part = {name: table[name][rows] for name in COLUMNS}
        limit = limits.get((subject.parameter, subject.unit))
        found = [
            *_alone(subject, settings, part, limit),
            *_beside(subject, settings, since, until),
        ]
        for kind, pattern in found:
            count += _keep(station, subject, kind, pattern)
    return count


def _limits(station_id: int, day: object) -> dict[tuple[str, str], float]:
    """Upper limit of each parameter and unit, of the shortest averaging."""
    held = limits_at([station_id], day)[station_id]  # type: ignore[arg-type]
    rows = [entry for entry in held if entry.direction == "upper"]
    rows.sort(key=lambda entry: -entry.averaging_minutes)
    return {(entry.parameter, entry.unit): entry.value for entry in rows}


def _alone(
    subject: Subject,
    settings: Settings,
    table: dict[str, Floats],
    limit: float | None,
) -> Found:
    at, value, status = table["at"], table["value"], table["status"]
    measured = (status == 0) & ~np.isnan(value)
    clean_at, clean = at[measured], value[measured]
    if repeat := settings.of("repeating_blocks", subject):
        p = cast(of.RepeatingBlocks, repeat)
        for block in patterns.repeating_blocks(clean_at, clean, p.values, p.distinct):
            yield "repeating_blocks", block
    if (pile := settings.of("clipped", subject)) and limit is not None:
        yield from _clipped(cast(of.Clipped, pile), clean_at, clean, limit)
    calibrations = patterns.calibrations(at, value, status.astype(np.int64))
    if long := settings.of("long_calibration", subject):
        minutes = cast(of.LongCalibration, long).minutes
        for entry in patterns.long_calibrations(calibrations, minutes):
            yield "long_calibration", entry
    if (often := settings.of("calibration_on_exceedance", subject)) and limit:
        q = cast(of.CalibrationOnExceedance, often)
        one = patterns.calibration_on_exceedance(
            calibrations, limit, q.percent, q.times
        )
        if one:
            yield "calibration_on_exceedance", one
    if dated := settings.of("impossible_date", subject):
        d = cast(of.ImpossibleDate, dated)
        lag = table["received"] - at
        drift = patterns.clock(at, lag, d.behind_minutes * 60, d.drift_s)
        if drift:
            yield "impossible_date", drift


def _clipped(params: of.Clipped, at: Floats, value: Floats, limit: float) -> Found:
    """Day by day, as limits are."""
    day = np.floor((at + LOCAL_S) / DAY_S)
    for name in np.unique(day):
        mine = day == name
        found = patterns.clipped(
            at[mine], value[mine], limit, params.percent, params.share, params.least
        )
        if found:
            yield "clipped", found


def _beside(
    subject: Subject, settings: Settings, since: datetime, until: datetime
) -> Found:
    chosen = settings.of("neighbours", subject)
    if chosen is None:
        return
    params = cast(of.Neighbours, chosen)
    with connection.cursor() as cursor:
        cursor.execute(
            statement("quality_neighbours"),
            {
                "series": subject.series_id,
                "metres": params.km * 1_000,
                "since": since,
                "until": until,
            },
        )
        rows = cursor.fetchall()
    if not rows:
        return
    hours = np.unique([hour for _series, hour, _mean in rows])
    others = sorted({pk for pk, _hour, _mean in rows} - {subject.series_id})
    place = {pk: number for number, pk in enumerate([subject.series_id, *others])}
    means = np.full((len(place), len(hours)), np.nan)
    for pk, hour, mean in rows:
        means[place[pk], np.searchsorted(hours, hour)] = mean
    if len(others) < 2:
        return
    for found in patterns.apart(hours, means[0], means[1:], params.times, params.hours):
        yield "neighbours", found


@transaction.atomic
def _keep(station: Station, subject: Subject, kind: str, pattern: Pattern) -> int:
    since, until = (
        datetime.fromtimestamp(at, UTC) for at in (pattern.since, pattern.until)
    )
    known = list(
        Finding.objects.select_for_update().filter(
            series_id=subject.series_id, kind=kind, since__lte=until, until__gte=since
        )
    )
    settled = [entry for entry in known if entry.outcome]
    if settled:
        after = max(entry.until for entry in settled)
        # the same again, or what the settled one ended with
        if until <= after + timedelta(hours=1):
            return 0
        since = after
    waiting = [entry for entry in known if not entry.outcome]
    if waiting:
        first = min(waiting, key=lambda entry: entry.since)
        if until > first.until:
            first.until, first.evidence = until, pattern.evidence
            first.save(update_fields=["until", "evidence"])
        return 0
    finding, made = Finding.objects.get_or_create(
        series_id=subject.series_id,
        kind=kind,
        since=since,
        defaults={
            "until": until,
            "evidence": pattern.evidence,
            "found_at": timezone.now(),
        },
    )
    if made:
        record([_happening(station, subject, finding)])
    return int(made)


def _happening(station: Station, subject: Subject, finding: Finding) -> Happening:
    return Happening(
        key=f"{LAYER.slug}.{EVENT}:{finding.pk}",
        kind=EVENT,
        layer=LAYER.slug,
        feature_id=station.pk,
        title=f"{station.title} · {subject.parameter}",
        unit_id=station.unit_id,
        lon=station.geom.x if station.geom else None,
        lat=station.geom.y if station.geom else None,
        new={
            "kind": finding.kind,
            "parameter": subject.parameter,
            "since": finding.since.isoformat(),
            "until": finding.until.isoformat(),
            **finding.evidence,
        },
        happened_at=finding.until,
    )
