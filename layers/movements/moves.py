"""The columns that the kinds of movements are found in. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from layers.core.ingest import Bools, Floats, Ints
from layers.tracks.segments import Break
from layers.tracks.simplify import distance_m

from .params import KNOT_MS


@dataclass(slots=True)
class Moves:
    """n credible points of tracks in order of track and time.

    ``track`` is an index into what the batch holds; ``at`` epoch seconds, degrees,
    ``speed_kn`` as reported (NaN: not said); ``begins`` a
    :class:`layers.tracks.segments.Break`; ``fixes`` how many reported fixes the point
    stands for. Between two points no fix is farther than a few metres from the line.
    """

    track: Ints
    at: Floats
    lon: Floats
    lat: Floats
    speed_kn: Floats
    begins: Ints
    fixes: Ints

    def __len__(self) -> int:
        return len(self.at)

    def take(self, rows: Ints | Bools) -> Moves:
        return Moves(*(getattr(self, name)[rows] for name in self.__slots__))

    def first(self) -> Bools:
        """Per point whether it is the first of its track."""
        return np.r_[True, self.track[1:] != self.track[:-1]][: len(self)]

    def last(self) -> Bools:
        return np.r_[self.track[1:] != self.track[:-1], True][-len(self) or 1 :][
            : len(self)
        ]


@dataclass(slots=True)
class Legs:
    """From each point's predecessor to it, shape n; NaN at the first of a track.

    ``joined``: the ship went from one to the other, as far as is known.
    """

    seconds: Floats
    metres: Floats
    kn: Floats
    joined: Bools


def legs(moves: Moves) -> Legs:
    first = moves.first()
    before = np.maximum(np.arange(len(moves)) - 1, 0)
    seconds = np.where(first, np.nan, moves.at - moves.at[before])
    metres = distance_m(moves.lon[before], moves.lat[before], moves.lon, moves.lat)
    metres = np.where(first, np.nan, metres)
    kn = metres / np.maximum(seconds, 1.0) / KNOT_MS
    unjoined = (Break.FIRST, Break.SPEED, Break.FITTING)
    return Legs(seconds, metres, kn, ~first & ~np.isin(moves.begins, unjoined))


def held(raised: Bools, lowered: Bools, restart: Bools, at_start: Bools) -> Bools:
    """Hysteresis: true from ``raised`` until ``lowered``. At ``restart`` what was
    before is forgotten; ``at_start`` is what holds there."""
    count = len(raised)
    said = raised | lowered | restart
    place = np.maximum.accumulate(np.where(said, np.arange(count), 0))
    value = np.where(raised, True, np.where(lowered, False, at_start & restart))
    return value[place] if count else np.zeros(0, dtype=bool)


def runs(inside: Bools, restart: Bools) -> tuple[Ints, Ints]:
    """First and last index of every run of true that no ``restart`` cuts."""
    if not len(inside):
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty
    opens = inside & (restart | ~np.r_[False, inside[:-1]])
    closes = inside & (np.r_[restart[1:], True] | ~np.r_[inside[1:], False])
    return np.flatnonzero(opens), np.flatnonzero(closes)


@dataclass(slots=True, kw_only=True)
class Found:
    """A movement: ``ended`` NaN while it lasts; ``line`` (lon, lat) pairs of a line,
    else it is at ``lon``/``lat``. ``others`` are the tracks of a meeting."""

    kind: str
    track: int
    began: float
    ended: float
    lon: float
    lat: float
    values: dict[str, Any]
    others: tuple[int, ...] = ()
    line: tuple[tuple[float, float], ...] = ()
    confidence: int = 4
    published: bool = True


@dataclass(slots=True)
class Seed:
    """A stop or visit that began before the points at hand, by what is stored."""

    began: float
    lon: float
    lat: float
    values: dict[str, Any] = field(default_factory=dict)
