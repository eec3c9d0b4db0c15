"""Under which unit the units of a set stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import shapely
from django.db.models import Q

from layers.units.models import BoundarySet, DraftUnit, Kind, Unit
from layers.units.topology import of_geos

from .standing import in_force

ABOVE = {Kind.COMMUNE: Kind.DISTRICT, Kind.DISTRICT: Kind.PROVINCE}
BELOW = {above: below for below, above in ABOVE.items()}


class Parents:
    """Units of the level above by code, in force on the first day or the last that
    were; without a code the one that the outline lies in."""

    def __init__(self, made: BoundarySet) -> None:
        above = ABOVE.get(Kind(made.kind))
        self.wanted = above is not None
        # later validity comes later; units that begin after the day do not count
        units = Unit.objects.filter(
            Q(valid_from=None) | Q(valid_from__lte=made.valid_from), kind=above
        ).only("id", "code", "valid_to", "geom")
        ordered = sorted(units, key=lambda unit: (unit.valid_to or date.max, unit.pk))
        self.by_code = {unit.code: unit for unit in ordered}
        self.latest = list(self.by_code.values())
        self.tree = shapely.STRtree([of_geos(unit.geom) for unit in self.latest])

    def of(self, draft: DraftUnit) -> Unit | None:
        if draft.parent_code in self.by_code:
            return self.by_code[draft.parent_code]
        return self._around(draft) if not draft.parent_code else None

    def _around(self, draft: DraftUnit) -> Unit | None:
        if len(self.latest) == 1:
            return self.latest[0]  # one province: all are in it
        found = _holding(self.tree, of_geos(draft.geom))
        return self.latest[found[0]] if found else None


def _holding(tree: Any, shape: Any) -> list[int]:
    point = shape.representative_point()
    return sorted(int(at) for at in tree.query(point, predicate="intersects"))


def reparent(made: BoundarySet, ended: Sequence[int]) -> int:
    """Units below those that ended, and still in force, go under the unit of the
    level in force on the day that they lie in; how many."""
    below = BELOW.get(Kind(made.kind))
    if below is None or not ended:
        return 0
    day = made.valid_from
    news = list(Unit.objects.filter(in_force(day), kind=made.kind).order_by("pk"))
    tree = shapely.STRtree([of_geos(unit.geom) for unit in news])
    moved = []
    children = Unit.objects.filter(in_force(day), kind=below, parent__in=ended)
    for child in children.order_by("pk"):
        if found := _holding(tree, of_geos(child.geom)):
            child.parent = news[found[0]]
            moved.append(child)
    return Unit.objects.bulk_update(moved, ["parent"])
