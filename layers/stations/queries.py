"""Reading stations: the drawer, the newest values, spans of observations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from . import sparkline
from .indices import vn_aqi
from .kinds import Kind, State, Status
from .models import FtpAccount, Observation, Station, StationIndex
from .parameters import CATALOGUE, FAIL, SUSPECT
from .statements import statement

DAY = timedelta(hours=24)
STEPS = 96
MAX_VALUES = 20_000

BAND_TITLES = {
    "good": gettext_noop("Good"),
    "moderate": gettext_noop("Moderate"),
    "poor": gettext_noop("Poor"),
    "bad": gettext_noop("Bad"),
    "very_bad": gettext_noop("Very bad"),
    "hazardous": gettext_noop("Hazardous"),
}


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """One line of the drawer's table, ready to be read."""

    parameter: str
    title: str
    value: str
    unit: str
    at: datetime | None
    status: str
    mark: str
    limit: str
    legal_source: str
    ratio: float | None
    over: bool
    line: sparkline.Sparkline | None


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    """Table of newest values with limits and 24 h lines, index with its parts."""
    station_id = feature["id"]
    properties = feature["properties"]
    now = properties["at"] or timezone.now()
    return {
        "series": series_lines(station_id, now),
        "air": _air(station_id, now) if properties["kind"] == Kind.AIR else None,
        "levels": _levels(properties) if properties["kind"] == Kind.RIVER else None,
        "rain_mm": properties["rain_24h_mm"],
        "state": properties["state"],
        "state_label": State(properties["state"]).label,
    }


def series_lines(station_id: int, at: datetime) -> list[SeriesLine]:
    """All series of a station as they stand at ``at``, its newest time."""
    with connection.cursor() as cursor:
        cursor.execute(
            statement("drawer_series"),
            {"ids": [station_id], "ats": [at], "station": station_id},
        )
        rows = cursor.fetchall()
        cursor.execute(
            statement("day"), {"station": station_id, "start": at - DAY, "end": at}
        )
        points: dict[int, list[tuple[int, float]]] = {}
        for series_id, step, value in cursor.fetchall():
            points.setdefault(series_id, []).append((step, value))
    return [_line(row, points.get(row[0], [])) for row in rows]


def _line(row: tuple[Any, ...], points: list[tuple[int, float]]) -> SeriesLine:
    (_id, name, unit, at, value, status, qc, limit, direction, minutes, _stat, ratio,
     source) = row  # fmt: skip
    entry = CATALOGUE[name]
    sign = "≥" if direction == "lower" else "≤"
    return SeriesLine(
        parameter=name,
        title=str(entry.title),
        value="—" if value is None else str(number_format(value, entry.decimals)),
        unit=unit,
        at=at,
        status=str(Status(status).label) if status is not None else "",
        mark=_mark(status, qc),
        limit=""
        if limit is None
        else f"{sign} {_limit(limit)} · {_averaging(minutes)}",
        legal_source=source or "",
        ratio=ratio,
        over=ratio is not None and ratio > 1,
        line=sparkline.draw(points, STEPS, limit),
    )


def _limit(value: float) -> str:
    """A limit without needless decimals, in the active language."""
    decimals = 0 if float(value).is_integer() else 2
    return str(number_format(value, decimals, force_grouping=True))


def _mark(status: int | None, qc: int | None) -> str:
    if status == Status.CALIBRATING:
        return "calibrating"
    if status == Status.FAULT:
        return "fault"
    return {FAIL: "fail", SUSPECT: "suspect"}.get(qc or 0, "")


def _averaging(minutes: int) -> str:
    if not minutes:
        return _("each value")
    return _("%(hours)d h mean") % {"hours": minutes // 60}


def _air(station_id: int, at: datetime) -> dict[str, Any] | None:
    """The hourly index, its band and what makes it; None when not computed."""
    found = (
        StationIndex.objects.filter(
            station_id=station_id,
            kind="vn_aqi",
            period="hour",
            at__lte=at,
            at__gt=at - timedelta(hours=2),
        )
        .order_by("-at")
        .first()
    )
    if found is None or found.value is None:
        return None
    slug, colour = vn_aqi.band(found.value)
    parts = sorted(found.parts.items(), key=lambda part: -part[1])
    return {
        "index": found.value,
        "hour": found.at,
        "band": _(BAND_TITLES[slug]),
        "colour": colour,
        "parameter": str(CATALOGUE[found.parameter].title),
        "parts": [(str(CATALOGUE[name].title), round(value)) for name, value in parts],
    }


def _levels(properties: dict[str, Any]) -> list[dict[str, Any]]:
    """Alarm levels with the distance of the water to each, metres."""
    level = properties["level_m"]
    found = []
    for number, roman in enumerate(("I", "II", "III"), 1):
        limit = properties[f"alarm_level_{number}_m"]
        gap = None if limit is None or level is None else level - limit
        found.append({"roman": roman, "limit": limit, "gap": gap})
    return found


def newest(station_id: int) -> list[dict[str, Any]]:
    """Newest value of each series of a station."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.parameter, s.unit, l.at, l.value, l.status, l.qc, l.version"
            " FROM stations_series s JOIN stations_latest l ON l.series_id = s.id"
            " WHERE s.station_id = %s ORDER BY s.id",
            [station_id],
        )
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def observations(
    station_id: int, parameter: str, start: datetime, end: datetime
) -> list[dict[str, Any]]:
    """Current versions of a series' values in (start, end], oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.at, o.value, o.status, o.qc, o.version FROM stations_series s"
            " JOIN stations_current o ON o.series_id = s.id"
            " WHERE s.station_id = %s AND s.parameter = %s"
            " AND o.at > %s AND o.at <= %s ORDER BY o.at LIMIT %s",
            [station_id, parameter, start, end, MAX_VALUES],
        )
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Address:
    """Where files of a station come from, and the units it measures in."""

    id: int
    code: str
    account: str
    folder: str
    units: dict[str, str]


def addresses() -> list[Address]:
    """All active stations, for telling whose a file is."""
    rows = Station.objects.filter(active=True).select_related("ftp_account")
    return [
        Address(
            id=station.pk,
            code=station.code,
            account=station.ftp_account.name if station.ftp_account else "",
            folder=station.folder,
            units={entry.parameter: entry.unit for entry in station.series.all()},
        )
        for station in rows.prefetch_related("series")
    ]


def ftp_account(name: str) -> FtpAccount | None:
    """An active account, or None."""
    return FtpAccount.objects.filter(name=name, active=True).first()


def count_of_batch(batch_id: int, start: datetime, end: datetime) -> int:
    """How many values of an inbox row were new; its times are start to end."""
    return Observation.objects.filter(
        batch_id=batch_id, at__gte=start, at__lte=end
    ).count()
