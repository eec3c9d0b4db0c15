"""From a decoded AIS message to vessel reports (ITU-R M.1371-5)."""

from __future__ import annotations

import re
from typing import Any

from layers.vessels.reports import NO_STATUS, Static, VesselReports

NOT_SAID = float("nan")
NO_LONGITUDE, NO_LATITUDE = 181.0, 91.0
POSITION_TYPES = frozenset({1, 2, 3, 4, 9, 11, 18, 19, 21, 27})
STATIC_TYPES = frozenset({5, 19, 21, 24})
# 63 whole knots is "not available" in a long-range message (type 27).
LONG_RANGE, LONG_RANGE_NO_SPEED, LONG_RANGE_NO_COURSE = 27, 63, 511
NO_SPEED_KN = 102.2  # 102.3 is "not available", 102.2 "that or more"

# What fishermen of our coast call the radio floats on their nets; a battery
# level in the name marks one too.
BUOY_NAME = re.compile(r"(-?\d{1,3}%|\b(?:PHAO|LUOI|GOI|TUNG|NET|BUOY)\b|\dV\d)")


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


def classify(mmsi: str, message_type: int, ship_type: int = 0, name: str = "") -> str:
    """The vessel class, or "" when nothing tells."""
    if message_type == 21:
        return "navaid"
    if message_type in (4, 11):
        return "base_station"
    if message_type == 9:
        return "sar"
    by_form = class_of_mmsi(mmsi)
    if by_form:
        return by_form
    if name and BUOY_NAME.search(name.upper()):
        return "buoy"
    return class_of_ship_type(ship_type)


def clean_name(value: str | None) -> str:
    """AIS text without padding; ``@`` ends it."""
    return " ".join((value or "").split("@")[0].split())


def has_position(message: Any) -> bool:
    lon, lat = message.lon, message.lat
    if lon is None or lat is None:
        return False
    return -180 <= lon <= 180 and -90 <= lat <= 90


def correct_second(time: float, second: int | None) -> float:
    """Move a time of reception to the second that the message names.

    The position carries only its UTC second (60 and more: not available); the
    nearest matching moment is within 30 s.
    """
    if second is None or not 0 <= second < 60:
        return time
    base = time - time % 60 + second
    return min((base - 60, base, base + 60), key=lambda moment: abs(moment - time))


def add_position(
    reports: VesselReports, message: Any, *, time: float, digest: int, source: str
) -> None:
    kind = int(message.msg_type)
    mmsi = mmsi_text(message.mmsi)
    speed, course = _speed(message, kind), _course(message, kind)
    heading = getattr(message, "heading", None)
    status = getattr(message, "status", None)
    reports.device.append(f"mmsi:{mmsi}")
    reports.vessel_class.append(classify(mmsi, kind))
    reports.source.append(source)
    reports.at.append(correct_second(time, getattr(message, "second", None)))
    reports.lon.append(message.lon)
    reports.lat.append(message.lat)
    reports.speed_kn.append(speed)
    reports.course_deg.append(course)
    reports.heading_deg.append(
        NOT_SAID if heading is None or heading >= 360 else float(heading)
    )
    reports.status.append(NO_STATUS if status is None else int(status))
    reports.message_type.append(kind)
    reports.digest.append(digest)


def _speed(message: Any, kind: int) -> float:
    speed = getattr(message, "speed", None)
    if speed is None or (kind == 9 and speed >= 1022):
        return NOT_SAID
    limit = LONG_RANGE_NO_SPEED if kind == LONG_RANGE else NO_SPEED_KN
    return NOT_SAID if kind != 9 and speed >= limit else float(speed)


def _course(message: Any, kind: int) -> float:
    course = getattr(message, "course", None)
    if course is None or course >= 360:
        return NOT_SAID
    return float(course)


def static_report(message: Any, *, time: float, digest: int) -> Static | None:
    """What the message says of its sender, or None when it says nothing."""
    kind = int(message.msg_type)
    mmsi = mmsi_text(message.mmsi)
    name = clean_name(
        getattr(message, "shipname", None) or getattr(message, "name", "")
    )
    if kind == 21 and getattr(message, "name_ext", None):
        name = f"{name}{clean_name(message.name_ext)}"
    ship_type = int(getattr(message, "ship_type", 0) or 0) if kind != 21 else 0
    bow, stern = (
        getattr(message, "to_bow", 0) or 0,
        getattr(message, "to_stern", 0) or 0,
    )
    port = getattr(message, "to_port", 0) or 0
    starboard = getattr(message, "to_starboard", 0) or 0
    static = Static(
        device=f"mmsi:{mmsi}",
        at=time,
        digest=digest,
        name=name,
        call_sign=clean_name(getattr(message, "callsign", "")),
        imo=int(getattr(message, "imo", 0) or 0),
        ship_type=ship_type,
        length_m=float(bow + stern),
        width_m=float(port + starboard),
        destination=clean_name(getattr(message, "destination", "")),
        draught_m=float(getattr(message, "draught", 0) or 0),
        vessel_class=classify(mmsi, kind, ship_type, name),
    )
    said = (static.name, static.call_sign, static.imo, static.ship_type)
    return static if any(said) or static.length_m else None
