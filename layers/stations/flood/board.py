"""The river stations of a caller, the most urgent first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import cos, hypot, inf, radians
from typing import Any

from django.utils import timezone

from layers.core import queries as features
from layers.core.figures import figure
from layers.core.queries import FeatureQuery
from layers.core.scope import Grant
from layers.stations.kinds import Kind
from layers.stations.layer import LAYER
from layers.stations.pages.rivers import Point, along, flows

from . import rules
from .queries import levels_of, water
from .rules import Level

BACK = timedelta(hours=6)
# What is older says nothing about the water now.
FRESH = timedelta(hours=1)
RAIN_KM = 40.0
KM_PER_DEGREE = 111.32
MOST = 1_000
Flow = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Gap:
    """A level and the water's height over it in metres (negative: below)."""

    level: Level
    over_m: float | None


@dataclass(frozen=True, slots=True)
class Rain:
    """Most rain in 24 h at a gauge around the station. ``upstream``: of those that lie
    upstream of it; otherwise of all, the way of the river not being known."""

    mm: float
    gauge: str
    km: float
    upstream: bool = False


@dataclass(frozen=True, slots=True)
class River:
    """A river station as it stands. ``standing``: the alarm level that holds, with
    hysteresis; None: not known. Rates in m/h; ``due``: when the next level is reached
    if the water goes on as it does."""

    id: int
    title: str
    river: str
    lon: float
    lat: float
    level_m: float | None
    at: datetime | None
    fresh: bool
    gaps: tuple[Gap, ...]
    standing: int | None
    rate_1h: float | None
    rate_3h: float | None
    next: Level | None
    hours: float | None
    rain: Rain | None

    @property
    def rate(self) -> float | None:
        """The rate that estimates go by: the last hour's, else the last three's."""
        return self.rate_3h if self.rate_1h is None else self.rate_1h

    @property
    def rises(self) -> bool:
        return self.rate is not None and self.rate >= rules.STANDS_M_PER_H

    @property
    def falls(self) -> bool:
        return self.rate is not None and self.rate <= -rules.STANDS_M_PER_H

    @property
    def roman(self) -> str:
        return "I" * (self.standing or 0)

    @property
    def reached(self) -> Level | None:
        """The alarm level that holds."""
        return self.gaps[self.standing - 1].level if self.standing else None

    @property
    def reached_over_m(self) -> float | None:
        return self.gaps[self.standing - 1].over_m if self.standing else None

    @property
    def reached_over(self) -> str:
        """The same with its sign, in the reader's numbers."""
        over = self.reached_over_m or 0.0
        return ("+" if over >= 0 else "") + figure(over, 2)

    @property
    def due(self) -> datetime | None:
        if self.hours is None or self.at is None:
            return None
        return self.at + timedelta(hours=self.hours)

    @property
    def to_next_m(self) -> float | None:
        if self.next is None or self.next.value_m is None or self.level_m is None:
            return None
        return self.next.value_m - self.level_m

    @property
    def near(self) -> bool:
        """Over or near a level: it has an order sheet."""
        return bool(self.standing) or rules.is_near(
            self.level_m, [gap.level for gap in self.gaps]
        )

    @property
    def urgency(self) -> tuple[float, ...]:
        """Smaller is more urgent: the level that holds, the time to the next one, how
        far it is."""
        hours = inf if self.hours is None else self.hours
        away = inf if self.to_next_m is None else self.to_next_m
        return -(self.standing or 0), hours, not self.fresh, away


def board(grant: Grant, at: datetime | None = None) -> list[River]:
    """All river stations of the caller, the most urgent first, now or as at a time."""
    now = at or timezone.now()
    rivers = _features(Kind.RIVER, grant, at)
    ids = [row["id"] for row in rivers]
    gauges = [row for row in _features(Kind.RAIN, grant, at) if _rain_of(row)]
    known, measured = levels_of(ids, now), water(ids, now - BACK, now)
    flow = _flows(rivers)
    found = []
    for row in rivers:
        way = flow.get(row["properties"].get("river") or "")
        lon, lat = row["geometry"]["coordinates"]
        rain = _rain(lon, lat, way, gauges)
        found.append(_river(row, known[row["id"]], measured[row["id"]], rain, now))
    return sorted(found, key=lambda river: (*river.urgency, river.title))


def one(station_id: int, grant: Grant, at: datetime | None = None) -> River | None:
    """A river station of the caller, or None."""
    return next((row for row in board(grant, at) if row.id == station_id), None)


def _features(kind: str, grant: Grant, at: datetime | None) -> list[dict[str, Any]]:
    query = FeatureQuery(
        filter=f"kind = '{kind}'",
        fields=("river", "level_m", "at", "rain_24h_mm"),
        at=at,
        limit=MOST,
    )
    rows = features.features(LAYER, grant, query)
    return [row for row in rows if row["geometry"] is not None]


def _river(
    row: dict[str, Any],
    levels: list[Level],
    measured: tuple[rules.Floats, rules.Floats],
    rain: Rain | None,
    now: datetime,
) -> River:
    times, values = measured
    newest = datetime.fromtimestamp(times[-1], UTC) if len(times) else None
    level = float(values[-1]) if len(values) else row["properties"].get("level_m")
    seen = newest or row["properties"].get("at")
    fresh = seen is not None and now - seen <= FRESH
    end = float(times[-1]) if len(times) else now.timestamp()
    rates = [
        rules.rate(times, values, end, hours) if fresh else None for hours in (1, 3)
    ]
    upward = rates[1] if rates[0] is None else rates[0]
    above = rules.next_level(level, levels)
    lon, lat = row["geometry"]["coordinates"]
    standing = rules.held(values.tolist(), levels)
    return River(
        id=row["id"],
        title=row["properties"]["title"],
        river=row["properties"].get("river") or "",
        lon=lon,
        lat=lat,
        level_m=level,
        at=seen,
        fresh=fresh,
        gaps=tuple(Gap(entry, _over(level, entry)) for entry in levels),
        standing=rules.standing(level, levels) if standing is None else standing,
        rate_1h=rates[0],
        rate_3h=rates[1],
        next=above,
        hours=rules.hours_to(level, above.value_m if above else None, upward),
        rain=rain,
    )


def _over(level_m: float | None, level: Level) -> float | None:
    if level_m is None or level.value_m is None:
        return None
    return level_m - level.value_m


def _rain_of(row: dict[str, Any]) -> float | None:
    return row["properties"].get("rain_24h_mm")  # type: ignore[no-any-return]


def _rain(
    lon: float, lat: float, flow: Flow | None, gauges: list[dict[str, Any]]
) -> Rain | None:
    """Most rain around a station, upstream of it where the river's way is known."""
    near = []
    for row in gauges:
        east, north = row["geometry"]["coordinates"]
        x = (east - lon) * KM_PER_DEGREE * cos(radians(lat))
        y = (north - lat) * KM_PER_DEGREE
        against = flow is None or x * flow[0] + y * flow[1] < 0
        km = hypot(x, y)
        if km <= RAIN_KM and against:
            title = row["properties"]["title"]
            rain = float(_rain_of(row) or 0)
            near.append(Rain(rain, title, km, upstream=flow is not None))
    return max(near, key=lambda rain: rain.mm, default=None)


def _flows(rows: list[dict[str, Any]]) -> dict[str, Flow]:
    """By river: which way it flows, east and north, as the water levels of its
    stations say; without rivers of one station."""
    by_river: dict[str, list[Point]] = defaultdict(list)
    for row in rows:
        facts = row["properties"]
        lon, lat = row["geometry"]["coordinates"]
        by_river[facts.get("river") or ""].append(
            Point(row["id"], lon, lat, facts.get("level_m"))
        )
    found: dict[str, Flow] = {}
    for name, points in by_river.items():
        ordered = along(points)
        down = flows(ordered)
        if name and down is not None:
            first, last = (ordered[0], ordered[-1])[:: 1 if down else -1]
            found[name] = last.lon - first.lon, last.lat - first.lat
    return found
