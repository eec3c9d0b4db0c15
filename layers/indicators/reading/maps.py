"""An indicator over the units of a level: choropleth and ranking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from django.utils import timezone

from layers.core.scope import Grant
from layers.core.units import UnitNode
from layers.indicators import classes
from layers.indicators.casting.cast import cast
from layers.indicators.contract import Area, Choropleth, Figure, Verdict
from layers.indicators.models import Indicator, Rollup

from . import around, facts, legend, scopes
from .facts import AsOf
from .verdicts import beside, verdict


def choropleth(
    grant: Grant,
    code: str,
    *,
    kind: str,
    units_on: date | None = None,
    date: date | None = None,
    known: datetime | None = None,
    facet: str = "",
    method: classes.Method = "bands",
    count: int = 5,
) -> Choropleth:
    """The newest figure of each unit of ``kind`` that is valid on ``units_on`` (the
    day of the figures, else today), as it was ``known``; units outside the caller's
    scope are absent. ``bands`` falls back to quantiles where nothing is judged.

    Mean and ranks are of the published figures of one period, the one that most
    units have; the total is of all, if they are of one period. All three are only for
    a caller who may see the whole level. Raises NotFound for an
    unknown code, ValueError for a number of classes outside 3 to 7.
    """
    indicator = facts.indicator_of(code)
    day = units_on or date or timezone.localdate()
    level = scopes.of_level(kind, day)
    found = figures(indicator, facet, level, AsOf(date, known))
    shown = [node for node in level if grant.sees_unit(node.id)]
    mine = {node.id: found[node.id] for node in shown if node.id in found}
    verdicts = judged(indicator, kind, mine, known)
    values = [got.value for got in mine.values()]
    drawn = legend.classes_of(indicator, values, verdicts.values(), method, count)
    whole = len(shown) == len(level)
    alike = of_one_period(found.values()) if whole else []
    ranks = ranking(indicator, alike)
    areas = tuple(
        Area(
            unit_id=node.id,
            code=node.code,
            title=node.title,
            figure=(got := found.get(node.id)) and scopes.seen(grant, got),
            verdict=verdicts.get(node.id),
            place=drawn.place(got.value, verdicts.get(node.id)) if got else None,
            rank=ranks.get(node.id),
        )
        for node in shown
    )
    return Choropleth(
        code=code,
        facet=facet,
        kind=kind,
        units_on=day,
        date=date or max((got.end for got in found.values()), default=day),
        known=known,
        areas=areas,
        classes=drawn.classes,
        method=drawn.method,
        mean=mean(alike),
        total=total(indicator, found.values()) if whole else None,
        province=_province(grant, indicator, facet, AsOf(date, known)),
    )


def figures(
    indicator: Indicator, facet: str, level: Sequence[UnitNode], as_of: AsOf
) -> dict[int, Figure]:
    """By unit id; units without a figure are absent."""
    found = cast([(indicator, facet)], level, as_of)
    return {series[1]: got for series, got in found.items()}


def judged(
    indicator: Indicator,
    kind: str,
    found: Mapping[int, Figure],
    known: datetime | None,
) -> dict[int, Verdict]:
    """Verdicts by unit id, for figures that are judged."""
    root = scopes.province()
    series = {(indicator.pk, unit, got.facet): got for unit, got in found.items()}
    context = around.gather(
        series, known, province=root.id if root else None, shown=False
    )
    answers = {
        key[1]: verdict(indicator, got, kind, beside(indicator, got, context, key))
        for key, got in series.items()
    }
    return {unit: answer for unit, answer in answers.items() if answer}


def of_one_period(found: Iterable[Figure]) -> list[Figure]:
    """The published figures of the period and the unit of measure that most have (of
    two the later one): only those can be compared. What was cast is left out."""
    listed = [got for got in found if got.how == "own"]
    counts = Counter((got.start, got.end, got.measure) for got in listed)
    if not counts:
        return []
    order = sorted(counts, key=lambda key: (key[0], key[2]))
    best = max(order, key=lambda key: (counts[key], key[1]))
    return [got for got in listed if (got.start, got.end, got.measure) == best]


def ranking(indicator: Indicator, alike: Sequence[Figure]) -> dict[int, int]:
    """Rank by unit id: 1 is best by the direction, the largest where there is none;
    equal values share a rank."""
    sign = 1 if indicator.direction == "down" else -1
    ordered = sorted(sign * got.value for got in alike)
    first: dict[float, int] = {}
    for number, value in enumerate(ordered, start=1):
        first.setdefault(value, number)
    return {got.unit_id: first[sign * got.value] for got in alike}


def mean(alike: Sequence[Figure]) -> float | None:
    return sum(got.value for got in alike) / len(alike) if alike else None


def total(indicator: Indicator, found: Collection[Figure]) -> float | None:
    """Of an indicator whose parts sum to the whole, when all are of one period."""
    periods = {(got.start, got.end, got.measure) for got in found}
    if indicator.rollup != Rollup.SUM or len(periods) != 1:
        return None
    return sum(got.value for got in found)


def _province(
    grant: Grant, indicator: Indicator, facet: str, as_of: AsOf
) -> Figure | None:
    root = scopes.province()
    if root is None or not grant.sees_unit(root.id):
        return None
    return figures(indicator, facet, [root], as_of).get(root.id)
