"""Known figures as a table, filled by casting, and figures out of it again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from layers.core.units import UnitTree
from layers.indicators import spans
from layers.indicators.contract import Figure, How, Part
from layers.indicators.models import Basis, Indicator, Rollup
from layers.indicators.reading import facts
from layers.indicators.reading.facts import AsOf, Series, Span

from .fill import (
    BACKWARD,
    BY_PARTS,
    FORWARD,
    ROLLED_UP,
    Rule,
    Table,
    recast,
    roll_up,
)
from .net import Flow, Net

AREAS = frozenset({"km2", "km²", "ha", "hectares"})
Column = tuple[int, str, Span]


def rule_of(of: Indicator) -> Rule:
    """What is measured in area, or against it, is divided by area; else by people."""
    if of.rollup == Rollup.WEIGHTED:
        return "weighted"
    against = of.denominator.unit if of.denominator else ""
    return "sum_area" if {of.unit, against} & AREAS else "sum"


@dataclass(slots=True)
class Block:
    """Columns that are cast by one rule, as one table."""

    rule: Rule
    columns: list[Column]
    table: Table
    parts: dict[date, Flow]


class Grid:
    """All columns of a question, cast; ``newest`` reads figures out of it."""

    def __init__(
        self,
        net: Net,
        tree: UnitTree,
        of: Mapping[int, Indicator],
        known: Mapping[tuple[Series, Span], Figure],
        as_of: AsOf,
        targets: Iterable[int],
    ) -> None:
        self.rows = [net.index[unit] for unit in targets]
        self.net, self.tree, self.of = net, tree, of
        self.known = of_one_measure(known)
        self.weights = denominators(of.values(), net, as_of)
        self.made: dict[tuple[int, Column], Figure] = {}
        self.at: dict[Column, tuple[Block, int]] = {}
        self.periods: dict[tuple[int, str], list[Span]] = defaultdict(list)
        for rule, columns in self._grouped().items():
            block = self._block(rule, columns)
            for number, column in enumerate(columns):
                self.at[column] = (block, number)
                self.periods[column[0], column[1]].append(column[2])
        for listed in self.periods.values():
            listed.sort(key=lambda span: (span[1], -span[0].toordinal()), reverse=True)

    def _grouped(self) -> dict[Rule, list[Column]]:
        columns = {(s[0], s[2], span) for s, span in self.known}
        grouped: dict[Rule, list[Column]] = defaultdict(list)
        for column in sorted(columns):
            grouped[rule_of(self.of[column[0]])].append(column)
        return grouped

    def _block(self, rule: Rule, columns: list[Column]) -> Block:
        values = np.full((len(self.net.nodes), len(columns)), np.nan)
        place = {column: number for number, column in enumerate(columns)}
        for (pk, unit, facet), span in self.known:
            number = place.get((pk, facet, span))
            if number is not None and unit in self.net.index:
                got = self.known[(pk, unit, facet), span]
                values[self.net.index[unit], number] = got.value
        weights = np.stack(
            [
                self._weights(column[0], values[:, n])
                for n, column in enumerate(columns)
            ],
            axis=1,
        )
        whole = np.array(
            [
                rule != "weighted"
                and self.of[column[0]].decimals == 0
                and _integral(values[:, n])
                for n, column in enumerate(columns)
            ]
        )
        block = Block(rule, columns, Table.of(values, weights, whole), {})
        self._roll_up(block)
        recast(block.table, self.net, rule, self.rows)
        return block

    def _weights(self, pk: int, values: np.ndarray) -> np.ndarray:
        """The denominator where every unit with a value has it, else people.

        Units between two generations may have no denominator of their own (the
        merged city of 2025, on a day before): they get it by their people.
        """
        people = np.nan_to_num(self.net.size)
        against = self.weights.get(pk)
        if against is None or not np.isfinite(against[np.isfinite(values)]).all():
            return people
        known = np.isfinite(against)
        base = float(people[known].sum())
        per_head = float(against[known].sum()) / base if base > 0 else 0.0
        return np.where(known, against, people * per_head)

    def _roll_up(self, block: Block) -> None:
        """Parts are those that were valid on the last day of the period."""
        days = defaultdict(list)
        for number, column in enumerate(block.columns):
            days[column[2][1]].append(number)
        for day, numbers in days.items():
            flow = self.net.parts(self.tree, day)
            block.parts[day] = flow
            if len(flow):
                piece = block.table.take(numbers)
                roll_up(piece, flow, self.net.size, block.rule)
                block.table.put(numbers, piece)

    def newest(self, series: Series, *, after: Figure | None) -> Figure | None:
        """The newest period that could be cast; one newer than ``after`` and as long
        as its, where the unit has a figure of its own."""
        pk, unit, facet = series
        row = self.net.index[unit]
        for span in self.periods[pk, facet]:
            block, number = self.at[pk, facet, span]
            if not np.isfinite(block.table.values[row, number]):
                continue
            if after is not None and not newer(span, after):
                continue
            return self.figure(row, (pk, facet, span))
        return None

    def figure(self, row: int, column: Column) -> Figure:
        """The figure of a cell, with what it was made from."""
        pk, facet, span = column
        unit = self.net.nodes[row].id
        own = self.known.get(((pk, unit, facet), span))
        if own is not None:
            return own
        if (row, column) not in self.made:
            self.made[row, column] = self._make(row, column)
        return self.made[row, column]

    def _make(self, row: int, column: Column) -> Figure:
        block, number = self.at[column]
        table, of = block.table, self.of[column[0]]
        sources = [
            (self.figure(source, column), source, fraction)
            for source, fraction in self._sources(block, row, number)
            if np.isfinite(table.values[source, number])
        ]
        weighted = block.rule == "weighted"
        parts = tuple(
            Part(
                code=of.code,
                unit_id=got.unit_id,
                fact_id=got.fact_id,
                value=got.value,
                weight=fraction * (table.weights[source, number] if weighted else 1.0),
            )
            for got, source, fraction in sources
        )
        how: How = "rolled_up" if table.how[row, number] == ROLLED_UP else "recast"
        return Figure(
            code=of.code,
            unit_id=self.net.nodes[row].id,
            facet=column[1],
            value=float(table.values[row, number]),
            measure=sources[0][0].measure,
            start=column[2][0],
            end=column[2][1],
            vintage=min(got.vintage for got, _row, _fraction in sources),
            basis=Basis.COMPUTED,
            published_at=max(got.published_at for got, _row, _fraction in sources),
            fact_id=None,
            load_id=None,
            how=how,
            coverage=min(1.0, float(table.coverage[row, number])),
            parts=parts,
        )

    def _sources(self, block: Block, row: int, number: int) -> list[tuple[int, float]]:
        area = block.rule == "sum_area"
        flows: dict[int, tuple[Flow, ...]] = {
            BY_PARTS: (block.parts[block.columns[number][2][1]],),
            FORWARD: self.net.by_area if area else self.net.by_people,
            BACKWARD: self.net.back_by_area if area else self.net.back_by_people,
        }
        found = []
        for flow in flows[int(block.table.via[row, number])]:
            at = np.nonzero(flow.target == row)[0]
            found += [(int(flow.source[n]), float(flow.fraction[n])) for n in at]
        return found


def newer(span: Span, after: Figure) -> bool:
    """A later period of as many days; months and quarters differ by three."""
    length = spans.length_days(*span) - spans.length_days(after.start, after.end)
    return span[1] > after.end and abs(length) <= 3


def _integral(values: np.ndarray) -> bool:
    known = values[np.isfinite(values)]
    return bool((known == np.round(known)).all())


def of_one_measure(
    known: Mapping[tuple[Series, Span], Figure],
) -> dict[tuple[Series, Span], Figure]:
    """The figures of each column that are in the measure most of them have."""
    counts: dict[Column, Counter[str]] = defaultdict(Counter)
    for (series, span), got in known.items():
        counts[series[0], series[2], span][got.measure] += 1
    best = {
        column: max(counted, key=lambda measure: (counted[measure], measure))
        for column, counted in counts.items()
    }
    return {
        (series, span): got
        for (series, span), got in known.items()
        if got.measure == best[series[0], series[2], span]
    }


def denominators(
    wanted: Iterable[Indicator], net: Net, as_of: AsOf
) -> dict[int, np.ndarray]:
    """Per indicator that is weighted by another: that one's newest figures, by the
    rows of the net; NaN where a unit has none."""
    against = {
        of.pk: of.denominator_id
        for of in wanted
        if of.rollup == Rollup.WEIGHTED and of.denominator_id is not None
    }
    asked = [
        (pk, node.id, "") for pk in sorted(set(against.values())) for node in net.nodes
    ]
    found = facts.newest(asked, as_of)
    columns = {}
    for pk, denominator in against.items():
        column = np.full(len(net.nodes), np.nan)
        for row, node in enumerate(net.nodes):
            got = found.get((denominator, node.id, ""))
            if got is not None and got.value > 0:
                column[row] = got.value
        columns[pk] = column
    return columns
