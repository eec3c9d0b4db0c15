"""Made-up measurements for demo and simulator: a pure function of time.

The same station and time give the same value, so the simulator continues the
demo's history without a step. Magnitudes are ordinary for the kind of station.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .kinds import Kind
from .parameters import CATALOGUE

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STEP_S = 300
DAY_S = 86_400
LOCAL_S = 7 * 3600

# parameter: (mean, daily swing, noise), all in the catalogue's usual unit
PROFILES: dict[str, dict[str, tuple[float, float, float]]] = {
    Kind.AIR: {
        "PM2.5": (26.0, 7.0, 3.0),
        "PM10": (44.0, 11.0, 5.0),
        "SO2": (22.0, 5.0, 2.0),
        "NO2": (34.0, 11.0, 4.0),
        "CO": (900.0, 250.0, 60.0),
        "O3": (62.0, 32.0, 5.0),
        "Temp": (24.0, 4.0, 0.3),
        "RH": (76.0, -11.0, 1.5),
    },
    Kind.SURFACE_WATER: {
        "pH": (7.3, 0.1, 0.04),
        "DO": (6.8, 0.4, 0.1),
        "TSS": (38.0, 4.0, 3.0),
        "COD": (6.6, 0.6, 0.4),
        "NH4": (0.18, 0.03, 0.02),
        "Temp": (24.5, 1.2, 0.1),
    },
    Kind.EFFLUENT: {
        "Flow": (120.0, 30.0, 6.0),
        "pH": (7.2, 0.15, 0.06),
        "TSS": (29.0, 5.0, 2.0),
        "COD": (48.0, 8.0, 3.0),
        "NH4": (2.9, 0.5, 0.2),
        "Temp": (28.5, 1.0, 0.2),
    },
    Kind.RAIN: {"Rain": (0.0, 0.0, 0.0)},
    Kind.RIVER: {"Level": (0.0, 0.0, 0.02)},
    Kind.STACK: {
        "SO2": (140.0, 20.0, 10.0),
        "NO2": (180.0, 20.0, 12.0),
        "PM": (60.0, 8.0, 4.0),
        "O2": (8.0, 0.6, 0.2),
    },
}
UNITS = {(Kind.STACK.value, name): "mg/Nm³" for name in ("SO2", "NO2", "PM")}


def seed_of(*parts: str) -> int:
    """A number for names, the same on every machine."""
    return zlib.crc32("/".join(parts).encode())


def noise(seed: int, at: Floats) -> Floats:
    """Uniform in -1..1, one draw per five minutes (splitmix64)."""
    step = (np.asarray(at) // STEP_S).astype(np.uint64)
    with np.errstate(over="ignore"):
        x = step * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x ^= x >> np.uint64(31)
    return x.astype(np.float64) / 2.0**63 - 1.0


def values(
    kind: str, code: str, parameter: str, at: Floats, *, base: float = 0.0
) -> Floats:
    """Values of a station's parameter at times (seconds since 1970 UTC).

    ``base`` is added: the ordinary level of a river station, metres.
    """
    seed = seed_of(code, parameter)
    local = (np.asarray(at) + LOCAL_S) / DAY_S
    if parameter == "Rain":
        return _rain(seed, np.asarray(at), local)
    mean, swing, spread = PROFILES[kind][parameter]
    # stations differ by up to a quarter, except where nature keeps values alike
    steady = parameter in ("pH", "DO", "Temp", "RH", "O2", "Level")
    scale = 1.0 if steady else 0.8 + 0.5 * (seed_of(code) % 1000) / 1000
    # warmest and driest at 14 h, traffic twice a day
    peak = 14.0 / 24.0
    wave = np.cos(2 * np.pi * (local - peak))
    if parameter in ("PM2.5", "PM10", "NO2", "CO"):
        wave = np.cos(4 * np.pi * (local - 7.5 / 24.0))
    days = np.sin(2 * np.pi * (local / 5.3 + (seed % 97) / 97))
    slow = 0.35 if parameter == "Level" else 0.12 * mean * (not steady)
    result = scale * (mean + swing * wave) + slow * days + spread * noise(seed, at)
    return np.maximum(base + result, 0.0)


def _rain(seed: int, at: Floats, local: Floats) -> Floats:
    """Showers on some afternoons, in tips of 0.2 mm per five minutes."""
    day = np.floor(local)
    wet = noise(seed_of("rain"), day * STEP_S) > 0.35
    hour = (local - day) * 24
    strength = np.exp(-(((hour - 16 - 2 * (seed % 7) / 7) / 1.4) ** 2))
    amount = 1.0 * wet * strength * (1 + noise(seed, at))
    return np.floor(amount / 0.2) * 0.2


@dataclass(frozen=True, slots=True)
class DemoStation:
    """A station of fixtures/facts/stations.csv as far as it measures."""

    kind: str
    code: str
    base_m: float
    behaviour: str

    @classmethod
    def of(cls, row: Mapping[str, str]) -> DemoStation:
        base = float(row["ordinary_level_m"] or 0)
        return cls(row["kind"], row["code"], base, row["behaviour"])

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(PROFILES[self.kind])

    def unit(self, parameter: str) -> str:
        return UNITS.get((self.kind, parameter), CATALOGUE[parameter].units[0])

    def measure(self, parameter: str, at: Floats) -> tuple[Floats, Ints]:
        """(values, status) at times; some stations misbehave, to be looked at."""
        found = values(self.kind, self.code, parameter, at, base=self.base_m)
        status = np.zeros(len(found), dtype=np.int64)
        if self.behaviour == "dusty" and parameter in ("PM2.5", "PM10"):
            found = found * 1.9
        if self.behaviour == "dirty" and parameter in ("COD", "TSS"):
            # a batch is let out for two hours, three times a day
            hours = (np.asarray(at) + LOCAL_S) % (8 * 3600) / 3600
            found = found * np.where(hours < 2, 4.2, 1.0)
        if self.behaviour == "fault" and parameter == "DO":
            found, status = np.zeros_like(found), np.full(len(found), 2)
        return np.round(found, CATALOGUE[parameter].decimals), status
