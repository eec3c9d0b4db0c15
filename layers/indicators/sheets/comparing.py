"""A figure of a file beside what is published: new, changed, same, or doubtful."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import formats

from layers.core.units import UnitNode
from layers.core.uploads.contract import ChangeKind, Reason, Record, Row
from layers.indicators import spans, wording
from layers.indicators.models import Indicator, Vintage

from . import reasons, standing

# A figure that is so many times the one before it, or that part of it, is doubted.
JUMP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A figure of the file, known to the catalogue but not yet compared."""

    row: Row
    column: str
    indicator: Indicator
    unit: UnitNode
    facet: str
    start: date
    end: date
    vintage: Vintage
    value: Decimal

    @property
    def key(self) -> standing.Key:
        plan = self.vintage == Vintage.PLAN
        return self.indicator.pk, self.unit.id, self.facet, self.start, self.end, plan

    def problem(self, reason: Reason, **params: Any) -> None:
        self.row.problem(reason, self.column, **params)


def compare(candidate: Candidate, known: standing.Standing) -> ChangeKind:
    """Against what is published: ``new``, ``changed`` or ``same``."""
    _doubt(candidate, known)
    if known.fact_id is None or known.vintage is None or known.value is None:
        return "new"
    if known.vintage > candidate.vintage:
        candidate.problem(
            reasons.OUTRANKED,
            standing=str(Vintage(known.vintage).label).lower(),
            value=text_of(known.value),
            vintage=str(candidate.vintage.label).lower(),
        )
    if known.value == candidate.value and known.vintage == candidate.vintage:
        day = known.published_at
        candidate.problem(
            reasons.SAME, day=formats.date_format(day, "d/m/Y") if day else ""
        )
        return "same"
    return "changed"


def _doubt(candidate: Candidate, known: standing.Standing) -> None:
    before, value = known.before, candidate.value
    if not before or not value or candidate.vintage == Vintage.PLAN:
        return
    if not 1 / JUMP <= abs(value / before) <= JUMP:
        period = (
            spans.name(known.before_start, known.before_end)
            if known.before_start and known.before_end
            else ""
        )
        candidate.problem(reasons.JUMP, period=period, value=text_of(before))


def record(
    candidate: Candidate, known: standing.Standing, change: ChangeKind
) -> Record:
    row, indicator = candidate.row, candidate.indicator
    period = spans.name(candidate.start, candidate.end)
    name = f"{indicator.code} {indicator.name}"
    parts = [name, candidate.unit.title, period, candidate.facet]
    if candidate.vintage == Vintage.PLAN:
        parts.append(str(candidate.vintage.label))
    unit = f" {wording.measure(indicator.unit)}" if indicator.unit else ""
    return Record(
        sheet=row.sheet.name,
        row=row.number,
        cell=row.cells[candidate.column],
        change=change,
        title=" · ".join(filter(None, parts)),
        old="" if known.value is None else text_of(known.value) + unit,
        new=text_of(candidate.value) + unit,
        unit_id=candidate.unit.id,
        data={
            "indicator": indicator.pk,
            "facet": candidate.facet,
            "start": candidate.start.isoformat(),
            "end": candidate.end.isoformat(),
            "vintage": int(candidate.vintage),
            "value": str(candidate.value),
            "stands": known.fact_id,
            "source": str(row.values.get("source", ""))[:200],
            "note": str(row.values.get("note", ""))[:300],
        },
    )


def text_of(value: Decimal) -> str:
    return formats.number_format(value.normalize(), force_grouping=True)
