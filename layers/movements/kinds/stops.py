"""Stops: slow by what is reported, or in one place where nothing is reported.

Begins at 0.2 kn or less, ends at 0.5 kn or more (Global Fishing Watch); where the
device says no speed, a leg within the diameter counts as none (MovingPandas).
"""

from __future__ import annotations

import numpy as np

from layers.core.ingest import Bools, Floats
from layers.movements.choices import Kind
from layers.movements.moves import Found, Legs, Moves, Seed, held, runs
from layers.movements.params import HOUR_S, Params


def speeds(moves: Moves, leg: Legs, params: Params) -> Floats:
    """Knots per point: reported, else of the leg to it, else of the leg from it."""
    near = leg.metres <= params.stop_diameter_m
    computed = np.where(near, 0.0, leg.kn)
    after = np.r_[computed[1:], np.nan][: len(moves)]
    after[moves.last()] = np.nan
    computed = np.where(np.isnan(computed), after, computed)
    return np.where(np.isnan(moves.speed_kn), computed, moves.speed_kn)


def stopped(
    moves: Moves, leg: Legs, seeds: dict[int, Seed], params: Params
) -> tuple[Bools, Bools]:
    """Per point whether the ship has stopped, and whether a new stop would begin."""
    kn = speeds(moves, leg, params)
    first = moves.first()
    seeded = first & np.isin(moves.track, list(seeds))
    restart = first | (leg.metres > params.stop_diameter_m)
    slow, fast = kn <= params.stop_begin_kn, kn >= params.stop_end_kn
    return held(slow, fast, restart, seeded), restart


def find(
    moves: Moves, leg: Legs, seeds: dict[int, Seed], params: Params
) -> list[Found]:
    still, restart = stopped(moves, leg, seeds, params)
    begin, end = runs(still, restart)
    last = moves.last()
    found = []
    for i, j in zip(begin.tolist(), end.tolist(), strict=True):
        track = int(moves.track[i])
        seed = seeds.get(track) if i == 0 or moves.track[i - 1] != track else None
        began = seed.began if seed else float(moves.at[i])
        moved = not last[j] and restart[j + 1]
        until = float(moves.at[j] if last[j] or moved else moves.at[j + 1])
        if until - began < params.stop_least_minutes * 60:
            continue
        rows = slice(i, i + int(np.searchsorted(moves.at[i : j + 1], began + HOUR_S)))
        lon = seed.lon if seed else float(moves.lon[rows].mean())
        lat = seed.lat if seed else float(moves.lat[rows].mean())
        found.append(
            Found(
                kind=Kind.STOP,
                track=track,
                began=began,
                ended=float("nan") if last[j] else until,
                lon=lon,
                lat=lat,
                values={},
            )
        )
    return found
