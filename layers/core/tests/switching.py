"""A small province that changes: two communes become two others.

::

    105.0      105.1      105.2      105.3     (each 0.1 degree high)
    | west                | east     |         until 30 June 2025
    | one       | two                |         from 1 July: one ends at 105.12
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.apps import apps
from django.contrib.gis.geos import Polygon
from django.db import transaction

from layers.core import units
from layers.core.spec import by_role
from layers.core.versions import begin_change

DAY = date(2025, 7, 1)
LAST = date(2025, 6, 30)


def add(code: str, west: float, east: float, **values: object) -> Any:
    """A unit that reaches from one meridian to another."""
    first = values.get("valid_from")
    values = {"kind": "commune", "type": "commune", "title": code, **values}
    return apps.get_model(by_role(units.ROLE).model).objects.create(
        source="test",
        external_id=f"{values['kind']}:{code}:{first}",
        code=code,
        geom=Polygon.from_bbox((west, 19.8, east, 19.9)),
        **values,
    )


@transaction.atomic
def province() -> dict[str, Any]:
    """The units by name: west and one have the same code, 14758."""
    begin_change(by_role(units.ROLE).slug)
    top = add("38", 105.0, 105.3, kind="province", type="province")
    old = {"parent": top, "valid_to": LAST}
    new = {"parent": top, "valid_from": DAY}
    found = {
        "province": top,
        "west": add("14758", 105.0, 105.2, population=1000, **old),
        "east": add("2", 105.2, 105.3, population=500, **old),
        "one": add("14758", 105.0, 105.12, **new),
        "two": add("4", 105.12, 105.3, **new),
    }
    units.tree.forget()  # type: ignore[attr-defined]
    return found


@transaction.atomic
def descend(found: dict[str, Any]) -> None:
    """West went to one (60 %) and two, east to two."""
    layer = by_role(units.ROLE)
    begin_change(layer.slug)
    lines = apps.get_model(layer.app_label, "Lineage").objects
    for old, new, share in (
        ("west", "one", 0.6),
        ("west", "two", 0.4),
        ("east", "two", 1.0),
    ):
        lines.create(
            old=found[old],
            new=found[new],
            share_people=share,
            share_area=share,
            basis="area" if share < 1 else "whole",
            decree="1686/NQ-UBTVQH15",
        )
    units.lineage.forget()  # type: ignore[attr-defined]
