"""How fast a river rises, when it reaches the next alarm level, when it falls. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# Farther ahead a straight line says nothing.
HORIZON_H = 24.0
# Slower than this the water stands: a centimetre in an hour is its noise.
STANDS_M_PER_H = 0.01
# Water is over a level until it is this far below it (metres).
BAND_M = 0.1
# Nearer than this below the lowest known level is worth an order sheet (metres).
NEAR_M = 0.5
LEAST_VALUES = 3


@dataclass(frozen=True, slots=True)
class Level:
    """An alarm level of a station; ``value_m`` None: not known."""

    number: int
    value_m: float | None
    legal_source: str = ""
    note: str = ""
    valid_from: date | None = None

    @property
    def roman(self) -> str:
        return "I" * self.number


def rate(at: Floats, level_m: Floats, now: float, hours: float) -> float | None:
    """Rate of rise in m/h over the last ``hours`` before ``now`` (seconds since 1970).

    The median of the slopes between all pairs of values (Theil and Sen): one wrong
    value does not move it, missing ones do not matter. None with fewer than three
    values, or when they span less than half of the time.
    """
    mine = (at > now - hours * 3600) & (at <= now) & np.isfinite(level_m)
    hour, level = (at[mine] - now) / 3600, level_m[mine]
    if len(hour) < LEAST_VALUES or np.ptp(hour) < hours / 2:
        return None
    first, second = np.triu_indices(len(hour), 1)
    span = hour[second] - hour[first]
    slope = (level[second] - level[first])[span != 0] / span[span != 0]
    return float(np.median(slope))


def standing(level_m: float | None, levels: Sequence[Level]) -> int | None:
    """The highest alarm level that the water has reached; 0: below all known ones.
    None: not known (no water level, or no level to compare with)."""
    known = [entry for entry in levels if entry.value_m is not None]
    if level_m is None or not known:
        return None
    return max((e.number for e in known if level_m >= e.value_m), default=0)  # type: ignore[operator]


def held(
    level_m: Sequence[float], levels: Sequence[Level], band_m: float = BAND_M
) -> int | None:
    """The alarm level that holds after values, oldest first: reached at once, left only
    when the water is ``band_m`` below it. None: nothing known."""
    now: int | None = None
    lowered = [
        Level(e.number, None if e.value_m is None else e.value_m - band_m)
        for e in levels
    ]
    for value in level_m:
        reached, kept = standing(value, levels), standing(value, lowered)
        if reached is None or kept is None:
            continue
        now = max(reached, min(now or 0, kept))
    return now


def next_level(level_m: float | None, levels: Sequence[Level]) -> Level | None:
    """The lowest known level above the water; None: it is over all of them."""
    if level_m is None:
        return None
    above = [e for e in levels if e.value_m is not None and e.value_m > level_m]
    return min(above, key=lambda entry: entry.value_m or 0.0, default=None)


def hours_to(
    level_m: float | None, target_m: float | None, rate_m_per_h: float | None
) -> float | None:
    """Hours until a level is reached if the water goes on rising as it does: an
    estimate. None: not rising, over it, or more than 24 hours ahead."""
    if level_m is None or target_m is None or rate_m_per_h is None:
        return None
    if target_m <= level_m or rate_m_per_h < STANDS_M_PER_H:
        return None
    found = (target_m - level_m) / rate_m_per_h
    return found if found <= HORIZON_H else None


def is_near(level_m: float | None, levels: Sequence[Level]) -> bool:
    """Whether the water is over the lowest known level, or less than half a metre
    below it."""
    known = [entry.value_m for entry in levels if entry.value_m is not None]
    return level_m is not None and bool(known) and level_m >= min(known) - NEAR_M
