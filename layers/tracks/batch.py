"""One day of some devices: read what is stored, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection

from layers.core.ingest import Floats, Ints

from . import ports, reading, states, thinning
from .fittings import Fittings
from .params import DAY_S, SLOT_S, rules
from .points import Fine, as_kept, join_fine, no_fine, unpack_fine
from .segments import changed_hands
from .states import State
from .thinning import Fixes

SQL = Path(__file__).parent / "sql"
KINDS = {
    "device_id": "i8",
    "branch": "i4",
    "at": "f8",
    "digest": "i8",
    "lon": "f8",
    "lat": "f8",
    "speed_kn": "f8",
    "course_deg": "f8",
    "flags": "i4",
}


@cache
def statement(name: str) -> str:
    return (SQL / f"{name}.sql").read_text()


def moment(epoch_s: float) -> datetime:
    return datetime.fromtimestamp(epoch_s, UTC)


def midnight(day: date) -> float:
    """Epoch seconds of 00:00 UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


@dataclass(slots=True)
class Known:
    """What is settled of the day of one device already: the points before the
    ``checkpoint``, and the state there. Without a checkpoint the day begins anew."""

    state: State
    checkpoint: float
    fixes: int = 0
    content: int = 0
    fine: Fine = field(default_factory=no_fine)
    state_after: str | None = None


@dataclass(slots=True, kw_only=True)
class Settled:
    """A day of some devices as it stands now, handed to analysers.

    ``device_id`` the devices (shape d), ``since`` from when on something changed
    (epoch seconds, shape d). Of every device ``fine`` holds the points of the whole
    day (shape n, by device, branch and time; suspect ones at the end of each
    device): no credible fix is farther than 10 m from the line at its time.
    ``device`` is their index into ``device_id``, ``vessel_id`` the vessel that the
    device spoke for at that time, 0 where none.
    """

    day: date
    device_id: Ints
    kind: list[str]
    since: Floats
    fine: Fine
    device: Ints
    vessel_id: Ints


@dataclass(slots=True, kw_only=True)
class Day:
    """What is to be remembered of the day of one device."""

    checkpoint: float
    fixes: int
    content: int
    fixes_before: int
    content_before: int
    state_before: State
    state_after: State
    was_after: str | None


@dataclass(slots=True, kw_only=True)
class Batch:
    """A settled day of d devices: their points by device, branch and time, the
    suspect ones last of each device; ``device`` is an index, shape n."""

    day: date
    device_id: Ints
    days: list[Day]
    fine: Fine
    device: Ints


def known(day: date, devices: Ints, since: Floats) -> list[Known]:
    """Where to go on from for each device, whose first new fix is at ``since``."""
    with connection.cursor() as cursor:
        cursor.execute(statement("known"), [devices.tolist(), day, day])
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    return [
        _known(rows[device], midnight(day), first)
        for device, first in zip(devices.tolist(), since.tolist(), strict=True)
    ]


def _known(row: Sequence[Any], day_s: float, since: float) -> Known:
    checkpoint, fixes, content, state, after, points, before = row
    earlier = states.load(before) if before else {}
    if checkpoint is None or points is None or since < checkpoint:
        return Known(earlier, day_s, state_after=after)
    fine = unpack_fine(points, day_s)
    fine = fine.take(fine.points.at < checkpoint)
    return Known(states.load(state), checkpoint, fixes, content, fine, after)


def load(day: date, devices: Ints, since: Floats) -> Fixes:
    """Fixes of the day from ``since`` (per device) on, ordered by device, branch,
    time and digest."""
    day_s = midnight(day)
    found = reading.columns(
        statement("fixes"),
        [
            devices.tolist(),
            [moment(at) for at in since.tolist()],
            moment(day_s),
            moment(day_s + DAY_S),
        ],
        KINDS,
    )
    place = np.argsort(devices)
    device = place[np.searchsorted(devices[place], found.pop("device_id"))]
    count = len(device)
    fixes = Fixes(
        device=device,
        **{name: np.asarray(values) for name, values in found.items()},
        inside=np.zeros(count, dtype=bool),
        known=np.zeros(count, dtype=bool),
        stopped=np.zeros(count, dtype=bool),
        segment=np.full(count, -1, dtype=np.int64),
    )
    return fixes.take(np.lexsort((fixes.digest, fixes.at, fixes.branch, device)))


def settle(
    day: date, devices: Ints, kinds: list[str], before: list[Known], fixes: Fixes,
    fittings: Fittings,
) -> Batch:  # fmt: skip
    """What the stored ``fixes`` (from each device's checkpoint on) make of the day."""
    day_s = midnight(day)
    begin = np.array([each.checkpoint for each in before])
    was = [each.state for each in before]
    good = fixes.take(thinning.credible(fixes))
    context = states.context(was, day_s)
    track = _follow(_together(context, good), kinds, fittings)
    fine, device = _joined(before, track, fixes, day_s)
    until = _checkpoints(fixes, begin)
    middle = states.after(track, was, until)
    end = states.after(track, was, np.full(len(devices), np.inf))
    counts, sums = _told(fixes, len(devices))
    counts_done, sums_done = _told(
        fixes.take(fixes.at < until[fixes.device]), len(devices)
    )
    days = [
        Day(
            checkpoint=float(until[place]),
            fixes=each.fixes + int(counts[place]),
            content=each.content + int(sums[place]),
            fixes_before=each.fixes + int(counts_done[place]),
            content_before=each.content + int(sums_done[place]),
            state_before=middle[place],
            state_after=end[place],
            was_after=each.state_after,
        )
        for place, each in enumerate(before)
    ]
    return Batch(day=day, device_id=devices, days=days, fine=fine, device=device)


def _joined(
    before: list[Known], track: thinning.Track, fixes: Fixes, day_s: float
) -> tuple[Fine, Ints]:
    """The points before the checkpoints and the new ones, in order."""
    fine, device = thinning.thin(track)
    # a fix of this day that is known stands among the settled points already
    fresh = (fine.fixes > 0) | (fine.points.at < day_s)
    doubtful, of = thinning.doubted(fixes)
    new = as_kept(join_fine([fine.take(fresh), doubtful]), day_s)
    counts = [len(each.fine) for each in before]
    there = [each.fine for each in before if len(each.fine)]
    whole = join_fine([*there, new])
    place = np.repeat(np.arange(len(before)), counts)
    place = np.concatenate([place, device[fresh], of])
    # new ones are in order of their digests where times are equal
    order = np.lexsort((whole.points.at, whole.branch, whole.segment < 0, place))
    return whole.take(order), place[order]


def _told(fixes: Fixes, devices: int) -> tuple[Ints, Ints]:
    """Per device how many fixes, and a sum that tells other judgements apart."""
    content = (fixes.branch + 1) * 1_000_003 + fixes.flags
    return (
        np.bincount(fixes.device, minlength=devices).astype(np.int64),
        np.bincount(fixes.device, content, minlength=devices).astype(np.int64),
    )


def _together(context: Fixes, good: Fixes) -> Fixes:
    """The known fixes of tracks that have new ones, and these, in order. All known
    ones of a device without new ones are left out: nothing follows them."""
    wanted = np.isin(
        thinning.track_of(context.device, context.branch),
        thinning.track_of(good.device, good.branch),
    )
    some = context.take(wanted)
    both = Fixes(
        **{
            name: np.concatenate([getattr(some, name), getattr(good, name)])
            for name in Fixes.__slots__
        }
    )
    both.inside = ports.inside(both.lon, both.lat)
    return both.take(
        np.lexsort((both.digest, both.at, ~both.known, both.branch, both.device))
    )


def _follow(fixes: Fixes, kinds: list[str], fittings: Fittings) -> thinning.Track:
    track = thinning.track_of(fixes.device, fixes.branch)
    hands = changed_hands(track, fixes.at, fittings.moments())
    return thinning.follow(fixes, rules(kinds, fixes.device), hands)


def _checkpoints(fixes: Fixes, begin: Floats) -> Floats:
    """The last boundary of a slot that each device's fixes have passed."""
    newest = begin.copy()
    np.maximum.at(newest, fixes.device, fixes.at)
    return np.maximum(begin, np.floor(newest / SLOT_S) * SLOT_S)
