"""Vessels beside each other: encounters, proximity, devices carried together.

Global Fishing Watch: both at most 0.5 km apart for two hours, median speed below
2 kn, far from ports. Candidates share a cell of 2 km, so the work grows with the
number of samples, not with its square.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from layers.core.ingest import Floats, Ints
from layers.core.mercator import from_lonlat
from layers.movements.choices import Kind
from layers.movements.moves import Found
from layers.movements.params import Meeting, Params
from layers.movements.sampling import Samples
from layers.tracks.simplify import distance_m

# the cell itself and half of its neighbours: every pair of cells once
AROUND = ((0, 0), (1, -1), (1, 0), (1, 1), (0, 1))
SPAN = 1 << 16  # cells round the world, in one direction
CHUNK = 2_000_000


def pairs(
    samples: Samples, within_m: float, cell_m: float
) -> tuple[Ints, Ints, Floats]:
    """Indices a, b of samples of one slot at most so far apart, and the metres."""
    x, y = from_lonlat(samples.lon, samples.lat)
    column = np.floor(x / cell_m).astype(np.int64) + SPAN // 2
    row = np.floor(y / cell_m).astype(np.int64) + SPAN // 2
    key = ((samples.slot - samples.slot.min(initial=0)) * SPAN + column) * SPAN + row
    order = np.argsort(key, kind="stable")
    key = key[order]
    parts: list[tuple[Ints, Ints, Floats]] = []
    for east, north in AROUND:
        wanted = key + east * SPAN + north
        low = np.searchsorted(key, wanted, "left")
        high = np.searchsorted(key, wanted, "right")
        if not (east or north):
            low = np.arange(1, len(key) + 1)
        parts += _near(samples, order, low, np.maximum(high - low, 0), within_m)
    empty = np.zeros(0, dtype=np.int64)
    if not parts:
        return empty, empty, np.zeros(0)
    a, b, metres = (np.concatenate(column) for column in zip(*parts, strict=True))
    return a, b, metres


def _near(
    samples: Samples, order: Ints, low: Ints, count: Ints, within_m: float
) -> list[tuple[Ints, Ints, Floats]]:
    found = []
    total = np.cumsum(count)
    most = int(total[-1]) if len(total) else 0
    cuts = np.searchsorted(total, np.arange(0, most, CHUNK))
    edges = np.unique(np.r_[cuts, len(count)])
    for begin, end in zip(np.r_[0, edges][:-1], edges, strict=True):
        part = count[begin:end]
        if not part.sum():
            continue
        which = np.repeat(np.arange(begin, end), part)
        lead = np.repeat(np.cumsum(part) - part, part)
        a, b = order[which], order[low[which] + np.arange(len(which)) - lead]
        metres = distance_m(
            samples.lon[a], samples.lat[a], samples.lon[b], samples.lat[b]
        )
        near = metres <= within_m
        found.append((a[near], b[near], metres[near]))
    return found


def find(
    kind: str, samples: Samples, vessel: Ints, device: Ints, meeting: Meeting,
    now: float, params: Params,
) -> list[Found]:  # fmt: skip
    """Meetings of two; ``vessel`` and ``device`` per track. Pairs of one vessel or
    of one device (several ships under one MMSI) are none. One that has not been seen
    to end within the time that may be interpolated is open."""
    a, b, metres = _ordered(samples, vessel, device, meeting, params)
    if not len(a):
        return []
    one, two, slot = samples.track[a], samples.track[b], samples.slot[a]
    cut = np.r_[
        True,
        (one[1:] != one[:-1]) | (two[1:] != two[:-1]) | (slot[1:] != slot[:-1] + 1),
    ]
    begin = np.flatnonzero(cut)
    end = np.r_[begin[1:], len(slot)]
    step_s = params.sample_minutes * 60
    long = (end - begin - 1) * step_s >= meeting.least_minutes * 60
    found = []
    for i, j in zip(begin[long].tolist(), end[long].tolist(), strict=True):
        speed = float(np.median(np.r_[samples.kn[a[i:j]], samples.kn[b[i:j]]]))
        if not meeting.faster_kn <= speed < meeting.slower_kn:
            continue
        met = _found(kind, samples, a[i:j], b[i:j], metres[i:j], speed, step_s)
        if now - met.ended < meeting.gap_minutes * 60 + step_s:
            met.ended = float("nan")
        found.append(met)
    return found


def _ordered(
    samples: Samples, vessel: Ints, device: Ints, meeting: Meeting, params: Params
) -> tuple[Ints, Ints, Floats]:
    """Near samples of different vessels, by pair and time, the lower track first."""
    a, b, metres = pairs(samples, meeting.within_m, params.cell_m)
    one, two = samples.track[a], samples.track[b]
    other = (vessel[one] != vessel[two]) & (device[one] != device[two])
    a, b, metres = a[other], b[other], metres[other]
    swap = samples.track[a] > samples.track[b]
    a, b = np.where(swap, b, a), np.where(swap, a, b)
    order = np.lexsort((samples.slot[a], samples.track[b], samples.track[a]))
    return a[order], b[order], metres[order]


def _found(
    kind: str, samples: Samples, a: Ints, b: Ints, metres: Floats, speed: float,
    step_s: float,
) -> Found:  # fmt: skip
    both = np.r_[a, b]
    return Found(
        kind=kind,
        track=int(samples.track[a[0]]),
        others=(int(samples.track[b[0]]),),
        began=float(samples.slot[a[0]] * step_s),
        ended=float(samples.slot[a[-1]] * step_s),
        lon=float(samples.lon[both].mean()),
        lat=float(samples.lat[both].mean()),
        values={
            "median_kn": round(speed, 2),
            "median_m": round(float(np.median(metres)), 1),
        },
    )


def together(found: list[Found], params: Params) -> list[Found]:
    """Pairs that share a device at one time as one group of all of them."""
    groups: list[list[Found]] = []
    of_track: dict[int, list[int]] = defaultdict(list)
    for pair in sorted(found, key=lambda each: (each.began, each.track, each.others)):
        tracks = (pair.track, *pair.others)
        mine = {
            number
            for track in tracks
            for number in of_track[track]
            if any(
                not other.ended <= pair.began and track in (other.track, *other.others)
                for other in groups[number]
            )
        }
        target = min(mine, default=len(groups))
        if target == len(groups):
            groups.append([])
        for number in sorted(mine - {target}):
            groups[target] += groups[number]
            groups[number] = []
        groups[target].append(pair)
        for member in groups[target]:
            for track in (member.track, *member.others):
                if target not in of_track[track]:
                    of_track[track].append(target)
    return [_group(group, params) for group in groups if group]


def _group(group: list[Found], params: Params) -> Found:
    tracks = sorted({t for pair in group for t in (pair.track, *pair.others)})
    median_m = float(np.median([pair.values["median_m"] for pair in group]))
    sure = len(tracks) >= params.colocated_devices
    return Found(
        kind=Kind.COLOCATED,
        track=tracks[0],
        others=tuple(tracks[1:]),
        began=min(pair.began for pair in group),
        ended=float(np.max([pair.ended for pair in group])),  # NaN: still open
        lon=group[0].lon,
        lat=group[0].lat,
        values={
            "devices": len(tracks),
            "median_m": round(median_m, 1),
            "median_kn": group[0].values["median_kn"],
        },
        confidence=4 if sure else 2,
        published=sure or median_m <= params.colocated_near_m,
    )
