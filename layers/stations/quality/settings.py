"""Which settings of each test hold for a series: the closest ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from layers.core.shown import Params
from layers.stations.models import QualitySetting, Series
from layers.stations.parameters import CATALOGUE

from .params import GrossRange, read

USUAL_STEP_S = 300.0


@dataclass(frozen=True, slots=True)
class Subject:
    """A series as tests see it. ``slowness``: how many times longer than five minutes
    its values take; spans of time in settings are meant for five minutes and grow
    with it, so that a test always looks at as many values."""

    series_id: int
    station_id: int
    parameter: str
    unit: str
    kind: str
    averaging_minutes: int

    @property
    def slowness(self) -> float:
        return max(1.0, self.averaging_minutes * 60 / USUAL_STEP_S)


@lru_cache(maxsize=2_048)
def _read(test: str, params: bytes) -> Params:
    return read(test, orjson.loads(params))


class Settings:
    """All quality settings, asked by test and series."""

    def __init__(self, rows: Iterable[QualitySetting] | None = None) -> None:
        found = QualitySetting.objects.all() if rows is None else rows
        self._rows: dict[str, list[QualitySetting]] = {}
        for row in found:
            self._rows.setdefault(row.test, []).append(row)
        self._known: dict[tuple[Any, ...], Params | None] = {}

    def of(self, test: str, subject: Subject) -> Params | None:
        """What holds for the series; None where the test is off or nothing is set.

        Closest first: the series itself, its kind of station and parameter, its kind,
        its parameter, everything.
        """
        own = any(
            row.series_id == subject.series_id for row in self._rows.get(test, ())
        )
        key = (
            test, subject.parameter, subject.kind, subject.series_id if own else None,
        )  # fmt: skip
        if key not in self._known:
            self._known[key] = self._closest(test, subject)
        return self._known[key]

    def _closest(self, test: str, subject: Subject) -> Params | None:
        fitting = [row for row in self._rows.get(test, ()) if _fits(row, subject)]
        if not fitting:
            return _catalogued(subject) if test == "gross_range" else None
        row = max(fitting, key=_closeness)
        if not row.enabled:
            return None
        return _read(test, orjson.dumps(row.params, option=orjson.OPT_SORT_KEYS))


def _fits(row: QualitySetting, subject: Subject) -> bool:
    return (
        row.parameter in ("", subject.parameter)
        and row.kind in ("", subject.kind)
        and row.series_id in (None, subject.series_id)
    )


def _closeness(row: QualitySetting) -> tuple[bool, bool, bool]:
    return row.series_id is not None, bool(row.kind), bool(row.parameter)


def _catalogued(subject: Subject) -> Params | None:
    """The plausible range that the catalogue gives every parameter."""
    entry = CATALOGUE.get(subject.parameter)
    if entry is None:
        return None
    return GrossRange(
        low=entry.low,
        high=entry.high,
        suspect_high=entry.suspect if entry.suspect < entry.high else None,
    )


_FIELDS = (
    "pk", "station_id", "parameter", "unit", "station__kind", "averaging_minutes",
)  # fmt: skip


def subjects(series_ids: Iterable[int]) -> list[Subject]:
    """The series with these ids and the others of their stations, by id: a value is
    also held against what else was measured there."""
    stations = Series.objects.filter(pk__in=list(series_ids)).values("station_id")
    rows = Series.objects.filter(station_id__in=stations).order_by("pk")
    return [Subject(*row) for row in rows.values_list(*_FIELDS)]


def subjects_of(station_id: int) -> list[Subject]:
    """The series of one station, by id."""
    rows = Series.objects.filter(station_id=station_id).order_by("pk")
    return [Subject(*row) for row in rows.values_list(*_FIELDS)]
