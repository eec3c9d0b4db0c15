"""Loitering: whole hours (UTC) with a mean speed below 2 kn, one after the other."""

from __future__ import annotations

import numpy as np

from layers.core.ingest import Bools
from layers.movements.choices import Kind
from layers.movements.moves import Found
from layers.movements.params import HOUR_S, KNOT_MS, Params
from layers.movements.sampling import Samples
from layers.tracks.simplify import distance_m

HEARD = 2 / 3  # of an hour must be known


def find(samples: Samples, away: Bools, now: float, params: Params) -> list[Found]:
    """``away`` per sample: far enough from ports. The distance from the shore is
    looked at by the caller: only few places need it."""
    step_s = params.sample_minutes * 60
    here = samples.take(away)
    if len(here) < 2:
        return []
    near = (here.track[1:] == here.track[:-1]) & (here.slot[1:] == here.slot[:-1] + 1)
    metres = distance_m(here.lon[:-1], here.lat[:-1], here.lon[1:], here.lat[1:])[near]
    track, hour = here.track[:-1][near], here.slot[:-1][near] * step_s // HOUR_S
    block, place, count = np.unique(
        np.c_[track, hour], axis=0, return_inverse=True, return_counts=True
    )
    total = np.bincount(place.ravel(), metres, minlength=len(block))
    kn = total / (count * step_s) / KNOT_MS
    slow = (kn < params.loitering_kn) & (count * step_s >= HEARD * HOUR_S)
    block, total, count = block[slow].astype(np.int64), total[slow], count[slow]
    if not len(block):
        return []
    cut = np.r_[
        True, (block[1:, 0] != block[:-1, 0]) | (block[1:, 1] != block[:-1, 1] + 1)
    ]
    begin = np.flatnonzero(cut)
    end = np.r_[begin[1:], len(block)]
    found = []
    for i, j in zip(begin.tolist(), end.tolist(), strict=True):
        if j - i < params.loitering_least_hours:
            continue
        lasted = float(count[i:j].sum()) * step_s
        began, ended = (
            float(block[i, 1]) * HOUR_S,
            (float(block[j - 1, 1]) + 1) * HOUR_S,
        )
        lon, lat = _middle(here, int(block[i, 0]), began / step_s, ended / step_s)
        # an hour that is not over says nothing yet
        lasts = now - ended < 2 * HOUR_S
        found.append(
            Found(
                kind=Kind.LOITERING,
                track=int(block[i, 0]),
                began=began,
                ended=float("nan") if lasts else ended,
                lon=lon,
                lat=lat,
                values={
                    "mean_kn": round(float(total[i:j].sum()) / lasted / KNOT_MS, 2),
                    "distance_km": round(float(total[i:j].sum()) / 1e3, 2),
                },
            )
        )
    return found


def _middle(
    samples: Samples, track: int, low: float, high: float
) -> tuple[float, float]:
    begin, end = np.searchsorted(samples.track, [track, track + 1])
    first, last = np.searchsorted(samples.slot[begin:end], [low, high])
    rows = slice(begin + first, begin + last)
    return float(samples.lon[rows].mean()), float(samples.lat[rows].mean())
