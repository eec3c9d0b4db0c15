"""A year of a station, day by day: an index, completeness, or daily means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from layers.stations.kinds import Kind
from layers.stations.models import Day, IndexKind, Period, Series, Station, StationIndex
from layers.stations.parameters import CATALOGUE

from .bands import band
from .bounds import Bound, of_stations
from .charts import SUMMED
from .lines import averaging, figure, limit_figure

COMPLETE = "complete"
INDEX_OF = {Kind.AIR: IndexKind.VN_AQI, Kind.SURFACE_WATER: IndexKind.VN_WQI}
# Least share of the expected values, name: what a monthly report tells apart.
SHARES = ((0.98, "s4"), (0.9, "s3"), (0.75, "s2"), (0.5, "s1"), (0.0, "s0"))
# Least ratio to the limit, name.
RATIOS = ((1.0, "over"), (0.9, "near"), (0.5, "r2"), (0.0, "r1"))
DAY_MINUTES = 1440


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the picture: ``band`` is a style, ``fill`` a legal colour, ``text``
    what it says; place in weeks and weekdays from 0."""

    day: date
    week: int
    weekday: int
    band: str
    fill: str
    text: str
    short: str


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend."""

    band: str
    fill: str
    title: str


def choices(station: Station) -> list[tuple[str, str]]:
    """What the calendar of a station can show: (name in the address, title)."""
    found = [(COMPLETE, _("Completeness"))]
    kind = INDEX_OF.get(Kind(station.kind))
    if kind:
        found.insert(0, (kind.value, str(kind.label)))
    names = dict.fromkeys(
        Series.objects.filter(station=station)
        .order_by("pk")
        .values_list("parameter", flat=True)
    )
    for name in names:
        known = CATALOGUE.get(name)
        title = str(known.title) if known else name
        found.append((name, _daily(name) % {"name": title}))
    return found


def _daily(name: str) -> str:
    return _("%(name)s, daily sum") if name in SUMMED else _("%(name)s, daily mean")


def calendar(station: Station, what: str, year: int) -> tuple[list[Cell], list[Key]]:
    """All days of a year and the legend; ``what`` is one of :func:`choices`."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    if what in IndexKind.values:
        found, keys = _index(station, what, first, last)
    elif what == COMPLETE:
        found, keys = _complete(station, first, last)
    else:
        found, keys = _means(station, what, first, last)
    offset = first.weekday()
    cells = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        week, weekday = divmod(number + offset, 7)
        style, fill, text, short = found.get(day, ("none", "", _("no data"), ""))
        written = formats.date_format(day, "d/m/Y")
        cells.append(Cell(day, week, weekday, style, fill, f"{written}: {text}", short))
    return cells, keys


Found = dict[date, tuple[str, str, str, str]]


def _index(
    station: Station, kind: str, first: date, last: date
) -> tuple[Found, list[Key]]:
    """Daily indices with the colours of their bands. A day ends at its midnight."""
    rows = StationIndex.objects.filter(
        station=station, kind=kind, period=Period.DAY,
        at__date__gt=first, at__date__lte=last + timedelta(days=1),
    )  # fmt: skip
    found: Found = {}
    seen: dict[str, Key] = {}
    title = IndexKind(kind).label
    for row in rows:
        day = timezone.localdate(row.at) - timedelta(days=1)
        if row.value is None:
            found[day] = (
                "uncounted",
                "",
                _("%(index)s not computed") % {"index": title},
                "",
            )
            continue
        of = band(kind, row.value)
        text = f"{title} {row.value}, {of.title}"
        found[day] = ("index", of.colour, text, str(row.value))
        seen[of.colour] = Key("index", of.colour, of.title)
    ordered = sorted(seen.values(), key=lambda key: key.title)
    return found, [*ordered, Key("uncounted", "", _("not computed"))]


def _complete(station: Station, first: date, last: date) -> tuple[Found, list[Key]]:
    """Received against expected of all series in use."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.day, sum(d.received)::float8, "
            " (SELECT sum(1440.0 / a.averaging_minutes)::float8"
            " FROM stations_series a WHERE a.station_id = %(station)s AND a.active)"
            " FROM stations_series s JOIN stations_day d ON d.series_id = s.id"
            " WHERE s.station_id = %(station)s AND s.active"
            " AND d.day BETWEEN %(first)s AND %(last)s GROUP BY d.day",
            {"station": station.pk, "first": first, "last": last},
        )
        rows = cursor.fetchall()
    found: Found = {}
    now = timezone.localtime()
    for day, received, expected in rows:
        # of today only the whole hours so far
        due = expected * (now.hour / 24 if day == now.date() else 1)
        share = min(received / due, 1.0) if due else 1.0
        style = next(name for least, name in SHARES if share >= least)
        text = _("%(share)s %% of the expected values") % {
            "share": figure(share * 100, 1)
        }
        found[day] = (style, "", text, figure(share * 100, 0))
    keys = [
        Key(name, "", _("from %(share)d %%") % {"share": least * 100})
        for least, name in SHARES
    ]
    return found, keys


def _means(
    station: Station, parameter: str, first: date, last: date
) -> tuple[Found, list[Key]]:
    """Daily means (sums of rain) against the limit of a day, where there is one."""
    series = Series.objects.filter(station=station, parameter=parameter).first()
    if series is None:
        return {}, []
    known = CATALOGUE.get(parameter)
    decimals = known.decimals if known else 2
    days = list(Day.objects.filter(series=series, day__gte=first, day__lte=last))
    summed = parameter in SUMMED
    values = {day.day: day.total if summed else day.mean for day in days}
    bounds = [
        bound
        for bound in of_stations([station], first, last + timedelta(days=1))[station.pk]
        if bound.limit.parameter == parameter
        and bound.limit.unit == series.unit
        and bound.limit.direction == "upper"
    ]
    top = max((value for value in values.values() if value is not None), default=0.0)
    found: Found = {}
    for day, value in values.items():
        if value is None:
            continue
        bound = _bound(bounds, day)
        ratio = value / bound.limit.value if bound and bound.limit.value else None
        text = f"{figure(value, decimals)} {series.unit}"
        if bound and ratio is not None:
            text += " · " + _("%(ratio)s of the limit %(limit)s (%(mean)s)") % {
                "ratio": figure(ratio, 2),
                "limit": limit_figure(bound.limit.value),
                "mean": averaging(bound.limit.averaging_minutes),
            }
            style = next(name for least, name in RATIOS if ratio >= least)
        else:
            style = f"q{min(int(value / top * 4), 3) if top > 0 else 0}"
        found[day] = (style, "", text, figure(value, 0))
    return found, _mean_keys(bool(bounds), top, series.unit, decimals)


def _bound(bounds: list[Bound], day: date) -> Bound | None:
    """The limit of a day that daily values are told against: the one of 24 hours, or
    else the shortest."""
    holding = [bound for bound in bounds if bound.since <= day < bound.until]
    return min(
        holding,
        key=lambda b: (
            b.limit.averaging_minutes != DAY_MINUTES,
            b.limit.averaging_minutes,
        ),
        default=None,
    )


def _mean_keys(limited: bool, top: float, unit: str, decimals: int) -> list[Key]:
    if limited:
        return [
            Key("r1", "", _("below half of the limit")),
            Key("r2", "", _("from half of the limit")),
            Key("near", "", _("from nine tenths")),
            Key("over", "", _("over the limit")),
        ]
    if top <= 0:
        return []
    ends = [figure(top * n / 4, decimals) for n in range(5)]
    return [Key(f"q{n}", "", f"{ends[n]}–{ends[n + 1]} {unit}") for n in range(4)]


def years(station: Station) -> list[int]:
    """Years of which the station has days, newest first; this one always."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(first), max(last) FROM stations_series s CROSS JOIN LATERAL"
            " (SELECT (SELECT d.day FROM stations_day d WHERE d.series_id = s.id"
            "  ORDER BY d.day LIMIT 1) AS first, (SELECT d.day FROM stations_day d"
            "  WHERE d.series_id = s.id ORDER BY d.day DESC LIMIT 1) AS last) b"
            " WHERE s.station_id = %s",
            [station.pk],
        )
        first, last = cursor.fetchone()
    this = timezone.localdate().year
    if first is None:
        return [this]
    return list(range(max(this, last.year), first.year - 1, -1))


def months(station: Station, today: date) -> list[dict[str, Any]]:
    """Completeness of the last 12 months, oldest first: ``received`` and ``valid`` as
    shares of the values that the days so far expected."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT date_trunc('month', d.day)::date, sum(d.received)::float8,"
            " sum(d.valid)::float8 FROM stations_series s"
            " JOIN stations_day d ON d.series_id = s.id"
            " WHERE s.station_id = %s AND s.active AND d.day >= %s GROUP BY 1",
            [station.pk, date(today.year - 1, today.month, 1)],
        )
        rows = {month: (received, valid) for month, received, valid in cursor}
        cursor.execute(
            "SELECT coalesce(sum(1440.0 / averaging_minutes), 0)::float8"
            " FROM stations_series WHERE station_id = %s AND active",
            [station.pk],
        )
        (daily,) = cursor.fetchone()
    first = min(rows, default=None)
    found: list[dict[str, Any]] = []
    for back in range(11, -1, -1):
        number = today.year * 12 + today.month - 1 - back
        month = date(number // 12, number % 12 + 1, 1)
        after = date((number + 1) // 12, (number + 1) % 12 + 1, 1)
        expected = daily * (min(after, today + timedelta(days=1)) - month).days
        received, valid = rows.get(month, (0.0, 0.0))
        # before the first values nothing was expected of the station
        known = expected and first is not None and month >= first
        found.append(
            {
                "month": month,
                "received": min(received / expected, 1.0) if known else None,
                "valid": min(valid / expected, 1.0) if known else None,
            }
        )
    return found
