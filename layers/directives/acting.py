"""Moving directives by the table of acts: each locked, checked, logged."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from layers.core import units
from layers.core.versions import begin_change

from . import log, rules, telling, timing
from .access import NotAllowedError, NotFoundError, RefusedError, Who
from .models import NEAR_M, Directive, Task
from .rules import ACTS, Act

MAX_TEXT = 4_000
# What a unit does that the centre must hear of.
TOLD = {
    "return": gettext_lazy("Returned by the unit"),
    "report": gettext_lazy("Reported by the unit"),
}


@transaction.atomic
def act(
    directive_id: int,
    slug: str,
    who: Who,
    *,
    text: str = "",
    unit_id: int | None = None,
) -> Directive:
    """Do one act of the table. Done already by the same table, it changes nothing.

    ``unit_id``: with ``issue`` of a returned directive the unit to address now.
    Raises NotFoundError, NotAllowedError, RefusedError.
    """
    chosen = ACTS.get(slug)
    if chosen is None:
        raise RefusedError(_("There is no such action."))
    directive = lock(directive_id, who)
    tasks = list(directive.tasks.select_for_update())
    if chosen.party == "unit":
        mine = [task for task in tasks if who.works_for(task.unit_id)]
        if not mine:
            raise NotAllowedError(
                _("No task of this directive is addressed to your unit.")
            )
        _by_unit(directive, tasks, mine, chosen, text.strip(), who)
    else:
        if not who.may(chosen.party):
            raise NotAllowedError(_("Your role may not do this to directives."))
        _by_issuer(directive, tasks, chosen, text.strip(), who, unit_id)
    return directive


def lock(directive_id: int, who: Who) -> Directive:
    """The directive, locked and in the caller's scope; the layer's lock first."""
    if log.SLUG not in who.rights.layers:
        raise NotFoundError(_("There is no such directive."))
    begin_change(log.SLUG)
    rows = Directive.objects.select_for_update().filter(pk=directive_id)
    granted = who.rights.units
    if granted is not None:
        rows = rows.filter(scope_units__overlap=sorted(granted))
    directive = rows.first()
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
        if chosen.to == rules.REPORTED:
            task.report, task.reported_at = text, now
            task.outcome = rules.outcome_of(now, task.needed_by, task.legal_deadline)
        if task.assignee_id is None:
            task.assignee_id = who.id
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
    _begin(directive, timing.ready(tasks), now)
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


def _begin(directive: Directive, tasks: list[Task], now: datetime) -> None:
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


def _by_issuer(
    directive: Directive,
    tasks: list[Task],
    chosen: Act,
    text: str,
    who: Who,
    unit_id: int | None,
) -> None:
    if chosen.says:
        _check(chosen, directive.status, text)
        _say(directive, tasks, chosen, text, who)
        return
    goal = chosen.to or directive.status_before
    if directive.status == goal and directive.status not in chosen.sources:
        return
    _check(chosen, directive.status, text)
    now = timezone.now()
    if chosen.slug == "issue":
        _issue(directive, tasks, who, now, unit_id)
    elif chosen.slug == "suspend":
        directive.status_before = directive.status
        directive.paused_at = now
    elif chosen.slug == "resume":
        _resume(directive, tasks, now)
    elif chosen.to in (rules.IN_PROGRESS, rules.CLOSED):
        _all(tasks, str(chosen.to))
    if chosen.slug == "close":
        directive.outcome = rules.worst_outcome([task.outcome for task in tasks])
    if goal in (rules.CLOSED, rules.WITHDRAWN):
        directive.closed_at = now
    _move(directive, tasks, goal, chosen, text, who, now)


def _all(tasks: list[Task], status: str) -> None:
    """Every task closed, or sent back for more work."""
    for task in tasks:
        task.status = status
        if status == rules.IN_PROGRESS:
            task.reported_at, task.outcome = None, ""
        task.save()


def _resume(directive: Directive, tasks: list[Task], now: datetime) -> None:
    """The clocks go on with what was left."""
    since = directive.paused_at or now
    for task in tasks:
        timing.shift(task, since, now)
        task.save()
    directive.paused_s += int((now - since).total_seconds())
    directive.paused_at = None


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


def _issue(
    directive: Directive,
    tasks: list[Task],
    who: Who,
    now: datetime,
    unit_id: int | None,
) -> None:
    """Start the clocks; what was returned goes to another unit or to the same."""
    returned = [task for task in tasks if task.status == rules.RETURNED]
    for task in returned:
        if unit_id is not None:
            if unit_id not in units.tree().nodes:
                raise RefusedError(_("There is no such unit."))
            if any(
                (other.unit_id, other.step) == (unit_id, task.step)
                for other in tasks
                if other != task
            ):
                raise RefusedError(_("That unit has a task of this directive already."))
            task.unit_id, task.assignee = unit_id, None
            task.contact = None
    begun = [*returned, *timing.ready(tasks)]
    for task in begun:
        timing.begin(task, now)
        task.save()
    key = f"directive.issue:{directive.pk}:{now.timestamp():.6f}"
    telling.tell(directive, begun, key, gettext_lazy("New directive"), "")
    addressed = {task.unit_id for task in tasks if task.unit_id is not None}
    directive.scope_units = sorted(addressed.union(directive.scope_units))
    if directive.issued_at is None:
        directive.issued_at, directive.issued_by_id = now, who.id
        directive.signed_by_id = who.acting.pk if who.acting else None


def _move(
    directive: Directive,
    tasks: list[Task],
    goal: str,
    chosen: Act,
    text: str,
    who: Who,
    now: datetime,
) -> None:
    old, directive.status = directive.status, goal
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
        new={"status": goal, "outcome": directive.outcome, **who.stamp},
        reason=text,
        actor_id=who.id,
    )
