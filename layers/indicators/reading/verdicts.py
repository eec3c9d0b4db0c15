"""A figure with what stands beside it, as judged."""

from __future__ import annotations

from dataclasses import dataclass, replace

from layers.indicators import judging
from layers.indicators.contract import Figure, Verdict
from layers.indicators.models import Indicator
from layers.indicators.pace.curves import LINEAR, Curve, due

from .around import Around
from .facts import Series
from .past import like


@dataclass(frozen=True, slots=True)
class Measured:
    """What a band may compare a figure with."""

    plan: float | None = None
    pace: float | None = None
    same_period: float | None = None
    national: float | None = None
    history: tuple[float, ...] = ()


NOTHING = Measured()


def beside(
    indicator: Indicator, got: Figure, around: Around, series: Series
) -> Measured:
    plan, same = around.plans.get(series), around.same.get(series)
    years = "mean" in judging.of(indicator).named
    return Measured(
        plan=plan.value if plan and _same_span(plan, got) else None,
        pace=pace(indicator, got, plan, around.seasons.get(series, LINEAR)),
        same_period=same.value if same else None,
        national=around.country.get(series),
        history=like(around.past.get(series, []), got.end) if years else (),
    )


def before(
    indicator: Indicator, got: Figure, level: str, around: Around, series: Series
) -> Verdict | None:
    """The verdict on the figure of the period before ``got``, beside the same plan."""
    listed = around.past.get(series, [])
    earlier = [past for past in listed if past.end < got.end]
    if not earlier:
        return None
    last = earlier[-1]
    old = replace(got, value=last.value, start=last.start, end=last.end)
    plan = around.plans.get(series)
    years = like(earlier, old.end)
    measured = Measured(
        plan=plan.value if plan and _same_span(plan, old) else None,
        pace=pace(indicator, old, plan, around.seasons.get(series, LINEAR)),
        same_period=years[-1] if years else None,
        history=years if "mean" in judging.of(indicator).named else (),
    )
    return verdict(indicator, old, level, measured)


def _same_span(plan: Figure, got: Figure) -> bool:
    return (plan.start, plan.end) == (got.start, got.end)


def pace(
    indicator: Indicator, got: Figure, plan: Figure | None, season: Curve = LINEAR
) -> float | None:
    """What the plan asks to have been reached by the figure's last day, as past
    years ran. None for a figure that does not begin with the plan's period: it is no
    running total."""
    if plan is None or got.measure != plan.measure:
        return None
    if _same_span(plan, got):
        return plan.value
    if not indicator.accumulates or got.start != plan.start or got.end > plan.end:
        return None
    return plan.value * due(plan.start, plan.end, got.end, season)


def verdict(
    indicator: Indicator, got: Figure, level: str, measured: Measured
) -> Verdict | None:
    """The band ``got`` lies in, for a unit of ``level``."""
    return judging.judge(
        indicator,
        got.value,
        level=level,
        measure=got.measure,
        facet=got.facet,
        plan=measured.plan,
        pace=measured.pace,
        same_period=measured.same_period,
        national=measured.national,
        history=measured.history,
    )
