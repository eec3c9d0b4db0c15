"""Which figures are made from which: the formulas of the whole catalogue. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Protocol

from .evaluating import denominators, inputs
from .parsing import FormulaError, Node, Ref, parse

DENOMINATORS = "0"  # their subsystem


class Entry(Protocol):
    """What is read of an indicator."""

    code: str
    formula: str
    subsystem: str
    unit: str


class CatalogueError(ValueError):
    """A formula cannot stand in the catalogue; the text names it and the reason."""


@dataclass(frozen=True)
class Graph:
    """The formulas by code. Made by :meth:`of`, which checks them."""

    trees: dict[str, Node]
    order: tuple[str, ...]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Graph:
        """Raises CatalogueError for the first thing that is wrong."""
        listed = list(entries)
        for reason in problems(listed):
            raise CatalogueError(reason)
        return cls.readable(listed)

    @classmethod
    def readable(cls, entries: Iterable[Entry]) -> Graph:
        """Of the formulas that can be used; a wrong one must not stop the others."""
        listed = list(entries)
        trees = {}
        for entry in listed:
            if entry.formula and not list(_of_one(entry, listed)):
                trees[entry.code] = parse(entry.formula)
        while loop := _loop(trees):
            trees = {code: node for code, node in trees.items() if code not in loop}
        sorter = TopologicalSorter(_edges(trees))
        order = tuple(code for code in sorter.static_order() if code in trees)
        return cls(trees, order)

    @cached_property
    def inputs(self) -> dict[str, tuple[Ref, ...]]:
        return {code: inputs(node) for code, node in self.trees.items()}

    @cached_property
    def readers(self) -> dict[str, frozenset[str]]:
        """Code -> codes that are computed from it at once."""
        found: dict[str, set[str]] = defaultdict(set)
        for code, refs in self.inputs.items():
            for ref in refs:
                found[ref.code].add(code)
        return {code: frozenset(of) for code, of in found.items()}


def problems(entries: Iterable[Entry]) -> Iterator[str]:
    """What is wrong with the formulas of a catalogue, one text each."""
    listed = list(entries)
    trees = {}
    for entry in listed:
        if entry.formula:
            wrong = list(_of_one(entry, listed))
            yield from wrong
            if not wrong:
                trees[entry.code] = parse(entry.formula)
    if loop := _loop(trees):
        yield f"{loop[0]}: computed from itself: {' from '.join(loop)}"


def _of_one(entry: Entry, listed: list[Entry]) -> Iterator[str]:
    by_code = {other.code: other for other in listed}
    try:
        node = parse(entry.formula)
    except FormulaError as error:
        yield f"{entry.code}: {error}"
        return
    refs = inputs(node)
    for code in sorted({ref.code for ref in refs} - by_code.keys()):
        yield f"{entry.code}: no indicator {code!r} in {entry.formula!r}"
        return
    if all(ref.newest for ref in refs):
        yield f"{entry.code}: nothing but a denominator in {entry.formula!r}"
    divisors = [by_code[code] for code in sorted(denominators(node))]
    for other in divisors:
        if other.subsystem != DENOMINATORS:
            yield f"{entry.code}: {other.code} is no named denominator"
    # several official counts of people exist: one figure is per one of them
    units = [other.unit for other in divisors]
    if len(set(units)) < len(units):
        mixed = ", ".join(other.code for other in divisors)
        yield f"{entry.code}: denominators of the same unit are mixed: {mixed}"


def _edges(trees: dict[str, Node]) -> dict[str, set[str]]:
    return {code: {ref.code for ref in inputs(node)} for code, node in trees.items()}


def _loop(trees: dict[str, Node]) -> list[str]:
    """Codes that are made from one another, the first again at the end."""
    try:
        TopologicalSorter(_edges(trees)).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []
