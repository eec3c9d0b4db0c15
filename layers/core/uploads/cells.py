"""One cell: what it says, or why it says nothing. Pure.

Numbers typed as text are read where there is one way to read them. ``1.234,5`` and
``1,234.5`` have one; ``1.234`` has two (a thousand, or one and a bit), so it is an
error and not a guess. Numbers of Excel itself have no such doubt.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from django.utils.translation import override

from . import reasons
from .contract import Column, Reason

MAX_TEXT = 2_000
# a value column holds 16 digits before the point and 4 behind it
MAX_NUMBER = Decimal(10) ** 16
LANGUAGES = ("vi", "en")
_SPACES = re.compile(r"[\s\u00a0\u2007\u202f\u200b\ufeff]+")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([., ])\d{3})(?:\1\d{3})*")
_PLAIN = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"([+-]?\d+)([.,])(\d+)")
_BOTH = re.compile(r"([+-]?\d{1,3}(?:([., ])\d{3})(?:\2\d{3})*)([.,])(\d+)")
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_CLOCKED = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}) (\d{1,2}):(\d\d)(?::(\d\d))?"
)
_STAMP = re.compile(r"\d{14}")
# Who writes no zone means the clock on the wall.
LOCAL = timezone(timedelta(hours=7))
# TCVN3 writes these Latin-1 signs inside words where Unicode has letters.
_OLD_FONT = re.compile(r"[A-Za-z][\u00b5-\u00b9\u00bb-\u00be\u00ae\u00a8\u00a9]")


@dataclass(frozen=True, slots=True)
class Percent:
    """A number of Excel whose cell shows per cent: 0.5 is shown as 50%."""

    value: float


@dataclass(frozen=True, slots=True)
class Broken:
    """A cell that shows an error (``#N/A``), or a formula without a value ("")."""

    error: str = ""


@dataclass(frozen=True, slots=True)
class BadCell(Exception):
    """Why a cell cannot be read."""

    reason: Reason
    params: Mapping[str, Any]


def fold(text: str) -> str:
    """For comparing headings and names: NFC, one space, lower case."""
    plain = unicodedata.normalize("NFC", text)
    return _SPACES.sub(" ", plain).strip().casefold()


def clean(text: str) -> str:
    """A text as it is kept: NFC, without odd spaces at and between words."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def shown(raw: Any) -> str:
    """A cell as people see it in the sheet, roughly."""
    if raw is None:
        return ""
    if isinstance(raw, Percent):
        return f"{raw.value * 100:.15g}%"
    if isinstance(raw, Broken):
        return raw.error or "=?"
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float):
        return f"{raw:.15g}"
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time() else raw.isoformat(" ")
    return str(raw)


def blank(raw: Any) -> bool:
    return raw is None or (isinstance(raw, str) and not clean(raw))


def read(column: Column, raw: Any, words: Mapping[str, str] | None = None) -> Any:
    """The value of a cell that is not blank; ``words`` are those of its choices, where
    there are many cells to read. Raises BadCell."""
    if isinstance(raw, Broken):
        reason = reasons.EXCEL_ERROR if raw.error else reasons.NO_VALUE
        raise BadCell(reason, {"error": raw.error})
    match column.kind:
        case "integer" | "number" | "percent":
            return within(column, _number(column, raw))
        case "date":
            return _date(raw)
        case "moment":
            return _moment(raw)
        case "choice":
            return _choice(column, raw, words or wordings(column))
    return _text(raw)


def _text(raw: Any) -> str:
    if isinstance(raw, datetime | date | time):
        raise BadCell(reasons.DATE_FOR_TEXT, {})
    # codes and years that Excel keeps as numbers
    text = clean(shown(raw))
    if len(text) > MAX_TEXT:
        raise BadCell(reasons.TOO_LONG, {"most": MAX_TEXT})
    if _OLD_FONT.search(text):
        raise BadCell(reasons.OLD_FONT, {})
    return text


def _number(column: Column, raw: Any) -> Decimal:
    if isinstance(raw, bool | datetime | date | time):
        raise BadCell(reasons.NOT_NUMBER, {"title": str(column.title)})
    if isinstance(raw, Percent):
        if column.kind != "percent":
            raise _no_percent(column)
        return Decimal(f"{raw.value * 100:.13g}")
    if isinstance(raw, int | float):
        # fifteen digits are what Excel keeps; more is noise of its binary form
        return Decimal(f"{raw:.15g}")
    return number_of(clean(str(raw)), column)


def number_of(text: str, column: Column) -> Decimal:
    """A number that came as text. Raises BadCell."""
    text = text.replace("\u2212", "-").replace("- ", "-")
    if text.endswith("%"):
        if column.kind != "percent":
            raise _no_percent(column)
        text = text[:-1].rstrip()
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if found := _BOTH.fullmatch(text):
        whole, group, point, rest = found.groups()
        if group != point:
            return Decimal(f"{whole.replace(group, '')}.{rest}")
    elif found := _DECIMAL.fullmatch(text):
        return _decimal(found, column)
    if found := _GROUPED.fullmatch(text):
        return Decimal(text.replace(found.group(1), ""))
    raise BadCell(reasons.NOT_NUMBER, {"title": str(column.title)})


def _no_percent(column: Column) -> BadCell:
    params = {"title": str(column.title), "unit": str(column.unit or "—")}
    return BadCell(reasons.PERCENT_FORMAT, params)


def _decimal(found: re.Match[str], column: Column) -> Decimal:
    """One sign and digits on both sides of it."""
    whole, point, rest = found.groups()
    digits = whole.lstrip("+-")
    decimal = Decimal(f"{whole}.{rest}")
    if len(rest) != 3 or len(digits) > 3 or digits.startswith("0"):
        return decimal
    thousands = Decimal(whole + rest)
    if column.high is not None and thousands > column.high >= decimal:
        return decimal  # the range of the column leaves one meaning
    if column.kind == "integer" and int(rest):
        return thousands  # the other meaning is no whole number
    params = {"one": f"{thousands}", "other": f"{decimal}".replace(".", point)}
    raise BadCell(reasons.AMBIGUOUS, params)


def within(column: Column, value: Decimal) -> Any:
    """The value when the column's kind and bounds allow it. Raises BadCell."""
    if not value.is_finite() or abs(value) >= MAX_NUMBER:
        raise BadCell(reasons.TOO_PRECISE, {})
    whole = column.kind == "integer"
    if whole and value != value.to_integral_value():
        raise BadCell(reasons.NOT_WHOLE, {"title": str(column.title)})
    if column.low is not None and value < column.low:
        raise BadCell(reasons.TOO_LOW, {"low": f"{column.low:g}"})
    if column.high is not None and value > column.high:
        raise BadCell(reasons.TOO_HIGH, {"high": f"{column.high:g}"})
    return int(value) if whole else value


def _date(raw: Any) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = clean(str(raw))
    try:
        if found := _DAY.fullmatch(text):
            day, month, year = map(int, found.groups())
            return date(year, month, day)
        return date.fromisoformat(text[:10])
    except ValueError:
        raise BadCell(reasons.NOT_DATE, {}) from None


def _moment(raw: Any) -> datetime:
    """A time of a cell, in UTC; text as 2026-11-20 12:05, 20/11/2026 12:05:00,
    20261120120500 or ISO 8601."""
    found = raw if isinstance(raw, datetime) else _told_moment(clean(str(raw)))
    local = found if found.tzinfo else found.replace(tzinfo=LOCAL)
    # what Excel keeps of a time is off by fractions of a millisecond
    return (local + timedelta(milliseconds=500)).replace(microsecond=0).astimezone(UTC)


def _told_moment(text: str) -> datetime:
    try:
        if found := _CLOCKED.fullmatch(text):
            day, month, year, hour, minute, second = (
                int(part or 0) for part in found.groups()
            )
            return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001
        if _STAMP.fullmatch(text):
            return datetime.strptime(text, "%Y%m%d%H%M%S")  # noqa: DTZ007
        if len(text) > len("2026-11-20"):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise BadCell(reasons.NOT_MOMENT, {})


def wordings(column: Column) -> dict[str, str]:
    """The folded choices of a column, by value and in each language."""
    found = {fold(value): value for value, _title in column.choices}
    for language in LANGUAGES:
        with override(language):
            found |= {fold(str(title)): value for value, title in column.choices}
    return found


def _choice(column: Column, raw: Any, words: Mapping[str, str]) -> str:
    value = words.get(fold(shown(raw)))
    if value is None:
        listed = ", ".join(str(title) for _value, title in column.choices)
        raise BadCell(reasons.NOT_LISTED, {"choices": listed[:300]})
    return value
