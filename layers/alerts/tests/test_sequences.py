"""The table of hand-worked sequences, played through ingest, database and clock."""

from __future__ import annotations

import pytest

from layers.alerts.kinds import kinds

from .sequences import CASES
from .sequences.language import play


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_sequence_tells_exactly_these_transitions(case, world):
    assert play(case) == case.told


@pytest.mark.parametrize("slug", sorted(kinds))
def test_every_kind_has_a_sequence_for_what_may_go_wrong(slug):
    mine = [case for case in CASES if case.kind == slug]
    shown = frozenset().union(*(case.shows for case in mine))
    kind = kinds[slug]
    wanted = {"late", "duplicate", "restart"}
    if kind.needs_zone or kind.may_zone:
        wanted.add("zone")
    assert wanted <= shown
