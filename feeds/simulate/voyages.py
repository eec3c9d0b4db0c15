"""Where a made-up fishing boat is at any moment.

A voyage is a closed path at given speeds, walked for ever: a boat's place is a
function of the time alone, so a simulator that starts again moves no boat.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import Protocol

import numpy as np
from numpy.random import Generator

KM_PER_DEGREE = 111.195
KN_TO_KM_S = 1.852 / 3600


@dataclass(frozen=True, slots=True)
class Fix:
    lon: float
    lat: float
    speed_kn: float
    course_deg: float


class Way(Protocol):
    """Anything that knows where it is at a moment."""

    def fix(self, epoch_s: float) -> Fix:
        """Place, speed and course at ``epoch_s``."""
        ...


@dataclass(frozen=True, slots=True)
class Voyage:
    """``at`` is the second of the cycle at which each corner is reached."""

    lon: np.ndarray
    lat: np.ndarray
    at: np.ndarray
    phase_s: float

    @property
    def cycle_s(self) -> float:
        return float(self.at[-1])

    def fix(self, epoch_s: float) -> Fix:
        moment = (epoch_s + self.phase_s) % self.cycle_s
        leg = int(np.searchsorted(self.at, moment, side="right")) - 1
        leg = min(leg, len(self.at) - 2)
        took = self.at[leg + 1] - self.at[leg]
        share = (moment - self.at[leg]) / took if took > 0 else 0.0
        dlon = self.lon[leg + 1] - self.lon[leg]
        dlat = self.lat[leg + 1] - self.lat[leg]
        east = dlon * cos(radians(self.lat[leg])) * KM_PER_DEGREE
        north = dlat * KM_PER_DEGREE
        distance = float(np.hypot(east, north))
        speed = distance / took / KN_TO_KM_S if took > 0 else 0.0
        course = float(np.degrees(np.arctan2(east, north)) % 360)
        return Fix(
            float(self.lon[leg] + share * dlon),
            float(self.lat[leg] + share * dlat),
            round(speed, 1),
            round(course, 1) if distance > 0.005 else 0.0,
        )


def walk(
    corners: list[tuple[float, float]], speeds_kn: list[float], waits_s: list[float]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Corners with the wait at each and the speed of the leg after it."""
    lon, lat, at = [corners[0][0]], [corners[0][1]], [0.0]
    for index, (x, y) in enumerate(corners):
        if waits_s[index] > 0:
            lon.append(x)
            lat.append(y)
            at.append(at[-1] + waits_s[index])
        nx, ny = corners[(index + 1) % len(corners)]
        east = (nx - x) * cos(radians(y)) * KM_PER_DEGREE
        distance = float(np.hypot(east, (ny - y) * KM_PER_DEGREE))
        lon.append(nx)
        lat.append(ny)
        at.append(at[-1] + max(distance / (speeds_kn[index] * KN_TO_KM_S), 1.0))
    return np.asarray(lon), np.asarray(lat), np.asarray(at)


def fishing_trip(
    rng: Generator,
    berth: tuple[float, float],
    mouth: tuple[float, float],
    ground: tuple[float, float],
    *,
    offshore: bool,
    reach_deg: float,
) -> Voyage:
    """Berth, estuary mouth, hauls round the ground, and home again. The hauls lie
    ``reach_deg`` (standard deviation) about its middle."""
    hauls = int(rng.integers(6, 14))
    around = [
        (
            ground[0] + float(rng.normal(0, reach_deg)),
            ground[1] + float(rng.normal(0, reach_deg)),
        )
        for _haul in range(hauls)
    ]
    cruise = float(rng.uniform(6.5, 9.5))
    corners = [berth, mouth, *around, mouth]
    speeds = [5.0, cruise, *rng.uniform(2.2, 4.2, hauls - 1).tolist(), cruise, 5.0]
    rest_s = float(rng.uniform(6, 30) if offshore else rng.uniform(5, 14)) * 3600
    waits = [rest_s, 0.0, *rng.uniform(300, 2_400, hauls).tolist(), 0.0]
    lon, lat, at = walk(corners, speeds, waits)
    return Voyage(lon, lat, at, float(rng.uniform(0, at[-1])))


def moored(berth: tuple[float, float]) -> Voyage:
    """A boat that stays at its berth."""
    still = np.asarray([0.0, 86_400.0])
    return Voyage(np.full(2, berth[0]), np.full(2, berth[1]), still, 0.0)


def border_runner(
    rng: Generator, outside: tuple[float, float], inside: tuple[float, float]
) -> Voyage:
    """In and out of a zone, so that its rule can be seen at work."""
    lon, lat, at = walk([outside, inside], [7.0, 7.0], [240.0, 600.0])
    return Voyage(lon, lat, at, float(rng.uniform(0, at[-1])))
