"""Numbers, coordinates and times as people and devices write them. Pure."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Literal

from layers.vessels.reports import NOT_SAID

from .record import BadReport

Axis = Literal["lat", "lon"]
Form = Literal["ddmm", "decimal", "auto"]

METRES_PER_DEGREE = 111_195.0
# What rounding leaves open below this is no worse than GPS under way.
FINE_M = 50.0
KMH_PER_KN = 1.852
DAYS_OF_EXCEL = datetime(1899, 12, 30)  # noqa: DTZ001  (local, the caller's zone)
MILLISECONDS = 1e11
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)$")
DEGREES = re.compile(
    r"(?P<d>\d{1,3})\s*(?:[°º*:\s])\s*(?P<m>\d{1,2}(?:[.,]\d+)?)\s*(?:['’′:\s]\s*"
    r"(?P<s>\d{1,2}(?:[.,]\d+)?)?\s*(?:[\"”″]|'')?)?$"
)
# Also the letters of Vietnamese compass points: Bac, Nam, Dong, Tay.
SIDES = {"lat": {"N": 1, "S": -1, "B": 1}, "lon": {"E": 1, "W": -1, "T": -1}}
TIMES = (
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M",
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M",
    "%H:%M:%S %d/%m/%Y", "%H:%M %d/%m/%Y",
)  # fmt: skip


def number(value: Any, column: str) -> float:
    """A number, with a decimal point or comma; NaN when nothing is there."""
    if value is None or value == "" or isinstance(value, bool):
        return NOT_SAID
    if isinstance(value, int | float):
        found = float(value)
    else:
        text = str(value).strip()
        if not text:
            return NOT_SAID
        if not NUMBER.match(text) or len(text) > 40 or not text.isascii():
            raise BadReport("not_a_number", f"{text!r:.60}", column)
        found = float(text.replace(",", "."))
    if not math.isfinite(found):
        raise BadReport("not_a_number", f"{value!r:.60}", column)
    return found


def coordinate(
    value: Any, axis: Axis, form: Form, side: str = ""
) -> tuple[float, float]:
    """(degrees, error in metres) of a written coordinate; NaN when it is empty.

    ``ddmm`` is 1912.345 for 19° 12.345′, ``decimal`` degrees; ``auto`` takes numbers
    beyond ±180 for the former. Degrees and minutes with signs between them, and
    the side before or behind, are read in any form.
    """
    text = str(value).strip().upper() if value is not None else ""
    text, found = _without_side(text, axis)
    side = side.strip().upper() or found
    if not text:
        return NOT_SAID, NOT_SAID
    sign = SIDES[axis].get(side, 0) if side else 1
    if not sign:
        raise BadReport("bad_side", f"{side!r:.20}", axis)
    written = DEGREES.match(text)
    if written:
        degrees, error = _sexagesimal(written, axis)
    else:
        degrees, error = _plain(text, axis, form)
    return sign * degrees, error if error >= FINE_M else NOT_SAID


def _without_side(text: str, axis: Axis) -> tuple[str, str]:
    letters = "".join(SIDES["lat"]) + "".join(SIDES["lon"])
    for piece, rest in ((text[:1], text[1:]), (text[-1:], text[:-1])):
        if piece and piece in letters:
            return rest.strip(), piece
    return text, ""


def _sexagesimal(found: re.Match[str], axis: Axis) -> tuple[float, float]:
    minutes, seconds = found["m"].replace(",", "."), found["s"]
    if float(minutes) >= 60 or (seconds and float(seconds.replace(",", ".")) >= 60):
        raise BadReport("out_of_range", f"{found[0]!r:.40}", axis)
    degrees = int(found["d"]) + float(minutes) / 60
    if seconds:
        return degrees + float(seconds.replace(",", ".")) / 3600, NOT_SAID
    return degrees, METRES_PER_DEGREE / 60 / 10 ** decimals(minutes)


def _plain(text: str, axis: Axis, form: Form) -> tuple[float, float]:
    found = number(text, axis)
    limit = 90 if axis == "lat" else 180
    if form == "decimal" or (form == "auto" and abs(found) <= limit):
        return found, METRES_PER_DEGREE / 10 ** decimals(text)
    degrees, minutes = divmod(abs(found), 100)
    if minutes >= 60:
        raise BadReport("out_of_range", f"{text!r:.40}: 60 minutes or more", axis)
    value = degrees + minutes / 60
    error = METRES_PER_DEGREE / 60 / 10 ** decimals(text)
    return math.copysign(value, found), error


def joint_error(lat_m: float, lon_m: float) -> float:
    """The error of a position, from those of its coordinates; NaN: none.

    The better of the two counts: many senders drop zeros at the end.
    """
    return NOT_SAID if lat_m != lat_m or lon_m != lon_m else min(lat_m, lon_m)


def decimals(text: str) -> int:
    """Digits behind the point or comma."""
    return len(re.split("[.,]", text)[1]) if re.search("[.,]", text) else 0


def moment(value: Any, zone: tzinfo, column: str = "at") -> float:
    """Seconds since 1970 of ISO 8601, day-first text, Excel cells or epochs.

    Naive times are of ``zone``. Numbers are seconds, or milliseconds from 1e11 on.
    """
    if isinstance(value, bool) or value is None or value == "":
        raise BadReport("no_time", "", column)
    if isinstance(value, datetime):
        return epoch(value, zone, column)
    if isinstance(value, date):
        raise BadReport("bad_time", "a date without a time", column)
    if isinstance(value, int | float):
        if not math.isfinite(value) or abs(value) > 1e14:
            raise BadReport("bad_time", f"{value!r:.40}", column)
        return value / 1000 if abs(value) >= MILLISECONDS else float(value)
    text = " ".join(str(value).split())
    if re.fullmatch(r"-?\d{9,14}", text):
        return moment(int(text), zone, column)
    for form in TIMES:
        try:
            return epoch(datetime.strptime(text, form), zone, column)  # noqa: DTZ007
        except ValueError:
            continue
    try:
        return epoch(datetime.fromisoformat(text), zone, column)
    except ValueError:
        raise BadReport("bad_time", f"{text!r:.60}", column) from None


def epoch(value: datetime, zone: tzinfo, column: str = "at") -> float:
    """Seconds since 1970; before 1970 too, where platforms differ."""
    try:
        aware = value if value.tzinfo else value.replace(tzinfo=zone)
        return (aware - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(seconds=1)
    except (OverflowError, ValueError):
        raise BadReport("bad_time", f"{value!r:.60}", column) from None


def excel_day(value: Any) -> Any:
    """A date cell that Excel shows as a bare number, as a datetime."""
    if isinstance(value, int | float) and 1 <= value < 100_000:
        return DAYS_OF_EXCEL + timedelta(days=float(value))
    return value


def truth(value: Any) -> bool:
    """True for 1, true, yes, x, co ("there is")."""
    return str(value).strip().casefold() in ("1", "true", "yes", "y", "x", "co", "sos")


def text(value: Any, limit: int) -> str:
    """Printable text on one line, cut at ``limit``."""
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    joined = " ".join(str(value).split())
    return "".join(c for c in joined if c.isprintable())[:limit]
