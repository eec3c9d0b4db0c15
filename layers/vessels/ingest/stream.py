"""Judging deliveries: the steps of :mod:`.segmenter` with state in between.

The state of a device is its heads as of a little ago (the checkpoint) and the fixes
since (the tail). A delivery is merged into the tail by time and judged again from the
checkpoint, so fixes may come out of order within ``tail_s`` without a difference.
Most devices have one head and plausible steps only: these are judged all at once
with arrays, the others fix by fix.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace

import numpy as np

from layers.core.ingest import Bools, Floats, Ints
from layers.vessels.flags import SUSPECT, Flag

from .params import KNOT, Params
from .records import RECORD, TAIL, Records
from .segmenter import (
    DEGREE_M,
    FIELDS,
    STRAY,
    Fix,
    Head,
    Tracks,
    advance,
    as_fixes,
    tell,
)


@dataclass(slots=True)
class Judged:
    """``branch`` and ``flags`` of the n fixes given. ``changed``: judgements of
    earlier fixes that hold no longer, as records with ``changed_device`` and the branch
    they ``was`` on. ``states``: to be kept."""

    branch: Ints
    flags: Ints
    changed_device: Ints
    changed: Records
    was: Ints
    states: dict[int, bytes]


def older(device: Ints, fixes: Records, states: Mapping[int, bytes]) -> Bools:
    """Which fixes are from before what the states hold, and not for this module."""
    ids, spot = np.unique(device, return_inverse=True)
    old, owner = _held(ids, states)
    begin = np.full(len(ids), -np.inf)
    heads = old["head"] != TAIL
    np.maximum.at(begin, owner[heads], old["at"][heads])
    return _sound(fixes) & (fixes["at"] < begin[spot])


def _sound(fixes: Records) -> Bools:
    return fixes["given"] & int(SUSPECT) == 0


def _held(ids: Ints, states: Mapping[int, bytes]) -> tuple[Records, Ints]:
    """The records of all states, and the place in ``ids`` that each belongs to."""
    known = [states.get(id, b"") for id in ids.tolist()]
    sizes = [len(state) // RECORD.itemsize for state in known]
    return np.frombuffer(b"".join(known), RECORD), np.repeat(np.arange(len(ids)), sizes)


def judge_delivery(
    device: Ints,
    fixes: Records,
    hard_knots: Floats,
    states: Mapping[int, bytes],
    p: Params,
) -> Judged:
    """Judge fixes of many devices, in any order; none seen before, none ``older``.

    ``hard_knots``: per fix, what its device cannot exceed.
    """
    ids, spot = np.unique(device, return_inverse=True)
    old, owner = _held(ids, states)
    hard = np.zeros(len(ids))
    hard[spot] = hard_knots
    asked = np.flatnonzero(_sound(fixes))
    rows = np.concatenate([old, fixes[asked]])
    group = np.concatenate([owner, spot[asked]])
    source = np.concatenate([np.full(len(old), -1), asked])
    order = np.lexsort((rows["digest"], rows["at"], rows["head"] == TAIL, group))
    rows, group, source = rows[order], group[order], source[order]
    before = rows[["branch", "flags"]].copy()

    simple = _simple(rows, group, hard, p)[group]
    keep = np.zeros(len(rows), bool)
    keep[simple], rows[simple] = _all_at_once(rows[simple], group[simple], p)
    kept = _split(rows[keep], group[keep], ids)
    for number in np.unique(group[~simple]).tolist():
        mine = np.flatnonzero(group == number)
        rows[mine], kept[int(ids[number])] = _one_by_one(rows[mine], hard[number], p)

    out = Judged(
        branch=np.zeros(len(fixes), np.int64),
        flags=fixes["given"].astype(np.int64),
        changed_device=np.zeros(0, np.int64),
        changed=rows[:0],
        was=np.zeros(0, np.int64),
        states=kept,
    )
    new = source >= 0
    out.branch[source[new]] = rows["branch"][new]
    out.flags[source[new]] = rows["flags"][new]
    differs = ~new & (rows[["branch", "flags"]] != before)
    out.changed_device, out.changed = ids[group[differs]], rows[differs]
    out.was = before["branch"][differs].astype(np.int64)
    return out


def _simple(rows: Records, group: Ints, hard: Floats, p: Params) -> Bools:
    """Per device: one head at most, and every step is one that a ship can make."""
    simple = np.ones(len(hard), bool)
    simple[group[(rows["head"] > 0) | (rows["head_branch"] == STRAY)]] = False
    step = np.flatnonzero((group[1:] == group[:-1]) & (rows["head"][1:] == TAIL))
    a, b = rows[step], rows[step + 1]
    simple[group[step[~_undoubted(a, b, hard[group[step]], p)]]] = False
    return simple


def _undoubted(a: Records, b: Records, hard_knots: Floats, p: Params) -> Bools:
    """Where :func:`.segmenter.reach` gives no cause for doubt, for pairs."""
    dt = b["at"] - a["at"]
    dx = ((b["lon"] - a["lon"] + 540.0) % 360.0 - 180.0) * DEGREE_M
    dx *= np.cos(np.radians((a["lat"] + b["lat"]) / 2))
    dy = (b["lat"] - a["lat"]) * DEGREE_M
    error = a["error"].astype(float) + b["error"].astype(float)
    near = np.hypot(dx, dy) - error <= hard_knots * KNOT * np.maximum(dt, p.floor_s)
    vx, vy, own = _velocities(a, b)
    held = np.minimum(dt, p.reckon_s)
    off = np.maximum(np.hypot(dx - vx * held, dy - vy * held) - error, 0.0)
    padded = np.hypot(dt, p.slack_s)
    limit = np.maximum(p.max_knots * KNOT, own)
    doubted = p.spread_knots * KNOT * np.sqrt(2 * p.doubt)
    alike = a["class_b"] == b["class_b"]
    return near & alike & (off <= np.minimum(limit, doubted) * padded)


def _velocities(a: Records, b: Records) -> tuple[Floats, Floats, Floats]:
    known_a, known_b = ~np.isnan(a["vx"]), ~np.isnan(b["vx"])
    first, second = np.where(known_a, a, b), np.where(known_b, b, a)
    both = known_a | known_b
    ax, ay, bx, by = (
        np.where(both, rows[name].astype(float), 0.0)
        for rows in (first, second)
        for name in ("vx", "vy")
    )
    own = np.maximum(np.hypot(ax, ay), np.hypot(bx, by))
    return (ax + bx) / 2, (ay + by) / 2, own


def _all_at_once(rows: Records, group: Ints, p: Params) -> tuple[Bools, Records]:
    """Judge devices whose fixes are all of one track; which rows to keep as state."""
    rows = rows.copy()
    if not len(rows):
        return np.zeros(0, bool), rows
    first = np.flatnonzero(np.diff(group, prepend=group[0] - 1))
    size = np.diff(first, append=len(rows))
    start, end = np.repeat(first, size), np.repeat(first + size, size)
    headed = rows["head"][start] != TAIL
    branch = np.where(headed, rows["head_branch"][start], 0)
    _count_still(rows, group)
    rows["branch"] = branch
    rows["flags"] = rows["given"] | np.where(_frozen(rows, p), int(Flag.FROZEN), 0)

    place = np.arange(len(rows))
    young = rows["at"] > rows["at"][end - 1] - p.tail_s
    young &= (end - place <= p.tail_fixes) & (rows["head"] == TAIL)
    aged = np.add.reduceat((~young & (rows["head"] == TAIL)).astype(np.int64), first)
    solid = np.add.reduceat((~young).astype(np.int64), first)
    rows["head_fixes"] = np.where(headed, rows["head_fixes"][start], 0) + np.repeat(
        aged, size
    )
    rows["next_branch"] = np.where(headed, rows["next_branch"][start], 1)
    rows["head"] = np.where(young, TAIL, 0)
    rows["head_branch"] = branch
    keep = young | (place >= start + np.repeat(solid, size) - p.memory)
    return keep, rows


def _count_still(rows: Records, group: Ints) -> None:
    """How often and since when each fix repeats the very place before it."""
    same = np.zeros(len(rows), bool)
    same[1:] = (
        (group[1:] == group[:-1])
        & (rows["lon"][1:] == rows["lon"][:-1])
        & (rows["lat"][1:] == rows["lat"][:-1])
    )
    begins = np.maximum.accumulate(np.where(same, 0, np.arange(len(rows))))
    fresh = rows["head"] == TAIL
    first = begins[fresh]
    old = rows["head"][first] != TAIL
    rows["still"][fresh] = (
        np.where(old, rows["still"][first], 1) + np.flatnonzero(fresh) - first
    )
    rows["still_since"][fresh] = np.where(
        old, rows["still_since"][first], rows["at"][first]
    )


def _frozen(rows: Records, p: Params) -> Bools:
    """As :func:`.segmenter.frozen`, for many."""
    speed = rows["speed"].astype(float)
    went = speed * KNOT * (rows["at"] - rows["still_since"])
    moving = (speed > 1.0) & (rows["still"] >= p.frozen_fixes)
    return moving & (rows["given"] & int(Flag.COARSE) == 0) & (went > p.frozen_m)


def _split(rows: Records, group: Ints, ids: Ints) -> dict[int, bytes]:
    if not len(rows):
        return {}
    first = np.flatnonzero(np.diff(group, prepend=group[0] - 1))
    raw, size = rows.tobytes(), RECORD.itemsize
    ends = [*(first[1:] * size).tolist(), len(raw)]
    owners = ids[group[first]].tolist()
    begins = (first * size).tolist()
    return {
        id: raw[begin:end] for id, begin, end in zip(owners, begins, ends, strict=True)
    }


def _one_by_one(rows: Records, hard: float, p: Params) -> tuple[Records, bytes]:
    """Judge the fixes of one device in turn; the rows judged, and the state."""
    rows = rows.copy()
    tracks = _tracks(rows, p)
    waiting = rows[rows["head"] == TAIL]
    newest = waiting["at"][-1] if len(waiting) else -np.inf
    young = waiting["at"] > newest - p.tail_s
    young[: -p.tail_fixes] = False
    for fix in as_fixes(waiting[~young]):
        advance(tracks, fix, hard, p)
    checkpoint = [Head(h.branch, h.fixes, list(h.recent)) for h in tracks.heads]
    numbered = tracks.next_branch
    for fix in as_fixes(waiting[young]):
        advance(tracks, fix, hard, p)

    for row, key in enumerate(
        zip(rows["at"].tolist(), rows["digest"].tolist(), strict=True)
    ):
        fix = tracks.judged[key]
        rows["branch"][row], rows["flags"][row] = fix.branch, fix.flags
    tail = rows[rows["head"] == TAIL][young]
    tail["next_branch"] = numbered
    return rows, _encode(checkpoint, numbered, tracks) + tail.tobytes()


def _tracks(rows: Records, p: Params) -> Tracks:
    """The heads that a state holds, judged anew as they are."""
    tracks = Tracks()
    for number in np.unique(rows["head"][rows["head"] != TAIL]).tolist():
        mine = rows[rows["head"] == number]
        head = Head(
            int(mine["head_branch"][0]), int(mine["head_fixes"][0]), as_fixes(mine)
        )
        tracks.heads.append(head)
        tracks.next_branch = int(mine["next_branch"][0])
    for head in tracks.heads:
        tell(tracks, head, p)
    return tracks


def _encode(heads: list[Head], next_branch: int, tracks: Tracks) -> bytes:
    rows = []
    for number, head in enumerate(heads):
        for kept in head.recent:
            said = tracks.judged.get((kept.at, kept.digest), kept)
            fix: Fix = replace(kept, branch=said.branch, flags=said.flags)
            rows.append((*astuple(fix), number, head.branch, head.fixes, next_branch))
    return np.array(rows, RECORD).tobytes()


if list(RECORD.names or ())[: len(FIELDS)] != FIELDS:
    raise TypeError("a Fix is the first columns of a RECORD")
