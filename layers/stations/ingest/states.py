"""The state of stations, computed by ``stations_state_at`` for given times."""

from __future__ import annotations

from dataclasses import dataclass
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
from layers.stations.parameters import FAIL, gross_range
from layers.stations.parameters import column as column_of
from layers.stations.statements import statement

from .readings import Floats, Ints, Readings

SILENT_AFTER = timedelta(minutes=30)
# Of a long backlog only the last hour of each station is judged value by value.
LAST_TIMES = 12
STATE_COLUMNS = (
    "at", "state", "parameter", "value", "unit", "ratio", "aqi", "level_m",
    "alarm_level", "rain_24h_mm",
)  # fmt: skip
MEASURES = ("ratio", "aqi", "level_m", "alarm_level", "rain_24h_mm", "value")
STATE_AT = (
    "SELECT station_id, extract(epoch FROM asked), at, state, parameter, value, unit,"
    " ratio, aqi, level_m, alarm_level, rain_24h_mm"
    " FROM stations_state_at(%s::bigint[], %s::timestamptz[])"
)


@dataclass(slots=True)
class Wide:
    """One row per station and time; ``columns`` by
    parameter (lower case), NaN = no value."""

    station_id: Ints
    at: Floats
    columns: dict[str, Floats]
    states: dict[tuple[int, float], tuple[Any, ...]]


def newest_times(stations: Ints) -> dict[int, float]:
    """Seconds since 1970 of each station's newest value."""
    with connection.cursor() as cursor:
        cursor.execute(statement("newest"), [stations.tolist()])
        return {pk: float(at) for pk, at in cursor.fetchall()}


def wide(fresh: Readings) -> Wide:
    """Fresh readings as rows of (station, time), ordered; status 00 only."""
    keys = np.rec.fromarrays([fresh.station_id, fresh.at])
    found, row = np.unique(keys, return_inverse=True)
    valid = (fresh.status == 0) & (gross_range(fresh.parameter, fresh.value) < FAIL)
    columns: dict[str, Floats] = {}
    for name in np.unique(fresh.parameter):
        mine = valid & (fresh.parameter == name)
        found_column = columns[column_of(str(name))] = np.full(len(found), np.nan)
        found_column[row[mine]] = fresh.value[mine]
    return Wide(found["f0"].astype(np.int64), found["f1"].astype(float), columns, {})


def compute(table: Wide, newest: dict[int, float]) -> dict[str, Floats]:
    """Index, ratio, level … of each row; fills ``table.states``.

    The states at the stations' newest times are computed too: late readings may
    change an average that ends after them.
    """
    asked = set(newest.items())
    for pk in newest:
        times = table.at[table.station_id == pk][-LAST_TIMES:]
        asked |= {(pk, float(at)) for at in times}
    ordered = sorted(asked)
    with connection.cursor() as cursor:
        cursor.execute(
            STATE_AT,
            [
                [pk for pk, _ in ordered],
                [datetime.fromtimestamp(at, UTC) for _, at in ordered],
            ],
        )
        for pk, at, *values in cursor.fetchall():
            table.states[pk, float(at)] = tuple(values)
    pairs = list(zip(table.station_id.tolist(), table.at.tolist(), strict=True))
    result = {}
    for name in MEASURES:
        place = STATE_COLUMNS.index(name)
        found = [table.states.get(pair, (None,) * 10)[place] for pair in pairs]
        result[name] = np.array([np.nan if v is None else float(v) for v in found])
    return result


def move(table: Wide, measures: dict[str, Floats], newest: dict[int, float]) -> None:
    """Store the newest state of each station and record what changed."""
    rows = [(pk, *table.states[pk, at]) for pk, at in sorted(newest.items())]
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
