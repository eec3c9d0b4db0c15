"""The rows of the drawer's table: newest value, flag, limit, 24 hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from layers.core import figures
from layers.stations import sparkline
from layers.stations.parameters import CATALOGUE
from layers.stations.statements import statement

from .flags import Mark, flag_mark, status_mark

DAY = timedelta(hours=24)
STEPS = 96


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """One line of the drawer's table, ready to be read.

    ``raw``: the value as it came, where somebody corrected it.
    """

    parameter: str
    title: str
    value: str
    unit: str
    averaging_minutes: int
    at: datetime | None
    flag: Mark | None
    status: Mark | None
    reviewed: bool
    raw: str
    limit: str
    legal_source: str
    ratio: float | None
    over: bool
    line: sparkline.Sparkline | None


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
    (_id, name, unit, step, at, value, raw, status, flag, reviewed, limit, direction,
     minutes, _statistic, ratio, source) = row  # fmt: skip
    known = CATALOGUE.get(name)
    decimals = known.decimals if known else 2
    sign = "≥" if direction == "lower" else "≤"
    return SeriesLine(
        parameter=name,
        title=str(known.title) if known else name,
        value=figure(value, decimals),
        unit=unit,
        averaging_minutes=step,
        at=at,
        flag=flag_mark(flag),
        status=status_mark(status),
        reviewed=reviewed,
        raw=figure(raw, decimals) if reviewed and raw != value else "",
        limit=""
        if limit is None
        else f"{sign} {limit_figure(limit)} · {averaging(minutes)}",
        legal_source=source or "",
        ratio=ratio,
        over=ratio is not None and ratio > 1,
        line=sparkline.draw(points, STEPS, limit),
    )


def figure(value: float | None, decimals: int) -> str:
    """A number in the active language, a dash for none."""
    return "—" if value is None else figures.figure(value, decimals)


def limit_figure(value: float) -> str:
    """A limit without needless decimals, in the active language."""
    decimals = 0 if float(value).is_integer() else 2
    return figures.figure(value, decimals, grouped=True)


def averaging(minutes: int) -> str:
    """What a limit is compared with."""
    if not minutes:
        return _("each value")
    if minutes < 60:
        return _("%(minutes)d min mean") % {"minutes": minutes}
    if minutes >= 365 * 1440:
        return _("yearly mean")
    return _("%(hours)d h mean") % {"hours": minutes // 60}
