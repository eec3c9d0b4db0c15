"""What can be broken on purpose: ``--trouble 574000123=jump``."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .ais_marks import Mark, beacon
from .voyages import Fix, Way

if TYPE_CHECKING:
    from .ais import Boat

SILENCE, JUMP, CIRCLE, SHARED, DISTRESS = KINDS = (
    "silence", "jump", "circle", "shared", "distress",
)  # fmt: skip
VMS_ONLY = "broken"  # of the VMS device alone
JUMP_EVERY_S, JUMP_FOR_S, JUMP_DEG = 600.0, 60.0, 0.6
CIRCLE_KN, CIRCLE_RADIUS_DEG = 12.0, 0.02
KN_DEG_S = 1 / 60 / 3600


@dataclass(frozen=True, slots=True)
class Jumping:
    """Every ten minutes somewhere else for a minute."""

    way: Way

    def fix(self, epoch_s: float) -> Fix:
        fix = self.way.fix(epoch_s)
        if epoch_s % JUMP_EVERY_S >= JUMP_FOR_S:
            return fix
        return replace(fix, lon=fix.lon + JUMP_DEG)


@dataclass(frozen=True, slots=True)
class Circling:
    """A perfect circle at one speed, as simulators and jammers make it."""

    lon: float
    lat: float

    def fix(self, epoch_s: float) -> Fix:
        angle = epoch_s * CIRCLE_KN * KN_DEG_S / CIRCLE_RADIUS_DEG
        return Fix(
            self.lon
            + CIRCLE_RADIUS_DEG * math.sin(angle) / math.cos(math.radians(self.lat)),
            self.lat + CIRCLE_RADIUS_DEG * math.cos(angle),
            CIRCLE_KN,
            round((math.degrees(angle) + 90) % 360, 1),
        )


def parse(texts: Sequence[str], boats: Sequence[Boat]) -> dict[int, str]:
    """``NUMBER=trouble`` by MMSI or by registration; the codes of other simulators
    are left to them. ValueError names what can be broken."""
    by_name = {str(boat.mmsi): boat.mmsi for boat in boats}
    by_name |= {boat.name.replace(" ", "-"): boat.mmsi for boat in boats}
    found = {}
    for text in texts:
        code, _sign, trouble = text.partition("=")
        if code not in by_name or trouble in ("", VMS_ONLY):
            continue
        if trouble not in KINDS:
            raise ValueError(f"{text!r}: NUMBER=trouble with one of {', '.join(KINDS)}")
        found[by_name[code]] = trouble
    return found


def cause(
    troubles: dict[int, str], boats: list[Boat], now: float | None = None
) -> tuple[list[Boat], list[Mark]]:
    """The fleet with its troubles, and the beacons of boats in distress."""
    now = time.time() if now is None else now
    fleet: list[Boat] = []
    beacons: list[Mark] = []
    for number, boat in enumerate(boats):
        trouble = troubles.get(boat.mmsi)
        if trouble == SILENCE:
            continue
        fleet.append(boat)
        fix = boat.voyage.fix(now)
        if trouble == JUMP:
            boat.voyage = Jumping(boat.voyage)
        elif trouble == CIRCLE:
            boat.voyage = Circling(fix.lon, fix.lat)
        elif trouble == SHARED:
            # the same number on a boat that is somewhere else
            other = boats[(number + len(boats) // 2) % len(boats)]
            fleet.append(replace(boat, voyage=other.voyage, name=other.name))
        elif trouble == DISTRESS:
            beacons.append(beacon(len(beacons), fix.lon, fix.lat))
    return fleet, beacons
