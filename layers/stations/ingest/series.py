"""Which series a value belongs to; one that a logger starts to send is made."""

from __future__ import annotations

import numpy as np

from layers.stations.models import Series

from .readings import Ints, Readings

MAX_MINUTES = 32_767  # what the column of a series holds

Key = tuple[int, str, int]


def series_ids(records: Readings) -> Ints:
    """Series of each reading: station, parameter and averaging tell them apart."""
    names, code = np.unique(records.parameter, return_inverse=True)
    whole = (records.station_id * len(names) + code) * (MAX_MINUTES + 1)
    _found, first, row = np.unique(
        whole + records.averaging, return_index=True, return_inverse=True
    )
    wanted: list[Key] = list(
        zip(
            records.station_id[first].tolist(),
            records.parameter[first].tolist(),
            records.averaging[first].tolist(),
            strict=True,
        )
    )
    units = dict(zip(wanted, records.unit[first].tolist(), strict=True))
    stations = sorted({station_id for station_id, _name, _minutes in wanted})
    known = _known(stations)
    missing = [key for key in wanted if key not in known]
    if missing:
        _make(missing, units)
        known = _known(stations)
    return np.array([known[key] for key in wanted], np.int64)[row]


def _known(stations: list[int]) -> dict[Key, int]:
    rows = Series.objects.filter(station_id__in=stations).values_list(
        "pk", "station_id", "parameter", "averaging_minutes"
    )
    return {(station_id, name, minutes): pk for pk, station_id, name, minutes in rows}


def _make(missing: list[Key], units: dict[Key, str]) -> None:
    Series.objects.bulk_create(
        [
            Series(
                station_id=station_id,
                parameter=name,
                unit=units[station_id, name, minutes],
                averaging_minutes=minutes,
            )
            for station_id, name, minutes in missing
        ],
        ignore_conflicts=True,
    )
