"""More time for a task: asked by its unit, granted or refused by those who sign."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import log, rules, telling, timing
from .access import NotAllowedError, NotFoundError, RefusedError, Who
from .acting import lock
from .models import Directive, Extension, Task

MAX_TEXT = 300
# While a task stands like this more time can be asked for.
ASKING = frozenset({rules.ISSUED, rules.RECEIVED, rules.IN_PROGRESS})


@transaction.atomic
def ask(task_id: int, who: Who, *, until: datetime, reason: str) -> Extension:
    """Ask for time until ``until`` (aware). What waits for an answer is not asked
    twice: the same moment again changes nothing.

    Raises NotFoundError, NotAllowedError, RefusedError.
    """
    task = _task(task_id, who)
    if not who.works_for(task.unit_id):
        raise NotAllowedError(_("No task of this directive is addressed to your unit."))
    waiting = Extension.objects.filter(task=task, granted=None).first()
    if waiting is not None and waiting.until == until:
        return waiting
    reason = _words(reason, needed=True)
    _refuse(task, waiting, until)
    extension = Extension.objects.create(
        task=task, until=until, reason=reason, asked_by_id=who.id
    )
    now = extension.asked_at
    _note(task, extension, "extension.asked", now, who, reason)
    users = telling.reach(task.directive, task, ("supervisor", "leader"))
    key = f"extension.asked:{extension.pk}"
    title = gettext_lazy("More time is asked for")
    telling.send(task.directive, task, key, users, title, reason)
    return extension


def _refuse(task: Task, waiting: Extension | None, until: datetime) -> None:
    if waiting is not None:
        raise RefusedError(_("More time was asked for already; wait for the answer."))
    if task.directive.status not in rules.RUNNING or task.status not in ASKING:
        raise RefusedError(_("More time can be asked for while the work is under way."))
    end = task.legal_deadline or task.needed_by
    if end is None:
        raise RefusedError(_("This task has no deadline."))
    if until <= max(end, timezone.now()):
        raise RefusedError(_("The new time must be later than the present deadline."))


@transaction.atomic
def decide(extension_id: int, who: Who, *, grant: bool, answer: str = "") -> Extension:
    """Grant or refuse; answered the same way already, it changes nothing.

    Granted, both deadlines of the task that are earlier move to the time asked for,
    and what was told of the old ones may be told anew of the new.
    """
    found = Extension.objects.filter(pk=extension_id).first()
    if found is None:
        raise NotFoundError(_("There is no such directive."))
    task = _task(found.task_id, who)
    if not who.signs():
        raise NotAllowedError(_("Your role may not do this to directives."))
    extension = Extension.objects.select_for_update().get(pk=extension_id)
    if extension.granted is not None:
        if extension.granted == grant:
            return extension
        raise RefusedError(_("This was answered already."))
    answer = _words(answer, needed=not grant)
    now = timezone.now()
    if grant and (
        task.directive.status not in rules.RUNNING
        or task.status not in ASKING
        or extension.until <= now
    ):
        raise RefusedError(_("It is too late to grant this: ask the unit anew."))
    extension.granted, extension.answer = grant, answer
    extension.decided_by_id, extension.decided_at = who.id, now
    extension.save()
    old = _times(task)
    if grant:
        _move(task, extension.until, now)
    kind = "extension.granted" if grant else "extension.refused"
    _note(task, extension, kind, now, who, answer, old)
    to = telling.reach(task.directive, task, ("assignee", "unit"))
    title = gettext_lazy("More time granted") if grant else gettext_lazy("No more time")
    telling.send(task.directive, task, f"{kind}:{extension.pk}", to, title, answer)
    return extension


def _move(task: Task, until: datetime, now: datetime) -> None:
    """Both deadlines that are earlier become ``until``; what was told of the old ones
    is told of the new ones in their turn."""
    directive = task.directive
    earlier = [
        name
        for name in ("needed_by", "legal_deadline")
        if (at := getattr(task, name)) is not None and at < until
    ]
    if not earlier or task.issued_at is None:
        return
    for name in earlier:
        _lengthen(task, name, until)
    end, span = timing.due(task) or until, timing.minutes(task)
    passed = [m for m in rules.WARNINGS if rules.moment_of(m, span, end) <= now]
    task.warned, task.level = max(passed, default=0), 0
    tasks = [task if other.pk == task.pk else other for other in directive.tasks.all()]
    timing.derive(directive, tasks, now)
    task.save()
    directive.save()


def _lengthen(task: Task, name: str, until: datetime) -> None:
    """One deadline moves to ``until``, and its clock runs as much longer. What was
    ordered is kept: a task issued anew has that time again, not the extended one."""
    before = getattr(task, name)
    more = round((until - before).total_seconds() / 60)
    setattr(task, name, until)
    if name == "needed_by" and task.minutes_needed is not None:
        if task.ordered_needed is None:
            task.ordered_needed = task.minutes_needed
        task.minutes_needed += more
    elif name == "legal_deadline" and task.minutes_legal is not None:
        # office hours are counted between the two moments, not by these minutes
        if task.working:
            return
        if task.ordered_legal is None:
            task.ordered_legal = task.minutes_legal
        task.minutes_legal += more


def _task(task_id: int, who: Who) -> Task:
    """The task, locked with its directive, if it is the caller's to see."""
    found = Task.objects.filter(pk=task_id).values_list("directive_id", flat=True)
    number = found.first()
    if number is None:
        raise NotFoundError(_("There is no such directive."))
    directive: Directive = lock(number, who)
    task = Task.objects.select_for_update().get(pk=task_id)
    task.directive = directive
    return task


def _words(text: str, *, needed: bool) -> str:
    cleaned = text.strip()
    if needed and not cleaned:
        raise RefusedError(_("Please give a reason."))
    if len(cleaned) > MAX_TEXT:
        raise RefusedError(
            _("The text is longer than %(limit)s letters.") % {"limit": MAX_TEXT}
        )
    return cleaned


def _times(task: Task) -> dict[str, str | None]:
    return {
        name: at.isoformat() if at else None
        for name, at in (
            ("needed_by", task.needed_by),
            ("legal_deadline", task.legal_deadline),
        )
    }


def _note(
    task: Task,
    extension: Extension,
    kind: str,
    at: datetime,
    who: Who,
    reason: str,
    old: dict[str, str | None] | None = None,
) -> None:
    log.note(
        task.directive,
        kind,
        at,
        old=old,
        new={
            "task": task.pk,
            "unit": task.unit_id,
            "until": extension.until.isoformat(),
            **_times(task),
            **who.stamp,
        },
        reason=reason,
        actor_id=who.id,
        key=f"{kind}:{extension.pk}",
    )


def waiting(directive: Directive) -> list[Extension]:
    """Requests of a directive's tasks that nobody has answered yet."""
    rows = Extension.objects.filter(task__directive=directive, granted=None)
    return list(rows.select_related("task", "asked_by").order_by("asked_at"))
