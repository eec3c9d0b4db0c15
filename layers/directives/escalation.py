"""Clocks under way: warnings at 50, 75, 90 %, overdue, and the ladder.

How far a task was warned and escalated stands in its row, written in one transaction
with event and notice; the keys of both name the deadline. So a crash loses and doubles
nothing, and what passed while the system was down is told late, with its own moment.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core.versions import begin_change

from . import log, rules, telling, timing
from .models import Directive, Task
from .playbooks import Ladder, Rung

DEFAULT = Ladder.validate_python(
    [
        {"at": "90%", "to": "unit"},
        {"at": "+0h", "to": "unit_above"},
        {"at": "+0h", "to": "supervisor"},
        {"at": "+24h", "to": "leader"},
    ]
)
EARLY = ("assignee", "unit")
GRAVE = (*EARLY, "supervisor")


def tick() -> int:
    """Bring every clock up to date; how many directives had something to tell."""
    running = Directive.objects.filter(status__in=sorted(rules.RUNNING))
    return sum(_one(pk) for pk in running.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _one(directive_id: int) -> bool:
    now = timezone.now()
    begin_change(log.SLUG)
    directive = (
        Directive.objects.select_for_update()
        .filter(pk=directive_id, status__in=sorted(rules.RUNNING))
        .first()
    )
    if directive is None:
        return False
    tasks = list(directive.tasks.select_for_update())
    old = directive.clock
    before = [(task.clock, task.warned, task.level) for task in tasks]
    timing.derive(directive, tasks, now)
    for task in tasks:
        if task.clock != "stopped":
            _warn(directive, task, now)
            _climb(directive, task, now)
    told = before != [(task.clock, task.warned, task.level) for task in tasks]
    if told:
        Task.objects.bulk_update(tasks, ["clock", "warned", "level"])
    if old == directive.clock:
        return told
    directive.save(update_fields=["clock", "needed_by", "legal_deadline", "updated_at"])
    at = timing.due(directive) if directive.clock == "overdue" else now
    log.note(
        directive,
        f"clock.{directive.clock}",
        at or now,
        old={"clock": old},
        new={"clock": directive.clock},
    )
    return True


def _warn(directive: Directive, task: Task, now: datetime) -> None:
    """Tell each share that is gone once, with the moment when it was."""
    end = timing.due(task) or now
    span = timing.minutes(task)
    marks = [(mark, rules.moment_of(mark, span, end)) for mark in rules.WARNINGS]
    if task.needed_by and task.legal_deadline:
        marks.append((rules.LEGAL_PASSED, task.legal_deadline))
    for mark, at in marks:
        if task.warned >= mark or now < at:
            continue
        task.warned = mark
        legal = mark == rules.LEGAL_PASSED
        kind = "task.legal_overdue" if legal else "task.warned"
        key = f"{kind}:{task.pk}:{mark}:{at.timestamp():.6f}"
        new = {"task": task.pk, "unit": task.unit_id, "share": min(mark, 100)}
        log.note(directive, kind, at, new=new, key=key)
        to = telling.reach(directive, task, GRAVE if mark >= 90 else EARLY)
        telling.send(directive, task, key, to, partial(_words, mark))


def _words(mark: int) -> str:
    if mark == rules.LEGAL_PASSED:
        return _("Legal deadline passed")
    if mark == 100:
        return _("Overdue")
    return _("%(share)s %% of the time is gone") % {"share": mark}


def _climb(directive: Directive, task: Task, now: datetime) -> None:
    """Reach every rung that is due, in order."""
    end = timing.due(task) or now
    rungs = Ladder.validate_python(directive.ladder) or DEFAULT
    for number, rung in enumerate(rungs[task.level :], task.level + 1):
        at = _when(rung, timing.minutes(task), end)
        if now < at:
            return
        task.level = number
        key = f"task.escalated:{task.pk}:{number}:{at.timestamp():.6f}"
        new = {"task": task.pk, "unit": task.unit_id, "level": number, "to": rung.to}
        log.note(directive, "task.escalated", at, new=new, key=key)
        to = telling.reach(directive, task, (rung.to,))
        telling.send(directive, task, key, to, lambda: _("Escalated"))


def _when(rung: Rung, minutes: float, end: datetime) -> datetime:
    after, number = rung.order
    if after:
        return end + timedelta(hours=number)
    return rules.moment_of(number, minutes, end)
