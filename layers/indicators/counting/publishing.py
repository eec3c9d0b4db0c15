"""Publishing what was counted, where it has changed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from layers.core import units
from layers.indicators import services, spans
from layers.indicators.models import Basis, Channel, Fact, Indicator, Load, Vintage

from .rules import Rule, RuleError, rules
from .tallying import tallies, width

SOURCE = "GIS-IOC"
_OFTEN = re.compile(r"day|hour|min")

Values = dict[int, dict[str, Decimal]]  # by unit and part


@dataclass(frozen=True, slots=True)
class Counted:
    """``new``: facts published; ``wrong``: indicators that cannot be counted, with
    the reason."""

    new: int
    wrong: tuple[str, ...]


def period(indicator: Indicator, today: date) -> spans.Span:
    """What a count of ``today`` is a figure of."""
    if not indicator.accumulates:
        return today, today
    if _OFTEN.search(indicator.period):
        return today - timedelta(days=1), today - timedelta(days=1)
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def count(codes: Iterable[str] | None = None, today: date | None = None) -> Counted:
    """Count indicators (all that can be) and publish what has changed. One whose rule
    is wrong stops no other.

    A unit's figures of an indicator are published together when one of them changed,
    so that the parts of a formula are of the same day.
    """
    day = today or timezone.localdate()
    wanted = Indicator.objects.filter(counted__isnull=False)
    if codes is not None:
        wanted = wanted.filter(code__in=list(codes))
    values, wrong = {}, []
    for indicator in wanted.order_by("code"):
        try:
            values[indicator] = _values(indicator, rules(indicator.counted), day)
        except RuleError as error:
            wrong.append(f"{indicator.code}: {error}")
    known = _known(values)
    now = timezone.now()
    fresh = [
        fact
        for indicator, of in values.items()
        for fact in _changed(indicator, of, known, period(indicator, day), now)
    ]
    return Counted(_publish(fresh, day) if fresh else 0, tuple(wrong))


@transaction.atomic
def _publish(fresh: list[Fact], day: date) -> int:
    load = Load.objects.create(
        channel=Channel.COUNTED, title=day.isoformat(), source=SOURCE
    )
    for fact in fresh:
        fact.load = load
    return services.publish(fresh)


def _values(indicator: Indicator, found: Sequence[Rule], today: date) -> Values:
    """For every unit of the levels that the indicator is measured for."""
    start, end = period(indicator, today)
    since = until = None
    if indicator.accumulates:
        since = timezone.make_aware(datetime.combine(start, time.min))
        until = timezone.make_aware(datetime.combine(end, time.max))
    values: Values = defaultdict(dict)
    for rule in found:
        if indicator.accumulates and not rule.layer.time_field:
            raise RuleError(f"rows of {rule.layer.slug} have no time")
        sums = tallies(rule, since, until)
        for unit_id in _units(indicator, end):
            value = rule.value(sums.get(unit_id, (0.0,) * width(rule)))
            if value is not None:
                values[unit_id][rule.facet] = Decimal(f"{value:.4f}")
    return values


def _units(indicator: Indicator, day: date) -> list[int]:
    """Units of the day and those above them: the former districts live on as areas.
    Rows that stayed with a unit that ended count for what is above it only."""
    tree = units.tree()
    valid = [node.id for node in tree.nodes.values() if node.valid_on(day)]
    above = {node.id for unit_id in valid for node in tree.ancestors(unit_id)}
    return sorted(u for u in above if tree.nodes[u].kind in indicator.levels)


def _known(values: Mapping[Indicator, Values]) -> dict[tuple[int, int, str], Fact]:
    """The newest counted fact of each series."""
    facts = (
        Fact.objects.filter(
            indicator__in=[indicator.pk for indicator in values],
            unit_id__in=sorted({unit_id for of in values.values() for unit_id in of}),
            basis=Basis.COUNTED,
            vintage__gt=Vintage.PLAN,
        )
        .order_by("unit_id", "indicator_id", "facet", "-period_end", "-published_at")
        .distinct("unit_id", "indicator_id", "facet")
    )
    return {(fact.indicator_id, fact.unit_id, fact.facet): fact for fact in facts}


def _changed(
    indicator: Indicator,
    values: Values,
    known: Mapping[tuple[int, int, str], Fact],
    span: spans.Span,
    now: datetime,
) -> Iterator[Fact]:
    for unit_id, parts in values.items():
        old = {facet: known.get((indicator.pk, unit_id, facet)) for facet in parts}
        if all(_stands(fact, parts[f], indicator, span) for f, fact in old.items()):
            continue
        for facet, value in parts.items():
            yield Fact(
                indicator=indicator,
                unit_id=unit_id,
                facet=facet,
                period_start=span[0],
                period_end=span[1],
                value=value,
                vintage=Vintage.PRELIMINARY,
                basis=Basis.COUNTED,
                published_at=now,
            )


def _stands(
    fact: Fact | None, value: Decimal, indicator: Indicator, span: spans.Span
) -> bool:
    """A stock stands until it changes; a flow is counted for each period."""
    if fact is None or fact.value != value:
        return False
    return not indicator.accumulates or (fact.period_start, fact.period_end) == span
