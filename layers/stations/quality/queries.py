"""Reading: what needs a look, what was decided, which flags counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from layers.core.scope import Grant
from layers.stations.layer import LAYER
from layers.stations.models import Finding, Review, Series, Station
from layers.stations.parameters import CATALOGUE, FAIL, SUSPECT
from layers.stations.statements import statement

from .params import TESTS

OPEN, DECIDED, ALL = STATES = ("open", "decided", "all")
SPANS = {"1": 1, "7": 7, "30": 30, "90": 90, "400": 400}
PAGE = 50
MOST_FINDINGS = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What the desk is asked for; "" asks for nothing."""

    station: str = ""
    parameter: str = ""
    test: str = ""
    flag: str = ""
    state: str = OPEN
    days: str = "7"

    @classmethod
    def read(cls, params: Mapping[str, str]) -> Asked:
        """The parameters of the page; values that mean nothing are left out."""
        known: dict[str, Any] = {
            "parameter": CATALOGUE,
            "test": TESTS,
            "flag": (str(SUSPECT), str(FAIL)),
            "state": STATES,
            "days": SPANS,
        }
        given = {}
        for entry in fields(cls):
            text = params.get(entry.name, "").strip()[:60]
            fits = (
                text.isdecimal() and len(text) < 10
                if entry.name == "station"
                else (text in known[entry.name])
            )
            if text and fits:
                given[entry.name] = text
        return cls(**given)

    def since(self, now: datetime) -> datetime:
        return now - timedelta(days=SPANS[self.days])

    @property
    def address(self) -> dict[str, str]:
        return {
            entry.name: value
            for entry in fields(self)
            if (value := getattr(self, entry.name)) != entry.default
        }


@dataclass(frozen=True, slots=True)
class Stretch:
    """Values of a series that did not pass a test, one after the other."""

    series: Series
    test: str
    since: datetime
    until: datetime
    values: int
    flag: int
    decided: int

    @property
    def test_title(self) -> str:
        return str(TESTS[self.test].title) if self.test in TESTS else self.test

    @property
    def title(self) -> str:
        return title_of(self.series.parameter)


@dataclass(frozen=True, slots=True)
class Stretches:
    rows: list[Stretch] = field(default_factory=list)
    total: int = 0


def title_of(parameter: str) -> str:
    entry = CATALOGUE.get(parameter)
    return str(entry.title) if entry else parameter


def stations(grant: Grant) -> list[Station]:
    """The stations that the caller may see, by name."""
    if not grant.allows(LAYER):
        return []
    rows = Station.objects.order_by("title")
    if grant.units is not None and LAYER.scope.kind != "open":
        rows = rows.filter(unit_id__in=sorted(grant.units))
    return list(rows)


def stretches(
    asked: Asked,
    ids: Sequence[int],
    now: datetime,
    page: int = 1,
    series_id: int | None = None,
    limit: int = PAGE,
) -> Stretches:
    """What tests found at the stations ``ids``, newest first."""
    chosen = [pk for pk in ids if asked.station in ("", str(pk))]
    values: dict[str, Any] = {
        "since": asked.since(now),
        "until": now + timedelta(days=1),
        "stations": chosen,
        "series": series_id,
        "parameter": asked.parameter,
        "test": asked.test,
        "flag": int(asked.flag) if asked.flag else None,
        "state": asked.state,
        "limit": limit,
        "offset": (max(page, 1) - 1) * limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("quality_spans"), values)
        rows = cursor.fetchall()
    known = Series.objects.select_related("station").in_bulk(
        {series for series, *_rest in rows}
    )
    found = [
        Stretch(known[series], test, since, until, n, flag, decided)
        for series, test, since, until, n, flag, decided, _total in rows
    ]
    return Stretches(found, rows[0][-1] if rows else 0)


def findings(
    asked: Asked, ids: Sequence[int], now: datetime, series_id: int | None = None
) -> list[Finding]:
    """Patterns, newest first."""
    rows = Finding.objects.select_related("series__station", "decided_by").filter(
        series__station_id__in=[pk for pk in ids if asked.station in ("", str(pk))],
        until__gt=asked.since(now),
    )
    if series_id is not None:
        rows = rows.filter(series_id=series_id)
    for name in ("parameter", "test"):
        if value := getattr(asked, name):
            column = {"parameter": "series__parameter", "test": "kind"}[name]
            rows = rows.filter(**{column: value})
    if asked.state != ALL:
        waiting = Q(outcome="")
        rows = rows.filter(waiting if asked.state == OPEN else ~waiting)
    return list(rows.order_by("-until", "pk")[:MOST_FINDINGS])


def reviews(series_id: int, limit: int = 50) -> list[Review]:
    """What people decided about a series, the newest first, withdrawn ones too."""
    rows = Review.objects.filter(series_id=series_id)
    rows = rows.select_related("made_by", "withdrawn_by")
    return list(rows.order_by("-made_at")[:limit])


def flags_used(
    series_ids: Sequence[int], since: datetime, until: datetime
) -> dict[str, Any]:
    """Which flags entered averages and indices, which were left out, and why.

    Of the values after ``since`` up to ``until`` (as hours and days count them):
    ``entered`` and ``left_out`` have the number by flag, ``not_measured`` by status
    (01, 02), ``tests`` the number by test and flag, ``corrected`` how many count with
    a value other than that received, ``reviews`` who decided what, when and why
    (those that stand). The caller looks after who may see the series.
    """
    values: dict[str, Any] = {
        "series": list(series_ids),
        "since": since,
        "until": until,
    }
    used: dict[str, Any] = {
        "entered": {}, "left_out": {}, "not_measured": {}, "tests": {}, "corrected": 0,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement("quality_flags"), values)
        for what, name, flag, count in cursor.fetchall():
            if what == "corrected":
                used["corrected"] = count
            elif what == "tests":
                used["tests"].setdefault(name, {})[flag] = count
            else:
                used[what][flag] = count
    rows = Review.objects.filter(
        series_id__in=series_ids, withdrawn_at=None, since__lte=until, until__gt=since
    ).select_related("made_by", "series")
    used["reviews"] = [
        {
            "series": row.series_id,
            "parameter": row.series.parameter,
            "since": row.since,
            "until": row.until,
            "flag": row.flag,
            "value": row.value,
            "reason": row.reason,
            "who": row.made_by.display_name,
            "made_at": row.made_at,
        }
        for row in rows.order_by("since", "pk")
    ]
    return used
