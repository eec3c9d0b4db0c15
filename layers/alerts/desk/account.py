"""What happened in a span of time: calls, how fast they were seen, worst sources.

A call is what calls for an operator: see ``sql/rings.sql``.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection

from layers.core.scope import Grant
from layers.core.spec import by_role

_SQL = Path(__file__).parent / "sql"
TEN = 10


def _over_rings(name: str) -> str:
    """A statement of this folder that reads the calls of a span."""
    rings, own = (_SQL / "rings.sql").read_text(), (_SQL / f"{name}.sql").read_text()
    return f"WITH rings AS (\n{rings}\n)\n{own}"


SPEED = _over_rings("speed")
WORST = _over_rings("worst")
BINS = _over_rings("bins")
RULES = _over_rings("rules")
DAYS = _over_rings("days")
CALLS = _over_rings("calls")
CHATTER = (_SQL / "chatter.sql").read_text()
STALE = (_SQL / "stale.sql").read_text()


def of(grant: Grant, since: datetime, until: datetime) -> dict[str, Any]:
    """Figures of the span ``[since, until)``, ready to be kept as JSON."""
    found = speed(grant, since, until)
    found["since"], found["until"] = since.isoformat(), until.isoformat()
    found["worst"] = [
        {**row, "last_at": row["last_at"].isoformat()}
        for row in worst(grant, since, until)
    ]
    return found


def speed(grant: Grant, since: datetime, until: datetime) -> dict[str, Any]:
    """How many calls, by severity, and the median and 95 % time until they were
    seen (seconds; None without any)."""
    return ask(SPEED, grant, since=since, until=until)[0]


def worst(grant: Grant, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """The ten sources (rule and feature, with its part) that called most often, with
    their share of all (0 to 1)."""
    return ask(WORST, grant, since=since, until=until, ten=TEN)


def ask(statement: str, grant: Grant, **values: Any) -> list[dict[str, Any]]:
    """Rows of one of this folder's statements, of what the caller may see."""
    units = None if grant.units is None else sorted(grant.units)
    if not grant.allows(by_role("alarms")):
        units = []
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, "units": units})
        columns = [entry[0] for entry in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
