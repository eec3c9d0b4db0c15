"""A month of completeness as a table: rows of stations, owners or series, days as
columns."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.utils.translation import gettext as _

from layers.core.scope import Grant
from layers.stations.models import Series, Station
from layers.stations.pages.calendar import SHARES
from layers.stations.parameters import CATALOGUE

from .queries import NONE, Count, SeriesDay, days

COUNTED = ("received", "valid")
YEARS = range(2000, 2101)


@dataclass(frozen=True, slots=True)
class Cell:
    """A day: ``band`` of :data:`SHARES`, "none" when nothing was expected."""

    day: date
    count: Count
    share: float | None
    band: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table; ``key`` is the id of the station or series, or the owner."""

    key: int | str
    title: str
    about: str
    cells: list[Cell]
    total: Cell


@dataclass(frozen=True, slots=True)
class Month:
    """``first`` to ``last`` day, and which values are told against the expected."""

    first: date
    what: str = "received"

    @property
    def last(self) -> date:
        return self.first.replace(day=calendar.monthrange(*self._pair)[1])

    @property
    def _pair(self) -> tuple[int, int]:
        return self.first.year, self.first.month

    @property
    def days(self) -> list[date]:
        return [self.first.replace(day=n) for n in range(1, self.last.day + 1)]

    def beside(self, step: int) -> date:
        """First day of the month before (-1) or after (1)."""
        number = self.first.year * 12 + self.first.month - 1 + step
        return date(number // 12, number % 12 + 1, 1)


def month_of(text: str, today: date, what: str = "received") -> Month:
    """``2026-11``; anything else is the month of ``today``. Raises nothing."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = today
    if first.year not in YEARS:
        first = today
    first = first.replace(day=1)
    return Month(first, what if what in COUNTED else COUNTED[0])


def stations(grant: Grant, owner: str = "", kind: str = "") -> list[Station]:
    """Stations in the caller's scope, also those that are out of use, by title."""
    rows = Station.objects.order_by("title", "pk")
    if grant.units is not None:
        rows = rows.filter(unit_id__in=grant.units)
    if owner:
        rows = rows.filter(owner=owner)
    if kind:
        rows = rows.filter(kind=kind)
    return list(rows)


def by_station(month: Month, chosen: Sequence[Station], now: datetime) -> list[Line]:
    """One line for each station of which values were expected in the month."""
    about = {entry.pk: entry for entry in chosen}
    found = _lines(month, about, now, lambda row: row.station_id)
    return [
        _line(month, pk, about[pk].title, about[pk].owner, found[pk])
        for pk in about
        if pk in found
    ]


def by_owner(month: Month, chosen: Sequence[Station], now: datetime) -> list[Line]:
    """One line for each owner, by name."""
    owner = {entry.pk: entry.owner for entry in chosen}
    found = _lines(month, owner, now, lambda row: owner[row.station_id])
    numbers: dict[str, int] = defaultdict(int)
    for name in owner.values():
        numbers[name] += 1
    return [
        _line(
            month,
            name,
            name or _("without an owner"),
            _("%(number)d stations") % {"number": numbers[name]},
            found[name],
        )
        for name in sorted(found)
    ]


def by_series(month: Month, station: Station, now: datetime) -> list[Line]:
    """One line for each series of a station."""
    rows = {entry.pk: entry for entry in Series.objects.filter(station=station)}
    found = _lines(month, [station.pk], now, lambda row: row.series_id)
    return [
        _line(month, pk, series_title(rows[pk]), rows[pk].unit, found[pk])
        for pk in sorted(found)
    ]


def series_title(series: Series) -> str:
    """The parameter, with its averaging where it is not the usual five minutes."""
    known = CATALOGUE.get(series.parameter)
    title = str(known.title) if known else series.parameter
    if series.averaging_minutes == 5:
        return title
    return _("%(title)s (%(minutes)d min)") % {
        "title": title,
        "minutes": series.averaging_minutes,
    }


K = TypeVar("K", int, str)


def _lines(
    month: Month,
    station_ids: Iterable[int],
    now: datetime,
    key: Callable[[SeriesDay], K],
) -> dict[K, dict[date, Count]]:
    found: dict[K, dict[date, Count]] = defaultdict(lambda: defaultdict(lambda: NONE))
    for row in days(station_ids, month.first, month.last, now):
        cells = found[key(row)]
        cells[row.day] = cells[row.day] + row.count
    return found


def _line(
    month: Month, key: int | str, title: str, about: str, found: dict[date, Count]
) -> Line:
    cells = [_cell(day, found.get(day, NONE), month.what) for day in month.days]
    total = sum(found.values(), NONE)
    return Line(key, title, about, cells, _cell(month.first, total, month.what))


def _cell(day: date, count: Count, what: str) -> Cell:
    share = count.share(what)
    band = "none" if share is None else band_of(share)
    return Cell(day, count, share, band)


def band_of(share: float) -> str:
    """Style of a share from 0 to 1."""
    return next(name for least, name in SHARES if share >= least)
