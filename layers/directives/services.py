"""Writing directives: drafted, then moved by the table of acts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core import units
from layers.core.versions import begin_change

from . import log, rules
from .access import NotAllowedError, NotFoundError, RefusedError, Who
from .drafting import Draft, TaskDraft
from .models import Directive, Task
from .rules import ACTS, Act

MAX_TEXT = 4_000


@transaction.atomic
def create(draft: Draft, who: Who) -> Directive:
    """A draft with a task for each lead unit. The same source and external id
    give the directive that there is already."""
    if not who.drafts():
        raise NotAllowedError(_("Your role may not draft directives."))
    known_units = units.tree().nodes
    missing = [unit_id for unit_id in draft.lead_units if unit_id not in known_units]
    if not draft.lead_units or missing:
        raise RefusedError(_("A directive needs at least one unit to carry it out."))
    begin_change(log.SLUG)
    directive, created = Directive.objects.get_or_create(
        source=draft.source,
        external_id=draft.external_id,
        defaults=values_of(draft, who),
    )
    if not created:
        return directive
    now = directive.created_at
    directive.number = f"{timezone.localtime(now).year}-{directive.pk:06d}"
    directive.save(update_fields=["number"])
    Task.objects.bulk_create(task_of(directive, task, draft) for task in draft.tasks)
    log.note(
        directive,
        "directive.drafted",
        now,
        new={"status": rules.DRAFT, "units": list(draft.lead_units)},
        actor_id=who.id,
    )
    return directive


def values_of(draft: Draft, who: Who) -> dict[str, Any]:
    """The columns of a directive as a draft says."""
    return {
        "title": draft.title[:200],
        "body": draft.body[:MAX_TEXT],
        "severity": draft.severity,
        "geom": draft.geom,
        "unit_id": draft.unit_id,
        "minutes_needed": draft.needed_min,
        "minutes_legal": draft.legal_min,
        "alert_id": draft.alert_id,
        "origin_layer": draft.origin[0],
        "origin_id": draft.origin[1],
        "playbook_slug": draft.playbook[0],
        "playbook_version": draft.playbook[1],
        "origin_part": draft.origin_part,
        "ladder": list(draft.ladder),
        "supervisor_id": draft.supervisor_id,
        "document_no": draft.document_no,
        "needs_evidence": draft.needs_evidence,
        "cap_status": "Exercise" if settings.IOC_DEMO else "Actual",
        "scope_units": sorted(draft.all_units),
        "drafted_by_id": who.id,
    }


def task_of(directive: Directive, task: TaskDraft, draft: Draft) -> Task:
    """A task as a draft says, not stored yet; without minutes it has the draft's."""
    layer, feature_id, title = task.feature
    return Task(
        directive=directive,
        unit_id=task.unit_id,
        step=task.step,
        after_step=task.after_step,
        title=task.title[:200],
        body=task.body[:MAX_TEXT],
        co_units=list(task.co_units),
        feature_layer=layer,
        feature_id=feature_id,
        feature_title=title[:200],
        minutes_needed=task.needed_min or draft.needed_min,
        minutes_legal=task.legal_min or draft.legal_min,
        working=task.working,
        needs_evidence=task.needs_evidence or draft.needs_evidence,
    )


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
        if not who.signs():
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
    if chosen.to == rules.REPORTED and directive.needs_evidence:
        for task in ready:
            if not task.evidence.exists():
                raise RefusedError(
                    _("This directive needs evidence: add a photo or file.")
                )
    now = timezone.now()
    for task in ready:
        old, task.status = task.status, str(chosen.to)
        if chosen.to == rules.REPORTED:
            task.report, task.reported_at = text, now
        if task.assignee_id is None:
            task.assignee_id = who.id
        task.save()
        log.note(
            directive,
            f"task.{chosen.slug}",
            now,
            old={"task": task.pk, "task_status": old},
            new={"task": task.pk, "task_status": task.status, "unit": task.unit_id},
            reason=text,
            actor_id=who.id,
            key=f"task.{chosen.slug}:{task.pk}:{now.timestamp():.6f}",
        )
    _move(directive, rules.status_of([t.status for t in tasks]), chosen, text, who, now)


def _by_issuer(
    directive: Directive,
    tasks: list[Task],
    chosen: Act,
    text: str,
    who: Who,
    unit_id: int | None,
) -> None:
    goal = chosen.to or directive.status_before
    if directive.status == goal and directive.status not in chosen.sources:
        return
    _check(chosen, directive.status, text)
    now = timezone.now()
    if chosen.slug == "issue":
        _issue(directive, tasks, who, now, unit_id)
    elif chosen.slug == "suspend":
        directive.status_before = directive.status
    elif chosen.to in (rules.IN_PROGRESS, rules.CLOSED):
        for task in tasks:
            task.status = str(chosen.to)
            task.save(update_fields=["status", "updated_at"])
    if chosen.slug == "close":
        done_at = directive.reported_at or now
        directive.outcome = rules.outcome_of(
            done_at, directive.needed_by, directive.legal_deadline
        )
    if goal in (rules.CLOSED, rules.WITHDRAWN):
        directive.closed_at = now
    _move(directive, goal, chosen, text, who, now)


def _issue(
    directive: Directive,
    tasks: list[Task],
    who: Who,
    now: datetime,
    unit_id: int | None,
) -> None:
    """Start the clocks; what was returned goes to another unit or to the same."""
    for task in tasks:
        if task.status not in (rules.DRAFT, rules.RETURNED):
            continue
        if unit_id is not None and task.status == rules.RETURNED:
            if unit_id not in units.tree().nodes:
                raise RefusedError(_("There is no such unit."))
            if any(other.unit_id == unit_id for other in tasks if other != task):
                raise RefusedError(_("That unit has a task of this directive already."))
            task.unit_id, task.assignee = unit_id, None
        task.status = rules.ISSUED
        task.save()
    addressed = {task.unit_id for task in tasks if task.unit_id is not None}
    directive.scope_units = sorted(addressed.union(directive.scope_units))
    if directive.issued_at is None:
        directive.issued_at, directive.issued_by_id = now, who.id
        directive.signed_by_id = who.id
        if directive.minutes_needed is not None:
            directive.needed_by = now + timedelta(minutes=directive.minutes_needed)
        if directive.minutes_legal is not None:
            directive.legal_deadline = now + timedelta(minutes=directive.minutes_legal)


def _move(
    directive: Directive, goal: str, chosen: Act, text: str, who: Who, now: datetime
) -> None:
    old, directive.status = directive.status, goal
    directive.reported_at = now if goal == rules.REPORTED else directive.reported_at
    if goal == rules.IN_PROGRESS:
        directive.reported_at = None
    directive.clock = rules.clock_of(
        goal, directive.issued_at, due(directive), timezone.now()
    )
    directive.save()
    log.note(
        directive,
        f"directive.{chosen.slug}",
        now,
        old={"status": old},
        new={"status": goal, "outcome": directive.outcome},
        reason=text,
        actor_id=who.id,
    )


def due(directive: Directive) -> datetime | None:
    """The clock on the map: needed-by, or the legal deadline without one."""
    return directive.needed_by or directive.legal_deadline
