"""Settled days as columns, and what is known of the tracks in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from django.db import connection

from layers.core.ingest import Bools, Floats, Ints
from layers.tracks import points as packing
from layers.tracks.batch import midnight
from layers.tracks.points import Fine
from layers.tracks.segments import Break
from layers.vessels.queries import Fitted

from .moves import Moves

BRANCHES = 1 << 15


@dataclass(slots=True)
class Tracks:
    """t tracks by index, one per device and branch; ``key`` is one number of both.
    Whose one was is asked by time."""

    device: Ints
    branch: Ints
    key: Ints
    vms: Bools
    fitted: dict[int, list[Fitted]]

    def vessel(self, track: int, at: float) -> int | None:
        for fitted in self.fitted.get(int(self.key[track]), ()):
            if fitted.since <= at < fitted.until:
                return fitted.vessel_id
        return None


@dataclass(slots=True)
class Loaded:
    """``moves`` credible, ``suspects`` with their ``flags`` not."""

    tracks: Tracks
    moves: Moves
    suspects: Moves
    flags: Ints


def load(devices: list[int], since: dict[int, date], until: date | None) -> Loaded:
    """The settled days of devices from a day of each on, up to ``until`` included."""
    fine, device = _days(devices, since, until)
    key = device * BRANCHES + fine.branch
    order = np.lexsort((fine.points.at, key))
    fine, device, key = fine.take(order), device[order], key[order]
    keys, track = np.unique(key, return_inverse=True)
    tracks = _tracks(keys)
    good = fine.segment >= 0
    # the last fix of a day stands again before the next one
    again = np.r_[False, (track[1:] == track[:-1]) & (np.diff(fine.points.at) <= 0)]
    again = again[: len(track)] & (fine.fixes == 0)
    moves = _moves(fine, track)
    doubtful = ~good
    return Loaded(
        tracks, moves.take(good & ~again), moves.take(doubtful), fine.flags[doubtful]
    )


def last_days(devices: list[int]) -> dict[int, date]:
    """The last settled day of each device that has one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT device_id, max(day) FROM tracks_day"
            " WHERE device_id = ANY(%s) GROUP BY 1",
            [devices],
        )
        return dict(cursor.fetchall())


def _moves(fine: Fine, track: Ints) -> Moves:
    p = fine.points
    return Moves(track, p.at, p.lon, p.lat, p.speed_kn, fine.begins, fine.fixes)


def _days(
    devices: list[int], since: dict[int, date], until: date | None
) -> tuple[Fine, Ints]:
    parts: list[Fine] = []
    owner: list[Ints] = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.device_id, d.day, d.points FROM tracks_day d"
            " JOIN unnest(%s::bigint[], %s::date[]) AS w (device_id, since)"
            " ON w.device_id = d.device_id AND d.day >= w.since"
            " WHERE d.day <= %s ORDER BY d.device_id, d.day",
            [devices, [since[device] for device in devices], until or date.max],
        )
        forgotten = []
        for device, day, points in cursor.fetchall():
            if points is None:
                forgotten.append((device, day))
                continue
            fine = packing.unpack_fine(points, midnight(day))
            parts.append(fine)
            owner.append(np.full(len(fine), device, dtype=np.int64))
    for device, fine in _pieces(forgotten):
        parts.append(fine)
        owner.append(np.full(len(fine), device, dtype=np.int64))
    empty = np.zeros(0, dtype=np.int64)
    return packing.join_fine(parts), np.concatenate(owner) if owner else empty


def _pieces(days: list[tuple[int, date]]) -> list[tuple[int, Fine]]:
    """Days whose fine points are forgotten: the pieces within 50 m."""
    if not days:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.device_id, p.branch, p.begins, p.segment, w.day, p.points_50"
            " FROM unnest(%s::bigint[], %s::date[]) AS w (device_id, day)"
            " JOIN tracks_piece p ON p.device_id = w.device_id AND p.kind = 'track'"
            " AND p.at >= w.day::timestamp AT TIME ZONE 'UTC'"
            " AND p.at < (w.day + 1)::timestamp AT TIME ZONE 'UTC' ORDER BY p.id",
            [[device for device, _ in days], [day for _, day in days]],
        )
        rows = cursor.fetchall()
    found = []
    for device, branch, begins, segment, day, data in rows:
        points = packing.unpack(data, midnight(day))
        points = points.take(points.at >= midnight(day))
        count = np.full(len(points), 1, dtype=np.int64)
        first = np.arange(len(points)) == 0
        fine = Fine(
            points=points,
            branch=branch * count,
            segment=segment * count,
            begins=np.where(first, begins, int(Break.NONE)),
            fixes=count,
            flags=0 * count,
        )
        found.append((device, fine))
    return found


def _tracks(keys: Ints) -> Tracks:
    device, branch = keys // BRANCHES, keys % BRANCHES
    fitted: dict[int, list[Fitted]] = {}
    kinds: dict[int, str] = {}
    for each in fittings_of_devices(np.unique(device).tolist()):
        kinds[each.device_id] = each.kind
        fitted.setdefault(each.device_id * BRANCHES + each.branch, []).append(each)
    vms = np.array([kinds.get(d) == "vms" for d in device.tolist()], dtype=bool)
    return Tracks(device, branch, keys, vms, fitted)


def day_of(at: float) -> date:
    return datetime.fromtimestamp(at, UTC).date()


def before(day: date, days: int) -> date:
    return day - timedelta(days=days)


def first_points(loaded: Loaded) -> dict[int, Floats]:
    """Per device the first two times of each of its tracks, shape 2 or 1."""
    rows = np.flatnonzero(loaded.moves.first())
    found: dict[int, Floats] = {}
    for i in rows.tolist():
        moves = loaded.moves
        device = int(loaded.tracks.device[moves.track[i]])
        two = moves.at[i : i + 2][moves.track[i : i + 2] == moves.track[i]]
        if device not in found or two[0] < found[device][0]:
            found[device] = two
    return found


_FITTED = """
SELECT f.vessel_id, f.device_id, f.branch, d.kind, f.counted,
    coalesce(extract(epoch FROM f.since)::float8, '-infinity'),
    coalesce(extract(epoch FROM f.until)::float8, 'infinity')
FROM vessels_fitting f JOIN vessels_device d ON d.id = f.device_id
WHERE f.device_id = ANY(%s) ORDER BY f.device_id, f.branch, f.since NULLS FIRST
"""


def fittings_of_devices(devices: list[int]) -> list[Fitted]:
    """For whom devices spoke, at all times."""
    with connection.cursor() as cursor:
        cursor.execute(_FITTED, [devices])
        return [Fitted(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Ship:
    """Of the register. ``gear`` is folded: lower case, no diacritics."""

    title: str
    unit_id: int | None
    vessel_class: str
    gear: str


def ships(ids: list[int]) -> dict[int, Ship]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, title, unit_id, vessel_class, coalesce(ioc_fold(gear), '')"
            " FROM vessels_vessel WHERE id = ANY(%s)",
            [ids],
        )
        return {row[0]: Ship(*row[1:]) for row in cursor.fetchall()}
