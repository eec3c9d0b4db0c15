"""Figures of units as they are shown: own, else cast from those of other units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.utils import timezone

from layers.core import units
from layers.core.units import UnitNode
from layers.indicators.contract import Figure
from layers.indicators.models import Indicator, Rollup
from layers.indicators.models.figures import NATIONAL
from layers.indicators.reading import facts
from layers.indicators.reading.facts import AsOf, Series, Span

from .columns import Grid, newer
from .computed import compute
from .net import net_of, related

# How many periods are looked through for one that enough units have.
MOST_SPANS = 6

Wanted = Sequence[tuple[Indicator, str]]


def cast(
    wanted: Wanted, targets: Sequence[UnitNode], as_of: AsOf
) -> dict[Series, Figure]:
    """The figure of each indicator and part for each unit: its own newest, else the
    formula of cast inputs, else one of the newest period that can be made from the
    figures of other units; absent where none is.

    A unit that ended before the day of the figures has no newer ones of its own:
    then those of its successors, if they are newer and of as long a period, count.
    """
    own = facts.newest(
        [(of.pk, node.id, facet) for of, facet in wanted for node in targets], as_of
    )
    day = as_of.date or timezone.localdate()
    open_ = [
        (of, facet, node)
        for of, facet in wanted
        if castable(of) and facet != NATIONAL
        for node in targets
        if _wanting(own.get((of.pk, node.id, facet)), node, day)
    ]
    made = _compute(open_, own, as_of)
    rest = [
        (of, facet, node)
        for of, facet, node in open_
        if of.rollup != Rollup.NONE and (of.pk, node.id, facet) not in made
    ]
    return own | (_cast(rest, own, as_of) if rest else {}) | made


def castable(of: Indicator) -> bool:
    return of.rollup != Rollup.NONE or bool(of.formula)


def _compute(
    open_: Sequence[tuple[Indicator, str, UnitNode]],
    own: Mapping[Series, Figure],
    as_of: AsOf,
) -> dict[Series, Figure]:
    nodes: dict[Indicator, list[UnitNode]] = defaultdict(list)
    for of, facet, node in open_:
        if of.formula and not facet:
            nodes[of].append(node)
    made = {}
    for of, listed in nodes.items():
        for unit, got in compute(of, listed, as_of, cast).items():
            old = own.get((of.pk, unit, ""))
            if old is None or newer((got.start, got.end), old):
                made[of.pk, unit, ""] = got
    return made


def _wanting(got: Figure | None, node: UnitNode, day: date) -> bool:
    return got is None or (node.valid_to is not None and node.valid_to < day)


def _cast(
    open_: Sequence[tuple[Indicator, str, UnitNode]],
    own: Mapping[Series, Figure],
    as_of: AsOf,
) -> dict[Series, Figure]:
    tree, lineage = units.tree(), units.lineage()
    asked: dict[tuple[int, str], list[UnitNode]] = defaultdict(list)
    of: dict[int, Indicator] = {}
    for indicator, facet, node in open_:
        asked[indicator.pk, facet].append(node)
        of[indicator.pk] = indicator
    wanted = {node.id for nodes in asked.values() for node in nodes}
    net = net_of(tree, lineage, related(tree, lineage, wanted))
    known = published(asked, [node.id for node in net.nodes], own, as_of)
    grid = Grid(net, tree, of, known, as_of, wanted)
    found = {}
    for (pk, facet), nodes in asked.items():
        for node in nodes:
            series = (pk, node.id, facet)
            got = grid.newest(series, after=own.get(series))
            if got is not None:
                found[series] = got
    return found


def published(
    asked: Iterable[tuple[int, str]],
    unit_ids: Sequence[int],
    own: Mapping[Series, Figure],
    as_of: AsOf,
) -> dict[tuple[Series, Span], Figure]:
    """The figures of all units for the newest few periods of each indicator."""
    listed = list(asked)
    every = [(pk, unit, facet) for pk, facet in listed for unit in unit_ids]
    newest = {series: own[series] for series in every if series in own}
    newest |= facts.newest([s for s in every if s not in own], as_of)
    periods: dict[tuple[int, str], set[Span]] = defaultdict(set)
    found = {}
    for (pk, unit, facet), got in newest.items():
        span = (got.start, got.end)
        periods[pk, facet].add(span)
        found[(pk, unit, facet), span] = got
    rest = [
        (series, span)
        for series in newest
        for span in _latest(periods[series[0], series[2]])
        if (series, span) not in found and span[1] < newest[series].end
    ]
    return found | facts.exact(rest, as_of.known)


def _latest(periods: Iterable[Span]) -> list[Span]:
    """The newest few, the longer one of two that end together first."""
    order = sorted(periods, key=lambda span: (span[1], -span[0].toordinal()))
    return order[::-1][:MOST_SPANS]
