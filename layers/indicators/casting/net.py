"""Which units make which: lines of descent and parts, as arrays. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from layers.core.shares import Floats
from layers.core.units import Descent, UnitNode, UnitTree


@dataclass(frozen=True, slots=True)
class Flow:
    """``fraction`` of what ``source`` has belongs to ``target``; all are indices of
    units in the net, in the order of ``targets``."""

    target: np.ndarray
    source: np.ndarray
    fraction: Floats

    def __len__(self) -> int:
        return len(self.target)


@dataclass(frozen=True, slots=True)
class Net:
    """Units and what became of them.

    ``size`` is people (area where people are not known for all); NaN: neither is.
    ``forward`` and ``backward`` hold one flow per generation, in the order in which
    they are to be applied: old to new by people and by area, new to old by people.
    """

    nodes: tuple[UnitNode, ...]
    index: dict[int, int]
    size: Floats
    by_people: tuple[Flow, ...]
    by_area: tuple[Flow, ...]
    back_by_people: tuple[Flow, ...]
    back_by_area: tuple[Flow, ...]

    def parts(self, tree: UnitTree, day: date) -> Flow:
        """Units of ``day`` and the nearest units below them that are valid then."""
        pairs = [
            (self.index[node.id], self.index[part])
            for node in self.nodes
            if node.valid_on(day)
            for part in _below(tree, node.id, day)
            if part in self.index
        ]
        target = np.array([pair[0] for pair in pairs], dtype=np.int64)
        source = np.array([pair[1] for pair in pairs], dtype=np.int64)
        return Flow(target, source, np.ones(len(pairs)))


def _below(tree: UnitTree, unit_id: int, day: date) -> Iterator[int]:
    for child in tree.children.get(unit_id, []):
        if tree.nodes[child].valid_on(day):
            yield child
        else:
            yield from _below(tree, child, day)


def related(
    tree: UnitTree, lineage: Iterable[Descent], targets: Iterable[int]
) -> frozenset[int]:
    """``targets`` with all forerunners and successors, those that share them, and
    the parts of any: all that a figure of ``targets`` can be made from, and all
    that whole numbers are divided among."""
    before: dict[int, list[int]] = defaultdict(list)
    after: dict[int, list[int]] = defaultdict(list)
    for line in lineage:
        before[line.new_id].append(line.old_id)
        after[line.old_id].append(line.new_id)
    listed = [unit for unit in targets if unit in tree.nodes]
    older, newer = _reach(listed, before), _reach(listed, after)
    beside = {unit for one in older for unit in after[one]}
    beside |= {unit for one in newer for unit in before[one]}
    return tree.expand(older | newer) | beside


def _reach(start: Iterable[int], step: dict[int, list[int]]) -> set[int]:
    found: set[int] = set()
    pending = list(start)
    while pending:
        unit = pending.pop()
        if unit not in found:
            found.add(unit)
            pending += step[unit]
    return found


def net_of(tree: UnitTree, lineage: Iterable[Descent], unit_ids: Iterable[int]) -> Net:
    """The net of some units; lines of descent that leave it are kept out of it as
    targets, but their shares still count (a third that went elsewhere is gone)."""
    nodes = tuple(tree.nodes[unit] for unit in sorted(set(unit_ids) & set(tree.nodes)))
    index = {node.id: n for n, node in enumerate(nodes)}
    lines = [one for one in lineage if one.old_id in index and one.new_id in index]
    size = sizes(nodes)
    old = np.array([index[one.old_id] for one in lines], dtype=np.int64)
    new = np.array([index[one.new_id] for one in lines], dtype=np.int64)
    people = np.array([one.share_people for one in lines], dtype=np.float64)
    area = np.array([one.share_area for one in lines], dtype=np.float64)
    km2 = np.array([node.area_km2 or np.nan for node in nodes], dtype=np.float64)
    return Net(
        nodes=nodes,
        index=index,
        size=size,
        by_people=generations(Flow(new, old, people), len(nodes)),
        by_area=generations(Flow(new, old, area), len(nodes)),
        back_by_people=generations(_turned(old, new, people, size), len(nodes)),
        back_by_area=generations(_turned(old, new, area, km2), len(nodes)),
    )


def sizes(nodes: Iterable[UnitNode]) -> Floats:
    """People of each unit; square kilometres where those are not known for all."""
    listed = list(nodes)
    people = np.array([node.population or np.nan for node in listed], dtype=np.float64)
    if np.isnan(people).any():
        return np.array([node.area_km2 or np.nan for node in listed], dtype=np.float64)
    return people


def _turned(old: np.ndarray, new: np.ndarray, share: Floats, size: Floats) -> Flow:
    """From new to old: the fraction of the new unit that came from the old one."""
    mass = share * size[old] if len(old) else share
    whole = np.zeros(len(size))
    np.add.at(whole, new, mass)
    fraction = np.divide(
        mass, whole[new], out=np.full(len(mass), np.nan), where=whole[new] > 0
    )
    known = np.isfinite(fraction)
    return Flow(old[known], new[known], fraction[known])


def generations(flow: Flow, count: int) -> tuple[Flow, ...]:
    """The flow in steps: a source is complete before anything is taken from it.

    A circle of descent would never be complete; its lines are left out.
    """
    depth = np.zeros(count, dtype=np.int64)
    for _ in range(count):
        deeper = depth.copy()
        np.maximum.at(deeper, flow.target, depth[flow.source] + 1)
        if (deeper == depth).all():
            break
        depth = deeper
    steps = []
    for level in range(1, int(depth.max(initial=0)) + 1):
        at = depth[flow.target] == level
        steps.append(Flow(flow.target[at], flow.source[at], flow.fraction[at]))
    return tuple(step for step in steps if len(step))
