"""The pieces of a device's day: what is drawn, played back and exported. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from layers.core.ingest import Bools, Floats, Ints
from layers.core.mercator import from_lonlat
from layers.vessels.flags import SUSPECT

from . import geometry
from .params import FINE_M, LEVELS_M
from .points import Fine, Points, pack, packed
from .segments import KNOT_MS, Break
from .simplify import DEGREE_M, around, distance_m, keep

TRACK, GAP, SUSPECTS = "track", "gap", "suspect"
STOPPED_KN = 0.5
STOP_S = 600.0
TURN_DEG = 20.0


@dataclass(slots=True, kw_only=True)
class Piece:
    """One row of ``tracks_piece``; ``geometries`` are geom and the three shapes."""

    kind: str
    branch: int
    segment: int
    begins: int
    started_at: float
    at: float
    fixes: int
    distance_m: float = 0.0
    speed_kn: float | None = None
    max_kn: float | None = None
    reasons: int = 0
    levels: tuple[bytes, ...] = (b"", b"", b"")
    geometries: tuple[bytes, ...] = ()

    @property
    def key(self) -> tuple[int, str, int]:
        return self.branch, self.kind, self.segment

    @property
    def digest(self) -> int:
        """Of everything but the id, for "is it the same as before"."""
        told = f"{self.begins} {self.fixes} {self.reasons} {self.started_at}".encode()
        body = b"".join((told, *self.levels, self.geometries[0]))
        return int.from_bytes(blake2b(body, digest_size=8).digest(), signed=True)


def pieces_of(fine: Fine, device: Ints, day_s: float) -> Iterator[tuple[int, Piece]]:
    """The pieces of a day with their devices; ``fine`` in order of ``device`` (an
    index, shape n), branch and time."""
    doubted = (fine.flags & int(SUSPECT)) != 0
    good = ~doubted
    yield from _tracks(fine.take(good), device[good], day_s)
    yield from _suspects(fine.take(doubted), device[doubted], day_s)


@dataclass(frozen=True, slots=True)
class Run:
    """Rows of one segment: ``lead`` is ``begin``, or the fix of the day before."""

    lead: int
    begin: int
    end: int


def _tracks(fine: Fine, device: Ints, day_s: float) -> Iterator[tuple[int, Piece]]:
    if not len(fine):
        return
    own = fine.points.at >= day_s
    other = (device[1:] != device[:-1]) | (fine.branch[1:] != fine.branch[:-1])
    change = other | (fine.segment[1:] != fine.segment[:-1]) | (own[1:] & ~own[:-1])
    begins = np.r_[0, np.flatnonzero(change) + 1]
    ends = np.r_[begins[1:], len(fine)]
    first = np.r_[True, other]
    mine = own[begins]
    begins, ends = begins[mine], ends[mine]
    before = np.maximum(begins - 1, 0)
    follows = ~first[begins]
    goes_on = follows & ~own[before] & (fine.begins[begins] == Break.NONE)
    silent = follows & (fine.begins[begins] == Break.GAP)
    for begin in begins[silent].tolist():
        yield int(device[begin]), _gap(fine, begin - 1, begin, day_s)
    leads = np.where(goes_on, before, begins)
    if len(begins):
        runs = [Run(*row) for row in np.column_stack([leads, begins, ends]).tolist()]
        for run, piece in zip(runs, _lines(fine, runs, day_s), strict=True):
            yield int(device[run.begin]), piece


def _lines(fine: Fine, runs: list[Run], day_s: float) -> Iterator[Piece]:
    """Everything that is counted is counted for all runs at once."""
    counts = np.array([run.end - run.lead for run in runs])
    offsets = np.cumsum(counts) - counts
    leads = np.array([run.lead for run in runs])
    group = np.repeat(np.arange(len(runs)), counts)
    points = fine.points.take(np.arange(len(group)) - offsets[group] + leads[group])
    legs = np.r_[0.0, distance_m(*_legs(points))]
    legs[offsets] = 0.0
    lengths = np.add.reduceat(legs, offsets).tolist()
    said = np.nan_to_num(points.speed_kn, nan=-1.0)
    fastest = np.maximum.reduceat(said, offsets).tolist()
    drawn = _drawn(points, group, np.append(offsets, len(group)), day_s)
    for run, length_m, max_kn, (packs, lines) in zip(
        runs, lengths, fastest, drawn, strict=True
    ):
        lasted_s = float(fine.points.at[run.end - 1] - fine.points.at[run.lead])
        yield Piece(
            kind=TRACK,
            branch=int(fine.branch[run.begin]),
            segment=int(fine.segment[run.begin]),
            begins=int(fine.begins[run.begin]),
            started_at=float(fine.points.at[run.begin]),
            at=float(fine.points.at[run.end - 1]),
            fixes=int(fine.fixes[run.begin : run.end].sum()),
            distance_m=length_m,
            speed_kn=length_m / lasted_s / KNOT_MS if lasted_s else None,
            max_kn=max_kn if max_kn >= 0 else None,
            levels=packs,
            geometries=lines,
        )


def _drawn(
    points: Points, group: Ints, ends: Ints, day_s: float
) -> Iterator[tuple[tuple[bytes, ...], tuple[bytes, ...]]]:
    """Per group, whose points lie between ``ends``: the levels packed, and geom,
    shape, shape_z8, shape_z11."""
    columns = packed(points, day_s)
    flat = np.column_stack(from_lonlat(points.lon, points.lat))
    measured = np.column_stack([points.lon, points.lat, points.at])
    kept = [np.flatnonzero(mask) for mask in levels(group, points)]
    cuts = [np.searchsorted(some, ends).tolist() for some in kept]
    for number in range(len(ends) - 1):
        some = [
            each[cut[number] : cut[number + 1]]
            for each, cut in zip(kept, cuts, strict=True)
        ]
        lines = [geometry.line(flat[some[level]], 3857) for level in (0, 2, 1)]
        geom = geometry.line(measured[some[0]], 4326)
        yield tuple(pack(columns, each) for each in some), (geom, *lines)


def _legs(points: Points) -> tuple[Floats, Floats, Floats, Floats]:
    return points.lon[:-1], points.lat[:-1], points.lon[1:], points.lat[1:]


def _gap(fine: Fine, before: int, begin: int, day_s: float) -> Piece:
    points = fine.points.take(np.array([before, begin]))
    length_m = float(distance_m(*_legs(points))[0])
    lasted_s = float(points.at[1] - points.at[0])
    data = pack(packed(points, day_s), slice(None))
    shape = geometry.line(np.column_stack(from_lonlat(points.lon, points.lat)), 3857)
    return Piece(
        kind=GAP,
        branch=int(fine.branch[begin]),
        segment=int(fine.segment[begin]),
        begins=int(Break.GAP),
        started_at=float(points.at[1]),
        at=float(points.at[1]),
        fixes=0,
        distance_m=length_m,
        speed_kn=length_m / lasted_s / KNOT_MS,
        levels=(data, data, data),
        geometries=(_measured(points), *(shape for _level in LEVELS_M)),
    )


def _measured(points: Points) -> bytes:
    return geometry.line(np.column_stack([points.lon, points.lat, points.at]), 4326)


def _suspects(fine: Fine, device: Ints, day_s: float) -> Iterator[tuple[int, Piece]]:
    if not len(fine):
        return
    points = fine.points
    columns = [*packed(points, day_s), fine.flags.astype("<i4")]
    flat = np.column_stack(from_lonlat(points.lon, points.lat))
    measured = np.column_stack([points.lon, points.lat, points.at])
    change = (device[1:] != device[:-1]) | (fine.branch[1:] != fine.branch[:-1])
    begins = np.r_[0, np.flatnonzero(change) + 1]
    for begin, end in zip(begins, np.r_[begins[1:], len(fine)], strict=True):
        part = slice(int(begin), int(end))
        shape = geometry.places(flat[part], 3857)
        yield (
            int(device[begin]),
            Piece(
                kind=SUSPECTS,
                branch=int(fine.branch[begin]),
                segment=0,
                begins=0,
                started_at=float(points.at[begin]),
                at=float(points.at[end - 1]),
                fixes=int(end - begin),
                reasons=int(np.bitwise_or.reduce(fine.flags[part])),
                levels=(pack(columns, part), b"", b""),
                geometries=(
                    geometry.places(measured[part], 4326),
                    *(shape for _level in LEVELS_M),
                ),
            ),
        )


def levels(group: Ints, points: Points) -> list[Bools]:
    """Which points each of ``LEVELS_M`` keeps; ``points`` are within ``FINE_M`` of
    the fixes already, so that much is left of each tolerance."""
    stops = stop_ends(group, points)
    turns = turn_legs_m(group, points)
    return [
        keep(
            group,
            points.at,
            points.lon,
            points.lat,
            level - FINE_M,
            stops | (turns >= level),
        )
        for level in LEVELS_M
    ]


def stop_ends(group: Ints, points: Points) -> Bools:
    """Where a ship that lay still for ``STOP_S`` came to rest and set off."""
    found = np.zeros(len(group), dtype=bool)
    if len(group) < 2:
        return found
    same = group[1:] == group[:-1]
    apart_s = np.diff(points.at)
    legs = distance_m(points.lon[:-1], points.lat[:-1], points.lon[1:], points.lat[1:])
    still = same & (legs <= STOPPED_KN * KNOT_MS * apart_s)
    edges = np.diff(np.r_[False, still, False].astype(np.int8))
    begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    long = points.at[ends] - points.at[begins] >= STOP_S
    found[begins[long]] = found[ends[long]] = True
    return found


def turn_legs_m(group: Ints, points: Points) -> Floats:
    """At a turn of more than ``TURN_DEG`` the shorter of its two legs in metres,
    elsewhere 0: a turn counts on a scale on which its legs can be seen."""
    found = np.zeros(len(group))
    if len(group) < 3:
        return found
    east = around(np.diff(points.lon)) * np.cos(np.radians(points.lat[:-1]))
    north = np.diff(points.lat)
    leg = np.hypot(east, north) * DEGREE_M
    course = np.degrees(np.arctan2(east, north))
    turn = np.abs(around(np.diff(course)))
    inner = (group[2:] == group[1:-1]) & (group[1:-1] == group[:-2])
    found[1:-1] = np.where(inner & (turn > TURN_DEG), np.minimum(leg[1:], leg[:-1]), 0)
    return found
