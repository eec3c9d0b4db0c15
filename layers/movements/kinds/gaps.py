"""Silences: from the last fix before (OFF) to the first after (ON), or still open."""

from __future__ import annotations

import numpy as np

from layers.core.ingest import Bools, Ints
from layers.movements.choices import Kind
from layers.movements.moves import Found, Legs, Moves
from layers.movements.params import DAY_S, HOUR_S, KNOT_MS, Params
from layers.tracks.simplify import distance_m


def find(
    moves: Moves, leg: Legs, in_port: Bools, vms: Bools, now: float, params: Params
) -> list[Found]:
    """``in_port`` per point; ``vms`` per track: sparse by law, judged by its own
    hours. ``now``: a track silent at its end has an open gap then."""
    raw = params.gap_raw_hours * HOUR_S
    begin, end = runs_heard(moves, leg, raw)
    last = moves.last()
    found = []
    for i, j in zip(begin.tolist(), end.tolist(), strict=True):
        heard = float(moves.at[j] - moves.at[i])
        k = None if last[j] else j + 1
        gone = (now if k is None else float(moves.at[k])) - float(moves.at[j])
        if gone >= raw:
            found.append(_gap(moves, j, k, gone, heard, in_port, vms, params))
    return found


def runs_heard(moves: Moves, leg: Legs, raw: float) -> tuple[Ints, Ints]:
    """First and last index of stretches without a silence of ``raw`` seconds."""
    if not len(moves):
        return np.zeros(0, dtype=int), np.zeros(0, dtype=int)
    starts = moves.first() | (leg.seconds >= raw)
    return np.flatnonzero(starts), np.flatnonzero(np.r_[starts[1:], True])


def _gap(
    moves: Moves, j: int, k: int | None, gone: float, heard: float, in_port: Bools,
    vms: Bools, params: Params,
) -> Found:  # fmt: skip
    off = (round(float(moves.lon[j]), 6), round(float(moves.lat[j]), 6))
    sparse = bool(vms[moves.track[j]])
    wanted = params.gap_vms_published_hours if sparse else params.gap_published_hours
    context = heard >= params.gap_context_hours * HOUR_S
    poor = not sparse and _poor(*off, params)
    values: dict = {
        "in_port": bool(in_port[j]),
        "context": context,
        "poor_reception": poor,
    }
    line: tuple[tuple[float, float], ...] = ()
    ended = float("nan")
    if k is not None:
        on = (round(float(moves.lon[k]), 6), round(float(moves.lat[k]), 6))
        metres = float(distance_m(*map(np.asarray, (*off, *on))))
        ended, line = float(moves.at[k]), ((off, on) if on != off else ())
        values["distance_km"] = round(metres / 1e3, 2)
        values["implied_kn"] = round(metres / gone / KNOT_MS, 2)
        if sparse:
            values["missed"] = int(np.ceil(gone / (params.vms_interval_hours * HOUR_S)))
            values["missed"] -= 1
    elif gone > params.gap_open_days * DAY_S:
        ended = float(moves.at[j]) + params.gap_open_days * DAY_S
        values["lost"] = True
    return Found(
        kind=Kind.GAP,
        track=int(moves.track[j]),
        began=float(moves.at[j]),
        ended=ended,
        lon=off[0],
        lat=off[1],
        line=line,
        values=values,
        confidence=4 if context and not poor else 2,
        published=gone >= wanted * HOUR_S
        and context
        and not (values["in_port"] or poor),
    )


def _poor(lon: float, lat: float, params: Params) -> bool:
    return any(
        west <= lon <= east and south <= lat <= north
        for west, south, east, north in params.poor_reception
    )
