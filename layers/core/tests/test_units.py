from __future__ import annotations

from datetime import date

from layers.core.units import UnitNode, UnitTree

OLD, NEW = date(2025, 6, 30), date(2025, 7, 1)
TREE = UnitTree(
    [
        UnitNode(1, None, "38", "Province", "province", None, None),
        UnitNode(2, 1, "380", "Old city", "district", None, OLD),
        UnitNode(3, 2, "14758", "Old ward", "commune", None, OLD),
        UnitNode(4, 2, "14758", "New ward", "commune", NEW, None),
    ]
)


def test_a_code_that_was_used_again_is_told_apart_by_its_date() -> None:
    assert TREE.codes("commune", OLD) == {"14758": 3}
    assert TREE.codes("commune", NEW) == {"14758": 4}
    assert TREE.codes("commune") == {"14758": 4}
    assert TREE.codes("district", NEW) == {}


def test_a_scope_reaches_all_below_its_roots_and_unknown_ones_reach_nothing() -> None:
    assert TREE.expand([2]) == {2, 3, 4}
    assert TREE.expand([1]) == {1, 2, 3, 4}
    assert TREE.expand([99]) == frozenset()


def test_the_way_up_ends_at_the_province() -> None:
    assert [node.id for node in TREE.ancestors(4)] == [4, 2, 1]
    assert TREE.ancestors(None) == []
