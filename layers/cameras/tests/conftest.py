"""What the tests of this layer share."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps

from fixtures import Demo
from layers.core import units
from layers.core.spec import by_role


@pytest.fixture
def province(db) -> Demo:
    """The demo's units, filled in by whichever layer holds them."""
    module = apps.get_app_config(by_role(units.ROLE).app_label).module
    demo = Demo()
    import_module(f"{module.__name__}.demo").load(demo)
    units.tree.forget()
    return demo


@pytest.fixture
def commune(province):
    """(unit id, lon, lat) of the n-th commune's seat."""
    today = province.today.date()
    ids = {
        node.code: node.id
        for node in units.tree().nodes.values()
        if node.kind == "commune" and node.valid_on(today)
    }

    def pick(number: int) -> tuple[int, float, float]:
        unit = province.communes[number]
        return ids[unit.code], *unit.seat

    return pick
