"""The ladder of one vessel, rung by rung: what was due when, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite

from django.utils.functional import Promise

from layers.vessels.duties import reading
from layers.vessels.duties.clock import MEMORY
from layers.vessels.duties.ladder import CLIMB, STEPS, ladder
from layers.vessels.layer import STEPS as TITLES


@dataclass(frozen=True, slots=True)
class Rung:
    """A step and when it is due. ``state``: reached, next or later."""

    name: str
    title: str | Promise
    due: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Clocks:
    """``counted_from``: the report (or the departure) that the clocks count from;
    None while nothing is owed (in port, no duty). ``every_min``: minutes between
    reports that the duty asks for, 0 without one."""

    counted_from: datetime | None
    every_min: int
    rungs: list[Rung]

    @property
    def every_h(self) -> str:
        return f"{self.every_min / 60:g}"


def of(vessel_id: int, now: datetime) -> Clocks | None:
    """None for a vessel without a counted VMS device."""
    ships = reading.ships(now, [vessel_id])
    if not len(ships):
        return None
    every = int(ships.every[0] // 60) if ships.owes[0] else 0
    standing = ladder(ships.fleet, reading.spans(ships.providers, now - MEMORY))
    start = float(standing.start[0])
    if not (every and isfinite(start)):
        return Clocks(None, every, [])
    first = CLIMB + 1 if standing.broken[0] else 1
    rungs: list[Rung] = []
    for name, due in zip(STEPS[first : first + CLIMB], standing.due[0], strict=True):
        if isfinite(due):
            at = datetime.fromtimestamp(float(due), UTC)
            later = "later" if any(r.state == "next" for r in rungs) else "next"
            state = "reached" if at <= now else later
            rungs.append(Rung(name, dict(TITLES)[name], at, state))
    return Clocks(datetime.fromtimestamp(start, UTC), every, rungs)
