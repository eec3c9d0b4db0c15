"""Monthly partitions of the observations: made ahead, one per month."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from layers.core.db import execute

PARENT = "stations_observation"
DEFAULT = f"{PARENT}_default"
AHEAD_MONTHS = 3

_MOVE = (
    "WITH moved AS (DELETE FROM {default} WHERE at >= %s AND at < %s RETURNING *)"
    " INSERT INTO {part} SELECT * FROM moved"
)


def _month(day: datetime, step: int = 0) -> datetime:
    number = day.year * 12 + day.month - 1 + step
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)


def ensure(since: datetime | None = None, ahead: int = AHEAD_MONTHS) -> list[str]:
    """Make the missing months from ``since`` (this month) to ``ahead`` months on.

    Values that had to wait in the default partition move into their month.
    """
    month = _month((since or timezone.now()).astimezone(UTC))
    last = _month(timezone.now().astimezone(UTC), ahead)
    made = []
    while month <= last:
        name = f"{PARENT}_{month:%Y%m}"
        if _make(name, month, _month(month, 1)):
            made.append(name)
        month = _month(month, 1)
    return made


@transaction.atomic
def _make(name: str, start: datetime, end: datetime) -> bool:
    parts = {
        "part": sql.Identifier(name),
        "parent": sql.Identifier(PARENT),
        "default": sql.Identifier(DEFAULT),
    }
    bounds = [start.isoformat(), end.isoformat()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
        if cursor.fetchone()[0]:
            return False
        execute(
            cursor,
            sql.SQL(
                "CREATE TABLE {part} (LIKE {parent} INCLUDING DEFAULTS"
                " INCLUDING CONSTRAINTS)"
            ).format(**parts),
        )
        execute(cursor, sql.SQL(_MOVE).format(**parts), bounds)
        execute(
            cursor,
            sql.SQL(
                "ALTER TABLE {parent} ATTACH PARTITION {part}"
                " FOR VALUES FROM (%s) TO (%s)"
            ).format(**parts),
            bounds,
        )
    return True
