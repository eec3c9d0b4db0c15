"""Which hours and days of which stations a value enters. Pure.

A place is one station and one hour or day, as a key: station id times 2^32 plus the
number of the hour or day, counted by its end since 1970. Keys sort by station, then
by time, and 1 more is the next hour or day of the same station.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from layers.stations.models.indices import Period

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STATION = np.int64(2**32)
LOCAL_S = 7 * 3600  # Asia/Ho_Chi_Minh has had no other offset since 1975


@dataclass(frozen=True, slots=True)
class Clock:
    """Hours end on the hour, days at local midnight; both keep their end."""

    length_s: int
    ahead_s: int

    def enters(self, at: npt.ArrayLike) -> Ints:
        """Number of the hour or day that a time belongs to; ends belong to it."""
        seconds = np.asarray(at, dtype=np.float64) + self.ahead_s
        return np.ceil(seconds / self.length_s).astype(np.int64)

    def complete(self, newest: npt.ArrayLike) -> Ints:
        """Number of the last one that has ended by a time."""
        seconds = np.asarray(newest, dtype=np.float64) + self.ahead_s
        return np.floor(seconds / self.length_s).astype(np.int64)

    def ends(self, number: npt.ArrayLike) -> Ints:
        """Seconds since 1970 of the end of an hour or day."""
        return np.asarray(number, dtype=np.int64) * self.length_s - self.ahead_s


CLOCKS = {Period.HOUR: Clock(3_600, 0), Period.DAY: Clock(86_400, LOCAL_S)}


def key(station: npt.ArrayLike, number: npt.ArrayLike) -> Ints:
    """Keys of stations and hours or days."""
    left = np.asarray(station, dtype=np.int64)
    return np.asarray(left * STATION + np.asarray(number, dtype=np.int64))


def split(keys: Ints) -> tuple[Ints, Ints]:
    """(station ids, numbers) of keys."""
    return keys // STATION, keys % STATION


def ahead(keys: Ints, reach: int) -> Ints:
    """The keys and the ``reach - 1`` hours or days after each, once each, sorted."""
    return np.unique(keys[:, None] + np.arange(reach, dtype=np.int64))


def behind(keys: Ints, reach: int) -> Ints:
    """The keys and the ``reach - 1`` hours or days before each, once each, sorted."""
    return np.unique(keys[:, None] - np.arange(reach, dtype=np.int64))


def ended(keys: Ints, newest: Mapping[int, float], clock: Clock) -> Ints:
    """Those hours or days that have ended, seen from their station's newest value."""
    station, number = split(keys)
    known, place = np.unique(station, return_inverse=True)
    last = clock.complete([newest.get(int(pk), -np.inf) for pk in known])
    return keys[number <= last[place]] if len(keys) else keys


def runs(keys: Ints) -> tuple[Ints, Ints, Ints]:
    """Unbroken stretches of sorted keys: (station, first, last number)."""
    if not len(keys):
        return keys, keys, keys
    breaks = np.flatnonzero(np.diff(keys) != 1)
    first = keys[np.concatenate([[0], breaks + 1])]
    last = keys[np.concatenate([breaks, [len(keys) - 1]])]
    station, since = split(first)
    return station, since, split(last)[1]
