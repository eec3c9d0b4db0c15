"""Casting values along flows. Pure, vectorised over columns.

A column is one indicator, part and period; rows are units of a net. NaN is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from layers.core.shares import Floats, apportion

from .net import Flow, Net, generations

# Below this share of the weights a figure is missing: a sum that lacks more than a
# twentieth is a wrong number, a mean of four fifths is still near.
LEAST_SUM, LEAST_MEAN = 0.95, 0.80
# Shares are published with some digits; less is nothing
TINY = 1e-9

Rule = Literal["sum", "sum_area", "weighted"]
Bools = npt.NDArray[np.bool_]
NONE, OWN, ROLLED_UP, RECAST = range(4)
# the way a value came
BY_PARTS, FORWARD, BACKWARD = 1, 2, 3


@dataclass(slots=True)
class Table:
    """(units, columns): values, how each came about and which way, the share of
    weights that was known.

    ``weights`` count in means, ``whole`` says which columns are whole numbers.
    """

    values: Floats
    how: npt.NDArray[np.int8]
    via: npt.NDArray[np.int8]
    coverage: Floats
    weights: Floats
    whole: Bools

    @classmethod
    def of(cls, values: Floats, weights: Floats, whole: Bools) -> Table:
        known = np.isfinite(values)
        return cls(
            values=values.copy(),
            how=np.where(known, OWN, NONE).astype(np.int8),
            via=np.zeros(values.shape, dtype=np.int8),
            coverage=np.where(known, 1.0, 0.0),
            weights=weights,
            whole=whole,
        )

    def take(self, columns: list[int]) -> Table:
        """A copy of some columns."""
        at = (slice(None), columns)
        return Table(
            self.values[at],
            self.how[at],
            self.via[at],
            self.coverage[at],
            self.weights[at],
            self.whole[columns],
        )

    def put(self, columns: list[int], piece: Table) -> None:
        """What :meth:`take` gave, back in its place."""
        at = (slice(None), columns)
        self.values[at], self.how[at] = piece.values, piece.how
        self.via[at], self.coverage[at] = piece.via, piece.coverage

    def copy(self) -> Table:
        return Table(
            self.values.copy(),
            self.how.copy(),
            self.via.copy(),
            self.coverage.copy(),
            self.weights,
            self.whole,
        )


def roll_up(table: Table, parts: Flow, size: Floats, rule: Rule) -> None:
    """Fill what is missing from the parts (in place), the lowest level first."""
    for step in generations(parts, len(size)):
        _apply(table, step, size, rule, BY_PARTS)


def recast(table: Table, net: Net, rule: Rule, rows: Iterable[int]) -> None:
    """Fill what is missing in ``rows`` (and in what they are made from) from
    forerunners, else from successors (in place).

    The two ways never mix: a value that came forward is not carried back again.
    """
    area = rule == "sum_area"
    back = table.copy()
    for step in leading(net.by_area if area else net.by_people, rows):
        _apply(table, step, net.size, rule, FORWARD)
    for step in leading(net.back_by_area if area else net.back_by_people, rows):
        _apply(back, step, net.size, rule, BACKWARD)
    missing = table.how == NONE
    for mine, theirs in (
        (table.values, back.values),
        (table.via, back.via),
        (table.how, back.how),
        (table.coverage, back.coverage),
    ):
        mine[missing] = theirs[missing]


def leading(steps: Sequence[Flow], rows: Iterable[int]) -> list[Flow]:
    """The flows that lead to ``rows``, with all that their sources are divided among:
    whole numbers are divided among all or none."""
    needed = np.array(sorted(set(rows)), dtype=np.int64)
    kept: list[Flow] = []
    for step in reversed(steps):
        sources = np.unique(step.source[np.isin(step.target, needed)])
        at = np.isin(step.source, sources)
        # what else these are made of is needed to make them
        at |= np.isin(step.target, step.target[at])
        kept.append(Flow(step.target[at], step.source[at], step.fraction[at]))
        needed = np.union1d(needed, sources)
    return [step for step in reversed(kept) if len(step)]


def _apply(table: Table, flow: Flow, size: Floats, rule: Rule, via: int) -> None:
    values, coverage = combine(table, flow, size, rule)
    least = LEAST_MEAN if rule == "weighted" else LEAST_SUM
    targets = np.unique(flow.target)
    fit = coverage[targets] >= least - TINY
    free = (table.how[targets] == NONE) & fit & np.isfinite(values[targets])
    rows, columns = np.nonzero(free)
    rows = targets[rows]
    how = _divided(table, flow)
    table.values[rows, columns] = values[rows, columns]
    table.coverage[rows, columns] = coverage[rows, columns]
    table.via[rows, columns] = via
    table.how[rows, columns] = how[rows, columns]


def _divided(table: Table, flow: Flow) -> npt.NDArray[np.int8]:
    """RECAST where a source was divided, or had been recast itself; whole units put
    together are parts (ROLLED_UP)."""
    found = np.full_like(table.how, ROLLED_UP)
    divided = (flow.fraction < 1 - TINY)[:, None]
    recast = (table.how[flow.source] == RECAST) | divided
    np.maximum.at(
        found, flow.target, np.where(recast, RECAST, ROLLED_UP).astype(np.int8)
    )
    return found


def combine(
    table: Table, flow: Flow, size: Floats, rule: Rule
) -> tuple[Floats, Floats]:
    """Values of the flow's targets and the share of their weights that was known."""
    shape = table.values.shape
    given = table.values[flow.source]
    known = np.isfinite(given)
    fraction = flow.fraction[:, None]
    weight = np.where(np.isnan(size), 1.0, size)[flow.source][:, None] * fraction
    covered = _sum(shape, flow.target, known * weight * table.coverage[flow.source])
    everything = _sum(shape, flow.target, np.broadcast_to(weight, given.shape))
    coverage = np.divide(covered, everything, out=np.zeros(shape), where=everything > 0)
    if rule == "weighted":
        counted = np.where(known, table.weights[flow.source] * fraction, 0.0)
        total = _sum(shape, flow.target, counted * np.where(known, given, 0.0))
        whole = _sum(shape, flow.target, counted)
        values = np.divide(total, whole, out=np.full(shape, np.nan), where=whole > 0)
        return values, coverage
    parts = np.where(known, given * fraction, 0.0)
    if table.whole.any():
        parts[:, table.whole] = _whole(given[:, table.whole], flow)
    values = _sum(shape, flow.target, parts)
    return np.where(coverage > 0, values, np.nan), coverage


def _sum(shape: tuple[int, ...], target: np.ndarray, amounts: Floats) -> Floats:
    found = np.zeros(shape)
    np.add.at(found, target, amounts)
    return found


def _whole(given: Floats, flow: Flow) -> Floats:
    """Whole numbers divided so that the parts of each source sum to it."""
    parts = np.nan_to_num(given)
    for source in np.unique(flow.source[flow.fraction < 1 - TINY]):
        at = np.nonzero(flow.source == source)[0]
        fraction = flow.fraction[at]
        # what leaves the net is a part as well
        rest = max(0.0, 1.0 - float(fraction.sum()))
        shares = np.append(fraction, rest if rest > 1e-6 else 0.0)
        amounts = parts[at[0]].round().astype(np.int64)
        if shares.any():
            parts[at] = apportion(amounts, shares)[:, :-1].T
    return parts
