"""Writing: the indices that fresh values, reviews and new methods change.

What is stored at an hour or day depends only on the hours and days of the series
and on the station's newest value, so that the order of deliveries does not matter.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from django.db import connection

from layers.stations.ingest.fresh import Fresh
from layers.stations.kinds import Kind
from layers.stations.models import Series, Station, StationState
from layers.stations.models.indices import IndexKind, Period
from layers.stations.statements import statement

from . import air, water
from .results import Results
from .targets import CLOCKS, Floats, Ints, ahead, ended, key, split

if TYPE_CHECKING:
    from layers.stations.quality.judging import Changed

HOURS, DAYS = CLOCKS[Period.HOUR], CLOCKS[Period.DAY]
# The eight hours of an ozone mean that ends in a day may begin the evening before.
LAST_OF_EIGHT_S = 7 * HOURS.length_s


@dataclass(frozen=True, slots=True)
class Index:
    """An index of one kind of station."""

    kind: IndexKind
    compute: Callable[[Period, Ints], Results]
    reach: Mapping[Period, int]


INDICES = {
    Kind.AIR.value: Index(IndexKind.VN_AQI, air.compute, air.REACH),
    Kind.SURFACE_WATER.value: Index(IndexKind.VN_WQI, water.compute, water.REACH),
}


def refresh(
    fresh: Fresh, newest: Mapping[int, float], changed: Changed | None = None
) -> None:
    """Work out anew every index that fresh values enter.

    ``newest``: seconds since 1970 of each station's newest value; ``changed``: stored
    values about which the tests now say something else. Called after the hours and
    days were made anew and before the states are moved: where the newest value moved
    on, the hours and days that have ended since are looked at too.
    """
    before = _newest_before(list(newest))
    parts = [(fresh.station_id, fresh.at), _columns(before)]
    if changed is not None and len(changed.at):
        parts.append((_stations_of(changed.series_id), changed.at))
    station, at = (np.concatenate(column) for column in zip(*parts, strict=True))
    _recompute(np.unique(key(station, HOURS.enters(at))), newest)


def recompute(station_ids: Iterable[int], since: datetime, until: datetime) -> None:
    """Work out anew every index that values of stations in [since, until] enter."""
    ids = np.unique(np.fromiter(station_ids, dtype=np.int64))
    first, last = HOURS.enters([since.timestamp(), until.timestamp()])
    hours = key(ids[:, None], np.arange(first, last + 1)).ravel()
    _recompute(hours, newest_times(ids.tolist()))


def newest_times(station_ids: Sequence[int]) -> dict[int, float]:
    """Seconds since 1970 of the newest value of each station."""
    with connection.cursor() as cursor:
        cursor.execute(statement("newest"), [list(station_ids)])
        return {pk: float(at) for pk, at in cursor.fetchall()}


def choose_method() -> int:
    """Let every VN_WQI be the one that the method of its day says; how many changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement("index_method"), {"default": water.DEFAULT})
        return cursor.rowcount


def _columns(times: Mapping[int, float]) -> tuple[Ints, Floats]:
    return np.array([*times], np.int64), np.array([*times.values()], np.float64)


def _stations_of(series_id: Ints) -> Ints:
    """The station of each series."""
    known, place = np.unique(series_id, return_inverse=True)
    found = dict(
        Series.objects.filter(pk__in=known.tolist()).values_list("pk", "station_id")
    )
    return np.array([found[pk] for pk in known.tolist()], np.int64)[place]


def _newest_before(station_ids: list[int]) -> dict[int, float]:
    """The newest time of each station before this delivery, as its state has it."""
    rows = StationState.objects.filter(station_id__in=station_ids, at__isnull=False)
    found = rows.values_list("station_id", "at")
    return {pk: at.timestamp() for pk, at in found if at is not None}


def _recompute(hours: Ints, newest: Mapping[int, float]) -> None:
    """``hours``: sorted keys of the stations and hours that changed."""
    station = split(hours)[0]
    kinds = dict(
        Station.objects.filter(pk__in=np.unique(station).tolist()).values_list(
            "pk", "kind"
        )
    )
    for kind, index in INDICES.items():
        wanted = [pk for pk, found in kinds.items() if found == kind]
        mine = hours[np.isin(station, wanted)]
        if not len(mine):
            continue
        for period, keys in ((Period.HOUR, mine), (Period.DAY, _days(mine))):
            targets = ended(ahead(keys, index.reach[period]), newest, CLOCKS[period])
            if len(targets):
                _store(index.kind, period, index.compute(period, targets))


def _days(hours: Ints) -> Ints:
    """Keys of the days that hours enter."""
    station, number = split(hours)
    ends = HOURS.ends(number)
    both = [key(station, DAYS.enters(ends + late)) for late in (0, LAST_OF_EIGHT_S)]
    return np.unique(np.concatenate(both))


def _store(kind: IndexKind, period: Period, found: Results) -> None:
    if not len(found.keys):
        return
    station, number = split(found.keys)
    columns = {
        "kind": kind.value,
        "period": period.value,
        "station": station.tolist(),
        "at": CLOCKS[period].ends(number).tolist(),
        "value": [None if np.isnan(v) else int(v) for v in found.value],
        "parameter": found.parameter.tolist(),
        "parts": [json.dumps(part) for part in found.parts],
        "reason": found.reason.tolist(),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("index_store"), columns)
