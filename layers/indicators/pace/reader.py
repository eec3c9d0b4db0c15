"""Where the plans of units stand: plan, value to date, curve, verdict."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.utils import timezone

from layers.core import units
from layers.core.scope import Grant
from layers.core.spec import registry
from layers.indicators import judging, spans
from layers.indicators.contract import Figure, Verdict
from layers.indicators.models import Basis, Indicator
from layers.indicators.models.figures import NATIONAL
from layers.indicators.reading import facts
from layers.indicators.reading.facts import Series

from .assessing import Pace, assess, standing
from .curves import LINEAR, MONTHS, Curve, curve_of_totals

SLUG = "indicators"
YEARS = 5  # of history that a curve is made from

_PLANS = facts.statement("pace_plans")
_REACHED = facts.statement("pace_reached")
_MONTHS = facts.statement("pace_months")
_HISTORY = facts.statement("pace_history")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """A plan of a unit and how it stands. ``figure`` is what was reached (None:
    nothing reported), ``curve_of`` the unit whose past years say what is due: the
    unit itself, one above it, or None where the plan is spread evenly."""

    code: str
    unit_id: int
    facet: str
    plan: Figure
    figure: Figure | None
    pace: Pace
    verdict: Verdict | None
    curve_of: int | None


def of(
    grant: Grant,
    unit_ids: Iterable[int],
    codes: Collection[str] | None = None,
    on: date | None = None,
    *,
    known: datetime | None = None,
) -> list[PlanLine]:
    """Every plan that holds ``on`` a day (today) for units that the caller sees, by
    code, unit and part; ``codes`` None: of all indicators. ``known``: as it was
    known at that time."""
    day = on or timezone.localdate()
    if not grant.allows(registry[SLUG]):
        return []
    seen = [unit_id for unit_id in unit_ids if grant.sees_unit(unit_id)]
    catalogue = facts.catalogue()
    wanted = [
        indicator
        for indicator in catalogue.by_id.values()
        if codes is None or indicator.code in codes
    ]
    plans = _plans(seen, wanted, day, known)
    reached = _reached(plans, day, known)
    before = _before(reached, known)
    curves = curves_of(
        {series: plan.measure for series, plan in plans.items() if _runs(series)},
        date(day.year, 1, 1),
        known,
    )
    lines = [
        _line(series, plan, reached.get(series), before.get(series), curves, day)
        for series, plan in plans.items()
    ]
    return sorted(lines, key=lambda line: (line.code, line.unit_id, line.facet))


def curves_of(
    wanted: Mapping[Series, str], before: date, known: datetime | None = None
) -> dict[Series, tuple[Curve, int | None]]:
    """The seasonal curve of each series (in the unit of measure given) from the
    years before ``before``, and the unit that it is of: the nearest one upwards with
    two complete years. A curve is no figure, so whoever sees a series sees it.
    """
    tree = units.tree()
    chains = {
        series: [node.id for node in tree.ancestors(series[1])] or [series[1]]
        for series in wanted
    }
    asked = {
        (series[0], unit_id, series[2]): measure
        for series, measure in wanted.items()
        for unit_id in chains[series]
    }
    own = _own_curves(asked, before, known)
    found: dict[Series, tuple[Curve, int | None]] = {}
    for series, chain in chains.items():
        options = ((own.get((series[0], u, series[2])), u) for u in chain)
        found[series] = next(
            ((curve, u) for curve, u in options if curve is not None), (LINEAR, None)
        )
    return found


def _own_curves(
    asked: Mapping[Series, str], before: date, known: datetime | None
) -> dict[Series, Curve]:
    first = date(before.year - YEARS, 1, 1)
    values = {"from": first, "before": before, "known": known, **_measures(asked)}
    found = {}
    for indicator, unit, facet, places, running, amounts in facts.fetch(
        _HISTORY, {**facts.columns(asked), **values}
    ):
        totals = _totals(np.array(places), np.array(running, bool), np.array(amounts))
        curve = curve_of_totals(totals)
        if curve.seasonal:
            found[indicator, unit, facet] = curve
    return found


def _totals(
    places: np.ndarray[Any, Any],
    running: np.ndarray[Any, Any],
    amounts: np.ndarray[Any, Any],
) -> np.ndarray[Any, Any]:
    """Running totals (years, 12) of months and of totals; a total that was published
    goes before the sum of months."""
    months = np.full(YEARS * MONTHS, np.nan)
    months[places[~running]] = amounts[~running]
    totals = np.cumsum(months.reshape(YEARS, MONTHS), axis=1).ravel()
    totals[places[running]] = amounts[running]
    return totals.reshape(YEARS, MONTHS)


def _runs(series: Series) -> bool:
    return facts.catalogue().by_id[series[0]].accumulates


def _measures(asked: Mapping[Series, str]) -> dict[str, list[Any]]:
    by_id = facts.catalogue().by_id
    return {
        "measures": list(asked.values()),
        "own": [by_id[series[0]].unit == unit for series, unit in asked.items()],
    }


def _plans(
    unit_ids: list[int], wanted: list[Indicator], on: date, known: datetime | None
) -> dict[Series, Figure]:
    values = {
        "units": unit_ids,
        "indicators": [indicator.pk for indicator in wanted],
        "on": on,
        "known": known,
    }
    found = {row[:3]: facts.figure(row) for row in facts.fetch(_PLANS, values)}
    return {series: plan for series, plan in found.items() if series[2] != NATIONAL}


def _reached(
    plans: Mapping[Series, Figure], on: date, known: datetime | None
) -> dict[Series, Figure]:
    """The running total, or the sum of months that reaches further."""
    values = {
        **facts.columns(plans),
        "starts": [plan.start for plan in plans.values()],
        "running": [_runs(series) for series in plans],
        "on": on,
        "known": known,
        **_measures({series: plan.measure for series, plan in plans.items()}),
    }
    found = {row[:3]: facts.figure(row) for row in facts.fetch(_REACHED, values)}
    for *series, total, last_day, vintage, published_at in facts.fetch(_MONTHS, values):
        key = (series[0], series[1], series[2])
        if not _runs(key) or (key in found and found[key].end >= last_day):
            continue
        plan = plans[key]
        found[key] = Figure(
            code=plan.code,
            unit_id=plan.unit_id,
            facet=plan.facet,
            value=float(total),
            measure=plan.measure,
            start=plan.start,
            end=last_day,
            vintage=vintage,
            basis=Basis.COMPUTED,
            published_at=published_at,
            fact_id=None,
            load_id=None,
            how="computed",
        )
    return found


def _before(
    reached: Mapping[Series, Figure], known: datetime | None
) -> dict[Series, Figure]:
    """The same period a year before, of the indicators whose bands ask for it."""
    by_id = facts.catalogue().by_id
    asked = [
        (series, spans.a_year_before(got.start, got.end))
        for series, got in reached.items()
        if judging.of(by_id[series[0]]).named & {"yoy", "cut"}
    ]
    return {key[0]: got for key, got in facts.exact(asked, known).items()}


def _line(
    series: Series,
    plan: Figure,
    got: Figure | None,
    before: Figure | None,
    curves: Mapping[Series, tuple[Curve, int | None]],
    on: date,
) -> PlanLine:
    indicator = facts.catalogue().by_id[series[0]]
    season, curve_of = curves.get(series, (LINEAR, None))
    value, until = (got.value, got.end) if got else (None, None)
    if "cut" in judging.of(indicator).named:
        value = before.value - got.value if before and got else None
    span = (plan.start, plan.end)
    if indicator.accumulates:
        pace = assess(plan.value, *span, value, until, on, season, indicator.direction)
    else:
        pace = standing(plan.value, *span, value, until, on, indicator.direction)
    return PlanLine(
        code=indicator.code,
        unit_id=plan.unit_id,
        facet=plan.facet,
        plan=plan,
        figure=got,
        pace=pace,
        verdict=_verdict(indicator, plan, got, before, pace),
        curve_of=curve_of,
    )


def _verdict(
    indicator: Indicator,
    plan: Figure,
    got: Figure | None,
    before: Figure | None,
    pace: Pace,
) -> Verdict | None:
    """By the indicator's bands; a running total is held against what was due."""
    if got is None:
        return None
    node = units.tree().nodes.get(plan.unit_id)
    due = pace.expected if indicator.accumulates else plan.value
    return judging.judge(
        indicator,
        got.value,
        level=node.kind if node else "",
        measure=got.measure,
        facet=got.facet,
        plan=due,
        pace=due,
        same_period=before.value if before else None,
    )
