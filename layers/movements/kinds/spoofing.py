"""How false the positions of a device look on a day (UTC): 0 to 1.

Every sign has a weight and a number at which it counts in full; the score is one
minus the product of what each leaves over. A sign, not a proof: receivers break too.
"""

from __future__ import annotations

import numpy as np

from layers.core.ingest import Bools, Ints
from layers.movements.choices import Kind
from layers.movements.moves import Found, Legs, Moves
from layers.movements.params import DAY_S, KNOT_MS, Params
from layers.vessels.flags import Flag

# name, flag, weight, number that counts in full
FLAGGED = (
    ("jumps", Flag.JUMP, 0.7, 20),
    ("circles", Flag.CIRCLE, 0.9, 20),
    ("frozen", Flag.FROZEN, 0.7, 30),
    ("on_land", Flag.LAND, 0.7, 20),
)
DIFFERS = (0.6, 20)
SAME_PLACE = (0.8, 10)
LEG_S = (60.0, 1_800.0)


def differing(moves: Moves, leg: Legs, params: Params) -> Bools:
    """Legs whose speed is not the reported one by more than 10 km/h (MobilityDB):
    neither that at their end nor that at their beginning."""
    limit = params.spoof_differs_kmh / 3.6 / KNOT_MS
    before = np.r_[np.nan, moves.speed_kn[:-1]][: len(moves)]
    apart = np.minimum(np.abs(leg.kn - moves.speed_kn), np.abs(leg.kn - before))
    timed = (leg.seconds >= LEG_S[0]) & (leg.seconds <= LEG_S[1])
    return leg.joined & timed & (apart > limit)


def same_place(moves: Moves, device: Ints, params: Params) -> Bools:
    """Points of exactly one place (1e-5 degrees) where many devices were, not moored
    beside each other: no two ships are at one place."""
    key = np.round(moves.lon * 1e5).astype(np.int64) * 100_000_000 + np.round(
        moves.lat * 1e5
    ).astype(np.int64)
    places, place = np.unique(key, return_inverse=True)
    seen = np.unique(np.c_[place.ravel(), device[moves.track]], axis=0)
    count = np.bincount(seen[:, 0], minlength=len(places))
    return count[place.ravel()] >= params.spoof_same_place_devices


def find(
    moves: Moves, leg: Legs, suspects: Moves, flags: Ints, device: Ints,
    params: Params,
) -> list[Found]:  # fmt: skip
    """``suspects`` are the fixes that are not believed, ``flags`` why; ``device`` per
    track. One row per track and day with any sign."""
    signs: list[tuple[str, Moves, float, float]] = [
        (name, suspects.take((flags & int(flag)) != 0), weight, full)
        for name, flag, weight, full in FLAGGED
    ]
    if len(moves):
        signs.append(
            ("speed_differs", moves.take(differing(moves, leg, params)), *DIFFERS)
        )
        signs.append(
            ("same_place", moves.take(same_place(moves, device, params)), *SAME_PLACE)
        )
    days: dict[tuple[int, int], dict[str, int]] = {}
    places: dict[tuple[int, int], tuple[float, float, float]] = {}
    weights: dict[str, tuple[float, float]] = {}
    for name, rows, weight, full in signs:
        weights[name] = (weight, full)
        _count(name, rows, days, places)
    return [
        _found(key, counts, places[key], _score(counts, weights), params)
        for key, counts in sorted(days.items())
    ]


def _count(name: str, rows: Moves, days: dict, places: dict) -> None:
    day = np.floor(rows.at / DAY_S).astype(np.int64)
    keys, first, count = np.unique(
        np.c_[rows.track, day], axis=0, return_index=True, return_counts=True
    )
    for (track, number), i, many in zip(
        keys.tolist(), first.tolist(), count.tolist(), strict=True
    ):
        key = (int(track), int(number))
        days.setdefault(key, {})[name] = int(many)
        place = (float(rows.at[i]), float(rows.lon[i]), float(rows.lat[i]))
        places[key] = min(places.get(key, place), place)


def _score(counts: dict[str, int], weights: dict[str, tuple[float, float]]) -> float:
    left = 1.0
    for name, many in sorted(counts.items()):
        weight, full = weights[name]
        left *= 1 - weight * min(1.0, many / full)
    return round(1 - left, 3)


def _found(
    key: tuple[int, int], counts: dict[str, int], place: tuple[float, float, float],
    score: float, params: Params,
) -> Found:  # fmt: skip
    return Found(
        kind=Kind.SPOOFING,
        track=key[0],
        began=key[1] * DAY_S,
        ended=(key[1] + 1) * DAY_S,
        lon=place[1],
        lat=place[2],
        values={"score": score, **dict(sorted(counts.items()))},
        confidence=1 + round(3 * score),
        published=score >= params.spoof_published,
    )


def none() -> tuple[Moves, Ints]:
    """No suspects."""
    f, i = np.zeros(0), np.zeros(0, dtype=np.int64)
    return Moves(i, f, f, f, f, i, i), i
