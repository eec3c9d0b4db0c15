"""What else sends AIS at sea: floats on nets, aids to navigation, beacons."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyais.encode import encode_dict

FLOATS = 12
FLOAT_EVERY_S, AID_EVERY_S, BEACON_EVERY_S = 60.0, 180.0, 60.0
# Numbers as net floats of our coast really have them (like a ship's), aids (99 and
# the country) and emergency beacons (974).
FIRST_FLOAT, FIRST_AID, FIRST_BEACON = 574_099_001, 995_741_001, 974_574_001
DRIFT_DEG, TIDE_S = 0.004, 44_700.0
AID_PORT_HAND, SART_ACTIVE = 24, 14

Speak = Callable[["Mark", float], list[dict[str, Any]]]


@dataclass(slots=True)
class Mark:
    """Something that stays about where it is and sends every ``every_s``."""

    mmsi: int
    name: str
    lon: float
    lat: float
    every_s: float
    speak: Speak
    next_at: float = 0.0

    def due(self, now: float) -> list[str]:
        """The sentences that it sends at ``now``; its timer moves on."""
        if now < self.next_at:
            return []
        self.next_at = now + self.every_s * (0.75 + (self.mmsi % 100) / 200)
        return [
            line
            for fields in self.speak(self, now)
            for line in encode_dict(
                {"mmsi": self.mmsi, **fields}, talker_id="AI", sentence_type="VDM"
            )
        ]


def _as_float(mark: Mark, now: float) -> list[dict[str, Any]]:
    """Extended class B, as the cheap transmitters do; it swings with the tide."""
    angle = 2 * math.pi * (now / TIDE_S + mark.mmsi % 7 / 7)
    return [
        {
            "type": 19,
            "shipname": mark.name,
            "lon": mark.lon + DRIFT_DEG * math.sin(angle),
            "lat": mark.lat + DRIFT_DEG * math.cos(angle),
            "speed": 0.2,
            "course": math.degrees(angle) % 360,
            "heading": 511,
            "second": int(now) % 60,
        }
    ]


def _as_aid(mark: Mark, now: float) -> list[dict[str, Any]]:
    return [
        {
            "type": 21,
            "aid_type": AID_PORT_HAND,
            "name": mark.name,
            "lon": mark.lon,
            "lat": mark.lat,
            "second": int(now) % 60,
        }
    ]


def _as_beacon(mark: Mark, now: float) -> list[dict[str, Any]]:
    """Position with status 14 and the text that every bridge shows."""
    return [
        {
            "type": 1,
            "status": SART_ACTIVE,
            "lon": mark.lon,
            "lat": mark.lat,
            "speed": 0.8,
            "course": 45.0,
            "heading": 511,
            "second": int(now) % 60,
        },
        {"type": 14, "text": mark.name},
    ]


def floats(rng: np.random.Generator, places: np.ndarray) -> list[Mark]:
    """Net floats at ``places`` (n, 2), named with their battery level."""
    return [
        Mark(
            FIRST_FLOAT + index,
            f"PHAO {index + 1}-{int(rng.integers(20, 100))}%",
            float(lon),
            float(lat),
            FLOAT_EVERY_S,
            _as_float,
        )
        for index, (lon, lat) in enumerate(places)
    ]


def aids(places: dict[str, tuple[float, float]]) -> list[Mark]:
    """A channel buoy at each of the named places."""
    return [
        Mark(FIRST_AID + index, name[:20], lon, lat, AID_EVERY_S, _as_aid)
        for index, (name, (lon, lat)) in enumerate(sorted(places.items()))
    ]


def beacon(number: int, lon: float, lat: float) -> Mark:
    """An emergency beacon (EPIRB) that is at work."""
    text = "EPIRB ACTIVE"
    return Mark(FIRST_BEACON + number, text, lon, lat, BEACON_EVERY_S, _as_beacon)
