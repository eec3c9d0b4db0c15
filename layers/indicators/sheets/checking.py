"""Is each figure of a file one that may be published? Every reason, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.utils import formats

from layers.core.units import UnitNode
from layers.core.uploads import cells
from layers.core.uploads.cells import BadCell, fold
from layers.core.uploads.contract import (
    Checker,
    Column,
    Job,
    Record,
    Row,
    Sheet,
)
from layers.indicators import spans
from layers.indicators.entries import Book
from layers.indicators.models import Indicator, IndicatorSet, Vintage
from layers.indicators.models.figures import NATIONAL

from . import layout, reasons, standing
from .comparing import Candidate, compare, record
from .layout import LONG, Place

_LEVELS = {slug for slug, _title in layout.LEVELS}
# The shortest period in days that a figure of this rhythm is published for.
SHORTEST = {
    "day": 1,
    "week": 7,
    "month": 28,
    "quarter": 90,
    "season": 60,
    "semester": 90,
    "year": 364,
}


class FigureChecker(Checker):
    """Both layouts; a workbook may have sheets of each."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.book = Book()
        self.codes = {fold(code): row for code, row in self.book.indicators.items()}
        self.seen: dict[tuple[object, ...], str] = {}
        self.set = IndicatorSet.objects.filter(slug=job.options.get("set", "")).first()
        plan = job.options.get("plan") == "yes"
        self.places = layout.places(self.set, plan=plan) if self.set else {}
        self._bounds: dict[int, Column] = {}
        self.spans: dict[str, spans.Span | None] = {}

    def sheet(self, sheet: Sheet) -> None:
        """The head of a wide table: its period, and that the set is still the same."""
        if sheet.table.slug == LONG:
            wanted = self.job.stamp.get("set")
            if wanted and self.set is None:
                sheet.problem(reasons.NO_SET, set=wanted)
            return
        text = self._period_text(sheet)
        if not text:
            sheet.problem(reasons.NO_PERIOD, "period")
        elif self._span(text) is None:
            sheet.problem(reasons.BAD_PERIOD, "period")
        made = self.job.stamp.get("version")
        if self.set and made and made != layout.version(self.set):
            sheet.problem(reasons.OLD_TEMPLATE, changes=self._changes(sheet))

    def _period_text(self, sheet: Sheet) -> str:
        return str(sheet.head.get("period") or self.job.options.get("period", ""))

    def _span(self, text: str) -> spans.Span | None:
        """None: no period. Long tables repeat the same few texts."""
        if text not in self.spans:
            try:
                self.spans[text] = layout.parse_period(text)
            except ValueError:
                self.spans[text] = None
        return self.spans[text]

    def _changes(self, sheet: Sheet) -> str:
        there = {column.name for column in sheet.table.columns}
        return ", ".join(sorted(there & set(self.places)))[:200]

    def check(self, rows: Sequence[Row]) -> Iterable[Record]:
        found = [
            candidate
            for row in rows
            for candidate in (
                self._long(row) if row.sheet.table.slug == LONG else self._wide(row)
            )
        ]
        fresh = [candidate for candidate in found if self._once(candidate)]
        stand = standing.of([candidate.key for candidate in fresh])
        for candidate, known in zip(fresh, stand, strict=True):
            change = compare(candidate, known)
            yield record(candidate, known, change)

    def _wide(self, row: Row) -> Iterator[Candidate]:
        span = self._span(self._period_text(row.sheet))
        name = row.sheet.head.get("vintage") or self.job.options.get("vintage")
        if span is None or "unit" not in row.values or self.set is None:
            return
        unit = self._unit(row, self.set.kind, span[1])
        vintage = Vintage[str(name or "preliminary").upper()]
        for column, place in self.places.items():
            if unit is not None and column in row.values:
                measured = Vintage.PLAN if place.plan else vintage
                yield from self._candidate(row, column, place, unit, span, measured)

    def _long(self, row: Row) -> Iterator[Candidate]:
        indicator = self._indicator(row)
        span = self._span(row.values["period"]) if "period" in row.values else None
        if span is None and "period" in row.values:
            row.problem(reasons.BAD_PERIOD, "period")
        unit = None
        if span is not None and "unit" in row.values:
            unit = self._unit(row, row.values.get("level", ""), span[1], indicator)
        if indicator is None or span is None or unit is None:
            return
        facet = self._facet(row, indicator)
        if facet is None:
            return
        for column in ("value", "plan"):
            if column not in row.values:
                continue
            if column == "value" and "vintage" not in row.values:
                continue
            plan = column == "plan" or row.values.get("vintage") == "plan"
            vintage = Vintage.PLAN if plan else Vintage[row.values["vintage"].upper()]
            if self._sane(row, column, indicator):
                place = Place(indicator, facet, plan)
                yield from self._candidate(row, column, place, unit, span, vintage)

    def _indicator(self, row: Row) -> Indicator | None:
        if "indicator" not in row.values:
            return None
        code = row.values["indicator"]
        indicator = self.codes.get(fold(code))
        if indicator is None:
            row.problem(reasons.NO_INDICATOR, "indicator", code=code[:40])
        elif indicator.formula:
            row.problem(
                reasons.COMPUTED, "indicator",
                code=indicator.code, formula=indicator.formula,
            )  # fmt: skip
            return None
        return indicator

    def _facet(self, row: Row, indicator: Indicator) -> str | None:
        facet = row.values.get("facet", "")
        if facet in {"", NATIONAL, *indicator.parts}:
            return str(facet)
        parts = ", ".join(indicator.parts) or "—"
        row.problem(reasons.NO_PART, "facet", code=indicator.code, parts=parts)
        return None

    def _sane(self, row: Row, column: str, indicator: Indicator) -> bool:
        """The bounds that a column of the wide table has by itself."""
        known = self._bounds.get(indicator.pk)
        if known is None:
            kind, low, high = layout.bounds(indicator)
            known = self._bounds[indicator.pk] = Column(
                name=column, title=indicator.code, kind=kind, low=low, high=high
            )
        try:
            cells.within(known, row.values[column])
        except BadCell as bad:
            row.problem(bad.reason, column, **bad.params)
            return False
        return True

    def _unit(
        self, row: Row, level: str, day: date, indicator: Indicator | None = None
    ) -> UnitNode | None:
        """The unit that had the code on that day; else the reason is noted."""
        code = row.values["unit"]
        known = self.book.units.get(code, [])
        found = [n for n in known if n.valid_on(day) and level in ("", n.kind)]
        if len(found) > 1 and indicator is not None:
            found = [n for n in found if n.kind in indicator.levels] or found
        if len(found) == 1:
            return found[0] if self._fits(row, found[0]) else None
        shown = formats.date_format(day, "d/m/Y")
        if not known:
            row.problem(reasons.NO_UNIT, "unit", code=code[:40])
        elif not found:
            row.problem(
                reasons.OTHER_TIME, "unit", code=code, day=shown, units=_spells(known)
            )
        else:
            listed = ", ".join(node.title for node in found)
            row.problem(
                reasons.SEVERAL_UNITS, "unit", code=code, day=shown, units=listed
            )
        return None

    def _fits(self, row: Row, node: UnitNode) -> bool:
        if not self.job.grant.sees_unit(node.id):
            row.problem(reasons.NOT_YOURS, "unit", title=node.title)
            return False
        name = fold(row.values.get("unit_name", ""))
        if name and not (name in fold(node.title) or fold(node.title) in name):
            row.problem(
                reasons.OTHER_NAME, "unit_name", code=node.code, title=node.title
            )
            return False
        return True

    def _ahead(self, row: Row, column: str, span: spans.Span, vintage: int) -> bool:
        """Whether the period is still to come, or to end, for such a figure."""
        (start, end), today = span, self.job.today
        words = {"period": spans.name(start, end)}
        if end > today and vintage > Vintage.ESTIMATE:
            words["end"] = formats.date_format(end, "d/m/Y")
            row.problem(reasons.NOT_ENDED, column, **words)
        elif start > today and vintage > Vintage.PLAN:
            words["start"] = formats.date_format(start, "d/m/Y")
            row.problem(reasons.NOT_BEGUN, column, **words)
        else:
            return False
        return True

    def _candidate(
        self,
        row: Row,
        column: str,
        place: Place,
        unit: UnitNode,
        span: spans.Span,
        vintage: Vintage,
    ) -> Iterator[Candidate]:
        indicator, (start, end) = place.indicator, span
        levels = indicator.levels & _LEVELS
        if levels and unit.kind not in levels:
            row.problem(
                reasons.WRONG_LEVEL, column,
                code=indicator.code, levels=", ".join(sorted(levels)),
            )  # fmt: skip
            return
        if self._ahead(row, column, (start, end), vintage):
            return
        if vintage > Vintage.PLAN and spans.length_days(start, end) < _shortest(
            indicator
        ):
            row.problem(
                reasons.SHORT_PERIOD, column, code=indicator.code,
                period=indicator.period, given=spans.name(start, end),
            )  # fmt: skip
            return
        yield Candidate(
            row=row, column=column, indicator=indicator, unit=unit, facet=place.facet,
            start=start, end=end, vintage=vintage,
            value=round(Decimal(row.values[column]), 4),
        )  # fmt: skip

    def _once(self, candidate: Candidate) -> bool:
        """The same figure elsewhere in the file: both places are named."""
        cell = candidate.row.cells[candidate.column]
        here = f"{candidate.row.sheet.name}!{cell}"
        key = (*candidate.key[:5], int(candidate.vintage))
        first = self.seen.setdefault(key, here)
        if first != here:
            candidate.problem(reasons.TWICE, first=first)
        return first == here


def _shortest(indicator: Indicator) -> int:
    """0 where the rhythm says nothing (hours, cases, once)."""
    rhythms = [part.strip() for part in indicator.period.split("/")]
    return min((SHORTEST.get(rhythm, 0) for rhythm in rhythms), default=0)


def _spells(nodes: Sequence[UnitNode]) -> str:
    """Who had the code, and when."""
    spells = []
    for node in sorted(nodes, key=lambda node: node.valid_from or date.min)[:4]:
        since = (
            formats.date_format(node.valid_from, "d/m/Y") if node.valid_from else "…"
        )
        until = formats.date_format(node.valid_to, "d/m/Y") if node.valid_to else "…"
        spells.append(f"{node.title} ({since} – {until})")
    return "; ".join(spells)
