"""Writing: observations in, the state of stations out, all in one transaction."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.db import connection

from layers.core.ingest import Applied, Observed
from layers.stations import parameters
from layers.stations.indices import air
from layers.stations.models import Series, Station
from layers.stations.statements import statement

from . import states
from .readings import Ints, Readings

AVERAGING_MINUTES = 5
CLOCK_AHEAD_S = 300.0


def apply(records: Readings, seq: int) -> Applied:
    """Append readings, move latest values, indices and states.

    Called by ``layers.core.ingest.deliver`` inside its transaction. Late,
    repeated and unordered readings are normal; the outcome does not depend on
    their order. Raises KeyError for a parameter outside the catalogue.
    """
    duplicate = np.ones(len(records), dtype=np.bool_)
    if not len(records):
        return Applied(duplicate=duplicate)
    first = _first_of_each(records)
    unique = records.take(first)
    series = series_ids(unique)
    qc = quality(unique)
    added = first[_append(unique, series, qc)]
    duplicate[added] = False
    if not len(added):
        return Applied(duplicate=duplicate)
    fresh = records.take(added)
    newest = states.newest_times(np.unique(fresh.station_id))
    air.recompute(fresh, newest)
    return Applied(duplicate=duplicate, observed=_observe(fresh, newest))


def quality(records: Readings) -> Ints:
    """QARTOD flags: gross range, missing, and clocks that run ahead."""
    flags = parameters.gross_range(records.parameter, records.value)
    flags[records.at > records.received_at + CLOCK_AHEAD_S] = parameters.FAIL
    return flags.astype(np.int64)


def _first_of_each(records: Readings) -> Ints:
    """Indices of readings without those repeated within the delivery."""
    value = np.where(np.isnan(records.value), np.inf, records.value)
    _names, codes = np.unique(records.parameter, return_inverse=True)
    keys = np.rec.fromarrays(
        [records.station_id, codes, records.at, value, records.status]
    )
    _keys, first = np.unique(keys, return_index=True)
    return np.sort(first)


def series_ids(records: Readings) -> Ints:
    """Series of each reading; one that the logger starts to send is made."""
    stations = np.unique(records.station_id).tolist()
    known = _known_series(stations)
    wanted = dict.fromkeys(
        zip(records.station_id.tolist(), records.parameter.tolist(), strict=True)
    )
    missing = [key for key in wanted if key not in known]
    if missing:
        pairs = zip(
            records.station_id.tolist(), records.parameter.tolist(), strict=True
        )
        units = dict(zip(pairs, records.unit.tolist(), strict=True))
        Series.objects.bulk_create(
            [
                Series(
                    station_id=station_id,
                    parameter=name,
                    unit=units[station_id, name],
                    averaging_minutes=AVERAGING_MINUTES,
                )
                for station_id, name in missing
            ],
            ignore_conflicts=True,
        )
        known = _known_series(stations)
    pairs = zip(records.station_id.tolist(), records.parameter.tolist(), strict=True)
    return np.fromiter((known[pair] for pair in pairs), np.int64, len(records))


def _known_series(stations: list[int]) -> dict[tuple[int, str], int]:
    rows = Series.objects.filter(station_id__in=stations)
    return {
        (station_id, name): pk
        for pk, station_id, name in rows.values_list("pk", "station_id", "parameter")
    }


def _append(records: Readings, series: Ints, qc: Ints) -> Ints:
    values: dict[str, Any] = {
        "n": list(range(len(records))),
        "series": series.tolist(),
        "at": records.at.tolist(),
        "value": records.value.tolist(),
        "status": records.status.tolist(),
        "qc": qc.tolist(),
        "received": records.received_at.tolist(),
        "batch": [batch or None for batch in records.batch_id.tolist()],
        "first": float(records.at.min()),
        "last": float(records.at.max()),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("append"), values)
        return np.sort(np.array([n for (n,) in cursor.fetchall()], dtype=np.int64))


def _observe(fresh: Readings, newest: dict[int, float]) -> Observed | None:
    """Columns for the rules: one row per station and time, measured values only."""
    table = states.wide(fresh)
    known = states.compute(table, newest)
    states.move(table, known, newest)
    if not len(table.station_id):
        return None
    places = {
        pk: (title, unit_id, geom)
        for pk, title, unit_id, geom in Station.objects.filter(
            pk__in=np.unique(table.station_id).tolist()
        ).values_list("pk", "title", "unit_id", "geom")
    }
    ids = table.station_id.tolist()
    points = [places[pk][2] for pk in ids]
    return Observed(
        feature_id=table.station_id,
        at=table.at,
        lon=np.array([point.x if point else np.nan for point in points]),
        lat=np.array([point.y if point else np.nan for point in points]),
        unit_id=np.array([places[pk][1] or 0 for pk in ids], dtype=np.int64),
        title=[places[pk][0] for pk in ids],
        newest=np.array(
            [newest.get(pk) == at for pk, at in zip(ids, table.at, strict=True)]
        ),
        values={**table.columns, **known},
    )
