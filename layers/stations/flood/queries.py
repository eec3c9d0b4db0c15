"""Alarm levels, water levels and the communes that a river station speaks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from psycopg import sql

from layers.core import scope, units
from layers.core.db import execute
from layers.core.scope import Grant
from layers.core.spec import by_role
from layers.stations.models import AlarmLevel
from layers.stations.statements import statement

from .rules import Level

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NUMBERS = (1, 2, 3)
# Where no reach is drawn: so far around the station (metres).
AROUND_M = 5_000


def levels(station_id: int, at: datetime | None = None) -> list[Level]:
    """Alarm levels I, II, III of a station on a day (today); always three, those not
    known without a value."""
    return levels_of([station_id], at)[station_id]


def levels_of(
    station_ids: Sequence[int], at: datetime | None = None
) -> dict[int, list[Level]]:
    """:func:`levels` of many stations, asked for at once."""
    day = timezone.localdate(at) if at else timezone.localdate()
    rows = AlarmLevel.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=day),
        station__in=station_ids,
        valid_from__lte=day,
    ).order_by("valid_from")
    known = {(row.station_id, row.number): row for row in rows}
    return {
        pk: [_level(known.get((pk, number)), number) for number in NUMBERS]
        for pk in station_ids
    }


def _level(row: AlarmLevel | None, number: int) -> Level:
    if row is None:
        return Level(number, None)
    return Level(number, row.value_m, row.legal_source, row.note, row.valid_from)


def over_levels(
    station_id: Ints, at: Floats, level_m: Floats
) -> tuple[Floats, Floats, Floats]:
    """Metres of water above alarm levels I, II, III, row by row, by the levels that
    held on its day; NaN where either is not known. Shape (n,) each."""
    found = np.full((3, len(at)), np.nan)
    rows = AlarmLevel.objects.filter(station__in=np.unique(station_id).tolist())
    for row in rows.order_by("valid_from"):
        mine = (station_id == row.station_id) & (at >= _midnight(row.valid_from))
        if row.valid_to is not None:
            mine &= at < _midnight(row.valid_to) + 86_400
        found[row.number - 1, mine] = level_m[mine] - row.value_m
    return found[0], found[1], found[2]


def _midnight(day: date) -> float:
    zone = timezone.get_default_timezone()
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()


def water(
    station_ids: Sequence[int], since: datetime, until: datetime
) -> dict[int, tuple[Floats, Floats]]:
    """Valid water levels of stations in (since, until]: times and metres."""
    with connection.cursor() as cursor:
        cursor.execute(
            statement("water_levels"),
            {"ids": list(station_ids), "since": since, "until": until},
        )
        rows = cursor.fetchall()
    found: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for station_id, at, value in rows:
        found[station_id].append((at, value))
    columns = {pk: np.array(values) for pk, values in found.items()}
    blank = np.zeros((0, 2))
    return {
        pk: (columns.get(pk, blank)[:, 0], columns.get(pk, blank)[:, 1])
        for pk in station_ids
    }


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune beside the water; ``share`` of its area within the buffer, ``people``
    of all of it (None: not known)."""

    id: int
    title: str
    people: int | None
    share: float

    @property
    def percent(self) -> float:
        return 100 * self.share


@dataclass(frozen=True, slots=True)
class Area:
    """What a station speaks for: names of the reaches (none: a circle around the
    station), their sources, the communes, and the outline as GeoJSON."""

    reaches: tuple[str, ...]
    source: str
    buffer_m: int
    communes: tuple[Commune, ...]
    outline: str

    @property
    def people(self) -> int | None:
        known = [c.people for c in self.communes if c.people is not None]
        return sum(known) if known else None


def area_of(station_id: int, grant: Grant, at: datetime | None = None) -> Area | None:
    """The communes of a station's reaches that are valid on a day (today) and that the
    caller may see; None for a station without a place."""
    layer = by_role(units.ROLE)
    where, scoped = scope.condition(layer, grant, "u")
    day = timezone.localdate(at) if at else timezone.localdate()
    query = sql.SQL(statement("reach_communes")).format(  # type: ignore[arg-type]
        units=sql.Identifier(layer.relation), scope=where
    )
    with connection.cursor() as cursor:
        cursor.execute(statement("reach_area"), [AROUND_M, AROUND_M, station_id])
        row = cursor.fetchone()
        if row is None or row[3] is None:
            return None
        reaches, source, buffer_m, outline = row
        execute(cursor, query, [outline, day, day, *scoped])
        found = cursor.fetchall()
    nodes = units.tree().nodes
    communes = tuple(
        Commune(pk, nodes[pk].title, nodes[pk].population, share)
        for pk, share in found
        if pk in nodes
    )
    return Area(tuple(reaches or ()), source or "", buffer_m, communes, outline)
