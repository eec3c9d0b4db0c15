"""Fixtures of the alert tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from layers.core import units

from . import trial


@pytest.fixture
def world(db) -> Iterator[dict[str, int]]:
    """The trial layers with one closed area in the east; ids of units by name."""
    with trial.trial_world():
        ids = trial.units_of_trial()
        units.tree.forget()
        trial.draw(1, (106.05, 19.0, 106.15, 19.1))
        yield ids
