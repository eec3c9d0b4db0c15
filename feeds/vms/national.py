"""Periodic report, SOS, IMG and position request of notice 1008/TB-TCTS-TTTS. Pure.

The notice (4 May 2019) gives the order of the fields; widths stand in annexes that
are not public, so separators, widths and forms are settings of each provider. The
order is that of NMEA's RMC, hence ddmm.mmmm and hhmmss by default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from .config import REQUEST, National, zone
from .record import MAX_ID, MAX_NAME, BadReport, NotData, Report
from .values import KMH_PER_KN, coordinate, epoch, joint_error, number, text

CHECKSUM = re.compile(r"\*([0-9A-Fa-f]{2})$")
SIDES = frozenset("NSEWBTnsewbt")


def read(line: str, layout: National, provider: str) -> Report:
    """One message. Raises BadReport, and NotData for messages without a position.

    An SOS comes as a report with ``sos``. A request (MREF, ID, Seqno, SecretCode) is
    ours to send and needs a way to the vessel that this system has not; its reply
    has the fields of a periodic report and is read as one.
    """
    body = _body(line.strip())
    word = re.split(r"\W", body, maxsplit=1)[0].upper()
    if word in layout.message_words:
        raise NotData("message")
    if word in layout.request_words:
        parts = _split(body, layout, list(REQUEST))
        if len(parts) == len(REQUEST):
            raise NotData("request")
    sos = word in layout.sos_words
    names = layout.sos_fields if sos else layout.fields
    values = _split(body, layout, names)
    if len(values) < len(names):
        raise BadReport(
            "fields_missing", f"{len(values)} of {len(names)}: {','.join(names)}"
        )
    if any(value for value in values[len(names) :]):
        raise BadReport("fields_too_many", f"{len(values)} of {len(names)}")
    row = dict(zip(names, values, strict=False))
    return _report(row, layout, provider, sos=sos)


def _body(line: str) -> str:
    """Without ``$`` and NMEA checksum; a wrong one is refused."""
    found = CHECKSUM.search(line)
    if found:
        inner = line[: found.start()].removeprefix("$").encode()
        total = 0
        for byte in inner:
            total ^= byte
        if total != int(found[1], 16):
            raise BadReport("checksum", f"{found[1]}, should be {total:02X}")
        line = line[: found.start()]
    return line.removeprefix("$")


def _split(body: str, layout: National, names: list[str]) -> list[str]:
    if not layout.widths or layout.delimiter in body:
        return [part.strip() for part in body.split(layout.delimiter)]
    # SOS and periodic reports share the widths of the fields that both have
    width = dict(zip(layout.fields, layout.widths, strict=True))
    parts, start = [], 0
    for name in names:
        if name not in width or start >= len(body):
            break
        parts.append(body[start : start + width[name]].strip())
        start += width[name]
    return [*parts, body[start:].strip()] if body[start:].strip() else parts


def _report(
    row: Mapping[str, str], layout: National, provider: str, *, sos: bool
) -> Report:
    for name in ("lat_side", "lon_side"):
        if row.get(name) and row[name] not in SIDES:
            raise BadReport("bad_side", f"{row[name]!r:.20}", name)
    form = layout.coordinates
    lat, lat_error = coordinate(row.get("lat"), "lat", form, row.get("lat_side", ""))
    lon, lon_error = coordinate(row.get("lon"), "lon", form, row.get("lon_side", ""))
    state = row.get("state", "A").upper()
    if state not in ("A", "V", ""):
        raise BadReport("bad_state", f"{state!r:.20}", "state")
    speed = number(row.get("speed"), "speed")
    return Report(
        provider=provider,
        device=text(row.get("id"), MAX_ID + 1),
        at=_at(row, layout),
        lon=lon,
        lat=lat,
        error_m=joint_error(lat_error, lon_error),
        speed_kn=speed / KMH_PER_KN if layout.speed_unit == "kmh" else speed,
        course_deg=number(row.get("dir"), "dir"),
        registration=text(row.get("registration"), 30),
        name=text(row.get("name"), MAX_NAME),
        fixed=state == "A",
        sos=sos,
        sequence=text(row.get("seqno"), 20),
    )


def _at(row: Mapping[str, str], layout: National) -> float:
    day, hour = row.get("date", ""), row.get("time", "").split(".")[0]
    if not day or not hour:
        raise BadReport("no_time", "", "time" if day else "date")
    try:
        found = datetime.strptime(f"{day} {hour}", f"{layout.date} {layout.time}")  # noqa: DTZ007
    except ValueError:
        raise BadReport("bad_time", f"{day!r:.20} {hour!r:.20}", "time") from None
    return epoch(found, zone(layout.timezone), "time")
