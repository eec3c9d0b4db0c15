"""Reading well-formed files at speed: the same answer as ``parsing``, or none.

A file whose every line is plain (tabs, a catalogue symbol, a plain number, fourteen
digits of time, status 00 to 02) is read by one regular expression. Anything else is
left to the tolerant parser, so there is one place that knows what is forgiven.
"""

from __future__ import annotations

import re
from functools import lru_cache

from layers.stations import parameters

from .parsing import AHEAD_REJECTED_S, LineError, moment

# symbols, units, times (seconds since 1970), values, statuses: one entry per line
Columns = tuple[list[str], list[str], list[float], list[float], list[int]]

_LINE = re.compile(
    r"^([0-9A-Za-z.,_]+)\t([+-]?[0-9]{1,12}(?:[.,][0-9]{1,12})?)\t"
    r"([^\s\x00\ufeff]*)\t([0-9]{14})\t0([012])\r?\n",
    re.MULTILINE,
)


@lru_cache(maxsize=4096)
def _names(symbol: str, unit: str) -> tuple[str, str] | None:
    """Symbol and unit as the catalogue writes them; None: not a plain line."""
    name, measured = parameters.symbol(symbol), parameters.unit(unit)
    if name is None or measured is None:
        return None
    if measured and measured not in parameters.CATALOGUE[name].units:
        return None
    return name, measured


@lru_cache(maxsize=65_536)
def _moment(digits: str) -> float | None:
    try:
        return moment(digits)
    except LineError:
        return None


def columns(body: bytes, received_at: float) -> Columns | None:
    """The values of a plain file in its order; None: the tolerant parser's work."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    found = _LINE.findall(text)
    # as many matches as line ends, and nothing behind the last: every line is plain
    if not found or text[-1] != "\n" or len(found) != text.count("\n"):
        return None
    written, values, units, times, statuses = zip(*found, strict=True)
    names = [_names(*pair) for pair in zip(written, units, strict=True)]
    at = [_moment(digits) for digits in times]
    latest = received_at + AHEAD_REJECTED_S
    if None in names or any(time is None or time > latest for time in at):
        return None
    return (
        [pair[0] for pair in names if pair],
        [pair[1] for pair in names if pair],
        [time for time in at if time is not None],
        [float(value.replace(",", ".")) for value in values],
        [int(status) for status in statuses],
    )
