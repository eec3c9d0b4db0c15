"""Which unit answers for an alert: found for many at once."""

from __future__ import annotations

from pathlib import Path

from django.db import connection
from django.utils import timezone
from psycopg import sql

from layers.core import units
from layers.core.db import execute
from layers.core.spec import by_role

from .models import Alert

UNITS_OF = (Path(__file__).parent / "sql" / "units_of.sql").read_text()


def place_all(alerts: list[Alert]) -> None:
    """Set ``unit_id`` of new alerts, which holds the unit of the feature till now:
    the unit around the place; at sea that of the feature; without one the nearest."""
    placed = [(alert, alert.geom) for alert in alerts if alert.geom is not None]
    if not placed:
        return
    relation = sql.Identifier(by_role(units.ROLE).relation)
    with connection.cursor() as cursor:
        execute(
            cursor,
            sql.SQL(UNITS_OF).format(relation=relation),
            [
                [point.x for _alert, point in placed],
                [point.y for _alert, point in placed],
                [timezone.localdate(alert.raised_at) for alert, _point in placed],
                [alert.unit_id for alert, _point in placed],
            ],
        )
        found = cursor.fetchall()
    for (alert, _point), (around, nearest) in zip(placed, found, strict=True):
        alert.unit_id = around or alert.unit_id or nearest
