"""Making a set the units in force: one transaction, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core import units
from layers.core.versions import begin_change
from layers.units import topology
from layers.units.descent import changeday, shares
from layers.units.models import (
    BoundarySet,
    DraftUnit,
    Kind,
    Lineage,
    Purpose,
    SetState,
    Unit,
)

from . import rows, standing
from .drafts import RefusedError
from .parents import Parents, reparent
from .standing import SLUG, Compared, in_force

DEFAULT_TYPE = {
    Kind.PROVINCE: "province",
    Kind.DISTRICT: "district",
    Kind.COMMUNE: "commune",
}


@dataclass(slots=True)
class Outcome:
    """Codes by what happened to them; ``followed`` counts rows that went over to
    successors, by what they belong to."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    lines: int = 0
    reparented: int = 0
    followed: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def switch(made: BoundarySet, user: Any = None, digest: str = "") -> Outcome:
    """Write the units by the set: end the old the day before, let those that stay
    have their outline, make the new, say what came of what, let everything follow.

    ``digest``: of the comparison that was confirmed. Raises RefusedError when the
    set or the units are not what they were then, when its day has not come, or when
    a code is taken on some of its days; then nothing has changed.
    """
    begin_change(SLUG)
    made = BoundarySet.objects.select_for_update().get(pk=made.pk)
    if made.state not in (SetState.DRAFT, SetState.SCHEDULED):
        raise RefusedError(_("This set was switched or withdrawn already."))
    if not made.is_read:
        raise RefusedError(_("The outlines of this set were not read yet."))
    if made.valid_from > timezone.localdate():
        raise RefusedError(_("The day of this set has not come yet."))
    compared = standing.compare(made)
    if digest and digest != compared.digest:
        raise RefusedError(
            _("The units or the set changed since you looked: look at it again.")
        )
    outcome = _write(made, compared)
    made.state = SetState.IN_FORCE
    made.switched_at = timezone.now()
    if user is not None:
        made.decided_by, made.decided_at = user, made.switched_at
    made.outcome = rows.kept(compared, outcome)
    made.save()
    units.tree.forget()  # type: ignore[attr-defined]
    outcome.followed = changeday.run(made.valid_from)
    return outcome


def _write(made: BoundarySet, compared: Compared) -> Outcome:
    outcome = Outcome()
    stays = compared.stays
    must_be_free(made, compared)
    ending = compared.ending
    outcome.ended = _end(made, ending)
    parents = Parents(made)
    known = Unit.objects.in_bulk(list(stays.values()))
    fresh: list[Unit] = []
    for j, draft in enumerate(compared.new):
        unit = known[stays[j]] if j in stays else Unit()
        parent = parents.of(draft)
        if parent is None and unit.parent_id is None and parents.wanted:
            outcome.orphans.append(draft.code)
        changed = _fill(unit, draft, made, parent)
        if unit.pk is None:
            outcome.created.append(draft.code)
            fresh.append(unit)
        elif changed:
            outcome.updated.append(draft.code)
            unit.save()
        else:
            outcome.unchanged.append(draft.code)
    Unit.objects.bulk_create(fresh, batch_size=100)
    if ending:
        ids = {unit.code: unit.pk for unit in [*known.values(), *fresh]}
        outcome.lines = _descend(made, compared, ending, ids)
        outcome.reparented = reparent(made, ending)
    return outcome


def _end(made: BoundarySet, ids: list[int]) -> list[str]:
    """End, the day before, those of the units that are in force on the first day."""
    last = made.valid_from - timedelta(days=1)
    ends = Unit.objects.filter(in_force(made.valid_from), pk__in=ids)
    codes = sorted(ends.values_list("code", flat=True))
    ends.update(valid_to=last)
    return codes


def must_be_free(made: BoundarySet, compared: Compared) -> None:
    """Raises RefusedError naming codes that others have on some of the days."""
    stays = set(compared.stays.values())
    codes = {draft.code for draft in compared.new}
    if made.purpose == Purpose.REDRAW:  # those that stay keep their own days
        codes -= {one.code for one in compared.old if one.id in stays}
    days = Q(valid_to=None) | Q(valid_to__gte=made.valid_from)
    if made.valid_to is not None:
        days &= Q(valid_from=None) | Q(valid_from__lte=made.valid_to)
    others = Unit.objects.filter(days, kind=made.kind, code__in=codes)
    others = others.exclude(pk__in=[*stays, *compared.ending])
    taken = sorted(set(others.values_list("code", flat=True)))
    if not taken:
        return
    given = {"count": len(taken), "codes": ", ".join(taken[:10])}
    raise RefusedError(
        _(
            "%(count)d codes are taken on some of these days (%(codes)s): end the old"
            " units (--replace), give them the new outlines (--update), or choose"
            " another first day."
        )
        % given
    )


def _fill(unit: Unit, draft: DraftUnit, made: BoundarySet, parent: Unit | None) -> bool:
    """Give a unit what the set says of it; whether anything differs."""
    is_new = unit.pk is None
    wanted: dict[str, Any] = {
        "title": draft.title,
        "type": draft.type or unit.type or DEFAULT_TYPE[Kind(made.kind)],
        "source": made.source,
        "decree": made.decree or unit.decree,
        "parent": parent or unit.parent,
        "schematic": False,
        # a published land area is a fact; the outline's own only fills a gap
        "area_km2": draft.area_km2 or unit.area_km2 or _km2(draft),
    }
    if is_new or made.purpose != Purpose.REDRAW:
        first = made.valid_from if is_new else unit.valid_from
        wanted["valid_from"] = first
        wanted["valid_to"] = made.valid_to
        wanted["external_id"] = f"{made.kind}:{draft.code}:{first or ''}"
    if draft.population is not None:
        wanted["population"] = draft.population
        wanted["population_year"] = made.population_year
    moved = unit.geom is None or not unit.geom.equals_exact(draft.geom, 0)
    changed = moved or any(getattr(unit, k) != v for k, v in wanted.items())
    unit.kind, unit.code = made.kind, draft.code
    for name, value in wanted.items():
        setattr(unit, name, value)
    if moved:
        unit.geom = draft.geom
    if unit.seat is None or not draft.geom.contains(unit.seat):
        inside = topology.of_geos(draft.geom).representative_point()
        unit.seat = Point(inside.x, inside.y, srid=4326)
    return changed


def _km2(draft: DraftUnit) -> float:
    return round(topology.area_m2(topology.of_geos(draft.geom)) / 1e6, 2)


def _descend(
    made: BoundarySet, compared: Compared, ending: list[int], ids: dict[str, int]
) -> int:
    """Lines of descent by outlines for ended units that have none; how many."""
    told = set(Lineage.objects.filter(old__in=ending).values_list("old_id", flat=True))
    old = {
        one.id: one.shape
        for one in compared.old
        if one.id in ending and one.id not in told
    }
    new = {ids[draft.code]: topology.of_geos(draft.geom) for draft in compared.new}
    lines = [
        Lineage(
            old_id=line.old,
            new_id=line.new,
            share_people=line.people,
            share_area=line.area,
            basis=line.basis,
            decree=made.decree,
        )
        for line in shares.shares(old, new, _people(made))
    ]
    return len(Lineage.objects.bulk_create(lines))


def _people(made: BoundarySet) -> list[shares.Place]:
    """Counted people of the communes, to divide districts by."""
    if made.kind != Kind.DISTRICT:
        return []
    before = made.valid_from - timedelta(days=1)
    communes = Unit.objects.filter(
        in_force(before), kind=Kind.COMMUNE, population__isnull=False
    )
    return [
        shares.Place(topology.of_geos(unit.geom), float(unit.population or 0))
        for unit in communes.order_by("pk")
    ]


def past_outlines(made: BoundarySet, which: str) -> dict[str, Any]:
    """GeoJSON of a set in force: its own outlines, those of the units that ended for
    it, or the land that changed hands."""
    if which == "difference":
        return dict(made.outcome["difference"])
    rows_of = {
        row["code" if which == "new" else "old_id"]: row
        for row in made.outcome["rows"]
        if which == "old" or row["fate"] != "ended"
    }
    if which == "new":
        found: list[Any] = list(made.units.order_by("code"))
        return rows.collection((rows_of[unit.code], unit) for unit in found)
    last = made.valid_from - timedelta(days=1)
    ended = Unit.objects.filter(pk__in=[k for k in rows_of if k], valid_to=last)
    return rows.collection((rows_of[unit.pk], unit) for unit in ended.order_by("pk"))


def switch_due(today: date | None = None) -> list[int]:
    """Switch the scheduled sets whose day has come, earliest first; their ids.

    A set that cannot be switched stays as it is and stops none of the others; its
    reason is kept with it.
    """
    due = BoundarySet.objects.filter(
        state=SetState.SCHEDULED, valid_from__lte=today or timezone.localdate()
    )
    done = []
    for made in due.order_by("valid_from", "pk"):
        try:
            switch(made)
        except RefusedError as error:
            refused = {"refused": str(error)}
            BoundarySet.objects.filter(pk=made.pk).update(outcome=refused)
        else:
            done.append(made.pk)
    return done
