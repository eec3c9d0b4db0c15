"""Port visits, as Global Fishing Watch defines them.

In at 3 km from a port or anchorage, out beyond 4 km. Confidence: 1 only seen there;
2 a stop or a silence inside; 3 with entry or exit; 4 with both.
"""

from __future__ import annotations

import numpy as np

from layers.core.ingest import Bools, Floats, Ints
from layers.movements.choices import Kind
from layers.movements.moves import Found, Legs, Moves, Seed, held, runs
from layers.movements.params import Params


def inside(moves: Moves, metres: Floats, seeds: dict[int, Seed], p: Params) -> Bools:
    """Per point whether the ship is in a port; ``metres`` to the nearest one."""
    first = moves.first()
    seeded = first & np.isin(moves.track, list(seeds))
    near, far = metres <= p.port_enter_km * 1e3, metres > p.port_leave_km * 1e3
    return held(near, far, first, seeded)


def find(
    moves: Moves, leg: Legs, still: Bools, port: Ints, metres: Floats,
    seeds: dict[int, Seed], params: Params,
) -> list[Found]:  # fmt: skip
    """``port`` is the id of the nearest port of each point, ``metres`` how far."""
    first, last = moves.first(), moves.last()
    begin, end = runs(inside(moves, metres, seeds, params), first)
    found = []
    for i, j in zip(begin.tolist(), end.tolist(), strict=True):
        track = int(moves.track[i])
        seed = seeds.get(track) if first[i] else None
        halt = _first(still[i : j + 1], i)
        # the silence before the first point belongs to what was before
        silent = leg.seconds[i + 1 : j + 1] >= params.port_gap_minutes * 60
        hush = _first(silent, i + 1)
        place = i if halt is None else halt
        values = {
            "port_id": int(port[place]),
            "entry": not first[i],
            "stopped_at": None if halt is None else float(moves.at[halt]),
            "silent_at": None if hush is None else float(moves.at[hush - 1]),
        }
        spot = (float(moves.lon[place]), float(moves.lat[place]))
        began = float(moves.at[i])
        if seed:
            values, spot = _with(seed, values, spot, began)
            began = seed.began
        rank = _confidence(values, exit=not last[j])
        found.append(
            Found(
                kind=Kind.VISIT,
                track=track,
                began=began,
                ended=float("nan") if last[j] else float(moves.at[j + 1]),
                lon=spot[0],
                lat=spot[1],
                values=values,
                confidence=rank,
                published=rank >= params.port_published_confidence,
            )
        )
    return found


def _first(mask: Bools, base: int) -> int | None:
    where = np.flatnonzero(mask)
    return base + int(where[0]) if len(where) else None


def _with(
    seed: Seed, values: dict, spot: tuple[float, float], since: float
) -> tuple[dict, tuple[float, float]]:
    """What was known before ``since`` stands before what is found after it."""
    before = {
        name: at
        for name in ("stopped_at", "silent_at")
        if (at := seed.values.get(name)) is not None and at < since
    }
    merged = {**values, "entry": seed.values.get("entry", True), **before}
    if "stopped_at" in before or values["stopped_at"] is None:
        merged["port_id"] = seed.values.get("port_id", values["port_id"])
        spot = (seed.lon, seed.lat)
    return merged, spot


def _confidence(values: dict, *, exit: bool) -> int:
    if values["stopped_at"] is None and values["silent_at"] is None:
        return 1
    return 2 + int(values["entry"]) + int(exit)
