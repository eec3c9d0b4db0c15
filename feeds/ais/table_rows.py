"""Positions from tables (CSV, JSON lines): one JSON object per line.

``{"device": "mmsi:574…", "at": "2021-03-20T00:22:00Z", "lon": …, "lat": …,
"speed_kn": …, "course_deg": …, "heading_deg": …, "name": …}``
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import xxhash

from layers.vessels.reports import NOT_SAID, Builder

from .assembly import Line
from .messages import class_of_mmsi
from .nmea import BadLine

NO_SPEED_KN = 102.2  # 102.3 is "not available", 102.2 "that or more"


def read_row(row: Any, reports: Builder, line: Line) -> float:
    """Append the row's position; its time in epoch seconds."""
    if not isinstance(row, dict):
        raise BadLine("malformed", "no object")
    device = str(row.get("device") or "")[:60]
    if not (device and device.isprintable()):
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
    reports.add(
        key=device,
        vessel_class=class_of_mmsi(mmsi) if mmsi else "",
        receiver=line.source,
        at=at,
        lon=lon,
        lat=lat,
        digest=xxhash.xxh3_64_intdigest(line.raw) - (1 << 63),
        speed_kn=NOT_SAID if speed >= NO_SPEED_KN else speed,
        course_deg=NOT_SAID if course >= 360 else course,
        heading_deg=NOT_SAID if heading >= 360 else heading,
        batch_id=line.batch_id,
        line_no=line.line_no,
    )
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
