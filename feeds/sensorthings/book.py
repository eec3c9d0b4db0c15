"""Which series and stations there are, and whether a value can be taken."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from layers.stations import parameters
from layers.stations.models import Series, Station

AHEAD_S = 3_600.0
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
STATUS = {0: 0, 1: 1, 2: 2, "0": 0, "1": 1, "2": 2, "00": 0, "01": 1, "02": 2}
IDS = 2**32
# A stray exponent must not become a value that no chart can show.
BIGGEST = 1e15
_DECIMAL = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d{1,2})?")


class Wrong(ValueError):
    """Why a value cannot be taken; ``reason`` is a fixed word for counting."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class Known:
    """A series as far as receiving needs it; ``id`` 0: it will be made."""

    id: int
    station_id: int
    unit_id: int | None
    symbol: str
    unit: str
    averaging: int


@dataclass(frozen=True, slots=True)
class Value:
    """One value that can be taken. ``at``: whole seconds since 1970 UTC."""

    series: Known
    at: int
    value: float
    status: int

    @property
    def id(self) -> int:
        """Of the Observation, once it is stored."""
        return self.series.id * IDS + self.at


class Book:
    """Everything that is known when it is made: for one request or one decoding."""

    def __init__(self) -> None:
        stations = Station.objects.filter(active=True)
        self.stations = {
            code: (pk, unit_id)
            for pk, code, unit_id in stations.values_list("pk", "code", "unit_id")
        }
        by_id = dict(self.stations.values())
        rows = Series.objects.filter(station_id__in=list(by_id)).order_by("pk")
        self.by_id = {
            row.pk: Known(
                row.pk, row.station_id, by_id[row.station_id], row.parameter, row.unit,
                row.averaging_minutes,
            )
            for row in rows
        }  # fmt: skip
        self.by_name = {
            (known.station_id, known.symbol, known.averaging): known
            for known in self.by_id.values()
        }

    def datastream(self, number: Any) -> Known:
        """The series with an id of a Datastream."""
        found = self.by_id.get(number) if type(number) is int else None
        if found is None:
            raise Wrong("unknown_datastream", f"there is no Datastream {number!r:.40}")
        return found

    def named(self, code: str, name: Any, unit: Any, averaging: int = 5) -> Known:
        """The series of a station's parameter; a new one gets the unit that is told,
        or the usual one."""
        if code not in self.stations:
            raise Wrong("unknown_station", f"there is no station {code!r:.60}")
        station_id, unit_id = self.stations[code]
        symbol = parameters.symbol(name) if isinstance(name, str) else None
        if symbol is None:
            raise Wrong("unknown_symbol", f"there is no parameter {name!r:.40}")
        told = None
        if unit not in (None, ""):
            told = parameters.unit(unit) if isinstance(unit, str) else None
            if told is None:
                raise Wrong("unknown_unit", f"there is no unit {unit!r:.40}")
        known = self.by_name.get((station_id, symbol, averaging))
        if known is None:
            usual = parameters.CATALOGUE[symbol].units
            if told is not None and told not in usual:
                raise Wrong("other_unit", f"{symbol} is not measured in {told}")
            unit = usual[0] if told is None else told
            return Known(0, station_id, unit_id, symbol, unit, averaging)
        if told is not None and told != known.unit:
            detail = f"{symbol} is measured in {known.unit or '1'}, not in {told}"
            raise Wrong("other_unit", detail)
        return known


def number(raw: Any, *, missing: bool = False) -> float:
    """A finite number, also one in quotes with point or comma; NaN for a value that
    is missing where that is allowed."""
    if raw is None and missing:
        return math.nan
    if isinstance(raw, str) and _DECIMAL.fullmatch(raw.strip()):
        raw = float(raw.strip().replace(",", "."))
    if type(raw) not in (int, float) or not abs(raw) <= BIGGEST:
        raise Wrong("no_number", f"{raw!r:.40} is not a number")
    return float(raw)


def moment(raw: Any, received: float) -> int:
    """Whole seconds of an ISO time with its zone; of a span its end; without any,
    the time of receipt."""
    if raw is None:
        return int(received)
    text = str(raw).rpartition("/")[2] if isinstance(raw, str) else ""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Wrong("bad_time", f"{raw!r:.60} is no time as in ISO 8601") from None
    if found.tzinfo is None:
        raise Wrong("bad_time", f"{raw!r:.60} has no zone: add Z or +07:00")
    at = found.timestamp()
    if at > received + AHEAD_S:
        raise Wrong("future_time", f"{raw!r:.60} lies ahead")
    if at < EARLIEST:
        raise Wrong("bad_time", f"{raw!r:.60} is before 2000")
    return int(at)


def status(raw: Any) -> int:
    """State of the instrument: 0 measuring, 1 calibrating, 2 fault."""
    if raw is None:
        return 0
    found = STATUS.get(raw) if isinstance(raw, int | str) else None
    if found is None or isinstance(raw, bool):
        raise Wrong("bad_status", f"status is 0, 1 or 2, not {raw!r:.40}")
    return found
