"""What stations measured against what binds them, as rules look at it.

Beside the row of a station and time stands one for every parameter and averaging that a
limit holds for: its ``part`` is ``COD`` for single values, ``PM2.5 24 h`` for a mean,
and ``ratio`` is the value against that limit. So there is one alert per station,
parameter and averaging. Only times at which the series has a valid value have such
rows: what is calibrated neither opens nor clears an alert. Rows of river stations have
the height of the water over each alarm level, metres.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone

from layers.core.ingest import Floats, Ints, Observed

from .flood.queries import levels, over_levels
from .kinds import Kind
from .limits.queries import limits_on
from .models import Station
from .statements import statement

RATIO = "ratio"
OVER_LEVELS = ("over_level_1_m", "over_level_2_m", "over_level_3_m")


def part_of(parameter: str, minutes: int) -> str:
    """What a limit is about, in one word for every language."""
    if not minutes:
        return parameter
    hours, rest = divmod(minutes, 60)
    return f"{parameter} {f'{minutes} min' if rest else f'{hours} h'}"


def needed(columns: Sequence[str]) -> list[str]:
    """With what the heights over alarm levels are worked out from."""
    more = ("level", "level_m") if set(columns) & set(OVER_LEVELS) else ()
    return list(dict.fromkeys([*columns, *more]))


def for_rules(observed: Observed) -> Observed:
    """Rows of stations with the rows of their parts and the heights over alarm levels;
    ``ratio`` is of the parts alone."""
    if "level" in observed.values:
        observed = _with_heights(observed)
    if RATIO not in observed.values:
        return observed
    row, part, ratio = _parts(observed)
    blank = np.full(len(observed), np.nan)
    observed = replace(observed, values={**observed.values, RATIO: blank})
    return _joined(observed, row, part, ratio) if len(row) else observed


def _with_heights(observed: Observed) -> Observed:
    judged = np.isfinite(observed.values.get("level_m", observed.values["level"]))
    level = np.where(judged, observed.values["level"], np.nan)
    heights = over_levels(observed.feature_id, observed.at, level)
    named = dict(zip(OVER_LEVELS, heights, strict=True))
    return replace(observed, values={**observed.values, **named})


def _parts(observed: Observed) -> tuple[Ints, list[str], Floats]:
    """Row, part and ratio of everything that has a limit and a valid value then, of
    rows that were judged at all."""
    place = np.flatnonzero(np.isfinite(observed.values[RATIO]))
    if not len(place):
        return np.zeros(0, np.int64), [], np.zeros(0)
    station_id, at = observed.feature_id[place], observed.at[place]
    moments = [datetime.fromtimestamp(moment, UTC) for moment in at.tolist()]
    with connection.cursor() as cursor:
        cursor.execute(statement("parts"), [station_id.tolist(), moments])
        found = cursor.fetchall()
    pairs = zip(station_id.tolist(), at.tolist(), strict=True)
    rows = {pair: row for row, pair in enumerate(pairs)}
    kept = [
        (int(place[rows[station, float(moment)]]), part_of(parameter, minutes), ratio)
        for station, moment, parameter, minutes, ratio in found
        if (station, float(moment)) in rows
    ]
    kept.sort()
    row = np.array([entry[0] for entry in kept], dtype=np.int64)
    ratio = np.array([entry[2] for entry in kept], dtype=np.float64)
    return row, [entry[1] for entry in kept], ratio


def _joined(observed: Observed, row: Ints, part: list[str], ratio: Floats) -> Observed:
    """Rows of parts after the row of their station and time."""
    n = len(observed)
    source = np.concatenate([np.arange(n), row])
    order = np.argsort(source, kind="stable")
    source, parts = source[order], [*([""] * n), *part]
    own = order < n
    values = {
        name: np.where(own, column[source], np.nan)
        for name, column in observed.values.items()
        if name != "received_at"
    }
    values[RATIO] = np.concatenate([np.full(n, np.nan), ratio])[order]
    if "received_at" in observed.values:
        values["received_at"] = observed.values["received_at"][source]
    return Observed(
        feature_id=observed.feature_id[source],
        at=observed.at[source],
        lon=observed.lon[source],
        lat=observed.lat[source],
        unit_id=observed.unit_id[source],
        title=[observed.title[place] for place in source.tolist()],
        newest=observed.newest[source],
        values=values,
        part=[parts[place] for place in order.tolist()],
    )


def evidence(
    station_id: int, part: str, field: str, at: datetime
) -> dict[str, Any] | None:
    """What an alert about a station rests on: value, limit and where that stands."""
    station = Station.objects.filter(pk=station_id).first()
    if station is None:
        return None
    if part and field == RATIO:
        return _of_part(station, part, at)
    if field in (*OVER_LEVELS, "alarm_level") and station.kind == Kind.RIVER:
        return _of_level(station, field, at)
    return None


def _of_part(station: Station, part: str, at: datetime) -> dict[str, Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement("part_evidence"), [[station.pk], [at]])
        rows = cursor.fetchall()
    mine = [row for row in rows if part_of(row[0], row[1]) == part]
    if not mine:
        return None
    parameter, minutes, unit, value, limit, ratio, limit_id = mine[0]
    held = limits_on([(station.pk, timezone.localdate(at))])
    record = next((entry for entry in held if entry.limit_id == limit_id), None)
    return {
        "at": at.timestamp(),
        "parameter": parameter,
        "averaging": f"{minutes // 60} h" if minutes else "",
        "value": value,
        "limit": limit,
        "unit": unit,
        "ratio": ratio,
        "legal_source": record.legal_source if record else "",
        "permit": (record.permit_number if record else "") or station.permit_no,
    }


def _of_level(station: Station, field: str, at: datetime) -> dict[str, Any] | None:
    """The alarm level that the water is over, as value, and its height."""
    with connection.cursor() as cursor:
        cursor.execute(statement("level_then"), {"station": station.pk, "at": at})
        row = cursor.fetchone()
    if row is None:
        return None
    known = [level for level in levels(station.pk, at) if level.value_m is not None]
    over = [level for level in known if row[0] >= level.value_m]
    top = over[-1] if over else None
    return {
        "at": at.timestamp(),
        "value": top.number if top else 0,
        "level_m": row[0],
        "limit_m": top.value_m if top else None,
        "legal_source": top.legal_source if top else "",
    }
