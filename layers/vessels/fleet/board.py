"""The fleet in figures: every figure leads to its vessels, as list and on the map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection
from django.utils.functional import Promise
from psycopg import sql

from layers.core.db import execute
from layers.core.scope import Grant, condition
from layers.core.spec import by_role
from layers.vessels.duties import queries
from layers.vessels.duties.queries import Count
from layers.vessels.layer import CLASSES
from layers.vessels.layer import STEPS as STEP_TITLES
from layers.vessels.models import Outage

from .asked import NONE, STATES, Asked

SQL = Path(__file__).parent / "sql"
STEPS = (SQL / "steps.sql").read_text()
CHOICES = (SQL / "choices.sql").read_text()
SOON = timedelta(minutes=30)
NO_PORT = "—"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of vessels and the way to them. ``on_map``: "" if the map's filters
    cannot say it."""

    number: int
    in_list: str
    on_map: str


@dataclass(frozen=True, slots=True)
class Row:
    """A class or a port: its figures in the order of STATES, then all together."""

    title: str | Promise
    figures: dict[str, Figure]
    together: Figure


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the ladder: who stands on it, the longest of them since then."""

    name: str
    title: str | Promise
    figure: Figure
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on the dashboard, as of one moment. ``soon``: how many vessels owe
    a report within SOON or reach their next step."""

    at: datetime
    total: Row
    classes: list[Row]
    ports: list[Row]
    steps: list[Step]
    soon: int
    outages: list[tuple[Outage, Figure]]


def board(grant: Grant, now: datetime) -> Board:
    """The fleet in the caller's scope."""
    counts = queries.fleet_counts(grant)
    slug = by_role("vessels").slug
    titles = dict(CLASSES)
    classes = [
        _row(titles.get(kind, kind), group, Asked(kind=kind), slug)
        for kind, group in _groups(counts, "vessel_class")
    ]
    ports = [
        _row(port, group, Asked(port=NONE if port == NO_PORT else port), slug)
        for port, group in _groups(counts, "port")
    ]
    steps, soon = _steps(grant, now, slug)
    return Board(
        at=now,
        total=_row("", counts, Asked(), slug),
        classes=sorted(classes, key=lambda row: -row.together.number),
        ports=sorted(ports, key=_trouble),
        steps=steps,
        soon=soon,
        outages=[
            (
                outage,
                _figure(outage.vessels, Asked(provider=str(outage.provider)), slug),
            )
            for outage in queries.open_outages()
        ],
    )


def _groups(counts: list[Count], by: str) -> Iterable[tuple[str, list[Count]]]:
    found: dict[str, list[Count]] = {}
    for count in counts:
        found.setdefault(getattr(count, by), []).append(count)
    return found.items()


def _trouble(row: Row) -> tuple[int, int, str]:
    """Ports with silent vessels or some beyond the line first, then the largest."""
    wrong = row.figures["silent"].number + row.figures["beyond"].number
    return -wrong, -row.together.number, str(row.title)


def _row(title: str | Promise, counts: list[Count], asked: Asked, slug: str) -> Row:
    figures = {
        state: _figure(
            sum(getattr(count, state) for count in counts), asked.but(state=state), slug
        )
        for state in STATES
    }
    together = _figure(sum(count.together for count in counts), asked, slug)
    return Row(title, figures, together)


def _figure(number: int, asked: Asked, slug: str) -> Figure:
    return Figure(number, f"?{asked.address}", asked.map_link(slug))


def _steps(grant: Grant, now: datetime, slug: str) -> tuple[list[Step], int]:
    layer = by_role("vessels")
    scope, values = condition(layer, grant, "v")
    statement = sql.SQL(STEPS).format(
        relation=sql.Identifier(layer.relation), scope=scope
    )
    with connection.cursor() as cursor:
        execute(cursor, statement, [now + SOON, *values])
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    steps = []
    for name, title in STEP_TITLES:
        number, since, _soon = rows.get(name, (0, None, 0))
        steps.append(Step(name, title, _figure(number, Asked(step=name), slug), since))
    return steps, sum(row[2] for row in rows.values())


def choices(grant: Grant) -> dict[str, list[tuple[str, int]]]:
    """By filter the values that occur, with their numbers of vessels; NONE for none."""
    layer = by_role("vessels")
    scope, values = condition(layer, grant, "v")
    statement = sql.SQL(CHOICES).format(
        relation=sql.Identifier(layer.relation), scope=scope
    )
    found: dict[str, list[tuple[str, int]]] = {
        name: [] for name in ("kind", "port", "gear", "provider")
    }
    with connection.cursor() as cursor:
        execute(cursor, statement, values * 4)
        for name, value, number in cursor.fetchall():
            found[name].append((value or NONE, number))
    return found
