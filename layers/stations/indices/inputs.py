"""Reading the hours and days that indices are worked out from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.db import connection

from layers.stations.models import Series
from layers.stations.models.indices import Period
from layers.stations.statements import statement

from .targets import Floats, Ints, key, runs, split
from .vn_aqi import DAY_HOURS_NEEDED, SHARE_NEEDED

Bools = npt.NDArray[np.bool_]
Factor = Callable[[str, str], float | None]

# Columns of both statements: mean, largest 1 h mean, largest 8 h mean.
MEAN, LARGEST_1H, LARGEST_8H = range(3)


@dataclass(frozen=True, slots=True)
class Source:
    """One series: where it goes and what its values are multiplied by."""

    id: int
    station_id: int
    parameter: str
    needed: float
    factor: float | None


@dataclass(slots=True)
class Inputs:
    """Statistics of parameters at sorted ``keys``, one array of their length each.

    ``values[parameter]``: shape (3, keys), see MEAN; NaN = none that counts.
    ``came``: something was received. ``measured``, ``readable``: the key's station
    has a series of the parameter, has one in a unit that can be converted.
    """

    keys: Ints
    values: dict[str, Floats]
    came: dict[str, Bools]
    measured: dict[str, Bools]
    readable: dict[str, Bools]

    def window(self, table: Floats | Bools, keys: Ints, reach: int) -> npt.NDArray:
        """Values of ``keys`` and before, newest first: shape (keys, reach)."""
        wanted = keys[:, None] - np.arange(reach, dtype=np.int64)
        return table[np.searchsorted(self.keys, wanted)]

    def at(self, table: Floats | Bools, keys: Ints) -> npt.NDArray:
        """Values of ``keys``, the last axis of ``table``."""
        return table[..., np.searchsorted(self.keys, keys)]


def read(
    period: Period, keys: Ints, parameters: Sequence[str], factor: Factor
) -> Inputs:
    """Statistics at sorted keys in the unit that ``factor`` converts to.

    Of several series of a parameter the one with the finest values that count wins.
    """
    station = split(keys)[0]
    sources = _sources(period, np.unique(station).tolist(), parameters, factor)
    found = _empty(keys, parameters)
    for source in sources:
        mine = station == source.station_id
        found.measured[source.parameter] |= mine
        if source.factor is not None:
            found.readable[source.parameter] |= mine
    rows = _rows(period, keys, sources)
    if not len(rows):
        return found
    # the finest series comes last and overwrites
    place = {source.id: n for n, source in enumerate(sources)}
    order = np.array([place[int(pk)] for pk in rows[:, 0]])
    for n in np.unique(order):
        _fill(found, sources[n], rows[order == n])
    return found


def _fill(found: Inputs, source: Source, rows: Floats) -> None:
    where = np.searchsorted(found.keys, key(source.station_id, rows[:, 1]))
    found.came[source.parameter][where] |= rows[:, 2] > 0
    if source.factor is None:
        return
    counts = rows[:, 3] >= source.needed
    values = rows[:, 4:].T * source.factor
    # the largest hours of a day count however few hours it has
    values[MEAN, ~counts] = np.nan
    table = found.values[source.parameter]
    table[:, where] = np.where(np.isnan(values), table[:, where], values)


def _empty(keys: Ints, parameters: Sequence[str]) -> Inputs:
    def bools() -> dict[str, Bools]:
        return {name: np.zeros(len(keys), np.bool_) for name in parameters}

    values = {name: np.full((3, len(keys)), np.nan) for name in parameters}
    return Inputs(keys, values, bools(), bools(), bools())


def _sources(
    period: Period, stations: list[int], parameters: Sequence[str], factor: Factor
) -> list[Source]:
    """Coarsest first; ``needed``: valid values of an hour, full hours of a day."""
    rows = Series.objects.filter(station_id__in=stations, parameter__in=parameters)
    return [
        Source(
            id=pk,
            station_id=station_id,
            parameter=name,
            needed=DAY_HOURS_NEEDED
            if period == Period.DAY
            else SHARE_NEEDED * max(60 / minutes, 1.0),
            factor=factor(name, unit),
        )
        for pk, station_id, name, unit, minutes in rows.order_by(
            "-averaging_minutes", "pk"
        ).values_list("pk", "station_id", "parameter", "unit", "averaging_minutes")
    ]


def _rows(period: Period, keys: Ints, sources: list[Source]) -> Floats:
    """(series, number, received, counted, mean, largest 1 h, largest 8 h) rows."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for station, first, last in zip(
        *(part.tolist() for part in runs(keys)), strict=True
    ):
        spans.setdefault(station, []).append((first, last))
    asked = [
        (source.id, *span)
        for source in sources
        for span in spans.get(source.station_id, ())
    ]
    if not asked:
        return np.empty((0, 7))
    with connection.cursor() as cursor:
        cursor.execute(
            statement(f"index_{period}s"),
            [list(column) for column in zip(*asked, strict=True)],
        )
        return np.array(cursor.fetchall(), dtype=np.float64).reshape(-1, 7)
