"""Indicators with a formula: the inputs are cast, then the formula is computed.

A rate of old districts, shown on new communes, is made of the cast numerator and the
cast denominator; the rate itself is never divided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from layers.core.units import UnitNode
from layers.indicators import spans
from layers.indicators.contract import Figure, Part
from layers.indicators.formulas import Node, Ref, evaluate
from layers.indicators.models import Basis, Indicator
from layers.indicators.reading import facts
from layers.indicators.reading.facts import AsOf, Series, Span

Caster = Callable[
    [Sequence[tuple[Indicator, str]], Sequence[UnitNode], AsOf], dict[Series, Figure]
]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a formula reads for one unit; ``span`` is the period of the answer."""

    span: Span
    figures: dict[Ref, Figure]


def compute(
    of: Indicator, nodes: Sequence[UnitNode], as_of: AsOf, cast: Caster
) -> dict[int, Figure]:
    """The indicator of each unit by id, for the newest period of its first input;
    absent where an input is missing or the formula gives nothing."""
    graph = facts.catalogue().graph
    if of.code not in graph.trees:
        return {}
    found = {}
    for unit, inputs in _inputs(graph.inputs[of.code], nodes, as_of, cast).items():
        value = _evaluated(graph.trees[of.code], inputs)
        if value is not None:
            found[unit] = _figure(of, unit, value, inputs)
    return found


def _inputs(
    refs: Sequence[Ref], nodes: Sequence[UnitNode], as_of: AsOf, cast: Caster
) -> dict[int, Inputs]:
    lead = next((ref for ref in refs if not ref.before and not ref.newest), None)
    if lead is None:
        return {}
    first = _cast(lead, nodes, as_of, cast)
    periods: dict[Span, list[UnitNode]] = defaultdict(list)
    for node in nodes:
        if node.id in first:
            got = first[node.id]
            periods[got.start, got.end].append(node)
    found = {}
    for span, listed in periods.items():
        inputs = {ref: _of_span(ref, span, listed, as_of, cast) for ref in refs}
        for node in listed:
            figures = {
                ref: got[node.id] for ref, got in inputs.items() if node.id in got
            }
            if len(figures) == len(refs):
                found[node.id] = Inputs(span, figures)
    return found


def _of_span(
    ref: Ref, span: Span, nodes: Sequence[UnitNode], as_of: AsOf, cast: Caster
) -> dict[int, Figure]:
    """The input for a period of the answer: of the period itself, of the same one a
    year before, or the newest by its end."""
    wanted = spans.a_year_before(*span) if ref.before else span
    found = _cast(ref, nodes, replace(as_of, date=wanted[1]), cast)
    if ref.newest:
        return found
    return {u: got for u, got in found.items() if (got.start, got.end) == wanted}


def _cast(
    ref: Ref, nodes: Sequence[UnitNode], as_of: AsOf, cast: Caster
) -> dict[int, Figure]:
    indicator = facts.catalogue().by_code[ref.code]
    found = cast([(indicator, ref.facet)], nodes, as_of)
    return {series[1]: got for series, got in found.items()}


def _evaluated(node: Node, inputs: Inputs) -> float | None:
    values: Mapping[Ref, Figure] = inputs.figures
    answer = evaluate(node, lambda ref: np.array([values[ref].value]))
    value = float(np.ravel(answer)[0])
    return value if np.isfinite(value) else None


def _figure(of: Indicator, unit: int, value: float, inputs: Inputs) -> Figure:
    parts = inputs.figures.values()
    return Figure(
        code=of.code,
        unit_id=unit,
        facet="",
        value=value,
        measure=of.unit,
        start=inputs.span[0],
        end=inputs.span[1],
        vintage=min(got.vintage for got in parts),
        basis=Basis.COMPUTED,
        published_at=max(got.published_at for got in parts),
        fact_id=None,
        load_id=None,
        how="computed",
        coverage=min(got.coverage for got in parts),
        parts=tuple(
            Part(
                code=got.code,
                unit_id=got.unit_id,
                fact_id=got.fact_id,
                value=got.value,
            )
            for got in parts
        ),
    )
