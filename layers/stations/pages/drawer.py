"""What the drawer of a station says: a few dozen rows, whatever is stored.

Newest values come from the latest-value table, completeness from hours, indices from
their own table; single values are read for the last 24 hours at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from layers.core.scope import Grant
from layers.stations.flood import queries as flood
from layers.stations.flood import rules
from layers.stations.indices import reasons
from layers.stations.kinds import Kind, State
from layers.stations.models import Period, StationIndex
from layers.stations.parameters import CATALOGUE
from layers.stations.statements import statement

from . import alarms, neighbours
from .bands import band
from .lines import series_lines

INDEX_HOLDS = {Period.HOUR: timedelta(hours=26), Period.DAY: timedelta(days=3)}
RAIN_NEEDED = 0.75


def context(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    """The drawer's own part of the context; ``feature`` is in the caller's scope."""
    station_id, values = feature["id"], feature["properties"]
    grant: Grant = request.grant  # type: ignore[attr-defined]
    now = values["at"] or timezone.now()
    kind = values["kind"]
    placed = feature["geometry"] is not None
    return {
        "state": values["state"],
        "state_label": State(values["state"]).label,
        "series": series_lines(station_id, now),
        "indices": indices(station_id, now),
        "levels": levels(station_id, values) if kind == Kind.RIVER else None,
        "rate": values["rate_m_h"] if kind == Kind.RIVER else None,
        "rain": rain(station_id, now) if kind == Kind.RAIN else None,
        "complete": completeness(station_id, now),
        "alarms": alarms.open_alarms(grant).get(station_id, []),
        "hints": neighbours.river(feature, grant) if placed else [],
        "alike": neighbours.alike(feature, grant) if placed else [],
        "cameras": neighbours.cameras(feature, grant) if placed else [],
        "wind": neighbours.wind(station_id) if kind == Kind.AIR else None,
        "now": timezone.now(),
        "day_before": (now - timedelta(hours=24)).astimezone(UTC),
    }


def indices(station_id: int, at: datetime) -> list[dict[str, Any]]:
    """The newest index of each kind and period, hours first; also those that could
    not be worked out, with the reason."""
    rows = (
        StationIndex.objects.filter(
            station_id=station_id, at__gt=at - max(INDEX_HOLDS.values()), at__lte=at
        )
        .order_by("kind", "-period", "-at")
        .distinct("kind", "period")
    )
    return [
        _index(row) for row in rows if row.at > at - INDEX_HOLDS[Period(row.period)]
    ]


def _index(row: StationIndex) -> dict[str, Any]:
    ordered = sorted(row.parts.items(), key=lambda part: -_number(part[1]))
    # what is no parameter is how the index was put together
    parts = [
        (_title(name), round(_number(value)))
        for name, value in ordered
        if name in CATALOGUE
    ]
    return {
        "title": row.get_kind_display(),
        "period": row.period,
        "at": row.at,
        "value": row.value,
        "band": None if row.value is None else band(row.kind, row.value),
        "parameter": _title(row.parameter) if row.parameter else "",
        "parts": parts,
        "reason": reasons.text(row.reason) if row.reason else "",
    }


def _number(value: Any) -> float:
    """A part is its index, or a record that holds it."""
    if isinstance(value, dict):
        value = value.get("index", value.get("value"))
    return float(value) if isinstance(value, int | float) else 0.0


def _title(name: str) -> str:
    known = CATALOGUE.get(name)
    return str(known.title) if known else name


def levels(station_id: int, values: dict[str, Any]) -> list[dict[str, Any]]:
    """Alarm levels with the distance of the water to each, metres, and when the next
    one is reached if the water goes on rising as it does."""
    level, at = values["level_m"], values["at"]
    known = flood.levels(station_id, at)
    above = rules.next_level(level, known)
    found = []
    for entry in known:
        limit = entry.value_m
        hours = rules.hours_to(level, limit, values["rate_m_h"])
        due = at + timedelta(hours=hours) if hours and entry == above else None
        gap = None if limit is None or level is None else level - limit
        found.append(
            {"roman": entry.roman, "limit": limit, "gap": gap, "due": due,
             "source": entry.legal_source}
        )  # fmt: skip
    return found


def rain(station_id: int, at: datetime) -> list[dict[str, Any]]:
    """Rain of the last 1, 3, 6, 12 and 24 hours, millimetres; ``share`` of the values
    that a full span has."""
    with connection.cursor() as cursor:
        cursor.execute(statement("drawer_rain"), {"station": station_id, "at": at})
        rows = cursor.fetchall()
    return [
        {
            "hours": hours,
            "mm": total,
            "share": min(count * step / (hours * 60), 1.0),
            "whole": count * step >= RAIN_NEEDED * hours * 60,
        }
        for hours, total, count, step in rows
    ]


@dataclass(frozen=True, slots=True)
class Complete:
    """Shares (0 to 1) of the expected values that came and that count; None where
    nothing is expected."""

    received: float | None
    valid: float | None


def completeness(station_id: int, at: datetime) -> dict[str, Complete]:
    """``day``: the 24 whole hours up to ``at``; ``month``: since the local month
    began."""
    whole = at.replace(minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(statement("drawer_hours"), {"station": station_id, "at": whole})
        day, day_in, day_valid, month, month_in, month_valid = cursor.fetchone()
    return {
        "day": Complete(_share(day_in, day), _share(day_valid, day)),
        "month": Complete(_share(month_in, month), _share(month_valid, month)),
    }


def _share(part: Any, whole: Any) -> float | None:
    return min(float(part or 0) / float(whole), 1.0) if whole else None
