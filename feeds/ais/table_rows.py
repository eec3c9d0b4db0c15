"""Positions from tables (CSV, JSON lines): one JSON object per line.

``{"device": "mmsi:574…", "at": "2021-03-20T00:22:00Z", "lon": …, "lat": …,
"speed_kn": …, "course_deg": …, "heading_deg": …, "name": …}``
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import xxhash

from layers.vessels.reports import NO_STATUS, VesselReports

from .messages import NO_SPEED_KN, NOT_SAID, class_of_mmsi
from .nmea import BadLine


def read_row(
    row: dict[str, Any], reports: VesselReports, source: str, raw: bytes
) -> float:
    """Append the row's position; its time in epoch seconds."""
    device = str(row.get("device") or "")[:60]
    if not device:
        raise BadLine("malformed", "no device")
    mmsi = device[5:] if device.startswith("mmsi:") else ""
    if mmsi and not (mmsi.isdigit() and len(mmsi) == 9):
        raise BadLine("mmsi", f"{mmsi!r} is not nine digits")
    at = _time(row.get("at"))
    lon, lat = _number(row, "lon"), _number(row, "lat")
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise BadLine("no_position", f"{lon}, {lat}")
    speed = _number(row, "speed_kn", optional=True)
    course = _number(row, "course_deg", optional=True)
    heading = _number(row, "heading_deg", optional=True)
    reports.device.append(device)
    reports.vessel_class.append(class_of_mmsi(mmsi) if mmsi else "")
    reports.source.append(source)
    reports.at.append(at)
    reports.lon.append(lon)
    reports.lat.append(lat)
    reports.speed_kn.append(NOT_SAID if speed >= NO_SPEED_KN else speed)
    reports.course_deg.append(NOT_SAID if course >= 360 else course)
    reports.heading_deg.append(NOT_SAID if heading >= 360 else heading)
    reports.status.append(NO_STATUS)
    reports.message_type.append(0)
    reports.digest.append(xxhash.xxh3_64_intdigest(raw) - (1 << 63))
    return at


def _time(value: Any) -> float:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise BadLine("malformed", f"time {value!r:.40}") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    time = moment.timestamp()
    if time > datetime.now(UTC).timestamp() + 300:
        raise BadLine("time_ahead", str(value))
    return time


def _number(row: dict[str, Any], name: str, *, optional: bool = False) -> float:
    value = row.get(name)
    if value is None or value == "":
        if optional:
            return NOT_SAID
        raise BadLine("no_position", f"no {name}")
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise BadLine("malformed", f"{name} {value!r:.40}") from None
    if not math.isfinite(number):
        raise BadLine("malformed", f"{name} {value!r:.40}")
    return number
