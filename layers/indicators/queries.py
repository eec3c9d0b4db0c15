"""Reading figures: the drawer of a unit and the values of one indicator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from layers.core import units
from layers.core.scope import Grant

from . import spans
from .models import Fact, Indicator, Subsystem, Vintage
from .rules import Status, spark, status

_SERIES = (Path(__file__).parent / "sql" / "series.sql").read_text()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the drawer: the newest fact of a series and its trend."""

    indicator: Indicator
    facet: str
    value: float
    unit: str
    period: str
    vintage: str
    published_at: datetime
    source: str
    note: str
    status: Status | None
    points: str
    change: float | None


def figures(unit_id: int, kind: str) -> list[Figure]:
    """The newest figure of every series of a unit, by indicator code."""
    with connection.cursor() as cursor:
        cursor.execute(_SERIES, [unit_id])
        rows = cursor.fetchall()
    known = Indicator.objects.in_bulk({row[0] for row in rows})
    return [_figure(known[row[0]], row[1:], kind) for row in rows]


def _figure(indicator: Indicator, row: tuple[Any, ...], kind: str) -> Figure:
    facet, value, unit, start, end, vintage, published_at, source, note, _id, trend = (
        row
    )
    values = [float(part) for part in trend]
    judged = None
    # a part in another unit of measure has its own meaning, so no band
    if indicator.bands_for in ("", kind) and unit == indicator.unit:
        judged = status(float(value), indicator.green, indicator.amber, indicator.red)
    return Figure(
        indicator=indicator,
        facet=facet,
        value=float(value),
        unit=gettext(unit) if unit else "",
        period=spans.name(start, end),
        vintage=str(Vintage(vintage).label),
        published_at=published_at,
        source=source,
        note=note,
        status=judged,
        points=spark(values),
        change=values[-1] - values[-2] if len(values) > 1 else None,
    )


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    """Figures by subsystem, and how many indicators have no value here."""
    kind = feature["properties"].get("kind", "")
    groups: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures(feature["id"], kind):
        groups[figure.indicator.subsystem].append(figure)
    order = [s for s in Subsystem if s.value in groups]
    shown = {f.indicator.code for found in groups.values() for f in found}
    expected = Indicator.objects.filter(level__icontains=kind).exclude(code__in=shown)
    above = units.tree().ancestors(feature["id"])[1:2]
    return {
        "groups": [(subsystem.label, groups[subsystem.value]) for subsystem in order],
        "missing": expected.count() if kind else 0,
        "above": above[0] if above else None,
    }


def values(
    grant: Grant,
    indicator: Indicator,
    *,
    unit_ids: Iterable[int] | None = None,
    start: date | None = None,
    end: date | None = None,
) -> QuerySet[Fact]:
    """Every published version of an indicator, in the caller's units only.

    ``start``/``end`` keep facts whose period ends inside the span.
    """
    facts = Fact.objects.filter(indicator=indicator).select_related("load")
    if grant.units is not None:
        facts = facts.filter(unit_id__in=sorted(grant.units))
    if unit_ids is not None:
        facts = facts.filter(unit_id__in=list(unit_ids))
    if start is not None:
        facts = facts.filter(period_end__gte=start)
    if end is not None:
        facts = facts.filter(period_end__lte=end)
    return facts.order_by("unit_id", "facet", "period_end", "published_at", "pk")
