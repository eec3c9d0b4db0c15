"""What is published already beside the figures of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.db import connection

_SQL = (Path(__file__).parent.parent / "sql" / "sheet_standing.sql").read_text()

# indicator, unit, part, first and last day, whether a plan
Key = tuple[int, int, str, date, date, bool]


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest fact of the same period (``fact_id`` None: there is none), and the
    value of the period before it."""

    fact_id: int | None
    value: Decimal | None
    vintage: int | None
    published_at: datetime | None
    before: Decimal | None
    before_start: date | None
    before_end: date | None


def of(keys: Sequence[Key]) -> list[Standing]:
    """In the order of ``keys``."""
    if not keys:
        return []
    columns = [list(column) for column in zip(*keys, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_SQL, columns)
        return [Standing(*row) for _n, *row in cursor.fetchall()]
