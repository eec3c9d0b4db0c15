"""Which station is next upstream and downstream on the same river. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, radians

KM_PER_DEGREE = 111.32


@dataclass(frozen=True, slots=True)
class Point:
    """A station on a river; ``level_m`` above the common datum, None: not known."""

    id: int
    lon: float
    lat: float
    level_m: float | None = None


@dataclass(frozen=True, slots=True)
class Next:
    """Ids of the neighbours on the river. ``sure``: water levels say which way it
    flows; otherwise ``upstream`` and ``downstream`` are only the one and the other
    side."""

    upstream: int | None
    downstream: int | None
    sure: bool


def next_to(station_id: int, points: Sequence[Point]) -> Next:
    """The neighbours of a station among ``points``, itself one of them.

    The order is that along the straight line between the two stations that lie
    farthest apart; it flows from the higher water levels to the lower ones. A river
    that turns back on itself may be ordered wrongly: the distance is shown with it.
    """
    ordered = along(points)
    sure = flows(ordered)
    if sure is not None and not sure:
        ordered = ordered[::-1]
    place = [point.id for point in ordered].index(station_id)
    before = ordered[place - 1].id if place > 0 else None
    after = ordered[place + 1].id if place + 1 < len(ordered) else None
    return Next(before, after, sure is not None)


def along(points: Sequence[Point]) -> list[Point]:
    """Points in their order along the line between the two farthest apart."""
    plane = [_plane(point) for point in points]
    pairs = [(a, b) for n, a in enumerate(plane) for b in plane[n + 1 :]]
    if not pairs:
        return list(points)
    (x0, y0), (x1, y1) = max(pairs, key=lambda p: hypot(*_minus(p[1], p[0])))
    dx, dy = x1 - x0, y1 - y0
    keys = {
        point.id: (x - x0) * dx + (y - y0) * dy
        for point, (x, y) in zip(points, plane, strict=True)
    }
    return sorted(points, key=lambda point: (keys[point.id], point.id))


def flows(ordered: Sequence[Point]) -> bool | None:
    """Whether the order goes down the river; None: fewer than two levels differ."""
    levels = [point.level_m for point in ordered if point.level_m is not None]
    if len(levels) < 2 or levels[0] == levels[-1]:
        return None
    falls = sum(1 if b < a else -1 for a, b in pairwise(levels))
    return falls > 0 if falls else levels[-1] < levels[0]


def _plane(point: Point) -> tuple[float, float]:
    """Kilometres on a plane that is good enough for one river."""
    east = point.lon * KM_PER_DEGREE * cos(radians(point.lat))
    return east, point.lat * KM_PER_DEGREE


def _minus(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    return a[0] - b[0], a[1] - b[1]
