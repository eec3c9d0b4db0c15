"""What the drawer of a unit adds: what became of it, who answers for it, who is above
and below, and what lies inside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from layers.core import units
from layers.core.units import Contact, Descent, UnitNode, UnitTree

from . import inside
from .models import Basis, Lineage, Role


@dataclass(frozen=True, slots=True)
class Line:
    """A line of descent as it is shown: the other unit, its share in per cent of the
    old unit's people, and how that is known."""

    unit: UnitNode
    per_cent: float
    basis: str


@dataclass(frozen=True, slots=True)
class Person:
    """A contact with its role in words."""

    contact: Contact
    role: str


def drawer(request: HttpRequest, feature: dict[str, Any]) -> dict[str, Any]:
    unit_id: int = feature["id"]
    grant = request.grant  # type: ignore[attr-defined]
    tree, lines = units.tree(), units.lineage()
    node, today = tree.nodes[unit_id], timezone.localdate()
    # an ended unit is shown with those of its last day
    day = node.valid_to if node.valid_to and node.valid_to < today else today
    standing = below(unit_id, today)
    return {
        "unit": node,
        "schematic": feature["properties"].get("schematic"),
        "ended": day < today,
        "path": tree.ancestors(unit_id)[:0:-1],
        "kept": day < today and bool(standing),
        "below": standing or below(unit_id, day),
        "officers": contacts(unit_id, day, grant.masks),
        "inside": inside.counts(grant, unit_id),
        "successors": descent(
            tree, {line.new_id: line for line in lines if line.old_id == unit_id}
        ),
        "forerunners": descent(
            tree, {line.old_id: line for line in lines if line.new_id == unit_id}
        ),
        "decree": decree(unit_id),
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


def descent(tree: UnitTree, lines: dict[int, Descent]) -> list[Line]:
    """Lines by the unit at their other end, the largest first."""
    names = dict(Basis.choices)
    ordered = sorted(lines.items(), key=lambda item: -item[1].share_people)
    return [
        Line(
            tree.nodes[other],
            round(line.share_people * 100, 1),
            str(names[Basis(line.basis)]),
        )
        for other, line in ordered
    ]


def decree(unit_id: int) -> str:
    """The legal basis of what became of a unit."""
    lines = Lineage.objects.filter(old_id=unit_id).exclude(decree="")
    return lines.values_list("decree", flat=True).first() or ""


def contacts(unit_id: int, day: date, masks: frozenset[str]) -> list[Person]:
    """Who answered for the unit itself on the day, as the caller sees them."""
    at = timezone.now()
    if day != timezone.localdate(at):
        at = timezone.make_aware(datetime.combine(day, time(12)))
    roles = dict(Role.choices)
    return [
        Person(contact.shown(masks), contact.field or str(roles[Role(contact.role)]))
        for contact in units.responsible(unit_id, at)
        if contact.unit_id == unit_id
    ]
