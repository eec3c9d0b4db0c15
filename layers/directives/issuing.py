"""Setting tasks going: at issue, anew after a return, when a step is done, and after a
suspension. Callers hold the rows locked, save the directive and write its event."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.core import units

from . import happened, log, rules, telling, timing
from .access import RefusedError, Who
from .models import Directive, Extension, Task


def begin(directive: Directive, tasks: list[Task], now: datetime) -> None:
    """Start the clocks of tasks that waited for a step, each with its event."""
    for task in tasks:
        timing.begin(task, now)
        task.save()
        log.note(
            directive,
            "task.issue",
            now,
            new={"task": task.pk, "unit": task.unit_id, "step": task.step},
            key=f"task.issue:{task.pk}:{now.timestamp():.6f}",
        )
    key = f"task.issue:{directive.pk}:{now.timestamp():.6f}"
    telling.tell(directive, tasks, key, gettext_lazy("The next step begins"), "")


def issue(
    directive: Directive,
    tasks: list[Task],
    who: Who,
    now: datetime,
    unit_id: int | None,
    task_id: int | None,
) -> None:
    """Start the clocks; what was returned (or ``task_id`` alone of it) goes to another
    unit or to the same. From now on those addressed see the directive."""
    returned = [
        task
        for task in tasks
        if task.status == rules.RETURNED and task_id in (None, task.pk)
    ]
    for task in returned:
        if unit_id is not None:
            old = task.unit_id
            _address(task, unit_id, tasks)
            happened.note_passed(directive, task, old, who, now)
    _drop_requests(returned, who, now)
    begun = [*returned, *timing.ready(tasks)]
    for task in begun:
        timing.begin(task, now)
        task.save()
    directive.scope_units = seeing(directive, tasks)
    if directive.issued_at is None:
        directive.issued_at, directive.issued_by_id = now, who.id
        directive.signed_by_id = who.acting_id
    key = f"directive.issue:{directive.pk}:{now.timestamp():.6f}"
    telling.tell(directive, begun, key, gettext_lazy("New directive"), "")


def seeing(directive: Directive, tasks: Iterable[Task]) -> list[int]:
    """Whose a directive is once it is issued: its place's, and all who are addressed,
    those of before a return, too."""
    addressed = {unit for task in tasks for unit in (task.unit_id, *task.co_units)}
    found = {*directive.scope_units, directive.unit_id, *addressed}
    return sorted(unit for unit in found if unit is not None)


def _address(task: Task, unit_id: int, tasks: Iterable[Task]) -> None:
    if unit_id not in units.tree().nodes:
        raise RefusedError(_("There is no such unit."))
    if any(
        (other.unit_id, other.step) == (unit_id, task.step)
        for other in tasks
        if other != task
    ):
        raise RefusedError(_("That unit has a task of this directive already."))
    if unit_id != task.unit_id:
        task.unit_id, task.assignee, task.contact = unit_id, None, None
        task.agency = ""


def _drop_requests(tasks: list[Task], who: Who, now: datetime) -> None:
    """More time asked for before a task was returned is nobody's question now."""
    waiting = Extension.objects.filter(task__in=tasks, granted=None)
    waiting.update(
        granted=False,
        answer=_("Issued anew, with the whole time."),
        decided_by_id=who.id,
        decided_at=now,
    )


def resume(directive: Directive, tasks: list[Task], now: datetime) -> None:
    """The clocks go on with what was left."""
    since = directive.paused_at or now
    for task in tasks:
        timing.shift(task, since, now)
        task.save()
    directive.paused_s += int((now - since).total_seconds())
    directive.paused_at = None


def close(directive: Directive, tasks: list[Task]) -> None:
    """Every task is closed; the directive came as the worst of them did."""
    for task in tasks:
        task.status = rules.CLOSED
        task.save()
    directive.outcome = rules.worst_outcome([task.outcome for task in tasks])
