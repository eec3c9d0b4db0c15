"""Reading: which limits hold for stations on days.

The rule itself stands once, in the SQL function ``stations_limits_on``: a station's
own limit, else what its permit names, else the column of the station; the newest
record of those. Where no figure was entered nothing holds, and nothing is made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from layers.stations.statements import statement


@dataclass(frozen=True, slots=True)
class HeldLimit:
    """A limit as it holds for a station on a day.

    ``value``: in ``unit``, already multiplied by the permit's factors where the
    record says so; ``base_value``: as the regulation has it. ``averaging_minutes``
    0: each value as it was sent. ``direction``: upper or lower. ``own``: a record of
    this station alone. ``permit_number``: of the permit that names the regulation.
    """

    station_id: int
    day: date
    parameter: str
    averaging_minutes: int
    direction: str
    value: float
    unit: str
    limit_id: int
    permit_id: int | None
    base_value: float
    legal_source: str
    note: str
    column: str
    own: bool
    valid_from: date
    valid_to: date | None
    permit_number: str

    @property
    def factor(self) -> float:
        """What the permit multiplies the figure of the regulation by."""
        return self.value / self.base_value if self.base_value else 1.0


def limits_at(station_ids: Iterable[int], day: date) -> dict[int, list[HeldLimit]]:
    """By station: the limits of a day, by parameter, averaging and direction.

    Every station asked for is a key. The caller looks after who may see it.
    """
    ids = list(station_ids)
    found: dict[int, list[HeldLimit]] = {pk: [] for pk in ids}
    for held in limits_on([(pk, day) for pk in ids]):
        found[held.station_id].append(held)
    return found


def limits_on(pairs: Sequence[tuple[int, date]]) -> list[HeldLimit]:
    """The limits of each pair (station, day), ordered by both."""
    ids, days = [pk for pk, _ in pairs], [day for _, day in pairs]
    with connection.cursor() as cursor:
        cursor.execute(statement("limits_on"), [ids, days])
        return [HeldLimit(*row) for row in cursor.fetchall()]
