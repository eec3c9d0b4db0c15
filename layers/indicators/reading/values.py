"""Every published value of an indicator, for machines that copy it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from layers.core.scope import Grant
from layers.indicators.models import Fact, Indicator


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
