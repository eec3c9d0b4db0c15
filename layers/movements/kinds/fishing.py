"""Fishing-like movement: at the speeds at which the gear is worked. Never a proof.

Numbers of Global Fishing Watch: longer than 20 minutes, more than 5 messages, mean
below 10 kn; split where two points are more than 10 km or 2 h apart; joined when less
than 1 h and 2 km apart.
"""

from __future__ import annotations

import numpy as np

from layers.core.ingest import Bools, Floats
from layers.movements.choices import Kind
from layers.movements.moves import Found, Legs, Moves, runs
from layers.movements.params import HOUR_S, KNOT_MS, Params
from layers.tracks.simplify import distance_m

OPEN_S = 2 * HOUR_S


def working_kn(gear: str, params: Params) -> tuple[float, float]:
    """Slowest and fastest working speed of a gear, by words of the register."""
    for word, low, high in params.fishing_kn:
        if word in gear:
            return low, high
    return params.fishing_other_kn


def find(
    moves: Moves, leg: Legs, wanted: Bools, low: Floats, high: Floats, away: Bools,
    now: float, params: Params,
) -> list[Found]:  # fmt: skip
    """``wanted``, ``low``, ``high`` (kn) per track; ``away`` from ports per point."""
    track = moves.track
    within = (leg.kn >= low[track]) & (leg.kn <= high[track])
    near = (leg.metres <= params.fishing_split_km * 1e3) & (
        leg.seconds <= params.fishing_split_hours * HOUR_S
    )
    at_work = wanted[track] & leg.joined & within & near & away
    begin, end = runs(at_work, moves.first())
    found = []
    # the first point of a run is the one where its first leg begins
    for i, j in _merged(moves, (begin - 1).tolist(), end.tolist(), params):
        lasted = float(moves.at[j] - moves.at[i])
        metres = float(leg.metres[i + 1 : j + 1].sum())
        mean = metres / max(lasted, 1.0) / KNOT_MS
        messages = int(moves.fixes[i : j + 1].sum())
        if lasted <= params.fishing_least_minutes * 60:
            continue
        if messages <= params.fishing_messages or mean >= params.fishing_mean_kn:
            continue
        lasts = now - float(moves.at[j]) < OPEN_S and (
            j + 1 == len(moves) or track[j + 1] != track[j]
        )
        found.append(
            Found(
                kind=Kind.FISHING,
                track=int(track[i]),
                began=float(moves.at[i]),
                ended=float("nan") if lasts else float(moves.at[j]),
                lon=float(moves.lon[i]),
                lat=float(moves.lat[i]),
                line=_line(moves, i, j),
                values={
                    "mean_kn": round(mean, 2),
                    "distance_km": round(metres / 1e3, 2),
                    "messages": messages,
                },
                confidence=2,
            )
        )
    return found


def _merged(
    moves: Moves, begin: list[int], end: list[int], params: Params
) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for i, j in zip(begin, end, strict=True):
        if found and moves.track[found[-1][1]] == moves.track[i]:
            k = found[-1][1]
            apart = distance_m(*(
                np.asarray(value)
                for value in (moves.lon[k], moves.lat[k], moves.lon[i], moves.lat[i])
            ))  # fmt: skip
            soon = moves.at[i] - moves.at[k] < params.fishing_merge_hours * HOUR_S
            if soon and apart < params.fishing_merge_km * 1e3:
                found[-1] = (found[-1][0], j)
                continue
        found.append((i, j))
    return found


def _line(moves: Moves, i: int, j: int) -> tuple[tuple[float, float], ...]:
    rows = np.unique(np.linspace(i, j, min(j - i + 1, 200)).astype(int))
    places = zip(moves.lon[rows].round(6), moves.lat[rows].round(6), strict=True)
    return tuple((float(lon), float(lat)) for lon, lat in places)
