"""Writing directives: drafted here, then moved by :mod:`.acting`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core import units
from layers.core.versions import begin_change

from . import log, rules
from .access import NotAllowedError, RefusedError, Who
from .acting import MAX_TEXT, act, lock
from .drafting import Draft, TaskDraft
from .models import Directive, Task

__all__ = ["act", "create", "lock", "task_of", "values_of"]


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
        "cap_status": "Exercise" if draft.exercise or settings.IOC_DEMO else "Actual",
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
        evidence_kind=task.evidence,
        agency=task.agency[:120],
    )
