"""The one record that every adapter yields, and how it reaches the layer."""

from __future__ import annotations

import math
from dataclasses import dataclass

import xxhash

from layers.vessels.flags import Flag
from layers.vessels.reports import NO_STATUS, NOT_SAID, Builder, Static

DISTRESS = 14  # navigation status "distress signal active" (ITU-R M.1371-5)
COARSE_M = 100.0
AHEAD_S = 300.0
MAX_ID = 40
MAX_NAME = 80
SIGN = 1 << 63


class BadReport(ValueError):
    """A report that cannot be read; ``reason`` is a word of the counts, ``column``
    names the field, where one is to blame."""

    def __init__(self, reason: str, detail: str = "", column: str = "") -> None:
        super().__init__(reason, detail, column)
        self.reason = reason
        self.detail = detail
        self.column = column


class NotData(Exception):
    """A well-formed message that holds no position (request, message to a vessel)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report of a VMS device.

    ``at`` is seconds since 1970 UTC (negative before); degrees; ``error_m`` what
    the format's rounding leaves open, NaN where that is less than GPS; ``speed_kn``
    knots, ``course_deg`` degrees true, NaN when not said. ``lon`` and ``lat`` are
    NaN when the device has no fix. ``fixed``: the device trusts its position.
    """

    provider: str
    device: str
    at: float
    lon: float = NOT_SAID
    lat: float = NOT_SAID
    error_m: float = NOT_SAID
    speed_kn: float = NOT_SAID
    course_deg: float = NOT_SAID
    registration: str = ""
    name: str = ""
    call_sign: str = ""
    fixed: bool = True
    sos: bool = False
    manual: bool = False
    sequence: str = ""

    @property
    def key(self) -> str:
        return f"vms:{self.provider}:{self.device}"

    @property
    def digest(self) -> int:
        """The same report by whatever format has the same digest: coordinates to
        four decimals (11 m), speed and course to one."""
        text = (
            f"{self.key}|{self.at:.0f}|{self.lon:.4f}|{self.lat:.4f}"
            f"|{self.speed_kn:.1f}|{self.course_deg:.0f}"
            f"|{self.fixed:d}{self.sos:d}{self.manual:d}"
        )
        return _signed(text)

    @property
    def flags(self) -> int:
        flags = Flag(0)
        if not self.fixed or math.isnan(self.lon):
            flags |= Flag.NO_FIX
        if math.isnan(self.lon) or (self.lon == 0 and self.lat == 0):
            flags |= Flag.NOWHERE
        if self.manual:
            flags |= Flag.MANUAL
        if self.error_m >= COARSE_M:
            flags |= Flag.COARSE
        return int(flags)

    def static(self, receiver: str) -> Static | None:
        """What the report says of the vessel's identity, or None."""
        said = (self.registration, self.name, self.call_sign)
        if not any(said):
            return None
        return Static(
            device=self.key,
            at=self.at,
            digest=_signed("\x1f".join(said)),
            registration=self.registration,
            name=self.name,
            call_sign=self.call_sign,
            receiver=receiver,
        )

    def add_to(
        self, builder: Builder, receiver: str, batch_id: int, line_no: int
    ) -> None:
        nowhere = math.isnan(self.lon)
        builder.add(
            key=self.key,
            receiver=receiver,
            at=self.at,
            lon=0.0 if nowhere else self.lon,
            lat=0.0 if nowhere else self.lat,
            speed_kn=self.speed_kn,
            course_deg=self.course_deg,
            error_m=self.error_m,
            status=DISTRESS if self.sos else NO_STATUS,
            digest=self.digest,
            flags=self.flags,
            batch_id=batch_id,
            line_no=line_no,
        )


def _signed(text: str) -> int:
    return xxhash.xxh3_64_intdigest(text.encode()) - SIGN


def checked(report: Report, received_at: float) -> Report:
    """The report, if it can be true at all. Raises BadReport."""
    if not report.device:
        raise BadReport("no_device", "", "device")
    if len(report.device) > MAX_ID or not report.device.isprintable():
        raise BadReport("bad_device", f"{report.device!r:.60}", "device")
    if math.isnan(report.lon) != math.isnan(report.lat):
        raise BadReport("no_position", "only one of the coordinates", "lat")
    if math.isnan(report.lon) and report.fixed and not report.sos:
        raise BadReport("no_position", "", "lat")
    if abs(report.lat) > 90:
        raise BadReport("out_of_range", f"latitude {report.lat:g}", "lat")
    if abs(report.lon) > 180:
        raise BadReport("out_of_range", f"longitude {report.lon:g}", "lon")
    if report.speed_kn < 0 or report.speed_kn > 100:
        raise BadReport("out_of_range", f"speed {report.speed_kn:g} kn", "speed")
    if report.course_deg < 0 or report.course_deg > 360:
        raise BadReport("out_of_range", f"course {report.course_deg:g}", "course")
    if report.at > received_at + AHEAD_S:
        raise BadReport("time_ahead", "more than 5 minutes ahead", "at")
    return report
