"""The words of OData texts: names, literals, brackets, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib.gis.gdal.error import GDALException
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.geos.error import GEOSException
from django.utils.dateparse import parse_duration

from .faults import misplaced

LONGEST = 4_000
_MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+ -]\d\d:?\d\d)?"
_QUOTED = r"'(?:[^']|'')*'"
# Longer literals first. A plus that a client forgot to encode arrives as a space.
_TOKEN = re.compile(
    rf"""(?P<blank>\s+)
    |(?P<geometry>(?:geography|geometry){_QUOTED})
    |(?P<duration>duration{_QUOTED})
    |(?P<text>{_QUOTED})
    |(?P<interval>{_MOMENT}/{_MOMENT})
    |(?P<time>{_MOMENT})
    |(?P<date>\d{{4}}-\d\d-\d\d)
    |(?P<clock>\d\d:\d\d(?::\d\d(?:\.\d+)?)?)
    |(?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{{1,3}})?)
    |(?P<name>[@$]?[^\W\d][\w.]*)
    |(?P<mark>[(),/;=*-])""",
    re.VERBOSE,
)
LITERALS = frozenset(
    {
        "geometry", "duration", "text", "interval", "time", "date", "clock", "number",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """``at`` counts characters from 0; ``end`` is where it ends."""

    kind: str
    text: str
    at: int
    end: int


def split(text: str, option: str) -> list[Token]:
    """All tokens of the value of an option, the last one of the kind ``end``."""
    if len(text) > LONGEST:
        raise misplaced(option, LONGEST, f"longer than {LONGEST} characters")
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            if text[at] == "'":
                raise misplaced(option, at, "this text is never closed by '")
            raise misplaced(option, at, f"{text[at]!r} is not expected here")
        if match.lastgroup != "blank":
            found.append(Token(match.lastgroup, match[0], at, match.end()))
        at = match.end()
    return [*found, Token("end", "", len(text), len(text))]


def literal(token: Token, option: str) -> Any:
    """The Python value of a literal: float, int, str, datetime (aware), a pair of
    them, timedelta, date, time, or a geometry as EWKT."""
    try:
        return _VALUES[token.kind](token.text)
    except (ValueError, OverflowError, GEOSException, GDALException) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else ""
        raise misplaced(option, token.at, f"{token.text!r:.60}: {reason}") from None


def unquoted(text: str) -> str:
    """What stands between the quotes."""
    return text[text.index("'") + 1 : -1].replace("''", "'")


def number(text: str) -> float | int:
    return int(text) if re.fullmatch(r"-?\d{1,18}", text) else float(text)


def moment(text: str) -> datetime:
    """An aware time; one without a zone is refused, it could be seven hours off."""
    found = datetime.fromisoformat(text.replace(" ", "+"))
    if found.tzinfo is None:
        raise ValueError("a time needs its zone: add Z or +07:00")
    return found.astimezone(UTC)


def _interval(text: str) -> tuple[datetime, datetime]:
    first, last = (moment(part) for part in text.split("/"))
    if last < first:
        raise ValueError("the interval ends before it begins")
    return first, last


def _duration(text: str) -> timedelta:
    found = parse_duration(unquoted(text))
    if found is None:
        raise ValueError("a duration is written as P1DT2H30M")
    return found


def _geometry(text: str) -> str:
    wkt = unquoted(text)
    shape = GEOSGeometry(wkt if wkt.upper().startswith("SRID=") else f"SRID=4326;{wkt}")
    if shape.srid != 4326:
        raise ValueError("only coordinates in degrees (EPSG:4326) are understood")
    if shape.empty:
        raise ValueError("the geometry is empty")
    return str(shape.ewkt)


_VALUES: dict[str, Any] = {
    "number": number,
    "text": unquoted,
    "time": moment,
    "interval": _interval,
    "date": date.fromisoformat,
    "clock": time.fromisoformat,
    "duration": _duration,
    "geometry": _geometry,
}
