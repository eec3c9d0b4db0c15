"""Tracks at equal steps of time, so that they can be held against each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from layers.core.ingest import Bools, Floats, Ints

from .moves import Legs, Moves


@dataclass(slots=True)
class Samples:
    """m places of tracks at multiples of a step: ``slot`` is the multiple; degrees;
    ``kn`` the speed of the leg. Ordered by track and slot."""

    track: Ints
    slot: Ints
    lon: Floats
    lat: Floats
    kn: Floats

    def __len__(self) -> int:
        return len(self.slot)

    def take(self, rows: Ints | Bools) -> Samples:
        return Samples(*(getattr(self, name)[rows] for name in self.__slots__))


def sample(moves: Moves, leg: Legs, step_s: float, gap_s: float) -> Samples:
    """Places in between, not across silences longer than ``gap_s``."""
    rows = np.flatnonzero(leg.joined & (leg.seconds <= gap_s) & (leg.seconds > 0))
    begin, end = moves.at[rows - 1], moves.at[rows]
    low = np.floor(begin / step_s).astype(np.int64) + 1
    count = np.maximum(np.floor(end / step_s).astype(np.int64) - low + 1, 0)
    rows, low, count = rows[count > 0], low[count > 0], count[count > 0]
    which = np.repeat(np.arange(len(rows)), count)
    lead = np.cumsum(count) - count
    slot = low[which] + np.arange(len(which)) - lead[which]
    j = rows[which]
    part = (slot * step_s - moves.at[j - 1]) / leg.seconds[j]
    return Samples(
        track=moves.track[j],
        slot=slot,
        lon=moves.lon[j - 1] + part * (moves.lon[j] - moves.lon[j - 1]),
        lat=moves.lat[j - 1] + part * (moves.lat[j] - moves.lat[j - 1]),
        kn=leg.kn[j],
    )
