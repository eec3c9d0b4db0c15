"""The list of stations: filters, order, counters. The home of environment staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.http import urlencode
from psycopg import sql

from layers.core import units
from layers.core.db import execute
from layers.core.scope import Grant, condition
from layers.stations.indices import reasons
from layers.stations.kinds import Kind, State
from layers.stations.layer import LAYER
from layers.stations.statements import statement

from . import alarms
from .bands import Band, band
from .lines import figure

MAX_TEXT = 100
PAGE = 100
COUNTED = (State.OVER, State.NEAR, State.FAULT, State.SILENT, State.OK)
GRAVITY = {State.OVER: 0, State.FAULT: 1, State.SILENT: 2, State.NEAR: 3, State.OK: 4}
REVIEW, ALARM = "review", "alarm"
DIGITS = {"mm": 1, "m": 2, "": 0}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for; "" asks for nothing. ``state`` may also be REVIEW
    (values await a look) or ALARM (an alarm is open)."""

    q: str = ""
    kind: str = ""
    state: str = ""
    owner: str = ""
    unit: str = ""
    sort: str = ""
    dir: str = ""

    @classmethod
    def read(cls, params: Mapping[str, str]) -> Asked:
        """The parameters of a page; values that mean nothing are left out."""
        given = {
            entry.name: " ".join(params.get(entry.name, "").split())[:MAX_TEXT]
            for entry in fields(cls)
        }
        known = {
            "kind": Kind.values,
            "state": [*State.values, REVIEW, ALARM],
            "sort": list(SORTS),
            "dir": ["asc", "desc"],
        }
        for name, values in known.items():
            if given[name] not in values:
                given[name] = ""
        if not given["unit"].isdecimal() or len(given["unit"]) > 18:
            given["unit"] = ""
        return cls(**{k: v.replace("\x00", "") for k, v in given.items()})

    @property
    def values(self) -> dict[str, str]:
        """Only what is asked for, as it stands in the address."""
        named = ((entry.name, getattr(self, entry.name)) for entry in fields(self))
        return {name: value for name, value in named if value}

    def address(self, **changes: str) -> str:
        return urlencode(replace(self, **changes).values)

    @property
    def query(self) -> str:
        return self.address()

    @property
    def filter_address(self) -> str:
        return self.address(sort="", dir="")


@dataclass(frozen=True, slots=True)
class Row:
    """A station as the list shows it. ``complete``: share of today's whole hours;
    ``suspect``: values of seven days that nobody has looked at."""

    id: int
    title: str
    kind: str
    code: str
    owner: str
    river: str
    state: str
    parameter: str
    value: float | None
    unit: str
    at: datetime | None
    ratio: float | None
    unit_id: int | None
    trend: int | None
    index_kind: str
    index: int | None
    index_at: datetime | None
    reason: str
    complete: float | None
    suspect: int
    alarms: list[dict[str, Any]] = field(default_factory=list)

    @property
    def kind_title(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def state_title(self) -> str:
        return str(State(self.state).label)

    @property
    def band(self) -> Band | None:
        return None if self.index is None else band(self.index_kind, self.index)

    @property
    def reason_text(self) -> str:
        return reasons.text(self.reason)

    @property
    def figure(self) -> str:
        return figure(self.value, DIGITS.get(self.unit, 2))


# What the statement gives, in its order.
READ = [entry.name for entry in fields(Row) if entry.name != "alarms"]
# name -> (what is compared, whether the greatest comes first)
SORTS: dict[str, tuple[Any, bool]] = {
    "state": (lambda row: (GRAVITY[State(row.state)], -(row.ratio or 0)), False),
    "name": (lambda row: row.title, False),
    "kind": (lambda row: (row.kind, row.title), False),
    "ratio": (lambda row: row.ratio, True),
    "age": (lambda row: row.at, False),
    "complete": (lambda row: row.complete, False),
    "index": (lambda row: row.index, True),
    "alarms": (lambda row: len(row.alarms), True),
    "suspect": (lambda row: row.suspect, True),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """``rows`` of the page, ``total`` of all that match, ``counts`` by state of all
    that match without regard to the state asked for."""

    rows: list[Row]
    total: int
    counts: dict[str, int]
    page: int
    pages: int


def listing(asked: Asked, grant: Grant, now: datetime, page: int = 1) -> Listing:
    """One page of the stations that the caller may see."""
    found = rows(replace(asked, state=""), grant, now)
    counts = {state.value: 0 for state in COUNTED}
    for row in found:
        counts[row.state] += 1
    counts[REVIEW] = sum(1 for row in found if row.suspect)
    counts[ALARM] = sum(1 for row in found if row.alarms)
    found = [row for row in found if _in_state(row, asked.state)]
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(page, 1), pages)
    part = found[(page - 1) * PAGE : page * PAGE]
    return Listing(part, len(found), counts, page, pages)


def _in_state(row: Row, state: str) -> bool:
    if state == REVIEW:
        return row.suspect > 0
    if state == ALARM:
        return bool(row.alarms)
    return not state or row.state == state


def rows(asked: Asked, grant: Grant, now: datetime) -> list[Row]:
    """All matching stations in the order asked for; without one: the gravest first."""
    where, values = _where(asked, grant)
    text = sql.SQL(statement("listing")).format(  # type: ignore[arg-type]
        relation=sql.Identifier(LAYER.relation), where=where
    )
    local = timezone.localtime(now)
    today = local.replace(hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        execute(cursor, text, [now, today, *values])
        read = cursor.fetchall()
    open_alarms = alarms.open_alarms(grant)
    found = [
        Row(**dict(zip(READ, row, strict=True)), alarms=open_alarms.get(row[0], []))
        for row in read
    ]
    return _ordered([r for r in found if _in_state(r, asked.state)], asked)


def _ordered(found: list[Row], asked: Asked) -> list[Row]:
    """Rows without the value come last in either direction."""
    key, down = SORTS[asked.sort or "state"]
    if asked.dir:
        down = asked.dir == "desc"
    found = sorted(found, key=lambda row: row.title)
    known = [row for row in found if key(row) is not None]
    return [
        *sorted(known, key=key, reverse=down),
        *(row for row in found if key(row) is None),
    ]


def _where(asked: Asked, grant: Grant) -> tuple[sql.Composable, list[Any]]:
    """The condition of the stations asked for, in the caller's scope."""
    scope, bound = condition(LAYER, grant)
    parts, values = [scope], [*bound]
    for column, value in (("kind", asked.kind), ("owner", asked.owner)):
        if value:
            parts.append(sql.SQL("{} = %s").format(sql.Identifier(column)))
            values.append(value)
    if asked.unit:
        parts.append(sql.SQL("unit_id = ANY(%s)"))
        values.append(list(units.tree().expand([int(asked.unit)])))
    for word in asked.q.split()[:6]:
        parts.append(sql.SQL("search_text LIKE '%%' || ioc_fold(%s) || '%%'"))
        values.append(word)
    return sql.SQL(" AND ").join(parts), values


def owners(grant: Grant) -> list[str]:
    """Names of the owners of the stations that the caller may see."""
    where, values = condition(LAYER, grant)
    text = sql.SQL(
        "SELECT DISTINCT owner FROM {} WHERE owner <> '' AND {} ORDER BY owner"
    ).format(sql.Identifier(LAYER.relation), where)
    with connection.cursor() as cursor:
        execute(cursor, text, values)
        return [row[0] for row in cursor.fetchall()]
