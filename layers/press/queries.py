"""Reading press items: the gazetteer, the drawer, volume and tone by day."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from psycopg import sql

from layers.core.db import execute
from layers.core.scope import Grant
from layers.core.spec import by_role
from layers.core.versions import cached_by_version

from .models import PressItem
from .reading import Gazetteer, Place

UNITS = "administrative-units"
SAME_LINES = 5


@cache
def _statement() -> str:
    return (Path(__file__).parent / "sql" / "gazetteer.sql").read_text()


@cached_by_version(UNITS)
def gazetteer() -> Gazetteer:
    """Names of communes and former districts, read again when units change."""
    query = sql.SQL(_statement()).format(units=sql.Identifier(by_role(UNITS).relation))
    with connection.cursor() as cursor:
        execute(cursor, query)
        return Gazetteer(Place(*row) for row in cursor.fetchall())


def in_scope(grant: Grant) -> QuerySet[PressItem]:
    rows = PressItem.objects.all()
    return rows if grant.units is None else rows.filter(unit_id__in=grant.units)


def by_day(grant: Grant, start: datetime, end: datetime) -> list[Any]:
    """Per day in [start, end): number of items and how many are negative."""
    negative = Q(human_tone="negative") | Q(human_tone="", machine_tone="negative")
    return list(
        in_scope(grant)
        .filter(published_at__gte=start, published_at__lt=end)
        .annotate(day=TruncDate("published_at"))
        .values("day")
        .annotate(number=Count("id"), negative=Count("id", filter=negative))
        .order_by("day")
    )


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    """The item, and the newest others of its topic in its unit."""
    item = PressItem.objects.select_related("outlet").get(pk=feature["id"])
    near = in_scope(request.grant).filter(  # type: ignore[attr-defined]
        unit_id=item.unit_id, topic=item.topic
    )
    same = near.exclude(pk=item.pk).order_by("-published_at")[:SAME_LINES]
    return {"item": item, "same": same if item.unit_id else []}
