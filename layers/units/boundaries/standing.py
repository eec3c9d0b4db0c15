"""The units that a set is compared with, and the comparison itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from layers.units import topology
from layers.units.models import BoundarySet, DraftUnit, Purpose, Unit

from . import comparing
from .changes import Comparison, Proposed, Standing

SLUG = "units"
MOST_KEPT = 4
_kept: dict[str, Compared] = {}


@dataclass(slots=True)
class Compared:
    """A set beside the units before its first day. ``digest`` changes with either,
    so that what was confirmed is what is switched."""

    old: list[Standing]
    new: list[DraftUnit]
    result: Comparison
    digest: str
    ends: bool

    @property
    def stays(self) -> dict[int, int]:
        """Index of a new unit → id of the unit that it is and stays."""
        return {
            change.new: self.old[change.old].id
            for change in self.result.changes
            if change.keeps and change.new is not None and change.old is not None
        }

    @property
    def ending(self) -> list[int]:
        """Ids of the units that are over when the set is in force."""
        stays = set(self.stays.values())
        if not self.ends:
            return []
        return [one.id for one in self.old if one.id not in stays and not one.fresh]


def in_force(day: date) -> Q:
    return Q(Q(valid_from=None) | Q(valid_from__lte=day)) & Q(
        Q(valid_to=None) | Q(valid_to__gte=day)
    )


def before(made: BoundarySet) -> QuerySet[Unit]:
    """The units of the level that the set follows: those in force the day before,
    and those that begin on its first day."""
    day = made.valid_from
    fresh = Q(valid_from=day)
    wanted = {
        Purpose.CHANGE: in_force(day - timedelta(days=1)) | fresh,
        Purpose.REPLACE: in_force(day - timedelta(days=1)) | fresh,
        Purpose.REDRAW: in_force(day),
        Purpose.ADD: fresh,
    }[Purpose(made.purpose)]
    units = Unit.objects.filter(wanted, kind=made.kind, geom__isnull=False)
    return units.order_by("code", "valid_from", "pk")


def compare(made: BoundarySet) -> Compared:
    """What the set changes, kept until it or the units before it change."""
    digest = _digest(made)
    if digest not in _kept:
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[digest] = _compare(made, digest)
    return _kept[digest]


def _digest(made: BoundarySet) -> str:
    """What the comparison depends on, without reading an outline."""
    told = ("pk", "code", "title", "type", "valid_from", "valid_to", "schematic")
    units = list(before(made).values_list(*told, "geometry_version"))
    # every reading makes new rows
    rows = sorted(made.units.values_list("pk", flat=True))
    asked = (made.pk, made.purpose, made.kind, made.valid_from, made.valid_to)
    return hashlib.sha256(repr((asked, rows, units)).encode()).hexdigest()[:32]


def _compare(made: BoundarySet, digest: str) -> Compared:
    old = [
        Standing(
            id=unit.pk,
            code=unit.code,
            title=unit.title,
            type=unit.type,
            shape=topology.of_geos(unit.geom),
            schematic=unit.schematic,
            fresh=unit.valid_from == made.valid_from and made.purpose != Purpose.REDRAW,
        )
        for unit in before(made)
    ]
    new = list(made.units.order_by("code"))
    proposed = [
        Proposed(
            code=unit.code,
            title=unit.title,
            type=unit.type,
            shape=topology.of_geos(unit.geom),
        )
        for unit in new
    ]
    rules = comparing.RULES[made.purpose]
    return Compared(
        old, new, comparing.compare(old, proposed, rules), digest, rules.ends
    )
