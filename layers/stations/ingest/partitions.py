"""Monthly partitions of the observations: made ahead, dropped when their time is over.

Hours and days stay for ever; ``IOC_STATION_RAW_MONTHS`` says how many whole months of
single values are kept beside the current one (0: all).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from layers.core.db import execute

PARENT = "stations_observation"
DEFAULT = f"{PARENT}_default"
AHEAD_MONTHS = 3
# Older than this are clocks that were never set; they stay in the default partition.
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
_NAME = re.compile(rf"{PARENT}_(\d{{4}})(\d{{2}})")

_MOVE = (
    "WITH moved AS (DELETE FROM {default} WHERE at >= %s AND at < %s RETURNING *)"
    " INSERT INTO {part} SELECT * FROM moved"
)
_STRAYS = sql.SQL("SELECT DISTINCT date_trunc('month', at, 'UTC') FROM {default}")
_OLD = sql.SQL("DELETE FROM {default} WHERE at < %s")


def _month(day: datetime, step: int = 0) -> datetime:
    number = day.year * 12 + day.month - 1 + step
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)


def ensure(since: datetime | None = None, ahead: int = AHEAD_MONTHS) -> list[str]:
    """Make the missing months from ``since`` (this month) to ``ahead`` months on, and
    those of values that came for a month that nobody had made.

    Values that had to wait in the default partition move into their month.
    """
    month = _month((since or timezone.now()).astimezone(UTC))
    last = _month(timezone.now().astimezone(UTC), ahead)
    months = _strays(last)
    while month <= last:
        months.append(month)
        month = _month(month, 1)
    names = {f"{PARENT}_{month:%Y%m}": month for month in sorted(months)}
    return [name for name, month in names.items() if _make(name, month)]


def _strays(last: datetime) -> list[datetime]:
    """Months of which values wait in the default partition."""
    with connection.cursor() as cursor:
        execute(cursor, _STRAYS.format(default=sql.Identifier(DEFAULT)))
        rows = cursor.fetchall()
    oldest = max(OLDEST, kept_since() or OLDEST)
    return [month for (month,) in rows if oldest <= month <= last]


def kept_since() -> datetime | None:
    """The first moment of which single values are kept; None: all are."""
    months = settings.IOC_STATION_RAW_MONTHS
    return _month(timezone.now().astimezone(UTC), -months) if months else None


@transaction.atomic
def retire() -> list[str]:
    """Drop the months that are over; hours and days made of them stay."""
    horizon = kept_since()
    if horizon is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = %s::regclass ORDER BY 1",
            [PARENT],
        )
        names = [name for (name,) in cursor.fetchall()]
        over = [name for name in names if _start(name, horizon) < horizon]
        for name in over:
            execute(cursor, sql.SQL("DROP TABLE {}").format(sql.Identifier(name)))
        execute(cursor, _OLD.format(default=sql.Identifier(DEFAULT)), [horizon])
    return over


def _start(name: str, otherwise: datetime) -> datetime:
    found = _NAME.fullmatch(name)
    return datetime(int(found[1]), int(found[2]), 1, tzinfo=UTC) if found else otherwise


@transaction.atomic
def _make(name: str, start: datetime) -> bool:
    end = _month(start, 1)
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
