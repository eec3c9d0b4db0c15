"""Reading the newest values of all stations at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from psycopg import sql

from layers.core.db import execute
from layers.core.scope import Grant, condition
from layers.stations.layer import LAYER

_LATEST = sql.SQL("""
SELECT s.station_id, l.series_id, s.parameter, s.unit, s.averaging_minutes, l.at,
    l.value, l.status, l.qc
FROM stations_latest l
JOIN stations_series s ON s.id = l.series_id
JOIN stations_station t ON t.id = s.station_id
WHERE t.active AND {scope}
ORDER BY s.station_id, l.series_id
""")


@dataclass(frozen=True, slots=True)
class LatestValue:
    """The newest value of a series as it counts: ``flag`` (QARTOD) and, where a person
    corrected it, ``value`` are those of the judgement; ``status`` is the logger's."""

    station_id: int
    series_id: int
    parameter: str
    unit: str
    averaging_minutes: int
    at: datetime
    value: float | None
    status: int
    flag: int


def latest_of_all(grant: Grant) -> list[LatestValue]:
    """Newest value of every series of the stations in the grant; never reads the
    observations."""
    where, values = condition(LAYER, grant, "t")
    with connection.cursor() as cursor:
        execute(cursor, _LATEST.format(scope=where), values)
        return [LatestValue(*row) for row in cursor.fetchall()]
