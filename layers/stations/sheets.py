"""Values of stations as Excel or CSV: symbol, time, value, unit, status, a row each.

What is handed in goes the way of what loggers send: appended, tested, rolled up. It is
told apart by its batch, the number of the upload below zero. Taken back it stays, and
counts no more: a review says who took it back and why.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from layers.core.ingest import deliver
from layers.core.uploads.contract import (
    Checker,
    Column,
    Importer,
    Job,
    Outcome,
    Reason,
    Record,
    Row,
    Table,
    importers,
)
from layers.core.uploads.records import unpack

from . import parameters
from .statements import statement

AHEAD = timedelta(minutes=5)
USUAL_MINUTES = 5
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
STATUS = (("00", _("Measuring (00)")), ("01", _("Calibrating (01)")),
          ("02", _("Device error (02)")))  # fmt: skip

NO_STATION = Reason(
    "no_station", _("No such station"), _("There is no station %(code)s in your area.")
)
NO_SYMBOL = Reason(
    "no_symbol", _("No such parameter"), _("%(symbol)s is no known parameter.")
)
OTHER_UNIT = Reason(
    "other_unit", _("Another unit"), _("%(symbol)s is measured in %(unit)s here.")
)
NO_NUMBER = Reason(
    "no_value", _("Not a number"), _("Write a number without groups, as 7.25 or 7,25.")
)
AHEAD_OF_NOW = Reason(
    "ahead", _("Lies ahead"), _("A value cannot have been measured in the future.")
)
REASONS = (NO_STATION, NO_SYMBOL, OTHER_UNIT, NO_NUMBER, AHEAD_OF_NOW)

TABLE = Table(
    slug="station_values",
    title=_("Values of stations"),
    key=("station", "symbol", "at", "minutes"),
    columns=(
        Column(
            name="station", title=_("Station code"), required=True, filled=True,
            aliases=("Ma tram", "code"), width=28,
        ),
        Column(
            name="symbol", title=_("Parameter"), required=True, filled=True,
            aliases=("Thong so", "Ky hieu", "parameter"),
        ),
        Column(
            name="at", title=_("Time of the value"), kind="moment", required=True,
            filled=True, aliases=("Thoi gian", "time"), width=20,
        ),
        Column(
            name="value", title=_("Value"), required=True,
            aliases=("Gia tri",), help=_("Empty: the value is missing."),
        ),
        Column(name="unit", title=_("Unit of the value"), aliases=("Don vi",)),
        Column(
            name="status", title=_("Instrument"), kind="choice", choices=STATUS,
            aliases=("Trang thai",),
        ),
        Column(
            name="minutes", title=_("Averaged over (minutes)"), kind="integer",
            low=1, high=1_440,
        ),
    ),
    notes=(_("Times without a zone are those of a clock in Vietnam."),),
)  # fmt: skip


class ValueChecker(Checker):
    """Knows the stations of who hands in, and what they measure in which unit."""

    def __init__(self, job: Job) -> None:
        from .models import Series, Station

        rows = Station.objects.filter(active=True)
        self.stations = {
            code: (pk, unit_id)
            for pk, code, unit_id in rows.values_list("pk", "code", "unit_id")
            if job.grant.sees_unit(unit_id)
        }
        series = Series.objects.values_list(
            "station_id", "parameter", "averaging_minutes", "unit"
        )
        self.units = {(pk, name, mins): unit for pk, name, mins, unit in series}

    def check(self, rows: Sequence[Row]) -> Iterable[Record]:
        found = [_Found(row, self) for row in rows]
        known = _current([entry.key for entry in found if entry.row.sound])
        for entry in found:
            if entry.row.sound:
                yield entry.record(known.get(entry.key))


class _Found:
    """A row with what its words mean; what is wrong is said to the row."""

    def __init__(self, row: Row, checker: ValueChecker) -> None:
        self.row, values = row, row.values
        code = str(values.get("station", ""))
        self.station_id, self.unit_id = checker.stations.get(code, (0, None))
        if "station" in values and not self.station_id:
            row.problem(NO_STATION, "station", code=code)
        self.symbol = parameters.symbol(str(values.get("symbol", ""))) or ""
        if "symbol" in values and not self.symbol:
            row.problem(NO_SYMBOL, "symbol", symbol=values["symbol"])
        self.at: datetime | None = values.get("at")
        if self.at is not None and self.at > timezone.now() + AHEAD:
            row.problem(AHEAD_OF_NOW, "at")
        self.minutes = int(values.get("minutes", USUAL_MINUTES))
        self.status = int(values.get("status", "00"))
        self.value = self._number(values.get("value"))
        self.unit = self._unit(checker, values.get("unit"))

    def _number(self, raw: Any) -> float | None:
        if raw is None:
            return None
        if not _NUMBER.fullmatch(str(raw)):
            self.row.problem(NO_NUMBER, "value")
            return None
        return float(str(raw).replace(",", "."))

    def _unit(self, checker: ValueChecker, told: Any) -> str:
        if not self.symbol:
            return ""
        usual = parameters.CATALOGUE[self.symbol].units
        known = checker.units.get((self.station_id, self.symbol, self.minutes))
        unit = parameters.unit(str(told)) if told is not None else None
        wrong = unit is None or (
            unit != known if known is not None else unit not in usual
        )
        if told is not None and wrong:
            shown = known if known is not None else usual[0]
            self.row.problem(OTHER_UNIT, "unit", symbol=self.symbol, unit=shown)
        return known if known is not None else unit or usual[0]

    @property
    def key(self) -> tuple[int, str, int, float]:
        at = self.at.timestamp() if self.at is not None else 0.0
        return self.station_id, self.symbol, self.minutes, at

    def record(self, before: tuple[float | None, int] | None) -> Record:
        row, now = self.row, (self.value, self.status)
        same = before is not None and before == now
        station_id, symbol, minutes, at = self.key
        return Record(
            sheet=row.sheet.name,
            row=row.number,
            cell=row.cells.get("value", "") or f"A{row.number}",
            change="same" if same else "new" if before is None else "changed",
            title=f"{row.values['station']} · {symbol} · {row.raw.get('at', '')}",
            old="" if before is None else _words(before, self.unit),
            new=_words(now, self.unit),
            unit_id=self.unit_id,
            data={
                "station": station_id, "symbol": symbol, "unit": self.unit, "at": at,
                "value": self.value, "status": self.status, "minutes": minutes,
            },
        )  # fmt: skip


def _words(value: tuple[float | None, int], unit: str) -> str:
    number, status = value
    shown = "—" if number is None else f"{number:g} {unit}".strip()
    return shown if not status else f"{shown} ({status:02d})"


def _current(
    keys: Sequence[tuple[int, str, int, float]],
) -> dict[tuple[int, str, int, float], tuple[float | None, int]]:
    """Value and status that are known of stations, parameters, minutes and times."""
    if not keys:
        return {}
    stations, symbols, minutes, times = (list(part) for part in zip(*keys, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            statement("handed_in_known"),
            {"stations": stations, "symbols": symbols, "minutes": minutes, "at": times},
        )
        return {
            (station, symbol, length, float(at)): (value, status)
            for station, symbol, length, at, value, status in cursor.fetchall()
        }


def commit(upload: Any, records: Iterator[Record]) -> Outcome:
    """Append what is new; a value known by now counts as a repetition."""
    from .ingest.readings import readings

    rows = [record.data for record in records if record.change != "same"]
    if not rows:
        return Outcome(counts={"new": 0})
    received = timezone.now().timestamp()
    applied = deliver(
        importers["station_values"].layer,
        readings(
            [row["station"] for row in rows],
            [row["symbol"] for row in rows],
            [row["unit"] for row in rows],
            [row["at"] for row in rows],
            [math.nan if row["value"] is None else row["value"] for row in rows],
            [row["status"] for row in rows],
            [received] * len(rows),
            [-upload.pk] * len(rows),
            [row["minutes"] for row in rows],
        ),
    )
    repeated = int(applied.duplicate.sum())
    return Outcome(counts={"new": len(rows) - repeated, "same": repeated})


def undo(upload: Any, by_id: int, reason: str) -> Outcome:
    """A review for every run of values that came with the upload and still counts:
    they fail, or what was known before holds again."""
    from layers.core.uploads.services import RefusedError

    from .models import Series
    from .quality.review import ReviewError, decide

    who = get_user_model().objects.get(pk=by_id)
    told = [record.data for record in unpack(upload.records)]
    times = [row["at"] for row in told] or [0.0]
    bounds = {
        "batch": -upload.pk,
        "stations": list({row["station"] for row in told}),
        "first": min(times),
        "last": max(times),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("handed_in_runs"), bounds)
        runs = cursor.fetchall()
    known = Series.objects.in_bulk({run[0] for run in runs})
    why = f"#{upload.pk}: {reason}"
    try:
        for series_id, since, until, before in runs:
            flag = parameters.FAIL if before is None else parameters.GOOD
            decide(who, known[series_id], since, until, flag, why[:500], before)
    except ReviewError as error:
        raise RefusedError(str(error)) from error
    return Outcome(counts={"taken_back": len(runs)})


importers.register(
    Importer(
        slug="station_values",
        title=_("Values of stations"),
        help=_("What a logger could not send: station, parameter, time, value."),
        layer="stations",
        order=60,
        tables=lambda options, grant: [TABLE],
        checker=ValueChecker,
        commit=commit,
        undo=undo,
        reasons=REASONS,
    )
)
