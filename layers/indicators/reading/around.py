"""What stands beside figures: plan, same period, history, the country.

Everything is asked for once for all figures of a unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from layers.indicators import judging, spans
from layers.indicators.contract import Figure
from layers.indicators.models.figures import NATIONAL
from layers.indicators.pace.curves import Curve

from . import facts
from .facts import Series, Span
from .past import Past, histories

# names of comparands in bands, and what they ask for
PLANNED = frozenset({"plan", "pro-rata", "cut"})
LAST_YEAR = frozenset({"yoy", "cut"})
COUNTRY = frozenset({"national"})
YEARS = frozenset({"mean"})


@dataclass(slots=True)
class Around:
    """By series; a key that is absent has nothing."""

    plans: dict[Series, Figure] = field(default_factory=dict)
    same: dict[Series, Figure] = field(default_factory=dict)
    country: dict[Series, float] = field(default_factory=dict)
    seasons: dict[Series, Curve] = field(default_factory=dict)
    past: dict[Series, list[Past]] = field(default_factory=dict)


def gather(
    found: Mapping[Series, Figure],
    known: datetime | None,
    *,
    province: int | None,
    shown: bool = True,
) -> Around:
    """What stands beside the figures ``found``, as it was known. ``province`` holds
    the figures of the whole country. ``shown`` False: only what the bands of each
    name, for verdicts without a drawer.
    """
    around = Around()
    if not found:
        return around
    by_id = facts.catalogue().by_id
    named = {series: judging.of(by_id[series[0]]).named for series in found}
    spans_of = {series: (got.start, got.end) for series, got in found.items()}

    def asking(names: frozenset[str], always: bool = False) -> dict[Series, Span]:
        return {s: span for s, span in spans_of.items() if always or named[s] & names}

    around.plans = plans(asking(PLANNED, shown), known)
    around.seasons = _seasons(found, around.plans)
    around.same = _same(asking(LAST_YEAR, shown), known)
    around.past = histories(asking(YEARS, shown), known)
    if province is not None:
        around.country = _country(asking(COUNTRY), province, known)
    return around


def plans(
    wanted: Mapping[Series, Span], known: datetime | None
) -> dict[Series, Figure]:
    """The plan of each period, else the one of the year that it lies in."""
    own = facts.exact(wanted.items(), known, plans=True)
    found = {series: got for (series, _span), got in own.items()}
    rest = [
        (series, (date(end.year, 1, 1), date(end.year, 12, 31)))
        for series, (_start, end) in wanted.items()
        if series not in found
    ]
    year = facts.exact(rest, known, plans=True)
    return found | {series: got for (series, _span), got in year.items()}


def _same(
    wanted: Mapping[Series, Span], known: datetime | None
) -> dict[Series, Figure]:
    """The same period of the year before."""
    before = [(s, spans.a_year_before(*span)) for s, span in wanted.items()]
    return {s: got for (s, _span), got in facts.exact(before, known).items()}


def _country(
    wanted: Mapping[Series, Span], province: int, known: datetime | None
) -> dict[Series, float]:
    # many units are held against one figure of the country
    asked = {
        series: ((series[0], province, NATIONAL), span)
        for series, span in wanted.items()
        if series[2] == ""
    }
    found = facts.exact(sorted(set(asked.values())), known)
    return {s: found[key].value for s, key in asked.items() if key in found}


def _seasons(
    found: Mapping[Series, Figure], plans: Mapping[Series, Figure]
) -> dict[Series, Curve]:
    """How past years ran, for running totals that are held against a year's plan."""
    # the reader of paces is itself made of this package
    from layers.indicators.pace.reader import curves_of

    by_id = facts.catalogue().by_id
    wanted = {
        series: plan.measure
        for series, plan in plans.items()
        if by_id[series[0]].accumulates
        and found[series].start == plan.start
        and found[series].end < plan.end
    }
    if not wanted:
        return {}
    first = min(found[series].start for series in wanted)
    curves = curves_of(wanted, first)
    return {series: curve for series, (curve, _unit) in curves.items()}
