"""Reads of settled tracks: one vessel over any span, and what the drawer shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Q
from django.http import HttpRequest
from psycopg import sql

from layers.core import queries as features
from layers.core.db import execute
from layers.core.ingest import Ints
from layers.core.queries import FeatureQuery
from layers.core.scope import Grant, condition
from layers.core.spec import Layer, by_role, registry
from layers.vessels.flags import SUSPECT, TITLES, Flag

from . import points as packing
from .params import DAY_S, LEVELS_M
from .points import Points
from .segments import Break
from .simplify import keep

MOST_POINTS = 20_000
VESSELS = "vessels"
# what is told of the vessel with its track; the rest is in its drawer
NAMED = ("registration", "mmsi", "vessel_class", "length_m")

_PIECES = """
SELECT device_id, device_kind, branch, begins, kind, reasons, fixes, started_at, at,
    {column}
FROM tracks_map
WHERE vessel_id = %s AND at >= %s AND at < %s AND started_at <= %s AND {scope}
ORDER BY device_id, branch, started_at, kind
"""
_SIZES = """
SELECT coalesce(sum(octet_length(points_50)), 0),
    coalesce(sum(octet_length(points_250)), 0),
    coalesce(sum(octet_length(points_1000)), 0)
FROM tracks_map
WHERE vessel_id = %s AND at >= %s AND at < %s AND started_at <= %s
    AND kind = 'track' AND {scope}
"""


@dataclass(slots=True, kw_only=True)
class Stretch:
    """A run of points without a break: a segment of one device and branch."""

    device_id: int
    kind: str
    branch: int
    segment: int
    points: Points


@dataclass(slots=True, kw_only=True)
class Gap:
    """A silence: where and when it began and ended (epoch seconds, degrees)."""

    device_id: int
    points: Points


@dataclass(slots=True)
class Track:
    """What is known of a vessel in a span. ``level_m`` 0: the reported fixes."""

    level_m: float
    stretches: list[Stretch] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    suspects: Points = field(default_factory=packing.empty)
    reasons: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    fixes: int = 0

    @property
    def size(self) -> int:
        return sum(len(stretch.points) for stretch in self.stretches)


def own_layer() -> Layer:
    return registry["tracks"]


def vessel(grant: Grant, vessel_id: int) -> dict[str, Any] | None:
    """The vessel as its own layer tells it to the caller, or None."""
    layer = by_role(VESSELS)
    if not (grant.allows(own_layer()) and grant.allows(layer)):
        return None
    wanted = FeatureQuery(ids=(vessel_id,), limit=1, fields=NAMED)
    return next(iter(features.features(layer, grant, wanted)), None)


def in_scope(grant: Grant) -> Q:
    """Pieces of vessels of the units granted, for the admin list."""
    ids = sql.SQL("SELECT id FROM tracks_map WHERE unit_id = ANY(%s)")
    with connection.cursor() as cursor:
        execute(cursor, ids, [sorted(grant.units or ())])
        return Q(pk__in=[row for (row,) in cursor.fetchall()])


def settled(
    grant: Grant,
    vessel_id: int,
    since: datetime,
    until: datetime,
    tolerance_m: float | None,
) -> Track:
    """The vessel's settled track within a tolerance; without one, the finest that
    is not longer than ``MOST_POINTS``."""
    layer = own_layer()
    scope, bound = condition(layer, grant)
    values = [vessel_id, since, until + timedelta(days=1), until, *bound]
    if tolerance_m is None:
        level = _level(sql.SQL(_SIZES).format(scope=scope), values)
    else:
        level = max((m for m in LEVELS_M if m <= tolerance_m), default=LEVELS_M[0])
    statement = sql.SQL(_PIECES).format(
        column=sql.SQL(
            "CASE kind WHEN 'suspect' THEN points_50 ELSE {} END AS points"
        ).format(sql.Identifier(f"points_{level}")),
        scope=scope,
    )
    with connection.cursor() as cursor:
        execute(cursor, statement, values)
        rows = cursor.fetchall()
    track = assemble(rows, level, since.timestamp(), until.timestamp())
    return coarser(track, level if tolerance_m is None else tolerance_m)


def _level(statement: sql.Composed, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        execute(cursor, statement, values)
        sizes = cursor.fetchone()
    for level, size in zip(LEVELS_M, sizes, strict=True):
        if size <= MOST_POINTS * packing.SIZE:
            return level
    return LEVELS_M[-1]


def day_start(at: datetime) -> float:
    """Epoch seconds of 00:00 UTC of the day of a time."""
    return float(at.timestamp() // DAY_S * DAY_S)


def assemble(
    rows: list[tuple[Any, ...]], level: float, since: float, until: float
) -> Track:
    """Pieces in order of device, branch and time as runs without a break."""
    track = Track(level)
    lines = [row for row in rows if row[4] == "track"]
    found, counts = packing.unpack_all([(row[9], day_start(row[8])) for row in lines])
    ends = np.cumsum(counts)
    runs: list[list[int]] = []  # of places in ``lines``
    for place, row in enumerate(lines):
        follows = place and lines[place - 1][:3] == row[:3] and row[3] == Break.NONE
        if follows:
            runs[-1].append(place)
        else:
            runs.append([place])
    numbers: dict[tuple[int, int], int] = {}
    owned = np.repeat([day_start(row[8]) for row in lines], counts)
    # the fix before a day belongs to that day; it is here for the map's tiles
    mine = (found.at >= owned) & (found.at >= since) & (found.at <= until)
    for run in runs:
        part = slice(int(ends[run[0]] - counts[run[0]]), int(ends[run[-1]]))
        points = found.take(part).take(mine[part])
        if not len(points):
            continue
        device, kind, branch = lines[run[0]][:3]
        number = numbers.get((device, branch), 0)
        numbers[device, branch] = number + 1
        track.stretches.append(
            Stretch(
                device_id=device,
                kind=kind,
                branch=branch,
                segment=number,
                points=points,
            )
        )
    track.fixes = sum(row[6] for row in lines)
    _others(track, rows, since, until)
    return track


def _others(
    track: Track, rows: list[tuple[Any, ...]], since: float, until: float
) -> None:
    doubted: list[tuple[Points, Ints]] = []
    for row in rows:
        if row[4] == "gap":
            points = packing.unpack(row[9], day_start(row[8]))
            if points.at[0] <= until and points.at[-1] >= since:
                track.gaps.append(Gap(device_id=row[0], points=points))
        elif row[4] == "suspect":
            doubted.append(unpack_suspects(row[9], day_start(row[8])))
    if doubted:
        points = packing.join([part for part, _flags in doubted])
        flags = np.concatenate([flags for _part, flags in doubted])
        mine = (points.at >= since) & (points.at <= until)
        track.suspects, track.reasons = points.take(mine), flags[mine]


def unpack_suspects(data: bytes, day_s: float) -> tuple[Points, Ints]:
    """The points of a piece of suspect fixes, and the flags of each."""
    count = len(data) // (packing.SIZE + 4)
    split = count * packing.SIZE
    flags = np.frombuffer(data[split:], "<i4").astype(np.int64)
    return packing.unpack(data[:split], day_s), flags


def coarser(track: Track, tolerance_m: float, most: int = MOST_POINTS) -> Track:
    """The track within ``tolerance_m``, and coarser still until it is short enough."""
    while track.stretches:
        if tolerance_m > track.level_m:
            points = packing.join([stretch.points for stretch in track.stretches])
            counts = [len(stretch.points) for stretch in track.stretches]
            group = np.repeat(np.arange(len(counts)), counts)
            rest_m = tolerance_m - track.level_m
            kept = keep(group, points.at, points.lon, points.lat, rest_m)
            ends = np.cumsum(counts)
            for stretch, begin, end in zip(
                track.stretches, ends - counts, ends, strict=True
            ):
                stretch.points = stretch.points.take(kept[begin:end])
            track.level_m = tolerance_m
        if track.size <= most or tolerance_m > 1e6:
            return track
        tolerance_m *= 2
    return track


def reasons_of(flags: int) -> list[str]:
    """Names of the reasons why a fix is doubted."""
    return [flag.name.lower() for flag in Flag if flag & flags & SUSPECT and flag.name]


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    """What a piece of track is about, in words."""
    found = feature["properties"]
    flags = int(found.get("reasons") or 0)
    begins = found["started_at"]
    return {
        "vessel_id": found["vessel_id"],
        "vessels": by_role(VESSELS).slug,
        "reasons": [str(TITLES[flag]) for flag in Flag if flag & flags & SUSPECT],
        "day": begins.astimezone(UTC).date(),
    }
