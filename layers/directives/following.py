"""Open directives go on with the units that follow their addressees.

A task goes to the successor that holds the place of the directive, or without a place
to the one that most people went to. What is closed or withdrawn stays with the unit of
its time. Two tasks that come to the same new unit become one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q
from django.utils import timezone

from layers.core import units
from layers.core.units import Descent, Follower, followers
from layers.core.versions import begin_change

from . import log, rules
from .models import Directive, Evidence, Task

MOVED = "directive.unit_changed"


def follow(day: date, heirs: dict[int, list[Descent]]) -> int:
    """How many directives were moved."""
    ended = list(heirs)
    begin_change(log.SLUG)
    waiting = (
        Directive.objects.select_for_update(of=("self",))
        .filter(status__in=sorted(rules.OPEN))
        .filter(
            Q(unit_id__in=ended)
            | Q(scope_units__overlap=ended)
            | Q(pk__in=_addressed(ended))
        )
        .order_by("pk")
    )
    return sum(_move(directive, day, heirs) for directive in waiting)


def _addressed(ended: list[int]) -> Iterable[int]:
    tasks = Task.objects.filter(Q(unit_id__in=ended) | Q(co_units__overlap=ended))
    return tasks.values_list("directive_id", flat=True)


def _move(directive: Directive, day: date, heirs: dict[int, list[Descent]]) -> bool:
    around = _around(directive, day)
    to = {
        old: next((line.new_id for line in lines if line.new_id == around), None)
        or lines[0].new_id
        for old, lines in heirs.items()
    }
    tasks = list(directive.tasks.select_for_update().order_by("pk"))
    before = _units(directive, tasks)
    for task in tasks:
        task.co_units = _renamed(task.co_units, to)
        task.unit_id = to.get(task.unit_id or 0, task.unit_id)
    _save(tasks)
    directive.unit_id = to.get(directive.unit_id or 0, directive.unit_id)
    directive.scope_units = sorted(set(_renamed(directive.scope_units, to)))
    directive.save(update_fields=["unit_id", "scope_units", "updated_at"])
    _log(directive, day, before, to)
    return True


def _around(directive: Directive, day: date) -> int | None:
    """The unit that holds the directive's place on that day."""
    place = directive.geom.point_on_surface if directive.geom else None
    if place is None:
        return None
    noon = timezone.make_aware(datetime.combine(day, time(12)))
    return units.containing(place.x, place.y, noon)


def _renamed(unit_ids: list[int], to: dict[int, int]) -> list[int]:
    return list(dict.fromkeys(to.get(unit_id, unit_id) for unit_id in unit_ids))


def _units(directive: Directive, tasks: list[Task]) -> set[int]:
    found = {unit_id for task in tasks for unit_id in (task.unit_id, *task.co_units)}
    return {u for u in {*found, directive.unit_id, *directive.scope_units} if u}


def _save(tasks: list[Task]) -> None:
    """Save the tasks; those of one unit, step and feature become the first of them."""
    kept: dict[tuple[Any, ...], Task] = {}
    for task in tasks:
        what = (task.unit_id, task.step, task.feature_layer, task.feature_id)
        first = kept.setdefault(what, task)
        if first is not task:
            _merge(first, task)
    for task in kept.values():
        task.co_units = [unit for unit in task.co_units if unit != task.unit_id]
        task.save()


def _merge(first: Task, second: Task) -> None:
    """The work of the second goes on in the first, as far as the slower one is."""
    first.status = rules.status_of([first.status, second.status])
    first.report = "\n".join(filter(None, [first.report, second.report]))
    first.assignee_id = first.assignee_id or second.assignee_id
    known = first.evidence.values("sha256")
    Evidence.objects.filter(task=second).exclude(sha256__in=known).update(task=first)
    second.delete()


def _log(directive: Directive, day: date, before: set[int], to: dict[int, int]) -> None:
    changed = {old: to[old] for old in sorted(before & set(to))}
    tree = units.tree()
    log.note(
        directive,
        MOVED,
        timezone.make_aware(datetime.combine(day, time.min)),
        old={"units": list(changed)},
        new={"units": list(changed.values()), "unit": directive.unit_id},
        reason="; ".join(
            f"{tree.title(old)} → {tree.title(new)}" for old, new in changed.items()
        ),
        key=f"{MOVED}:{directive.pk}:{day}:{'-'.join(map(str, changed))}",
    )


FOLLOWER = followers.register(Follower(slug="directives", order=50, run=follow))
