"""Which of several ships under one identity a fix belongs to, or to none.

A device has heads: tracks that may go on, and strays, which are no track yet. A fix
goes to the head from where it is likeliest, judged by dead reckoning: the difference
between the reckoned and the reported place may grow by ``max_knots``, and nothing may
be faster than ``hard_knots``. A fix that no head explains is a stray and flagged
JUMP; strays that agree with each other become a branch of their own. After the
segmenter of Global Fishing Watch (gpsdio-segment), with a likelihood in place of its
metric.

Judging runs over fixes in order of (at, digest), so the outcome is a function of
the fixes alone. :mod:`.stream` runs the same steps over deliveries.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import cos, hypot, inf, isnan, log, radians

import numpy as np

from layers.core.ingest import Ints
from layers.vessels.flags import SUSPECT, Flag
from layers.vessels.reports import Fixes

from .params import KNOT, Params
from .records import of_fixes

DEGREE_M = 60 * 1852.0
STRAY = -1


@dataclass(slots=True)
class Fix:
    """One fix; fields as in :data:`.records.RECORD`."""

    at: float
    digest: int
    lon: float
    lat: float
    vx: float
    vy: float
    speed: float
    error: float
    still_since: float
    still: int
    given: int
    flags: int
    branch: int
    class_b: bool


@dataclass(slots=True)
class Head:
    """A track that may go on, or strays (``branch`` STRAY), with its last fixes."""

    branch: int
    fixes: int
    recent: list[Fix]

    @property
    def last(self) -> Fix:
        return self.recent[-1]


@dataclass(slots=True)
class Tracks:
    """What is open under one identity. ``judged``: every fix touched, by (at,
    digest); the judgement stands in the fix itself. ``free``: branches to give first.
    """

    heads: list[Head] = field(default_factory=list)
    next_branch: int = 0
    judged: dict[tuple[float, int], Fix] = field(default_factory=dict)
    free: list[int] = field(default_factory=list)


def reach(a: Fix, b: Fix, hard_knots: float, p: Params) -> float:
    """Cost of going from ``a`` to the later ``b``: minus the logarithm of a
    likelihood, up to a constant; infinite where no ship goes.

    ``b`` is expected where the mean of both velocities leads.
    """
    dt = b.at - a.at
    dx = ((b.lon - a.lon + 540.0) % 360.0 - 180.0) * DEGREE_M
    dx *= cos(radians((a.lat + b.lat) / 2))
    dy = (b.lat - a.lat) * DEGREE_M
    error = a.error + b.error
    if hypot(dx, dy) - error > hard_knots * KNOT * max(dt, p.floor_s):
        return inf
    held = min(dt, p.reckon_s)
    vx, vy, own = _velocity(a, b)
    off = max(hypot(dx - vx * held, dy - vy * held) - error, 0.0)
    padded = hypot(dt, p.slack_s)
    if off > max(p.max_knots * KNOT, own) * padded:
        return inf
    spread = off / (p.spread_knots * KNOT * padded)
    return (
        spread * spread / 2
        + 2 * log(padded)
        + (p.other_kind if a.class_b != b.class_b else 0.0)
    )


def _velocity(a: Fix, b: Fix) -> tuple[float, float, float]:
    """Mean velocity of those known, and the greater speed; metres a second."""
    if isnan(a.vx):
        a = b
    elif isnan(b.vx):
        b = a
    if isnan(a.vx):
        return 0.0, 0.0, 0.0
    own = max(hypot(a.vx, a.vy), hypot(b.vx, b.vy))
    return (a.vx + b.vx) / 2, (a.vy + b.vy) / 2, own


def advance(tracks: Tracks, fix: Fix, hard_knots: float, p: Params) -> None:
    """Judge the next fix in order of time; earlier judgements may change."""
    best, cost = None, inf
    tracks.heads = [
        head
        for head in tracks.heads
        if head.branch != STRAY or fix.at - head.last.at <= p.gap_s
    ]
    for head in tracks.heads:
        found = reach(head.last, fix, hard_knots, p)
        if found < cost:
            best, cost = head, found
    best = _instead(tracks, fix, best, cost, hard_knots, p) or best
    if best is None:
        best = Head(STRAY, 0, [])
        if not any(head.branch >= 0 for head in tracks.heads):
            best.branch = _number(tracks)
        _make_room(tracks, p)
        tracks.heads.append(best)
    _accept(tracks, best, fix, p)
    if best.branch == STRAY:
        _promote(tracks, best, hard_knots, p)


def _number(tracks: Tracks) -> int:
    if tracks.free:
        return tracks.free.pop(0)
    tracks.next_branch += 1
    return tracks.next_branch - 1


def _make_room(tracks: Tracks, p: Params) -> None:
    """Forget the head that was heard longest ago, strays first."""
    if len(tracks.heads) >= p.max_open:
        tracks.heads.remove(
            min(tracks.heads, key=lambda head: (head.branch != STRAY, head.last.at))
        )


def _accept(tracks: Tracks, head: Head, fix: Fix, p: Params) -> None:
    last = head.last if head.recent else None
    same = last is not None and (last.lon, last.lat) == (fix.lon, fix.lat)
    if last is not None and same:
        fix = replace(fix, still_since=last.still_since, still=last.still + 1)
    else:
        fix = replace(fix, still_since=fix.at, still=1)
    keep = p.memory if head.branch != STRAY else p.strays
    head.recent = [*head.recent, fix][-keep:]
    head.fixes += 1
    judge_fix(tracks, fix, head.branch, p)


def frozen(fix: Fix, p: Params) -> bool:
    """The same place again although by its own speed it went far from there."""
    return (
        fix.speed > 1.0
        and fix.still >= p.frozen_fixes
        and not fix.given & Flag.COARSE
        and fix.speed * KNOT * (fix.at - fix.still_since) > p.frozen_m
    )


def judge_fix(tracks: Tracks, fix: Fix, branch: int, p: Params) -> None:
    fix.flags = fix.given
    if frozen(fix, p):
        fix.flags |= Flag.FROZEN
    if branch == STRAY:
        fix.flags |= Flag.JUMP
    fix.branch = max(branch, 0)
    tracks.judged[fix.at, fix.digest] = fix


def _instead(
    tracks: Tracks,
    fix: Fix,
    best: Head | None,
    cost: float,
    hard_knots: float,
    p: Params,
) -> Head | None:
    """The track that ``fix`` continues if its last fixes were not of that track.

    They are taken out and become strays, where ``fix`` follows likelier than they do
    on what came before them, and clearly likelier than on them.
    """
    for head in [best] if best else tracks.heads:
        if head.branch == STRAY:
            continue
        for count in range(1, len(head.recent)):
            before, doubted = head.recent[:-count], head.recent[-count:]
            skipping = reach(before[-1], fix, hard_knots, p)
            if skipping + p.doubt >= cost:
                continue
            if skipping >= reach(before[-1], doubted[0], hard_knots, p):
                continue
            head.recent, head.fixes = before, head.fixes - count
            _make_room(tracks, p)
            tracks.heads.append(Head(STRAY, count, doubted))
            for one in doubted:
                judge_fix(tracks, one, STRAY, p)
            return head
    return None


def _promote(tracks: Tracks, strays: Head, hard_knots: float, p: Params) -> None:
    """Strays that agree become a track: the only one, an old one, or a new one."""
    first = strays.recent[0]
    for head in tracks.heads:
        if head.branch == STRAY:
            continue
        unproven = head.fixes < min(strays.fixes, p.open_fixes)
        if unproven and head.branch == 0:
            # The first fixes ever heard were the wrong ones.
            strays.branch, head.branch = head.branch, STRAY
            tell(tracks, head, p)
            return tell(tracks, strays, p)
    if strays.fixes < p.open_fixes or strays.last.at - first.at < p.open_s:
        return None
    for head in tracks.heads:
        if head.branch != STRAY and _resumes(head, strays, hard_knots, p):
            # Late for where it was, but by now it can have come here.
            later = [fix for fix in strays.recent if fix.at > head.last.at]
            head.recent, head.fixes = later, head.fixes + len(later)
            tracks.heads.remove(strays)
            return tell(tracks, head, p)
    strays.branch = _number(tracks)
    return tell(tracks, strays, p)


def _resumes(head: Head, strays: Head, hard_knots: float, p: Params) -> bool:
    """Whether a track fell silent when the strays began, and leads to them now.

    One fix of each side may overlap: a clock that was put right.
    """
    return (
        head.last.at < strays.recent[1].at
        and reach(head.last, strays.last, hard_knots, p) < inf
    )


def tell(tracks: Tracks, head: Head, p: Params) -> None:
    for fix in head.recent:
        judge_fix(tracks, fix, head.branch, p)
    if head.branch != STRAY:
        head.recent = head.recent[-p.memory :]


def judge(
    fixes: Fixes, params: Params, hard_knots: float | None = None
) -> tuple[Ints, Ints]:
    """Branch and flags of all fixes of one device, sorted by (at, digest)."""
    tracks = Tracks()
    rows = of_fixes(fixes)
    hard = hard_knots or params.hard_knots
    for fix in as_fixes(rows[rows["given"] & int(SUSPECT) == 0]):
        advance(tracks, fix, hard, params)
    branch = np.zeros(len(rows), np.int64)
    flags = np.array(rows["given"], np.int64)
    keys = zip(rows["at"].tolist(), rows["digest"].tolist(), strict=True)
    for row, key in enumerate(keys):
        if key in tracks.judged:
            fix = tracks.judged[key]
            branch[row], flags[row] = fix.branch, fix.flags
    return branch, flags


FIELDS = list(Fix.__slots__)  # type: ignore[attr-defined]


def as_fixes(rows: np.ndarray) -> list[Fix]:
    return [Fix(*row) for row in rows[FIELDS].tolist()]
