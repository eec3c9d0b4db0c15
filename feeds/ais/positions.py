"""Positions of a group of messages as columns (ITU-R M.1371-5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from layers.core.ingest import Bools, Floats, Ints
from layers.vessels.flags import Flag
from layers.vessels.reports import NO_STATUS

from .fields import POSITIONS, Payloads, coarse_degrees, degrees, turn_rate

SAR_AIRCRAFT, AID, LONG_RANGE = 9, 21, 27
FASTEST = 1_022  # that or more; 1023 is "not available"
# Exact 52.0 and 102.3 kn are noise, as Global Fishing Watch found.
NOISE = (520, 1_023)
LONG_RANGE_FASTEST = 63
MANUAL_INPUT, DEAD_RECKONING, NO_FIX = 61, 62, 63
# Who moves and says that its place was typed in; aids and base stations always do.
MOBILE = (1, 2, 3, 9, 18, 19)
# Type 27 gives 1/10 minute. The accuracy bit of the others ("over 10 m") only tells
# plain GPS from corrected GPS: that is no error worth a number.
LONG_RANGE_ERROR_M = 185.0


@dataclass(slots=True)
class Positions:
    """Columns of n messages; ``there`` marks those that hold a position. Units as
    in :class:`layers.vessels.reports.VesselReports`; ``second`` is the UTC second
    of the fix, 60 and more: none."""

    there: Bools
    lon: Floats
    lat: Floats
    speed_kn: Floats
    course_deg: Floats
    heading_deg: Floats
    turn_deg_min: Floats
    error_m: Floats
    status: Ints
    second: Ints
    flags: Ints

    @classmethod
    def of(cls, count: int) -> Positions:
        unknown = np.full((7, count), np.nan)
        return cls(
            there=np.zeros(count, bool),
            lon=unknown[0],
            lat=unknown[1],
            speed_kn=unknown[2],
            course_deg=unknown[3],
            heading_deg=unknown[4],
            turn_deg_min=unknown[5],
            error_m=unknown[6],
            status=np.full(count, NO_STATUS),
            second=np.full(count, 60),
            flags=np.zeros(count, np.int64),
        )

    def read(self, kind: int, rows: Ints, payloads: Payloads) -> None:
        """Fill ``rows`` from payloads of ``kind`` (types of one layout)."""
        raw = {name: payloads.number(field) for name, field in POSITIONS[kind].items()}
        scale = coarse_degrees if kind == LONG_RANGE else degrees
        lon, lat = scale(raw["lon"]), scale(raw["lat"])
        self.lon[rows], self.lat[rows] = lon, lat
        self.there[rows] = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
        flags = np.where((lon == 0) & (lat == 0), int(Flag.NOWHERE), 0)
        if "second" in raw:
            self.second[rows] = raw["second"]
            flags |= _of_second(raw["second"], kind)
        if "speed" in raw:
            self.speed_kn[rows] = _speed(raw["speed"], kind)
            if kind not in (SAR_AIRCRAFT, LONG_RANGE):
                noise = np.isin(raw["speed"], NOISE)
                flags |= np.where(noise, int(Flag.NOISE_SPEED), 0)
        if "course" in raw:
            course = raw["course"] if kind == LONG_RANGE else raw["course"] / 10
            self.course_deg[rows] = np.where(course < 360, course, np.nan)
        if "heading" in raw:
            heading = raw["heading"]
            self.heading_deg[rows] = np.where(heading < 360, heading, np.nan)
        if "status" in raw:
            self.status[rows] = raw["status"]
        if "turn" in raw:
            self.turn_deg_min[rows] = turn_rate(raw["turn"])
        if "off_position" in raw:
            # worth something only from an aid that has a fix (M.1371-5, table 73)
            off = (raw["off_position"] == 1) & (raw["second"] < 60)
            flags |= np.where(off, int(Flag.OFF_POSITION), 0)
        if kind == LONG_RANGE:
            self.error_m[rows] = LONG_RANGE_ERROR_M
            flags |= int(Flag.COARSE)
        self.flags[rows] = flags


def _of_second(second: Ints, kind: int) -> Ints:
    flags = np.where(second == DEAD_RECKONING, int(Flag.DEAD_RECKONING), 0)
    flags |= np.where(second == NO_FIX, int(Flag.NO_FIX), 0)
    if kind in MOBILE:
        flags |= np.where(second == MANUAL_INPUT, int(Flag.MANUAL), 0)
    return flags


def _speed(raw: Ints, kind: int) -> Floats:
    """Knots; NaN where not said or not to be believed."""
    if kind == LONG_RANGE:
        return np.where(raw < LONG_RANGE_FASTEST, raw, np.nan)
    if kind == SAR_AIRCRAFT:
        return np.where(raw < FASTEST, raw, np.nan)
    return np.where((raw < FASTEST) & (raw != NOISE[0]), raw / 10, np.nan)


def correct_second(time: Floats, second: Ints) -> Floats:
    """Times of reception moved to the second that the message names.

    A position carries only its UTC second (60 and more: not available); the
    nearest matching moment is within 30 s.
    """
    base = time - time % 60 + second
    # half a minute off either way: a message is older than its reception
    base += 60.0 * (time - base > 30) - 60.0 * (base - time >= 30)
    return np.where(second < 60, base, time)
