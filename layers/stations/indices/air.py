"""Hourly VN_AQI of air stations, kept for every hour that data can change."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.db import connection
from psycopg.types.json import Jsonb

from layers.stations.ingest.readings import Floats, Ints, Readings
from layers.stations.statements import statement

from . import vn_aqi

HOUR_S = 3600

_STORE = """
INSERT INTO stations_index (station_id, kind, period, at, value, parameter, parts,
    reason)
VALUES (%s, 'vn_aqi', 'hour', to_timestamp(%s), %s, %s, %s, '')
ON CONFLICT ON CONSTRAINT index_once DO UPDATE
SET value = excluded.value, parameter = excluded.parameter, parts = excluded.parts
"""


def recompute(fresh: Readings, newest: dict[int, float]) -> None:
    """Compute again every hour that the readings enter.

    A value of an hour enters the NowCast of that hour and the 11 after it. An
    hour is looked at once it is complete, seen from the station's newest value.
    """
    mine = np.isin(fresh.parameter, list(vn_aqi.BREAKPOINTS))
    if not mine.any():
        return
    stations = np.unique(fresh.station_id[mine])
    at = fresh.at[mine]
    complete = {int(pk): newest[int(pk)] // HOUR_S * HOUR_S for pk in stations}
    first = int(np.ceil(at.min() / HOUR_S) * HOUR_S)
    reach = np.ceil(at.max() / HOUR_S) + vn_aqi.NOWCAST_HOURS - 1
    last = int(min(reach * HOUR_S, max(complete.values())))
    if last < first:
        return
    parts = _sub_indices(stations.tolist(), first, last)
    total, dominant = vn_aqi.overall(parts)
    hours = list(range(first, last + 1, HOUR_S))
    rows: list[tuple[Any, ...]] = [
        (station_id, hour, *_cell(parts, total, dominant, (row, column)))
        for row, station_id in enumerate(stations.tolist())
        for column, hour in enumerate(hours)
        if hour <= complete[station_id]
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_STORE, rows)


def _cell(
    parts: dict[str, Floats], total: Floats, dominant: Ints, place: tuple[int, int]
) -> tuple[int | None, str, Jsonb]:
    """(index, dominant pollutant, sub-indices) of one station and hour."""
    known = {
        name: round(float(part[place]), 1)
        for name, part in parts.items()
        if not np.isnan(part[place])
    }
    if np.isnan(total[place]):
        return None, "", Jsonb(known)
    return int(total[place]), list(parts)[dominant[place]], Jsonb(known)


def _sub_indices(stations: list[int], first: int, last: int) -> dict[str, Floats]:
    """Sub-index per pollutant: shape (stations, hours from first to last)."""
    lead = vn_aqi.NOWCAST_HOURS - 1
    start = first - lead * HOUR_S
    hours = (last - start) // HOUR_S + 1
    means = {
        name: np.full((len(stations), hours), np.nan) for name in vn_aqi.BREAKPOINTS
    }
    place = {pk: row for row, pk in enumerate(stations)}
    with connection.cursor() as cursor:
        cursor.execute(
            statement("air_hours"),
            {
                "stations": stations,
                "parameters": list(means),
                "after": start - HOUR_S,
                "until": last,
            },
        )
        for station_id, name, hour, mean in cursor.fetchall():
            means[name][place[station_id], (hour - start) // HOUR_S] = mean
    result = {}
    for name, table in means.items():
        values = np.maximum(table, 0.0)  # gases: -5..0 counts as nothing
        if name in vn_aqi.PARTICLES:
            windows = np.lib.stride_tricks.sliding_window_view(
                values, vn_aqi.NOWCAST_HOURS, axis=1
            )
            result[name] = vn_aqi.sub_index(name, vn_aqi.nowcast(windows[..., ::-1]))
        else:
            result[name] = vn_aqi.sub_index(name, values[:, lead:])
    return result
