"""The clocks of tasks: begun at issue, held while suspended; the directive's follow.

Nothing is saved here. Callers hold the rows locked.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from . import calendar, rules
from .models import Directive, Task

DONE = frozenset({rules.REPORTED, rules.CLOSED, rules.WITHDRAWN})


def due(item: Directive | Task) -> datetime | None:
    """The clock on the map: needed-by, or the legal deadline without one."""
    return item.needed_by or item.legal_deadline


def minutes(task: Task, *, legal: bool | None = None) -> float:
    """How long a clock runs in all, in minutes: that of :func:`due`, or with ``legal``
    the one to the legal deadline (True) or to needed-by (False). An extension makes
    it longer; what it stood still does not count."""
    legal = task.needed_by is None if legal is None else legal
    end = task.legal_deadline if legal else task.needed_by
    given = task.minutes_legal if legal else task.minutes_needed
    if given and not (task.working and legal):
        return float(given)
    if end is None or task.issued_at is None:
        return 0.0
    return max((end - task.issued_at).total_seconds() / 60, 0.0)


def begin(task: Task, now: datetime) -> None:
    """The task is the unit's from now on, with the whole time that was ordered."""
    unextend(task)
    task.status, task.issued_at, task.received_at = rules.ISSUED, now, None
    task.warned, task.level = 0, 0
    task.needed_by = task.legal_deadline = None
    if task.minutes_needed is not None:
        task.needed_by = now + timedelta(minutes=task.minutes_needed)
    if task.minutes_legal is not None:
        task.legal_deadline = (
            calendar.add_working(now, task.minutes_legal)
            if task.working
            else now + timedelta(minutes=task.minutes_legal)
        )
    task.clock = clock(task, now)


def unextend(task: Task) -> None:
    """The minutes are those of the order again, not those of an extension."""
    if task.ordered_needed is not None:
        task.minutes_needed, task.ordered_needed = task.ordered_needed, None
    if task.ordered_legal is not None:
        task.minutes_legal, task.ordered_legal = task.ordered_legal, None


def ready(tasks: list[Task]) -> list[Task]:
    """Tasks that have not begun and wait for nothing any more."""
    return [
        task
        for task in tasks
        if task.status == rules.DRAFT
        and all(
            other.status in DONE
            for other in tasks
            if task.after_step and other.step == task.after_step
        )
    ]


def shift(task: Task, since: datetime, now: datetime) -> None:
    """The clocks stood from ``since`` until now: what was left then is left now."""
    if task.issued_at is None or task.status in DONE:
        return
    stood = now - max(since, task.issued_at)
    if task.needed_by is not None:
        task.needed_by += stood
    if task.legal_deadline is None:
        return
    if task.working and task.legal_deadline > since:
        left = calendar.working_minutes_between(since, task.legal_deadline)
        task.legal_deadline = calendar.add_working(now, left)
    else:
        task.legal_deadline += stood


def clock(task: Task, now: datetime, *, legal: bool | None = None) -> str:
    """A clock of a task of a directive that is not suspended: that of :func:`due`, or
    the one that ``legal`` names as in :func:`minutes`."""
    legal = task.needed_by is None if legal is None else legal
    end = task.legal_deadline if legal else task.needed_by
    if task.issued_at is None or end is None or task.status not in rules.RUNNING:
        return "stopped"
    if now > end:
        return "overdue"
    share = rules.share_at(minutes(task, legal=legal), end, now)
    return "due_soon" if share >= 100 * rules.DUE_SOON else "in_time"


def leading(tasks: list[Task]) -> Task | None:
    """The task whose clock the directive shows: of those that are not done the worst
    clock, and of equal ones the earliest deadline; None when nothing is open.

    Their clocks must be those of now, see :func:`derive`.
    """
    ends = [
        (rules.WORST.index(task.clock), end, task.pk, task)
        for task in tasks
        if task.issued_at and task.status not in DONE and (end := due(task))
    ]
    return min(ends)[3] if ends else None


def derive(directive: Directive, tasks: list[Task], now: datetime) -> None:
    """Clocks of the tasks, and of the directive: its earliest open deadlines (the
    latest of all when nothing is open), and the worst clock."""
    stands = directive.status not in rules.RUNNING
    for task in tasks:
        task.clock = "stopped" if stands else clock(task, now)
    open_ = [task for task in tasks if task.issued_at and task.status not in DONE]
    begun = open_ or [task for task in tasks if task.issued_at]
    pick = min if open_ else max
    needed = [task.needed_by for task in begun if task.needed_by]
    legal = [task.legal_deadline for task in begun if task.legal_deadline]
    directive.needed_by = pick(needed, default=None)
    directive.legal_deadline = pick(legal, default=None)
    directive.clock = rules.worst_clock([task.clock for task in tasks])
