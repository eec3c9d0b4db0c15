"""What the drawer of a unit adds: who is above and below, what lies inside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from layers.core import queries, units
from layers.core.scope import Grant
from layers.core.spec import Layer
from layers.core.units import UnitNode

from .models import Lineage, Unit


@dataclass(frozen=True, slots=True)
class Inside:
    """How many features of a layer lie in a unit, as far as the caller sees."""

    layer: Layer
    count: int


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    unit = Unit.objects.select_related("parent").get(pk=feature["id"])
    today = timezone.localdate()
    lineage = Lineage.objects.select_related("old", "new")
    return {
        "unit": unit,
        "ended": unit.valid_to is not None and unit.valid_to < today,
        "below": below(unit.pk, today),
        "inside": inside(request.grant, unit.pk),  # type: ignore[attr-defined]
        "successors": lineage.filter(old=unit).order_by("-share_people"),
        "forerunners": lineage.filter(new=unit).order_by("-share_people"),
    }


def below(unit_id: int, day: date) -> list[UnitNode]:
    """Units directly below, valid on ``day``, by name.

    The province's communes hang under the former districts, so those that ended
    are listed while something valid hangs under them.
    """
    tree = units.tree()

    def drawn(node: UnitNode) -> bool:
        children = (tree.nodes[child] for child in tree.children.get(node.id, ()))
        return node.valid_on(day) or any(child.valid_on(day) for child in children)

    nodes = (tree.nodes[child] for child in tree.children.get(unit_id, ()))
    return sorted(filter(drawn, nodes), key=lambda node: node.title)


def inside(grant: Grant, unit_id: int) -> list[Inside]:
    """Point layers with something in the unit or below it, in catalogue order."""
    wanted = units.tree().expand([unit_id])
    narrowed = Grant(
        layers=grant.layers,
        units=wanted if grant.units is None else wanted & grant.units,
    )
    found = (
        Inside(layer, queries.count(layer, narrowed))
        for layer in grant.visible_layers
        if layer.geometry == "point" and layer.scope.kind == "unit"
    )
    return [entry for entry in found if entry.count]
