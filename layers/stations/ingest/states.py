"""The state of stations, computed by ``stations_state_at`` for given times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from layers.core.events import Happening, record
from layers.core.versions import begin_change
from layers.stations.kinds import State
from layers.stations.layer import LAYER
from layers.stations.models import Station, StationState
from layers.stations.statements import statement

from .readings import Floats, Ints

SILENT_AFTER = timedelta(minutes=30)
STATE_COLUMNS = (
    "at", "state", "parameter", "value", "unit", "ratio", "aqi", "level_m",
    "alarm_level", "rain_24h_mm", "wqi", "rate_m_h", "rain_1h_mm", "trend",
)  # fmt: skip
NOTHING = (None,) * len(STATE_COLUMNS)
MEASURES = (
    "ratio", "aqi", "level_m", "alarm_level", "rain_24h_mm", "value", "wqi", "rate_m_h",
    "rain_1h_mm",
)  # fmt: skip
STATE_AT = (
    "SELECT station_id, extract(epoch FROM asked), at, state, parameter, value, unit,"
    " ratio, aqi, level_m, alarm_level, rain_24h_mm, wqi, rate_m_h, rain_1h_mm, trend"
    " FROM stations_state_at(%s::bigint[], %s::timestamptz[])"
)

Known = dict[tuple[int, float], Sequence[Any]]


def newest_times(stations: Ints) -> dict[int, float]:
    """Seconds since 1970 of each station's newest value."""
    with connection.cursor() as cursor:
        cursor.execute(statement("newest"), [stations.tolist()])
        return {pk: float(at) for pk, at in cursor.fetchall()}


def at_times(asked: Iterable[tuple[int, float]]) -> Known:
    """What stations said at given times; (station, seconds since 1970) of each."""
    ordered = sorted(asked)
    with connection.cursor() as cursor:
        cursor.execute(
            STATE_AT,
            [
                [pk for pk, _ in ordered],
                [datetime.fromtimestamp(at, UTC) for _, at in ordered],
            ],
        )
        return {(pk, float(at)): values for pk, at, *values in cursor.fetchall()}


def measures(known: Known, ids: list[int], times: list[float]) -> dict[str, Floats]:
    """Index, ratio, level … at the times of some rows, NaN where there is none."""
    found = [known.get(pair, NOTHING) for pair in zip(ids, times, strict=True)]
    return {
        name: np.array([np.nan if row[i] is None else float(row[i]) for row in found])
        for i, name in enumerate(STATE_COLUMNS)
        if name in MEASURES
    }


def move(known: Known, newest: dict[int, float]) -> None:
    """Store the newest state of each station and record what changed."""
    rows = [(pk, *known[pk, at]) for pk, at in sorted(newest.items())]
    horizon = timezone.now() - SILENT_AFTER
    rows = [
        (pk, at, State.SILENT if at is None or at < horizon else state, *rest)
        for pk, at, state, *rest in rows
    ]
    columns = ("station", *STATE_COLUMNS)
    values = {name: [row[i] for row in rows] for i, name in enumerate(columns)}
    with connection.cursor() as cursor:
        cursor.execute(statement("states"), values)
        changed = cursor.fetchall()
    _record(changed)


def _record(changed: list[tuple[Any, ...]]) -> None:
    """One event per station whose state changed; the first state is no change."""
    changed = [row for row in changed if row[1] is not None]
    found = Station.objects.in_bulk([row[0] for row in changed])
    happenings = []
    for pk, old, new, at, parameter, value, unit, ratio in changed:
        station = found[pk]
        point = station.geom
        happenings.append(
            Happening(
                key=f"{LAYER.slug}:{pk}:state:{old}:{new}:{at:%Y%m%d%H%M%S}",
                kind="state",
                layer=LAYER.slug,
                feature_id=pk,
                title=station.title,
                unit_id=station.unit_id,
                lon=point.x if point else None,
                lat=point.y if point else None,
                old={"state": old},
                new={"state": new, "parameter": parameter, "value": value,
                     "unit": unit, "ratio": ratio},
                happened_at=at,
            )
        )  # fmt: skip
    record(happenings)


@transaction.atomic
def mark_silent() -> int:
    """Record stations that have fallen silent since the last look; how many."""
    horizon = timezone.now() - SILENT_AFTER
    late = StationState.objects.filter(at__lt=horizon, station__active=True).exclude(
        state=State.SILENT
    )
    if not late.exists():
        return 0
    begin_change(LAYER.slug)
    rows = [
        (row.station_id, row.state, State.SILENT.value, row.at + SILENT_AFTER,
         row.parameter, row.value, row.unit, row.ratio)
        for row in late.select_for_update()
        if row.at is not None
    ]  # fmt: skip
    StationState.objects.filter(pk__in=[row[0] for row in rows]).update(
        state=State.SILENT
    )
    _record(rows)
    return len(rows)
