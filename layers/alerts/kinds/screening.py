"""Many rules of one kind against one batch: which rows may begin something for whom.

A thousand rules that nobody touches must cost nothing, so what they wait for is put
into columns once, and a batch is compared with all of them at a time.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import shapely

from .areas import Zones
from .columns import Batch
from .search import Floats, Ints, Search


def pairs_of(parts: list[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    """(rule, row) pairs put together, each once, ordered by rule and row."""
    if not parts:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing
    rule = np.concatenate([part[0] for part in parts])
    row = np.concatenate([part[1] for part in parts])
    if not len(rule):
        return rule, row
    width = int(row.max()) + 1
    code = np.unique(rule * width + row)
    return code // width, code % width


class Limits:
    """Limits of many rules on named values: which rows are beyond which."""

    def __init__(self, sides: list[tuple[str, float, float, int]]) -> None:
        """``sides``: (field, +1 above or -1 below, limit, rule)."""
        found: dict[tuple[str, float], list[tuple[float, int]]] = defaultdict(list)
        for name, sign, limit, rule in sides:
            found[name, sign].append((sign * limit, rule))
        self.groups = [
            (name, sign, *_sorted(entries)) for (name, sign), entries in found.items()
        ]

    def __call__(self, batch: Batch) -> tuple[Ints, Ints]:
        parts = []
        for name, sign, limits, rules in self.groups:
            value = batch.values.get(name)
            if value is None:
                continue
            row = np.flatnonzero(~np.isnan(value))
            # limits ascend: a value is beyond the first so many of them
            count = np.searchsorted(limits, sign * value[row], side="left")
            parts.append(_expanded(rules, row, count))
        return pairs_of(parts)


def _sorted(entries: list[tuple[float, int]]) -> tuple[Floats, Ints]:
    entries = sorted(entries)
    return (
        np.array([limit for limit, _rule in entries]),
        np.array([rule for _limit, rule in entries], dtype=np.int64),
    )


def _expanded(rules: Ints, row: Ints, count: Ints) -> tuple[Ints, Ints]:
    """Each row with the first ``count`` rules."""
    spot = np.repeat(np.arange(len(row)), count)
    first = np.repeat(np.cumsum(count) - count, count)
    return rules[np.arange(len(spot)) - first], row[spot]


def over_limits(params: list[Any], zones: list[Zones]) -> Limits:
    """Rows beyond the limit of a value."""
    sides = []
    for rule, entry in enumerate(params):
        if entry.direction != "below":
            sides.append((entry.field, 1.0, entry.limit, rule))
        if entry.direction == "below":
            sides.append((entry.field, -1.0, entry.limit, rule))
        elif entry.lower is not None:
            sides.append((entry.field, -1.0, entry.lower, rule))
    return Limits(sides)


class Present:
    """Rows that have every value that a rule reads: it must look at them."""

    def __init__(self, names: list[tuple[str, ...]]) -> None:
        found: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for rule, wanted in enumerate(names):
            found[wanted].append(rule)
        self.groups = [(k, np.array(v, dtype=np.int64)) for k, v in found.items()]

    def __call__(self, batch: Batch) -> tuple[Ints, Ints]:
        parts = []
        for names, rules in self.groups:
            if not all(name in batch.values for name in names):
                continue
            there = np.ones(len(batch), dtype=bool)
            for name in names:
                there &= ~np.isnan(batch.values[name])
            row = np.flatnonzero(there)
            parts.append((np.repeat(rules, len(row)), np.tile(row, len(rules))))
        return pairs_of(parts)


class Areas:
    """The areas of many rules, each once: which rows lie in those of which. The rules
    must mean the same side of their zones."""

    def __init__(self, zones: list[Zones]) -> None:
        rules: dict[tuple[int, int], dict[int, None]] = defaultdict(dict)
        area: dict[tuple[int, int], Any] = {}
        for rule, entry in enumerate(zones):
            named = zip(entry.id.tolist(), entry.version.tolist(), strict=True)
            for key, shape in zip(named, entry.area, strict=True):
                area.setdefault(key, shape)
                rules[key][rule] = None
        shapes = np.empty(len(area), dtype=object)
        shapes[:] = list(area.values())
        shapely.prepare(shapes)
        self.search = Search(shapes)
        owners = [list(rules[key]) for key in area]
        self.start = np.cumsum([0, *(len(owner) for owner in owners)])
        self.rule = np.array([rule for owner in owners for rule in owner], dtype=int)

    def __call__(self, batch: Batch) -> tuple[Ints, Ints]:
        point, area, _deep = self.search.points(batch.lon, batch.lat)
        return self.owners(point, area)

    def owners(self, row: Ints, area: Ints) -> tuple[Ints, Ints]:
        """(rule, row) for (row, area)."""
        count = self.start[area + 1] - self.start[area]
        spot = np.repeat(np.arange(len(row)), count)
        offset = np.arange(len(spot)) - np.repeat(np.cumsum(count) - count, count)
        return pairs_of([(self.rule[self.start[area][spot] + offset], row[spot])])


def in_areas(params: list[Any], zones: list[Zones]) -> Areas:
    """Rows in the zones of a rule."""
    return Areas(zones)
