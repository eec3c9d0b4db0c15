"""From the fixes of some days to the points that make them up: pure, on arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from layers.core.ingest import Bools, Floats, Ints
from layers.vessels.flags import SUSPECT, Flag

from . import segments
from .params import FINE_M, SLOT_S
from .points import Fine, Points
from .segments import Break, Rules
from .simplify import keep

BRANCHES = 1 << 15


@dataclass(slots=True, kw_only=True)
class Fixes:
    """Reported positions as columns of shape n: ``device`` is an index into the
    devices of the batch, ``at`` epoch seconds, ``speed_kn``/``course_deg`` NaN where
    not said, ``inside`` whether the place is in a port. ``known`` marks the last fix
    of a track from before the batch: it breaks nothing and is not counted;
    ``stopped`` and ``segment`` hold at these only (:class:`Last`)."""

    device: Ints
    branch: Ints
    at: Floats
    digest: Ints
    lon: Floats
    lat: Floats
    speed_kn: Floats
    course_deg: Floats
    flags: Ints
    inside: Bools
    known: Bools
    stopped: Bools
    segment: Ints

    def __len__(self) -> int:
        return len(self.at)

    def take(self, rows: Ints | Bools) -> Fixes:
        return Fixes(**{name: getattr(self, name)[rows] for name in self.__slots__})


@dataclass(slots=True)
class Track:
    """Credible fixes in order of track and time, and what was found out: shape n."""

    fixes: Fixes
    begins: Ints
    segment: Ints
    stopped: Bools


def track_of(device: Ints, branch: Ints) -> Ints:
    """One number per device and branch."""
    return device * BRANCHES + branch


def credible(fixes: Fixes) -> Bools:
    return (fixes.flags & int(SUSPECT)) == 0


def follow(fixes: Fixes, rules: Rules, hands: Bools | None = None) -> Track:
    """Number the segments of credible fixes; ``rules.gap_s`` and ``hands`` (a fix is
    of another vessel than the one before) belong to ``fixes``, ordered by track,
    time and digest."""
    track = track_of(fixes.device, fixes.branch)
    begins = segments.breaks(
        track,
        fixes.at,
        fixes.lon,
        fixes.lat,
        fixes.speed_kn,
        fixes.course_deg,
        rules,
    )
    left, stopped = segments.left_port(
        track, fixes.inside, fixes.speed_kn, fixes.stopped, rules.stopped_kn
    )
    begins[left & (begins == Break.NONE)] = Break.PORT
    if hands is not None:
        begins[hands] = Break.FITTING
    first = np.ones(len(track), dtype=bool)
    first[1:] = track[1:] != track[:-1]
    begins[fixes.known] = Break.NONE
    # the first fix of the day opens number 0, whether it goes on or not
    opens = np.zeros(len(track), dtype=bool)
    opens[1:] = fixes.known[:-1] & (fixes.segment[:-1] < 0) & ~first[1:]
    starts = (begins != Break.NONE) & ~opens
    base = np.where(first, np.where(fixes.known, np.maximum(fixes.segment, 0), 0), 0)
    return Track(fixes, begins, segments.ordinals(track, starts, base), stopped)


def thin(found: Track) -> tuple[Fine, Ints]:
    """The points that stand for the credible fixes, and their devices.

    Slot by slot of half an hour, in which no fix is farther than ``FINE_M`` from the
    line (synchronised distance); slots do not know of each other, so that the same
    points come out wherever a batch begins.
    """
    fixes = found.fixes
    own = ~fixes.known
    group = np.zeros(len(fixes), dtype=np.int64)
    if len(fixes):
        slot = np.floor(fixes.at / SLOT_S)
        track = track_of(fixes.device, fixes.branch)
        changes = (
            (track[1:] != track[:-1])
            | (slot[1:] != slot[:-1])
            | (found.segment[1:] != found.segment[:-1])
            | fixes.known[:-1]
        )
        group[1:] = np.cumsum(changes)
    kept = np.flatnonzero(keep(group, fixes.at, fixes.lon, fixes.lat, FINE_M))
    # a point stands for itself and what was dropped since the one before
    stands = np.diff(np.r_[0, np.cumsum(own)[kept]]) if len(kept) else kept
    fine = Fine(
        points=_points(fixes, kept),
        branch=fixes.branch[kept],
        segment=found.segment[kept],
        begins=found.begins[kept],
        fixes=stands,
        flags=fixes.flags[kept],
    )
    return fine, fixes.device[kept]


def doubted(fixes: Fixes) -> tuple[Fine, Ints]:
    """Every suspect fix as a point of its own, and their devices."""
    rows = np.flatnonzero(~credible(fixes))
    ones = np.ones(len(rows), dtype=np.int64)
    fine = Fine(
        points=_points(fixes, rows),
        branch=fixes.branch[rows],
        segment=-ones,
        begins=0 * ones,
        fixes=ones,
        flags=fixes.flags[rows],
    )
    return fine, fixes.device[rows]


def _points(fixes: Fixes, rows: Ints) -> Points:
    noisy = (fixes.flags[rows] & int(Flag.NOISE_SPEED)) != 0
    return Points(
        at=fixes.at[rows],
        lon=fixes.lon[rows],
        lat=fixes.lat[rows],
        speed_kn=np.where(noisy, np.nan, fixes.speed_kn[rows]),
        course_deg=fixes.course_deg[rows],
    )
