"""What the rules see of a delivery: one row per station and time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from psycopg import sql

from layers.core.copyin import int_array, micros
from layers.core.copyout import columns as copied
from layers.core.ingest import Observed
from layers.stations.exceedances import for_rules
from layers.stations.models import Station
from layers.stations.parameters import FAIL, MISSING
from layers.stations.parameters import column as column_of
from layers.stations.statements import statement

from . import states
from .fresh import Fresh
from .readings import Floats, Ints

# Index, ratio and level of a time cost a third of a millisecond to work out, and a
# logger that was away for ten days brings thousands of times. So of what is older
# than this when it comes only the last minutes of every hour are judged for the rules,
NEWS_S = 7_200.0
# and nothing of what is older than this (rules do not go through what is behind by
# more). Measured values are always handed on; roll-ups and indices miss nothing.
JUDGED_S = 86_400.0
HOUR_S, LAST_S = 3_600.0, 300.0
JUDGEMENT = {
    "series_id": "i8", "at": "f8", "flag": "i4", "value": "f8", "reviewed": "i4",
}  # fmt: skip

Times = dict[int, float]


def judged(at: Floats, received_at: Floats) -> npt.NDArray[np.bool_]:
    """Of which times the rules are told index, ratio, level …: a matter of the times
    alone, not of what came together."""
    age = received_at - at
    hourly = (-at) % HOUR_S < LAST_S
    return np.asarray((age <= NEWS_S) | ((age <= JUDGED_S) & hourly))


@dataclass(slots=True)
class Wide:
    """One row per station and time, ordered; ``columns`` by parameter (lower case),
    NaN = no value that counts."""

    station_id: Ints
    at: Floats
    received_at: Floats
    columns: dict[str, Floats]

    def times_judged(self) -> Iterator[tuple[int, float]]:
        """(station, time) of the rows that the rules are told all about."""
        rows = judged(self.at, self.received_at)
        return zip(self.station_id[rows].tolist(), self.at[rows].tolist(), strict=True)


def counting(fresh: Fresh, qc: Ints) -> Floats:
    """Each value as it counts, NaN where it does not: what ``stations_judged`` says
    of it (status, tests, corrections)."""
    first, last = np.floor(fresh.at.min()), np.ceil(fresh.at.max())
    said = copied(
        sql.SQL(statement("judgements")),
        {
            "series": int_array(np.unique(fresh.series_id)),
            "first": float(first),
            "last": float(last),
        },
        JUDGEMENT,
    )
    value, flag = fresh.value.copy(), qc.copy()
    reviewed = np.zeros(len(fresh), dtype=np.bool_)
    row, mine = _found(fresh, said["series_id"], said["at"])
    flag[row] = said["flag"][mine]
    reviewed[row] = said["reviewed"][mine] == 1
    corrected = ~np.isnan(said["value"][mine])
    value[row[corrected]] = said["value"][mine][corrected]
    counts = ((fresh.status == 0) | reviewed) & ~np.isin(flag, (FAIL, MISSING))
    return np.where(counts, value, np.nan)


def _found(fresh: Fresh, series: Ints, at: Floats) -> tuple[Ints, Ints]:
    """(row of ``fresh``, place) of the values that are among (series, at)."""
    if not len(series):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    names = np.unique(series)
    start, span = micros(at.min()), int(micros(np.ptp(at))) + 2
    known = np.searchsorted(names, series) * span + micros(at) - start
    order = np.argsort(known)
    code = np.minimum(np.searchsorted(names, fresh.series_id), len(names) - 1)
    offset = micros(fresh.at) - start
    wanted = code * span + offset
    spot = np.minimum(np.searchsorted(known[order], wanted), len(known) - 1)
    there = (known[order][spot] == wanted) & (names[code] == fresh.series_id)
    there &= (offset >= 0) & (offset < span)
    return np.flatnonzero(there), order[spot[there]]


def wide(fresh: Fresh, value: Floats, averaging: Ints) -> Wide:
    """Values as they count (NaN: not) as rows of (station, time). Of versions the last
    one, of several averages of a parameter the shortest."""
    current = _current(fresh)
    order = current[
        np.lexsort((-averaging[current], fresh.at[current], fresh.station_id[current]))
    ]
    station, at = fresh.station_id[order], fresh.at[order]
    begins = _changes(station, at)
    first, row = np.flatnonzero(begins), np.cumsum(begins) - 1
    value, parameter = value[order], fresh.parameter[order]
    counts = ~np.isnan(value)
    columns: dict[str, Floats] = {}
    for name in np.unique(parameter):
        mine = parameter == name
        column = columns[column_of(str(name))] = np.full(len(first), np.nan)
        column[row[mine & counts]] = value[mine & counts]
    received = np.maximum.reduceat(fresh.received_at[order], first)
    return Wide(station[first], at[first], received, columns)


def _current(fresh: Fresh) -> Ints:
    """Rows without those of which a later version is among them."""
    order = np.lexsort((fresh.at, fresh.series_id))
    last = np.ones(len(order), dtype=np.bool_)
    last[:-1] = _changes(fresh.series_id[order], fresh.at[order])[1:]
    return order[last]


def _changes(one: Ints, other: Floats) -> npt.NDArray[np.bool_]:
    """Where a pair differs from that before it; the first does."""
    found = np.ones(len(one), dtype=np.bool_)
    found[1:] = (one[1:] != one[:-1]) | (other[1:] != other[:-1])
    return found


def observed(table: Wide, before: Times, known: states.Known) -> Observed:
    """Columns for the rules, with what stations said (``known``) at the times that
    are judged. ``before``: seconds since 1970 of each station's newest value before
    this delivery."""
    recent = judged(table.at, table.received_at)
    ids, times = table.station_id[recent].tolist(), table.at[recent].tolist()
    measures = {name: np.full(len(table.at), np.nan) for name in states.MEASURES}
    for name, found in states.measures(known, ids, times).items():
        measures[name][recent] = found
    pks = np.unique(table.station_id)
    places = _places(pks)
    row = np.searchsorted(pks, table.station_id)
    moved = np.array([before.get(pk, -np.inf) for pk in pks.tolist()])
    seen = Observed(
        feature_id=table.station_id,
        at=table.at,
        lon=np.array([lon for _title, _unit, lon, _lat in places])[row],
        lat=np.array([lat for _title, _unit, _lon, lat in places])[row],
        unit_id=np.array([unit for _t, unit, _x, _y in places], np.int64)[row],
        title=[places[place][0] for place in row.tolist()],
        newest=table.at > moved[row],
        values={**table.columns, **measures},
    )
    return for_rules(seen)


def _places(pks: Ints) -> list[tuple[str, int, float, float]]:
    """(title, unit, longitude, latitude) of stations, in the order of ``pks``."""
    rows = Station.objects.filter(pk__in=pks.tolist()).values_list(
        "pk", "title", "unit_id", "geom"
    )
    found = {
        pk: (title, unit_id or 0, *((geom.x, geom.y) if geom else (np.nan, np.nan)))
        for pk, title, unit_id, geom in rows
    }
    return [found[pk] for pk in pks.tolist()]
