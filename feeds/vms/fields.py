"""Named values of an object or a table row to a report; names by many senders.

No Vietnamese provider publishes an interface: these are the usual words, in the
order in which they are believed; ``Feed.config`` adds a provider's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from functools import cache
from typing import Any

from layers.vessels.register.names import squeeze

from .record import MAX_ID, MAX_NAME, BadReport, Report
from .values import (
    KMH_PER_KN,
    Form,
    coordinate,
    excel_day,
    joint_error,
    moment,
    number,
    text,
    truth,
)

ALIASES: dict[str, tuple[str, ...]] = {
    "device": (
        "device", "device id", "deviceid", "id", "imei", "serial", "terminal id",
        "terminal", "unit id", "ve ref", "ma thiet bi", "thiet bi", "so serial",
        "ma tb", "id thiet bi", "so hieu thiet bi", "ma ket noi",
    ),
    "registration": (
        "registration", "reg no", "regno", "vessel no", "plate", "so dang ky",
        "so hieu tau", "so tau", "bien so", "tau", "shipno", "ship no",
    ),
    "name": (
        "name", "vessel name", "vessel", "ship name", "ten tau", "shipname",
        "vesselname",
    ),
    "call_sign": ("call sign", "callsign", "ho hieu", "rc"),
    "at": (
        "at", "time", "timestamp", "datetime", "gps time", "gpstime", "position time",
        "date time", "thoi gian", "thoi diem", "ngay gio", "thoi gian gps", "utc",
        "thoi gian gui", "thoi gian ghi nhan",
    ),
    "date": ("date", "si date", "ngay", "ngay thang"),
    "time": ("si time", "gio", "gio phut"),
    "lat": ("lat", "latitude", "si lati", "vi do", "vd", "y"),
    "lon": (
        "lon", "lng", "long", "longitude", "si long", "kinh do", "kd", "x",
    ),
    "speed": (
        "speed", "sog", "speed kn", "si sp", "van toc", "toc do", "velocity",
        "toc do hai ly gio", "van toc hai ly gio", "toc do kn", "van toc knot",
    ),
    "course": (
        "course", "cog", "heading", "direction", "dir", "bearing", "si he", "huong",
        "huong di", "huong di chuyen", "course deg",
    ),
    "state": ("state", "gps", "gps state", "valid", "trang thai gps", "trang thai"),
    "sos": ("sos", "distress", "alarm", "khan cap", "bao dong", "cap cuu"),
    "manual": ("manual", "nhap tay", "thu cong"),
    "sequence": ("sequence", "seq", "seqno", "so thu tu", "stt"),
}  # fmt: skip
NO_FIX = frozenset({"V", "0", "FALSE", "NO", "INVALID", "KHONG", "MAT GPS"})
SPLIT = ("date", "time")


@cache
def _known() -> dict[str, str]:
    return {squeeze(alias): field for field, of in ALIASES.items() for alias in of}


def field_of(heading: Any, own: Mapping[str, str]) -> str:
    """The field that a heading means, "" for none. ``own``: field -> heading."""
    squeezed = squeeze(str(heading).split("(")[0])
    for field, name in own.items():
        if squeezed and squeeze(name) == squeezed:
            return field
    return _known().get(squeezed, "")


def report_of(
    row: Mapping[str, Any],
    *,
    provider: str,
    zone: tzinfo,
    form: Form,
    speed_unit: str,
) -> Report:
    """``row``: values by field. Raises BadReport naming the field."""
    lat, lat_error = coordinate(row.get("lat"), "lat", form)
    lon, lon_error = coordinate(row.get("lon"), "lon", form)
    speed = number(row.get("speed"), "speed")
    state = squeeze(text(row.get("state"), 20))
    return Report(
        provider=provider,
        device=text(row.get("device"), MAX_ID + 1),
        at=_at(row, zone),
        lon=lon,
        lat=lat,
        error_m=joint_error(lat_error, lon_error),
        speed_kn=speed / KMH_PER_KN if speed_unit == "kmh" else speed,
        course_deg=number(row.get("course"), "course"),
        registration=text(row.get("registration"), 30),
        name=text(row.get("name"), MAX_NAME),
        call_sign=text(row.get("call_sign"), 20),
        fixed=state not in NO_FIX,
        sos=truth(row.get("sos")),
        manual=truth(row.get("manual")),
        sequence=text(row.get("sequence"), 20),
    )


def _at(row: Mapping[str, Any], zone: tzinfo) -> float:
    """A time in one cell, or a date and a time in two."""
    if row.get("at") not in (None, ""):
        return moment(excel_day(row["at"]), zone)
    day, hour = row.get("date"), row.get("time")
    if day in (None, ""):
        raise BadReport("no_time", "", "at")
    if hasattr(day, "strftime"):
        day = day.strftime("%d/%m/%Y")
    if hour in (None, ""):
        return moment(day, zone, "date")
    if hasattr(hour, "strftime"):
        hour = hour.strftime("%H:%M:%S")
    # some tables pad minutes with blanks
    return moment(f"{day} {str(hour).replace(': ', ':0')}", zone, "date")
