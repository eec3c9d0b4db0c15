"""Casting, as arithmetic: any units, any lines of descent."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.core.shares import apportion
from layers.core.units import Descent, UnitNode, UnitTree
from layers.indicators.casting.fill import LEAST_SUM, NONE, Table, recast, roll_up
from layers.indicators.casting.net import Net, net_of, related

DAY = date(2025, 1, 1)
PEOPLE = st.integers(1, 10**6)


def node(number: int, people: int | None = 1_000, **changed: object) -> UnitNode:
    values = {"parent_id": None, "kind": "district", "area_km2": 10.0, **changed}
    return UnitNode(
        id=number,
        code=str(number),
        title=str(number),
        valid_from=None,
        valid_to=None,
        population=people,
        **values,  # type: ignore[arg-type]
    )


@st.composite
def reforms(draw: st.DrawFn) -> tuple[Net, list[int], list[int]]:
    """Some old units, divided among some new ones; each new one gets something."""
    old = draw(st.lists(PEOPLE, min_size=1, max_size=8))
    count = draw(st.integers(1, 12))
    lines = []
    for one in range(len(old)):
        into = draw(st.sets(st.integers(0, count - 1), min_size=1, max_size=4))
        weights = [draw(st.integers(1, 99)) for _ in into]
        for new, weight in zip(sorted(into), weights, strict=True):
            share = weight / sum(weights)
            lines.append(Descent(one, 100 + new, share, share, "census"))
    reached = sorted({line.new_id for line in lines})
    nodes = [node(n, people) for n, people in enumerate(old)]
    nodes += [node(n) for n in reached]
    net = net_of(UnitTree(nodes), lines, [n.id for n in nodes])
    return net, list(range(len(old))), reached


def table(net: Net, values: dict[int, float], whole: bool = False) -> Table:
    column = np.full((len(net.nodes), 1), np.nan)
    for unit, value in values.items():
        column[net.index[unit], 0] = value
    weights = np.nan_to_num(net.size)[:, None].copy()
    return Table.of(column, weights, np.array([whole]))


def cast(net: Net, known: Table, rule: str = "sum") -> dict[int, float]:
    recast(known, net, rule, range(len(net.nodes)))  # type: ignore[arg-type]
    return {
        unit: float(known.values[row, 0])
        for unit, row in net.index.items()
        if known.how[row, 0] != NONE
    }


@given(reform=reforms(), data=st.data(), whole=st.booleans())
def test_sums_are_the_same_on_new_units_and_back(reform, data, whole):
    net, old, new = reform
    values = {unit: data.draw(st.integers(-(10**6), 10**6)) for unit in old}
    found = cast(net, table(net, values, whole))
    assert sum(found[unit] for unit in new) == pytest.approx(
        sum(values.values()), abs=0 if whole else 1e-6
    )
    if whole:
        assert all(found[unit] == round(found[unit]) for unit in new)
    back = cast(net, table(net, {unit: found[unit] for unit in new}, whole))
    assert sum(back[unit] for unit in old) == pytest.approx(
        sum(values.values()), abs=0 if whole else 1e-6
    )


@given(reform=reforms(), data=st.data())
def test_a_mean_lies_between_those_it_was_made_of(reform, data):
    net, old, new = reform
    values = {unit: data.draw(st.floats(0, 100)) for unit in old}
    found = cast(net, table(net, values), "weighted")
    low, high = min(values.values()) - 1e-6, max(values.values()) + 1e-6
    assert all(low <= found[unit] <= high for unit in new)


@given(reform=reforms(), data=st.data())
def test_more_figures_never_cover_less_and_too_few_give_nothing(reform, data):
    net, old, new = reform
    some = data.draw(st.sets(st.sampled_from(old)))
    more = some | data.draw(st.sets(st.sampled_from(old)))
    covered = []
    for units in (some, more):
        known = table(net, dict.fromkeys(units, 7.0))
        found = cast(net, known)
        covered.append({u: known.coverage[net.index[u], 0] for u in new if u in found})
    assert covered[0].keys() <= covered[1].keys()
    for unit, coverage in covered[0].items():
        assert coverage <= covered[1][unit] + 1e-9
        assert coverage >= LEAST_SUM - 1e-9


def test_a_value_comes_through_several_generations():
    """Two joined in one, which was divided in three: 27, 26, 166."""
    nodes = [node(1, 300), node(2, 100), node(3, 400), *(node(n) for n in (4, 5, 6))]
    lines = [
        Descent(1, 3, 1, 1, "whole"),
        Descent(2, 3, 1, 1, "whole"),
        *(Descent(3, n, 1 / 3, 1 / 3, "estimate") for n in (4, 5, 6)),
    ]
    net = net_of(UnitTree(nodes), lines, range(1, 7))
    known = table(net, {1: 7, 2: 3}, whole=True)
    found = cast(net, known)
    assert found == {1: 7, 2: 3, 3: 10, 4: 4, 5: 3, 6: 3}
    how = {unit: int(known.how[row, 0]) for unit, row in net.index.items()}
    assert [how[n] for n in range(1, 7)] == [1, 1, 2, 3, 3, 3], "joined is no estimate"
    back = cast(net, table(net, {4: 4, 5: 3, 6: 3}, whole=True))
    assert (back[3], back[1] + back[2]) == (10, 10)
    assert back[1] == 8, "three quarters of ten, the odd one to the larger remainder"


def test_what_came_forward_is_not_carried_back():
    """A new unit nearly all from one old unit says nothing about the other."""
    nodes = [node(1, 980), node(2, 20), node(3)]
    lines = [Descent(1, 3, 1, 1, "whole"), Descent(2, 3, 1, 1, "whole")]
    net = net_of(UnitTree(nodes), lines, [1, 2, 3])
    known = table(net, {1: 50.0})
    found = cast(net, known)
    assert found == {1: 50.0, 3: 50.0}
    assert known.coverage[net.index[3], 0] == pytest.approx(0.98)


def test_parts_make_the_whole_and_a_missing_part_leaves_it_missing():
    nodes = [node(1, 100), *(node(n, 50, parent_id=1) for n in (2, 3))]
    tree = UnitTree(nodes)
    net = net_of(tree, [], [1, 2, 3])
    parts = net.parts(tree, DAY)
    both, one = table(net, {2: 4, 3: 8}), table(net, {2: 4})
    for known in (both, one):
        roll_up(known, parts, net.size, "sum")
    assert both.values[net.index[1], 0] == 12
    assert np.isnan(one.values[net.index[1], 0]), "half of a sum is no sum"
    mean = table(net, {2: 4, 3: 8})
    mean.weights[:, 0] = [0, 1, 3]
    roll_up(mean, parts, net.size, "weighted")
    assert mean.values[net.index[1], 0] == 7


def test_units_that_share_a_forerunner_are_related_so_that_whole_numbers_agree():
    nodes = [node(n) for n in range(1, 6)]
    lines = [Descent(1, n, 1 / 3, 1 / 3, "estimate") for n in (2, 3, 4)]
    tree = UnitTree(nodes)
    assert related(tree, lines, [2]) == {1, 2, 3, 4}
    whole = cast(
        net_of(tree, lines, range(1, 6)),
        table(net_of(tree, lines, range(1, 6)), {1: 10}, whole=True),
    )
    alone = net_of(tree, lines, related(tree, lines, [3]))
    assert cast(alone, table(alone, {1: 10}, whole=True))[3] == whole[3]
    assert apportion([10], [1 / 3] * 3).tolist() == [[4, 3, 3]]


def test_without_people_or_area_only_whole_units_are_joined():
    nodes = [node(n, None, area_km2=None) for n in (1, 2, 3)]
    lines = [Descent(1, 3, 1, 1, "whole"), Descent(2, 3, 1, 1, "whole")]
    net = net_of(UnitTree(nodes), lines, [1, 2, 3])
    assert cast(net, table(net, {1: 4, 2: 5}))[3] == 9
    assert set(cast(net, table(net, {3: 9}))) == {3}, "nothing says how it was divided"
