"""Who speaks: classes of stations by number, message, type of ship and name."""

from __future__ import annotations

import re

import numpy as np

from layers.core.ingest import Ints

QUIET_KN = 3.0

# What fishermen of our coast call the radio floats on their nets; a battery
# level in the name marks one too.
BUOY_NAME = re.compile(r"(-?\d{1,3}%|\b(?:PHAO|LUOI|GOI|TUNG|NET|BUOY)\b|\dV\d)")
# TH-93388-TS and what is left of it in a name: a boat that lies still.
BOAT_NUMBER = re.compile(r"[A-Z]{2}[ -]?\d{4,5}")
CLASSES = ("", "distress", "navaid", "base_station", "sar")
DISTRESS, NAVAID, BASE_STATION, SAR = range(1, 5)


def mmsi_text(mmsi: int | str) -> str:
    """Nine digits, leading zeros kept."""
    return f"{int(mmsi):09d}"


def class_of_mmsi(mmsi: str) -> str:
    """What the form of the number says (ITU-R M.585)."""
    if mmsi.startswith(("970", "972", "974")):
        return "distress"
    if mmsi.startswith("99"):
        return "navaid"
    if mmsi.startswith("00"):
        return "base_station"
    if mmsi.startswith("111"):
        return "sar"
    return ""


_BY_TENS = {4: "passenger", 6: "passenger", 7: "cargo", 8: "tanker"}
_BY_TYPE = {
    30: "fishing", 31: "tug", 32: "tug", 33: "tug", 34: "tug", 35: "law",
    36: "pleasure", 37: "pleasure", 50: "tug", 51: "sar", 52: "tug", 53: "tug",
    54: "tug", 55: "law", 58: "other",
}  # fmt: skip


def class_of_ship_type(ship_type: int) -> str:
    """Class by the two digits of "type of ship and cargo" (table 53)."""
    return _BY_TYPE.get(ship_type) or _BY_TENS.get(ship_type // 10, "")


def class_codes(mmsi: Ints, kind: Ints) -> Ints:
    """Indices into ``CLASSES``: what number (ITU-R M.585) and message type say of each
    sender; 0 where nothing does.

    Status 14 ("AIS-SART active") makes no distress transmitter of a ship: one in a
    thousand says so by mistake, under way at 17 kn. It stays in the position.
    """
    code = np.zeros(len(mmsi), np.int64)
    code[mmsi // 1_000_000 == 111] = SAR
    code[mmsi < 10_000_000] = BASE_STATION
    code[mmsi // 10_000_000 == 99] = NAVAID
    code[kind == 9] = SAR
    code[(kind == 4) | (kind == 11)] = BASE_STATION
    code[kind == 21] = NAVAID
    code[np.isin(mmsi // 1_000_000, (970, 972, 974))] = DISTRESS
    return code


def classify(
    mmsi: str, kind: int, ship_type: int = 0, name: str = "", *, quiet: bool = False
) -> str:
    """The class that a static report tells, or "".

    Battery levels and net words mark the radio floats of our coast whatever their
    number; so does an extended class B report (type 19) of no type of ship, without
    heading and slower than 3 kn (``quiet``). A real aid to navigation has a number
    99…, whatever its name.
    """
    by_form = class_of_mmsi(mmsi)
    if by_form:
        return by_form
    if name and BUOY_NAME.search(name.upper()):
        return "buoy"
    if kind == 21:
        return "navaid"
    if quiet and ship_type == 0 and not BOAT_NUMBER.search(name.upper()):
        return "buoy"
    return class_of_ship_type(ship_type)
