"""What is known of a device's tracks at a moment: the last credible fix of each
branch, from which a later day goes on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import orjson

from layers.core.ingest import Bools, Floats

from .thinning import Fixes, Track, track_of


@dataclass(frozen=True, slots=True)
class Last:
    """``stopped``: it had stopped in the port where this fix is; ``segment``: its
    number within the day of the fix."""

    at: float
    lon: float
    lat: float
    speed_kn: float | None
    course_deg: float | None
    stopped: bool
    segment: int


State = dict[int, Last]


def dump(state: State, *, numbers: bool = True) -> str:
    """Text for the database; equal states have equal texts. Without ``numbers`` the
    segments are left out: they mean nothing on another day."""
    rows = {
        str(branch): [
            last.at, last.lon, last.lat, last.speed_kn, last.course_deg,
            last.stopped, last.segment if numbers else 0,
        ]
        for branch, last in state.items()
    }  # fmt: skip
    return orjson.dumps(rows, option=orjson.OPT_SORT_KEYS).decode()


def load(text: str) -> State:
    return {int(branch): Last(*row) for branch, row in orjson.loads(text).items()}


def context(states: list[State], day_s: float) -> Fixes:
    """The last fixes of the devices of a batch (their index is the place in the
    list) as known fixes. One from before the day has no number in it: -1."""
    rows = [
        (device, branch, last)
        for device, state in enumerate(states)
        for branch, last in sorted(state.items())
    ]
    count = len(rows)
    ints = np.array([(d, b) for d, b, _last in rows], dtype=np.int64).reshape(-1, 2)
    at = np.array([last.at for *_keys, last in rows], dtype=float)
    return Fixes(
        device=ints[:, 0],
        branch=ints[:, 1],
        at=at,
        digest=np.zeros(count, dtype=np.int64),
        lon=np.array([last.lon for *_keys, last in rows], dtype=float),
        lat=np.array([last.lat for *_keys, last in rows], dtype=float),
        speed_kn=np.array([_nan(last.speed_kn) for *_keys, last in rows], dtype=float),
        course_deg=np.array(
            [_nan(last.course_deg) for *_keys, last in rows], dtype=float
        ),
        flags=np.zeros(count, dtype=np.int64),
        inside=np.zeros(count, dtype=bool),
        known=np.ones(count, dtype=bool),
        stopped=np.array([last.stopped for *_keys, last in rows], dtype=bool),
        segment=np.where(
            at < day_s, -1, np.array([last.segment for *_keys, last in rows], dtype=int)
        ),
    )


def _nan(value: float | None) -> float:
    return float("nan") if value is None else value


def after(found: Track, before: list[State], until: Floats) -> list[State]:
    """The states at ``until`` (per device), from those at the beginning."""
    fixes = found.fixes
    states = [dict(state) for state in before]
    seen: Bools = fixes.at < until[fixes.device] if len(fixes) else fixes.known
    rows = np.flatnonzero(seen & ~fixes.known)
    track = track_of(fixes.device[rows], fixes.branch[rows])
    ends = (
        rows[np.flatnonzero(np.r_[track[1:] != track[:-1], True])]
        if len(rows)
        else rows
    )
    for row in ends.tolist():
        speed, course = float(fixes.speed_kn[row]), float(fixes.course_deg[row])
        states[int(fixes.device[row])][int(fixes.branch[row])] = Last(
            at=float(fixes.at[row]),
            lon=float(fixes.lon[row]),
            lat=float(fixes.lat[row]),
            speed_kn=None if np.isnan(speed) else round(speed, 2),
            course_deg=None if np.isnan(course) else round(course, 2),
            stopped=bool(found.stopped[row]),
            segment=int(found.segment[row]),
        )
    return states
