"""From a table of descent to lines of descent, all of them or none."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import shapely
from django.db import transaction
from django.db.models import Q

from layers.core.versions import begin_change
from layers.units.layer import LAYER
from layers.units.models import Kind, Lineage, Unit

from . import reading
from .reading import Row
from .shares import Place, Share, shares
from .tables import Problem, RefusedError

# Published shares are rounded: so far from 1 their sum may lie.
ROUNDING = 0.005
ABOVE = {Kind.COMMUNE: Kind.DISTRICT, Kind.DISTRICT: Kind.PROVINCE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``day``: the first of the new units. ``create``: old units that the system does
    not know are made from the table, without an outline. ``equal``: where neither
    shares nor outlines are known, successors get equal parts, as an estimate."""

    day: date
    kind: Kind = Kind.COMMUNE
    old_kind: Kind | None = None
    decree: str = ""
    source: str = "lineage"
    create: bool = False
    equal: bool = False


@dataclass(slots=True)
class Outcome:
    """Old units by the basis of their shares, and those made from the table."""

    lines: int = 0
    bases: Counter[str] = field(default_factory=Counter)
    created: list[str] = field(default_factory=list)


@transaction.atomic
def load(path: Path, plan: Plan) -> Outcome:
    """Store the lines of a table; those that the same old units had are replaced.

    Raises RefusedError naming every line that is wrong; nothing is stored then.
    """
    begin_change(LAYER.slug)
    rows = reading.read(path, plan.old_kind or plan.kind, plan.kind)
    outcome = Outcome()
    olds, news = _units(rows, plan, outcome)
    found = _shares(rows, olds, news, plan)
    decrees = {(row.old, row.new): row.decree for row in rows}
    Lineage.objects.filter(old__in=olds.values()).delete()
    Lineage.objects.bulk_create(
        Lineage(
            old=olds[share.old],
            new=news[share.new],
            share_people=share.people,
            share_area=share.area,
            basis=share.basis,
            decree=decrees[share.old, share.new] or plan.decree,
        )
        for share in found
    )
    outcome.lines = len(found)
    outcome.bases = Counter({share.old: share.basis for share in found}.values())
    return outcome


def _in_force(kind: Kind, day: date) -> dict[str, Unit]:
    units = Unit.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=day),
        Q(valid_to=None) | Q(valid_to__gte=day),
        kind=kind,
    )
    return {unit.code: unit for unit in units}


def _units(
    rows: list[Row], plan: Plan, outcome: Outcome
) -> tuple[dict[str, Unit], dict[str, Unit]]:
    """The old units of the day before and the new ones of the day, by code."""
    before = plan.day - timedelta(days=1)
    old_kind = plan.old_kind or plan.kind
    olds, news = _in_force(old_kind, before), _in_force(plan.kind, plan.day)
    problems: list[Problem] = []
    for row in rows:
        if row.old not in olds and plan.create and row.old_title:
            olds[row.old] = _create(row, old_kind, plan)
            outcome.created.append(row.old)
        if row.old not in olds:
            text = f"no {old_kind} had the code {row.old} on {before}"
            problems.append(Problem(row.line, text))
        elif row.new not in news:
            text = f"no {plan.kind} has the code {row.new} on {plan.day}"
            problems.append(Problem(row.line, text))
        elif olds[row.old].pk == news[row.new].pk:
            text = f"{row.old} is the same unit before and on {plan.day}"
            problems.append(Problem(row.line, text))
        elif olds[row.old].valid_to not in (None, before):
            text = f"{row.old} ends on {olds[row.old].valid_to}, not on {before}"
            problems.append(Problem(row.line, text))
    if problems:
        raise RefusedError(problems)
    named = {row.old: olds[row.old] for row in rows}
    return named, {row.new: news[row.new] for row in rows}


def _create(row: Row, kind: Kind, plan: Plan) -> Unit:
    """An old unit as far as the table knows it, up to the day before."""
    above = ABOVE.get(kind)
    parents = _in_force(above, plan.day - timedelta(days=1)) if above else {}
    unit = Unit(
        source=plan.source[:60],
        external_id=f"{kind}:{row.old}:before:{plan.day}",
        title=row.old_title,
        code=row.old,
        kind=kind,
        type=row.old_type or kind,
        parent=parents.get(row.old_above),
        valid_to=plan.day - timedelta(days=1),
    )
    unit.save()
    return unit


def _shares(
    rows: list[Row], olds: dict[str, Unit], news: dict[str, Unit], plan: Plan
) -> list[Share]:
    by_old: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_old[row.old].append(row)
    found: list[Share] = []
    problems: list[Problem] = []
    for code, lines in by_old.items():
        try:
            found += _of_one(olds[code], lines, news, plan)
        except ValueError as error:
            problems.append(Problem(lines[0].line, f"{code}: {error}"))
    if problems:
        raise RefusedError(problems)
    return found


def _of_one(
    old: Unit, lines: list[Row], news: dict[str, Unit], plan: Plan
) -> list[Share]:
    """The shares of one old unit: as published, whole, by outlines, or equal."""
    if any(line.people is not None or line.area is not None for line in lines):
        return _published(lines)
    if len(lines) == 1:
        return [Share(lines[0].old, lines[0].new, 1.0, 1.0, "whole")]
    outlines = {line.new: _shape(news[line.new]) for line in lines}
    shape = _shape(old)
    if shape is not None and None not in outlines.values():
        measured = shares({old.code: shape}, outlines, _places(old, plan), least=0.0)
        if {share.new for share in measured} == set(outlines):
            return measured
        beyond = ", ".join(sorted(set(outlines) - {share.new for share in measured}))
        reason = f"its outline does not reach {beyond}"
    else:
        reason = "it has several successors, but no shares, and outlines are missing"
    if not plan.equal:
        raise ValueError(f"{reason}; give share_people, or let the parts be equal")
    part = 1 / len(lines)
    return [Share(line.old, line.new, part, part, "estimate") for line in lines]


def _published(lines: list[Row]) -> list[Share]:
    """Shares of the table; one of the two stands for the other when it is missing."""
    filled = [
        replace(
            line,
            people=line.area if line.people is None else line.people,
            area=line.people if line.area is None else line.area,
        )
        for line in lines
    ]
    empty = [str(line.line) for line in filled if line.people is None]
    if empty:
        raise ValueError(f"shares are missing in line {', '.join(empty)}")
    people = sum(line.people or 0.0 for line in filled)
    area = sum(line.area or 0.0 for line in filled)
    for name, total in (("people", people), ("area", area)):
        if abs(total - 1) > ROUNDING:
            raise ValueError(f"the shares of {name} sum to {total:.4f}, not to 1")
    return [
        Share(
            line.old,
            line.new,
            (line.people or 0.0) / people,
            (line.area or 0.0) / area,
            line.basis or "table",
        )
        for line in filled
    ]


def _shape(unit: Unit) -> Any:
    return shapely.from_wkb(bytes(unit.geom.wkb)) if unit.geom else None


def _places(old: Unit, plan: Plan) -> list[Place]:
    """Counted people of the units below the old one on its last day."""
    below = Unit.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=plan.day - timedelta(days=1)),
        Q(valid_from=None) | Q(valid_from__lt=plan.day),
        parent=old,
        population__isnull=False,
        geom__isnull=False,
    )
    return [Place(_shape(unit), unit.population or 0) for unit in below]
