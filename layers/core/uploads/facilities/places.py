"""Which commune a point is in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.db import connection
from psycopg import sql

from layers.core import units
from layers.core.db import execute
from layers.core.spec import by_role

CORE = Path(__file__).resolve().parent.parent.parent
_WHERE = (CORE / "sql" / "units_of_points.sql").read_text()


def units_of_points(
    wanted: Sequence[tuple[tuple[float, float] | None, int | None]],
) -> list[tuple[int | None, float | None]]:
    """For each (lon, lat) and named commune: the commune that holds the point today,
    and how many metres the point lies outside the named one (0 inside)."""
    answer: list[tuple[int | None, float | None]] = [(None, None)] * len(wanted)
    asked = [(i, *at, unit) for i, (at, unit) in enumerate(wanted) if at is not None]
    if asked:
        relation = sql.Identifier(by_role(units.ROLE).relation)
        columns = [list(column) for column in zip(*asked, strict=True)]
        with connection.cursor() as cursor:
            execute(cursor, sql.SQL(_WHERE).format(units=relation), columns)
            for index, inside, off_m in cursor.fetchall():
                answer[index] = (inside, off_m)
    return answer
