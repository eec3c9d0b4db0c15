"""All indicators of one unit: what drawers, tiles and briefings show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from layers.core.scope import Grant
from layers.core.units import UnitNode
from layers.indicators.casting.cast import cast, castable
from layers.indicators.contract import Figure, Line
from layers.indicators.models import Indicator
from layers.indicators.models.figures import NATIONAL

from . import around, facts, scopes, verdicts
from .around import Around
from .facts import AsOf, Series
from .past import Past, near
from .standing import Standing, standings


def profile(
    grant: Grant,
    unit_id: int,
    *,
    date: date | None = None,
    known: datetime | None = None,
    codes: Iterable[str] | None = None,
) -> list[Line]:
    """Every indicator that is measured for units of its level or that it has figures
    of, by code and part; of ``codes`` only these, in their order.

    ``date``: the newest period that ends by it; ``known``: as published by then. A
    missing figure is a line without one. Mean and rank are those among the units of
    the level for the same period, and only for a caller who may see all of them.
    Raises NotFound for a unit that the caller may not see, or an unknown code.
    """
    node = scopes.visible(grant, unit_id)
    as_of = AsOf(date, known)
    wanted = _wanted(codes, node.kind)
    found = _shown(node, wanted, as_of)
    root = scopes.province()
    beside = around.gather(found, known, province=root.id if root else None)
    peers = scopes.peers(grant, node, date)
    places = standings(found, peers, as_of) if peers else {}
    by_indicator: dict[int, list[Series]] = defaultdict(list)
    for key in sorted(found):
        by_indicator[key[0]].append(key)
    lines = []
    for indicator in wanted:
        for key in by_indicator[indicator.pk]:
            got = scopes.seen(grant, found[key])
            line = _line(indicator, node.kind, got, beside, key, places.get(key))
            lines.append(line)
        if not by_indicator[indicator.pk]:
            lines.append(Line(code=indicator.code, facet="", figure=None))
    if codes is None:
        return [line for line in lines if line.figure or _expected(line, node.kind)]
    return lines


def _wanted(codes: Iterable[str] | None, kind: str) -> list[Indicator]:
    if codes is None:
        return list(facts.catalogue().by_code.values())
    return [facts.indicator_of(code) for code in dict.fromkeys(codes)]


def _expected(line: Line, kind: str) -> bool:
    return kind in facts.catalogue().by_code[line.code].levels


def _shown(
    node: UnitNode, wanted: list[Indicator], as_of: AsOf
) -> dict[Series, Figure]:
    """Figures of every part that the unit has some of, else of the whole, cast where
    it has none of its own."""
    of = {indicator.pk: indicator for indicator in wanted}
    listed = [
        (of[pk], facet)
        for pk, facet in facts.series_of([node.id], of)
        if facet != NATIONAL
    ]
    have = {indicator.pk for indicator, _facet in listed}
    listed += [(i, "") for i in wanted if i.pk not in have and castable(i)]
    return cast(listed, [node], as_of)


def _line(
    indicator: Indicator,
    kind: str,
    got: Figure,
    beside: Around,
    key: Series,
    place: Standing | None,
) -> Line:
    plan, same = beside.plans.get(key), beside.same.get(key)
    measured = verdicts.beside(indicator, got, beside, key)
    return Line(
        code=indicator.code,
        facet=got.facet,
        figure=got,
        verdict=verdicts.verdict(indicator, got, kind, measured),
        before=verdicts.before(indicator, got, kind, beside, key),
        plan=plan,
        plan_share=got.value / measured.pace if measured.pace else None,
        same_period=same,
        change=change(got, same),
        mean=place.mean if place else None,
        rank=place.rank if place else None,
        of=place.of if place else 0,
        trend=_trend(got, beside.past.get(key, [])),
    )


def _trend(got: Figure, listed: list[Past]) -> tuple[tuple[date, float], ...]:
    return tuple((past.end, past.value) for past in near(listed, (got.start, got.end)))


def change(now: Figure | None, before: Figure | None) -> float | None:
    """In per cent of ``before``; in points where the measure is a per cent."""
    if now is None or before is None or now.measure != before.measure:
        return None
    if now.measure.startswith("%"):
        return now.value - before.value
    return (now.value / before.value - 1) * 100 if before.value else None
