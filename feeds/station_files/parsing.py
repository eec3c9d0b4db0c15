"""Reading station files as loggers really write them.

Circular 10/2021/TT-BTNMT: one line per parameter, ``symbol TAB value TAB unit TAB
yyyyMMddHHmmss TAB status``. Met in the field and accepted: semicolons or runs of
spaces, decimal comma, BOM, CRLF, ``PM2,5``, missing values, UTF-16.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from layers.stations import parameters

LOCAL = timezone(timedelta(hours=7))  # station clocks show Vietnamese time
AHEAD_REJECTED_S = 3600.0
AHEAD_WARNED_S = 300.0
NAME_DIFFERS_S = 600.0
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
FIELDS = 5
MISSING = frozenset({"", "-", "--", "---", "nan", "null", "none", "n/a"})
STATUS = {"00": 0, "0": 0, "01": 1, "1": 1, "02": 2, "2": 2}

_STAMP = re.compile(r"\d{14}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")


@dataclass(frozen=True, slots=True)
class Line:
    """One value. ``at`` seconds since 1970 UTC; NaN: the value is missing."""

    number: int
    symbol: str
    value: float
    unit: str
    at: float
    status: int
    raw: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that cannot be used; ``reason`` is a fixed word for counting."""

    number: int
    reason: str
    detail: str
    raw: str


@dataclass(slots=True)
class Parsed:
    """lines + bad + blank = physical lines of the file."""

    lines: list[Line] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    blank: int = 0


class LineError(ValueError):
    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def text_of(body: bytes) -> str:
    """The file's text; bytes that are no UTF-8 are kept as Latin-1."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", errors="replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("latin-1")


def split_lines(body: bytes) -> list[str]:
    """Physical lines: ended by LF, CRLF or CR; a last one without end counts."""
    text = text_of(body).replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def is_whole(body: bytes) -> bool:
    """False when the end looks cut: the last line has no end and is no line."""
    if not body or body.endswith((b"\n", b"\r", b"\n\x00", b"\x00\n")):
        return bool(body)
    last = next(reversed(split_lines(body)), "")
    fields = split_fields(last)
    ended = len(fields) == FIELDS and len(fields[-1]) == 2 and fields[-1] in STATUS
    return ended or not last


def name_time(name: str) -> float | None:
    """Time in a file name such as ``TH_SITE_NUOCTHAI_20261122093500.txt``."""
    found = _STAMP.findall(name)
    if not found:
        return None
    try:
        return moment(found[-1])
    except LineError:
        return None


def parse(body: bytes, received_at: float, name: str = "") -> Parsed:
    """Read a file. Never raises for its content; every line is accounted for."""
    result = Parsed()
    lines = split_lines(body)
    stamp = name_time(name)
    cut = not is_whole(body)
    for number, raw in enumerate(lines, 1):
        if not raw.strip(" \t;\x00\ufeff"):
            result.blank += 1
            continue
        try:
            if cut and number == len(lines):
                # even when it reads well: status 02 cut to 0 would look valid
                raise LineError("truncated", "the file ends inside this line")
            result.lines.append(_line(number, raw, received_at, stamp))
        except LineError as error:
            result.bad.append(Bad(number, error.reason, str(error), raw))
    return result


def split_fields(raw: str) -> list[str]:
    """The fields of a line by its own separator."""
    text = raw.strip("\x00\ufeff \r\n")
    if "\t" in text:
        return [part.strip() for part in text.split("\t")]
    if ";" in text:
        return [part.strip() for part in text.split(";")]
    parts = text.split()
    if len(parts) == FIELDS - 1:
        # spaces cannot show an empty field: unit or value is the one left out
        parts.insert(2 if _is_number(parts[1]) else 1, "")
    return parts


def _line(number: int, raw: str, received_at: float, stamp: float | None) -> Line:
    parts = split_fields(raw)
    while len(parts) > FIELDS and not parts[-1]:
        parts.pop()
    if len(parts) != FIELDS:
        raise LineError("bad_line", f"{len(parts)} fields instead of {FIELDS}")
    symbol = parameters.symbol(parts[0])
    if symbol is None:
        raise LineError("unknown_symbol", f"symbol {parts[0]!r} is not in the list")
    unit = parameters.unit(parts[2])
    if unit is None or (unit and unit not in parameters.CATALOGUE[symbol].units):
        raise LineError("bad_unit", f"unit {parts[2]!r} does not fit {symbol}")
    at = moment(parts[3])
    if at > received_at + AHEAD_REJECTED_S:
        raise LineError("future_time", f"{parts[3]} lies ahead of the reception")
    status = STATUS.get(parts[4])
    warnings = []
    if status is None:
        warnings.append("unknown_status")
    if at > received_at + AHEAD_WARNED_S or (
        stamp is not None and abs(at - stamp) > NAME_DIFFERS_S
    ):
        warnings.append("clock")
    return Line(
        number,
        symbol,
        number_of(parts[1]),
        unit,
        at,
        2 if status is None else status,
        raw,
        tuple(warnings),
    )


def _is_number(text: str) -> bool:
    try:
        number_of(text)
    except LineError:
        return False
    return True


def number_of(text: str) -> float:
    """A number with decimal point or comma; NaN when it is missing."""
    text = text.strip()
    if text.casefold() in MISSING:
        return math.nan
    if "," in text:
        # whichever comes last is the decimal sign: 1.234,5 and 1,234.5
        if text.rfind(",") > text.rfind("."):
            text = text.replace(".", "").replace(",", ".")
        else:
            text = text.replace(",", "")
    if not _NUMBER.fullmatch(text):
        raise LineError("bad_value", f"{text!r:.60} is not a number")
    value = float(text)
    if not math.isfinite(value):
        raise LineError("bad_value", f"{text!r:.60} is too large")
    return value


def moment(text: str) -> float:
    """``yyyyMMddHHmmss`` (seconds may be missing), local time, as epoch seconds."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) in (12, 14)):
        raise LineError("bad_time", f"{text!r:.40} is not yyyyMMddHHmmss")
    try:
        local = datetime.strptime(digits.ljust(14, "0") + "+0700", "%Y%m%d%H%M%S%z")
    except ValueError as error:
        raise LineError("bad_time", f"{text} is no date") from error
    if local < EARLIEST:
        raise LineError("bad_time", f"{text} is too long ago")
    return local.timestamp()
