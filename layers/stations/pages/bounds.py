"""Limits and alarm levels as they hold for stations over spans of days.

Which limit holds on a day is said by :mod:`layers.stations.limits.queries`; it can
only change on a day on which a record or a permit begins or has ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Q

from layers.stations.limits.queries import HeldLimit, limits_on
from layers.stations.models import AlarmLevel, Limit, Permit, Station

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit that holds from the day ``since`` until before the day ``until``."""

    limit: HeldLimit
    since: date
    until: date

    @property
    def identity(self) -> HeldLimit:
        """Equal for the same limit on different days."""
        return replace(self.limit, day=date.min)


def of_stations(
    stations: Iterable[Station], since: date, until: date
) -> dict[int, list[Bound]]:
    """By station: its limits on the days from ``since`` until before ``until``.

    Neighbouring days with the same limit are one Bound.
    """
    stations = list(stations)
    days = {entry.pk: _changes(entry, since, until) for entry in stations}
    held: dict[tuple[int, date], list[HeldLimit]] = {}
    pairs = [(pk, day) for pk, starts in days.items() for day in starts]
    for found in limits_on(pairs):
        held.setdefault((found.station_id, found.day), []).append(found)
    return {
        pk: _joined(
            [(held.get((pk, a), []), a, b) for a, b in pairwise([*starts, until])]
        )
        for pk, starts in days.items()
    }


def _changes(station: Station, since: date, until: date) -> list[date]:
    """The first day and those on which another limit may hold, in order."""
    records: list[Any] = [
        *Limit.objects.filter(
            Q(station_id=station.pk) | Q(station_id=None, kind=station.kind)
        ).values_list("valid_from", "valid_to"),
        *Permit.objects.filter(station=station).values_list("valid_from", "valid_to"),
    ]
    cuts = {begins for begins, _ends in records}
    cuts |= {ends + DAY for _begins, ends in records if ends}
    return [since, *sorted(day for day in cuts if since < day < until)]


def _joined(spans: list[tuple[list[HeldLimit], date, date]]) -> list[Bound]:
    found: list[Bound] = []
    for limits, since, until in spans:
        for limit in limits:
            bound = Bound(limit, since, until)
            place = next(
                (
                    n
                    for n, before in enumerate(found)
                    if before.until == since and before.identity == bound.identity
                ),
                None,
            )
            if place is None:
                found.append(bound)
            else:
                found[place] = replace(found[place], until=until)
    return found


def alarm_levels(
    station_ids: Iterable[int], since: date, until: date
) -> list[AlarmLevel]:
    """Alarm levels of river stations that hold on days of a span."""
    spans = Q(valid_from__lt=until) & (Q(valid_to=None) | Q(valid_to__gte=since))
    return list(AlarmLevel.objects.filter(spans, station_id__in=list(station_ids)))
