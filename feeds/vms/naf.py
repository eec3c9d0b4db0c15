"""North Atlantic Format: ``//SR//CODE/value//…//ER//`` in any order. Pure.

Field codes as NEAFC and NAFO publish them; error numbers of the answer from general
knowledge of the NEAFC scheme, to be held against the text that a partner uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from layers.vessels.reports import NOT_SAID

from .config import Naf
from .record import MAX_ID, MAX_NAME, BadReport, NotData, Report
from .values import coordinate, decimals, epoch, joint_error, text

MESSAGE = re.compile(r"//SR(?://|/).*?//ER//", re.DOTALL)
CODE = re.compile(r"[A-Z]{2}$")
WITH_POSITION = frozenset({"POS", "ENT", "EXI", "MAN"})
MINUTES = re.compile(r"(?P<side>[NSEW])(?P<d>\d{2,3})(?P<m>\d{2}(?:\.\d+)?)$")
DECIMAL = re.compile(r"[+-]?\d{1,3}(\.\d*)?$")
UNREADABLE, OUT_OF_RANGE, MISSING, IN_FUTURE = 101, 102, 104, 151
NUMBERS = {
    "no_device": MISSING,
    "no_time": MISSING,
    "no_position": MISSING,
    "no_type": MISSING,
    "out_of_range": OUT_OF_RANGE,
    "bad_time": OUT_OF_RANGE,
    "not_a_number": OUT_OF_RANGE,
    "bad_position": OUT_OF_RANGE,
    "bad_device": OUT_OF_RANGE,
    "time_ahead": IN_FUTURE,
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A message, or text between messages that is none (``whole`` False)."""

    text: str
    whole: bool


def split(body: str) -> Iterator[Piece]:
    """The messages of a transmission, and what stands between them."""
    end = 0
    for found in MESSAGE.finditer(body):
        if between := body[end : found.start()].strip():
            yield Piece(between, whole=False)
        yield Piece(found[0], whole=True)
        end = found.end()
    if rest := body[end:].strip():
        yield Piece(rest, whole=False)


def fields_of(message: str) -> dict[str, str]:
    """Code -> value, also of codes nobody knows. Raises BadReport."""
    found: dict[str, str] = {}
    for part in message.strip().split("//"):
        code, _slash, value = part.strip().partition("/")
        if not code or code in ("SR", "ER"):
            continue
        if not CODE.match(code):
            raise BadReport("unreadable", f"{part!r:.60} is no CODE/value")
        if code in found and found[code] != value.strip():
            raise BadReport("unreadable", f"{code} stands twice")
        found[code] = value.strip()
    return found


def read(message: str, rules: Naf, provider: str) -> Report:
    """Raises BadReport, and NotData for types without a position."""
    said = fields_of(message)
    kind = said.get("TM", "")
    if not kind:
        raise BadReport("no_type", "", "TM")
    if kind not in WITH_POSITION and not {"LA", "LT"} & set(said):
        raise NotData("acknowledgement" if kind in ("RET", "ACK") else "other_type")
    lat, lon, error_m = _position(said)
    return Report(
        provider=provider,
        device=_device(said, rules),
        at=_at(said),
        lon=lon,
        lat=lat,
        error_m=error_m,
        speed_kn=_integer(said, "SP") / 10,
        course_deg=_integer(said, "CO"),
        registration=text(_first(said, rules.registration), 30),
        name=text(_first(said, rules.name), MAX_NAME),
        call_sign=text(said.get("RC"), 20),
        manual=kind == "MAN",
        sequence=text(said.get("SQ"), 20),
    )


def _first(said: Mapping[str, str], codes: list[str]) -> str:
    return next((said[code] for code in codes if said.get(code)), "")


def _device(said: Mapping[str, str], rules: Naf) -> str:
    """The first code that names it; IR begins with the flag, which is no part."""
    for code in rules.device:
        value = said.get(code, "")
        if code == "IR" and re.match(r"[A-Z]{3}.", value):
            value = value[3:]
        if value:
            return text(value, MAX_ID + 1)
    return ""


def _position(said: Mapping[str, str]) -> tuple[float, float, float]:
    """(lat, lon, error): decimal degrees where given, else degrees and minutes."""
    if said.get("LT") and said.get("LG"):
        for code in ("LT", "LG"):
            if not DECIMAL.match(said[code]):
                raise BadReport("bad_position", f"{said[code]!r:.20}", code)
        lat, error = coordinate(said["LT"], "lat", "decimal")
        lon, other = coordinate(said["LG"], "lon", "decimal")
    elif said.get("LA") and said.get("LO"):
        lat, error = _minutes(said, "LA", "NS")
        lon, other = _minutes(said, "LO", "EW")
    else:
        raise BadReport("no_position", "neither LT and LG nor LA and LO", "LT")
    return lat, lon, joint_error(error, other)


def _minutes(said: Mapping[str, str], code: str, sides: str) -> tuple[float, float]:
    found = MINUTES.match(said[code])
    if not found or found["side"] not in sides or float(found["m"]) >= 60:
        raise BadReport("bad_position", f"{said[code]!r:.20}", code)
    value = int(found["d"]) + float(found["m"]) / 60
    error = 111_195 / 60 / 10 ** decimals(found["m"])
    return value if found["side"] == sides[0] else -value, error


def _integer(said: Mapping[str, str], code: str) -> float:
    value = said.get(code, "")
    if not value:
        return NOT_SAID
    if not re.fullmatch(r"[0-9]{1,3}", value):
        raise BadReport("not_a_number", f"{value!r:.20}", code)
    return float(value)


def _at(said: Mapping[str, str]) -> float:
    """The position's time, else the record's; without seconds."""
    for day, hour in (("DA", "TI"), ("RD", "RT")):
        if said.get(day) and said.get(hour):
            value = said[day] + said[hour]
            if not re.fullmatch(r"[0-9]{12}", value):
                raise BadReport("bad_time", f"{value!r:.20}", day)
            try:
                found = datetime.strptime(value, "%Y%m%d%H%M").replace(tzinfo=UTC)
            except ValueError:
                raise BadReport("bad_time", f"{value!r:.20}", day) from None
            return epoch(found, UTC, day)
    raise BadReport("no_time", "neither DA and TI nor RD and RT", "DA")


def answer(message: str, me: str, reason: str, now: datetime) -> str:
    """The acknowledgement (RS/ACK) or refusal (RS/NAK with RE) of a message."""
    try:
        said = fields_of(message)
    except BadReport:
        said = {}
    parts = [("AD", said.get("FR", "")), ("FR", me), ("TM", "RET")]
    parts += [(code, said.get(code, "")) for code in ("SQ", "RN")]
    parts += [("RD", f"{now:%Y%m%d}"), ("RT", f"{now:%H%M}")]
    if reason:
        parts += [("RS", "NAK"), ("RE", str(NUMBERS.get(reason, UNREADABLE)))]
    else:
        parts.append(("RS", "ACK"))
    inside = "//".join(f"{code}/{value}" for code, value in parts if value)
    return f"//SR//{inside}//ER//"
