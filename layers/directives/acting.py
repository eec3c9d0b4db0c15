"""Moving directives by the table of acts: each locked, checked, logged."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.core.versions import begin_change

from . import delegating, issuing, log, queries, rules, telling, timing
from .access import NotAllowedError, NotFoundError, RefusedError, Who
from .models import NEAR_M, Directive, Task
from .rules import ACTS, Act

MAX_TEXT = 4_000
# What a unit does that the centre must hear of.
TOLD = {
    "return": gettext_lazy("Returned by the unit"),
    "report": gettext_lazy("Reported by the unit"),
}
# What is done at the centre and units must hear of.
TOLD_UNITS = frozenset({"suspend", "resume", "withdraw"})


@transaction.atomic
def act(
    directive_id: int,
    slug: str,
    who: Who,
    *,
    text: str = "",
    unit_id: int | None = None,
    task_id: int | None = None,
) -> Directive:
    """Do one act of the table. Done already by the same table, it changes nothing.

    ``unit_id``: with ``issue`` of a returned directive the unit to address now.
    ``task_id``: the one task that is meant; ``send_back`` must name it where several
    are reported. Raises NotFoundError, NotAllowedError, RefusedError.
    """
    chosen = ACTS.get(slug)
    if chosen is None:
        raise RefusedError(_("There is no such action."))
    directive = lock(directive_id, who)
    tasks = list(directive.tasks.select_for_update())
    if task_id is not None and task_id not in {task.pk for task in tasks}:
        raise RefusedError(_("This directive has no such task."))
    if chosen.party == "unit":
        mine = [
            task
            for task in tasks
            if task_id in (None, task.pk) and who.works_for(task.unit_id)
        ]
        if not mine:
            raise NotAllowedError(
                _("No task of this directive is addressed to your unit.")
            )
        _by_unit(directive, tasks, mine, chosen, text.strip(), who)
    else:
        if not who.may(chosen.party):
            raise NotAllowedError(_("Your role may not do this to directives."))
        meant = (unit_id, task_id)
        _by_issuer(directive, tasks, chosen, text.strip(), who, meant)
    return directive


def lock(directive_id: int, who: Who) -> Directive:
    """The directive, locked and in the caller's scope; the layer's lock first."""
    if log.SLUG not in who.rights.layers:
        raise NotFoundError(_("There is no such directive."))
    begin_change(log.SLUG)
    delegating.demand(who)
    rows = Directive.objects.select_for_update().filter(pk=directive_id)
    directive = rows.filter(queries.within(who.rights)).first()
    if directive is None:
        raise NotFoundError(_("There is no such directive."))
    return directive


def _check(chosen: Act, status: str, text: str) -> None:
    if status not in chosen.sources:
        names = dict(rules.STATUSES)
        raise RefusedError(
            _("“%(act)s” cannot be done while the directive is “%(status)s”.")
            % {"act": chosen.title, "status": names[status]}
        )
    if chosen.text and not text:
        raise RefusedError(_("Please write: %(what)s.") % {"what": chosen.label})
    if len(text) > MAX_TEXT:
        raise RefusedError(
            _("The text is longer than %(limit)s letters.") % {"limit": MAX_TEXT}
        )


def _by_unit(
    directive: Directive,
    tasks: list[Task],
    mine: list[Task],
    chosen: Act,
    text: str,
    who: Who,
) -> None:
    """A unit's user moves the unit's own tasks that stand where the act begins."""
    if directive.status in (rules.SUSPENDED, rules.WITHDRAWN, rules.CLOSED):
        _check(chosen, directive.status, text)
    ready = [task for task in mine if task.status in chosen.sources]
    if not ready:
        if all(task.status == chosen.to for task in mine):
            return
        _check(chosen, mine[0].status, text)
    _check(chosen, ready[0].status, text)
    if chosen.to == rules.REPORTED:
        for task in ready:
            demand(directive, task)
    now = timezone.now()
    for task in ready:
        old, task.status = task.status, str(chosen.to)
        if chosen.to == rules.RECEIVED:
            task.received_at = now
        if chosen.to == rules.REPORTED:
            task.report, task.reported_at = text, now
            task.outcome = rules.outcome_of(now, task.needed_by, task.legal_deadline)
        if task.assignee_id is None:
            task.assignee_id = who.acting_id
        task.save()
        log.note(
            directive,
            f"task.{chosen.slug}",
            now,
            old={"task": task.pk, "task_status": old},
            new={
                "task": task.pk,
                "task_status": task.status,
                "unit": task.unit_id,
                **who.stamp,
            },
            reason=text,
            actor_id=who.id,
            key=f"task.{chosen.slug}:{task.pk}:{now.timestamp():.6f}",
        )
    _tell_centre(directive, ready, chosen, text, now)
    issuing.begin(directive, timing.ready(tasks), now)
    goal = rules.status_of([task.status for task in tasks])
    _move(directive, tasks, goal, chosen, text, who, now)


def _tell_centre(
    directive: Directive, tasks: list[Task], chosen: Act, text: str, now: datetime
) -> None:
    title = TOLD.get(chosen.slug)
    for task in tasks if title else ():
        key = f"task.{chosen.slug}:{task.pk}:{now.timestamp():.6f}"
        telling.tell_centre(directive, task, key, title or "", text)


def demand(directive: Directive, task: Task) -> None:
    """RefusedError when the task lacks the evidence that it has to have."""
    if not (directive.needs_evidence or task.needs_evidence):
        return
    files = list(task.evidence.all())
    if not files:
        raise RefusedError(_("This directive needs evidence: add a photo or file."))
    photos = [file for file in files if file.content_type.startswith("image/")]
    if task.evidence_kind.startswith("photo") and not photos:
        raise RefusedError(_("This task needs a photo."))
    if task.evidence_kind == "photo_at_place" and not any(
        photo.near for photo in photos
    ):
        raise RefusedError(
            _("This task needs a photo taken within %(most)s m of the place.")
            % {"most": NEAR_M}
        )


def _by_issuer(
    directive: Directive,
    tasks: list[Task],
    chosen: Act,
    text: str,
    who: Who,
    meant: tuple[int | None, int | None],
) -> None:
    """``meant``: the unit to address now, and the one task that is meant."""
    unit_id, task_id = meant
    if chosen.says:
        _check(chosen, directive.status, text)
        _say(directive, tasks, chosen, text, who)
        return
    if chosen.one_task:
        _send_back(directive, tasks, chosen, text, who, task_id)
        return
    goal = chosen.to or directive.status_before
    if directive.status == goal and directive.status not in chosen.sources:
        return
    _check(chosen, directive.status, text)
    now = timezone.now()
    if chosen.slug == "issue":
        issuing.issue(directive, tasks, who, now, unit_id, task_id)
        goal = rules.status_of([task.status for task in tasks])
    elif chosen.slug == "suspend":
        directive.status_before = directive.status
        directive.paused_at = now
    elif chosen.slug == "resume":
        issuing.resume(directive, tasks, now)
    elif chosen.to == rules.CLOSED:
        issuing.close(directive, tasks)
    if goal in (rules.CLOSED, rules.WITHDRAWN):
        directive.closed_at = now
    _move(directive, tasks, goal, chosen, text, who, now)
    if chosen.slug in TOLD_UNITS:
        begun = [t for t in tasks if t.issued_at and t.status not in timing.DONE]
        key = f"directive.{chosen.slug}:{directive.pk}:{now.timestamp():.6f}"
        telling.tell(directive, begun, key, chosen.title, text)


def _send_back(
    directive: Directive,
    tasks: list[Task],
    chosen: Act,
    text: str,
    who: Who,
    task_id: int | None,
) -> None:
    """One reported task goes on; the others stay as they are."""
    if directive.status not in rules.RUNNING | {rules.REPORTED}:
        _check(chosen, directive.status, text)
    asked = [task for task in tasks if task_id in (None, task.pk)]
    ready = [task for task in asked if task.status in chosen.sources]
    if len(ready) > 1:
        raise RefusedError(_("Several units have reported: say whose task goes back."))
    if not ready:
        if all(task.status == chosen.to for task in asked):
            return
        _check(chosen, asked[0].status, text)
    _check(chosen, ready[0].status, text)
    [task] = ready
    task.status, task.reported_at, task.outcome = str(chosen.to), None, ""
    task.save()
    now = timezone.now()
    goal = rules.status_of([one.status for one in tasks])
    _move(directive, tasks, goal, chosen, text, who, now, task)
    key = f"task.send_back:{task.pk}:{now.timestamp():.6f}"
    telling.tell(directive, [task], key, chosen.title, text)


def _say(
    directive: Directive, tasks: list[Task], chosen: Act, text: str, who: Who
) -> None:
    """A word to the units that have not reported; no state changes."""
    now = timezone.now()
    kind = f"directive.{chosen.slug}"
    log.note(directive, kind, now, new=who.stamp, reason=text, actor_id=who.id)
    waiting = [task for task in tasks if task.status not in timing.DONE] or tasks
    key = f"{kind}:{directive.pk}:{now.timestamp():.6f}"
    telling.tell(directive, waiting, key, chosen.title, text)


def _move(
    directive: Directive,
    tasks: list[Task],
    goal: str,
    chosen: Act,
    text: str,
    who: Who,
    now: datetime,
    task: Task | None = None,
) -> None:
    """The directive's new status, clocks and event; ``task``: the one it is about."""
    old, directive.status = directive.status, goal
    about = {"task": task.pk, "unit": task.unit_id} if task is not None else {}
    directive.reported_at = now if goal == rules.REPORTED else directive.reported_at
    if goal == rules.IN_PROGRESS:
        directive.reported_at = None
    timing.derive(directive, tasks, now)
    Task.objects.bulk_update(tasks, ["clock"])
    directive.save()
    log.note(
        directive,
        f"directive.{chosen.slug}",
        now,
        old={"status": old},
        new={"status": goal, "outcome": directive.outcome, **about, **who.stamp},
        reason=text,
        actor_id=who.id,
    )
