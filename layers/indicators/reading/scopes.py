"""Whose figures a caller may see, and among whom a unit stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.utils import timezone

from layers.core import units
from layers.core.scope import Grant
from layers.core.units import UnitNode
from layers.indicators.contract import Figure, Part

from .facts import NotFound


def visible(grant: Grant, unit_id: int) -> UnitNode:
    """The unit; one that the caller may not see does not exist. Raises NotFound."""
    node = units.tree().nodes.get(unit_id)
    if node is None or not grant.sees_unit(unit_id):
        raise NotFound(f"no unit {unit_id}")
    return node


def of_level(kind: str, day: date | None = None) -> list[UnitNode]:
    """Units of a level valid on ``day`` (today), by code."""
    day = day or timezone.localdate()
    nodes = units.tree().nodes.values()
    found = [node for node in nodes if node.kind == kind and node.valid_on(day)]
    return sorted(found, key=lambda node: (node.code, node.id))


def peers(grant: Grant, node: UnitNode, day: date | None) -> list[int]:
    """Units of the same level on ``day``, the unit among them.

    Nobody's rank says anything to a caller who may not see all of them: then empty.
    """
    day = day or node.valid_to or timezone.localdate()
    listed = [other.id for other in of_level(node.kind, day)]
    allowed = all(grant.sees_unit(unit_id) for unit_id in listed)
    return listed if allowed and node.id in listed and len(listed) > 1 else []


def province() -> UnitNode | None:
    """The unit above all others that is valid today, else the last one."""
    roots = [node for node in units.tree().nodes.values() if node.parent_id is None]
    top = [node for node in roots if node.kind == "province"]
    return max(
        top, key=lambda n: (n.valid_to is None, n.valid_from or date.min), default=None
    )


def seen_parts(grant: Grant, parts: Iterable[Part]) -> tuple[Part, ...]:
    """Parts of a figure without those of units that the caller may not see."""
    return tuple(part for part in parts if grant.sees_unit(part.unit_id))


def seen(grant: Grant, figure: Figure) -> Figure:
    """The figure without what it tells of units that the caller may not see."""
    parts = seen_parts(grant, figure.parts)
    return figure if len(parts) == len(figure.parts) else replace(figure, parts=parts)
