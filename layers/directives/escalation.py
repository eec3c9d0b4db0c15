"""Clocks under way: warnings at 50, 75, 90 %, overdue, and the ladder.

How far a task was warned and escalated stands in its row, written in one transaction
with event and notice; the keys of both name the deadline. So a crash loses and doubles
nothing. What passed while the system was down is in the log with its own moment each,
and is told once: a person gets one notice of how the task stands now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core import delivery
from layers.core.units import Contact
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
# Told so much later than it passed, a notice says when that was.
LATE = timedelta(minutes=10)
_RUNG = "task.escalated"


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
            passed = [*_warn(directive, task, now), *_climb(directive, task, now)]
            _tell(directive, task, passed, now)
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


@dataclass(frozen=True, slots=True)
class Passed:
    """Something of a task's clock that is due to be told: the mark or rung with its
    moment, who is to hear, and in which words."""

    key: str
    at: datetime
    to: tuple[str, ...]
    words: telling.Text


def _tell(
    directive: Directive, task: Task, passed: list[Passed], now: datetime
) -> None:
    """One notice for each person: of the last mark for those whom marks are for, and
    that it was escalated for those whom only rungs reach."""
    told: set[int] = set()
    contacts: set[Contact] = set()
    for rung in (False, True):
        same = [entry for entry in passed if entry.key.startswith(_RUNG) == rung]
        if not same:
            continue
        last = max(same, key=lambda entry: entry.at)
        users, known = telling.reach(
            directive, task, {to for entry in same for to in entry.to}
        )
        new = [contact for contact in known if contact not in contacts]
        late = now - last.at > LATE
        telling.send(
            directive,
            task,
            last.key,
            (users - told, new),
            last.words,
            partial(_when_told, last.at) if late else "",
        )
        told |= users
        contacts |= set(known)


def _when_told(at: datetime) -> str:
    moment = delivery.moment(timezone.localtime(at))
    return _("Passed at %(at)s; told late.") % {"at": moment}


def _warn(directive: Directive, task: Task, now: datetime) -> list[Passed]:
    """Log each share that is gone once, with the moment when it was."""
    end = timing.due(task) or now
    span = timing.minutes(task)
    marks = [(mark, rules.moment_of(mark, span, end)) for mark in rules.WARNINGS]
    if task.needed_by and task.legal_deadline:
        marks.append((rules.LEGAL_PASSED, task.legal_deadline))
    found = []
    for mark, at in marks:
        if task.warned >= mark or now < at:
            continue
        task.warned = mark
        legal = mark == rules.LEGAL_PASSED
        kind = "task.legal_overdue" if legal else "task.warned"
        key = f"{kind}:{task.pk}:{mark}:{at.timestamp():.6f}"
        new = {"task": task.pk, "unit": task.unit_id, "share": min(mark, 100)}
        log.note(directive, kind, at, new=new, key=key)
        to = GRAVE if mark >= 90 else EARLY
        found.append(Passed(key, at, to, partial(_words, mark)))
    return found


def _words(mark: int) -> str:
    if mark == rules.LEGAL_PASSED:
        return _("Legal deadline passed")
    if mark == 100:
        return _("Overdue")
    return _("%(share)s %% of the time is gone") % {"share": mark}


def _climb(directive: Directive, task: Task, now: datetime) -> list[Passed]:
    """Log every rung that is due, in order."""
    end = timing.due(task) or now
    rungs = Ladder.validate_python(directive.ladder) or DEFAULT
    found = []
    for number, rung in enumerate(rungs[task.level :], task.level + 1):
        at = _when(rung, timing.minutes(task), end)
        if now < at:
            break
        task.level = number
        key = f"{_RUNG}:{task.pk}:{number}:{at.timestamp():.6f}"
        new = {"task": task.pk, "unit": task.unit_id, "level": number, "to": rung.to}
        log.note(directive, _RUNG, at, new=new, key=key)
        found.append(Passed(key, at, (rung.to,), lambda: _("Escalated")))
    return found


def _when(rung: Rung, minutes: float, end: datetime) -> datetime:
    after, number = rung.order
    if after:
        return end + timedelta(hours=number)
    return rules.moment_of(number, minutes, end)
