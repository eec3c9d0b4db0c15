"""Loading unit outlines: new units, new outlines of known ones, and endings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import transaction
from django.db.models import Q, QuerySet

from layers.core.versions import begin_change

from . import topology
from .files import Outline
from .models import Kind, Unit

SLUG = "units"
AREA_TOLERANCE = 0.005
ABOVE = {Kind.COMMUNE: Kind.DISTRICT, Kind.DISTRICT: Kind.PROVINCE}
DEFAULT_TYPE = {
    Kind.PROVINCE: "province",
    Kind.DISTRICT: "district",
    Kind.COMMUNE: "commune",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an import shall do.

    ``replace``: units of the kind that are in force on the first day, and did not
    begin then, end the day before. ``update``: those in force stay the same units
    with their own validity and only get the file's outlines.
    """

    kind: Kind
    valid_from: date
    valid_to: date | None = None
    source: str = "import"
    decree: str = ""
    population_year: int | None = None
    replace: bool = False
    update: bool = False


@dataclass(frozen=True, slots=True)
class AreaGap:
    """A unit whose outline is not as large as its published area, km²."""

    name: str
    outline_km2: float
    published_km2: float


@dataclass(slots=True)
class Outcome:
    """Codes by what happened to them, and what the topology looks like."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    areas: list[AreaGap] = field(default_factory=list)
    topology: topology.Report = field(default_factory=topology.Report)


@transaction.atomic
def load(outlines: Sequence[Outline], plan: Plan) -> Outcome:
    """Write the outlines by ``plan`` in one transaction.

    A unit of the same kind, code and first day keeps its id and gets the new
    outline (its version grows); others are new. Raises IntegrityError when a code
    is already taken on some of the days.
    """
    begin_change(SLUG)
    outcome = Outcome(topology=topology.check([o.shape for o in outlines]))
    outcome.topology.repaired = [i for i, o in enumerate(outlines) if o.repaired]
    known = {unit.code: unit for unit in _same(plan)}
    if plan.replace:
        outcome.ended = _end_others(plan)
    parents = _parents(plan)
    for outline in outlines:
        parent = parents.get(outline.parent_code)
        if parent is None and plan.kind in ABOVE:
            outcome.orphans.append(outline.code)
        unit = known.get(outline.code)
        (outcome.updated if unit else outcome.created).append(outline.code)
        unit = _write(unit or Unit(), outline, plan, parent)
        if abs(outline.area_km2 / (unit.area_km2 or 1) - 1) > AREA_TOLERANCE:
            gap = AreaGap(unit.title, outline.area_km2, unit.area_km2 or 0)
            outcome.areas.append(gap)
    return outcome


def _in_force(day: date) -> Q:
    return Q(Q(valid_from=None) | Q(valid_from__lte=day)) & Q(
        Q(valid_to=None) | Q(valid_to__gte=day)
    )


def _same(plan: Plan) -> QuerySet[Unit]:
    """The units that the file's outlines belong to, when codes agree."""
    same_day = Q(valid_from=plan.valid_from)
    wanted = _in_force(plan.valid_from) if plan.update else same_day
    return Unit.objects.filter(wanted, kind=plan.kind)


def _end_others(plan: Plan) -> list[str]:
    """End, the day before, the units of the kind in force on the first day."""
    before = plan.valid_from - timedelta(days=1)
    standing = Unit.objects.filter(
        _in_force(before), _in_force(plan.valid_from), kind=plan.kind
    )
    codes = sorted(standing.values_list("code", flat=True))
    standing.update(valid_to=before)
    return codes


def _parents(plan: Plan) -> dict[str, Unit]:
    """Units of the level above by code: in force on the first day, or the last."""
    above = ABOVE.get(plan.kind)
    if above is None:
        return {}
    # later validity overwrites earlier; units that begin later do not count
    units = Unit.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=plan.valid_from), kind=above
    ).only("id", "code", "valid_to")
    ordered = sorted(units, key=lambda unit: unit.valid_to or date.max)
    found = {unit.code: unit for unit in ordered}
    if plan.kind == Kind.DISTRICT and len(found) == 1:
        found[""] = next(iter(found.values()))  # one province: all are in it
    return found


def _write(unit: Unit, outline: Outline, plan: Plan, parent: Unit | None) -> Unit:
    unit.kind, unit.code = plan.kind, outline.code
    unit.title = outline.name
    unit.type = outline.type or unit.type or DEFAULT_TYPE[plan.kind]
    if unit.pk is None or not plan.update:
        unit.valid_from, unit.valid_to = plan.valid_from, plan.valid_to
        unit.external_id = f"{plan.kind}:{outline.code}:{plan.valid_from}"
    unit.source = plan.source
    unit.decree = plan.decree or unit.decree
    unit.parent = parent or unit.parent
    if outline.population is not None:
        unit.population = outline.population
        unit.population_year = plan.population_year
    # a published land area is a fact of its own; the outline's only fills a gap
    unit.area_km2 = unit.area_km2 or round(outline.area_km2, 2)
    unit.schematic = False
    unit.geom = GEOSGeometry(memoryview(outline.shape.wkb), srid=4326)
    if unit.seat is None or not unit.geom.contains(unit.seat):
        inside = outline.shape.representative_point()
        unit.seat = Point(inside.x, inside.y, srid=4326)
    unit.save()
    return unit
