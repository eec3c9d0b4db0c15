"""Changing a draft before it is signed."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core import units

from . import log, rules, services
from .access import NotAllowedError, RefusedError, Who
from .drafting import Draft
from .models import Directive, Task

KIND = "directive.redrafted"
# What stays as it was when the directive was first drafted.
KEPT = frozenset({"alert_id", "drafted_by_id", "cap_status"})
TASK = (
    "unit_id", "step", "after_step", "title", "body", "co_units", "feature_layer",
    "feature_id", "feature_title", "minutes_needed", "minutes_legal", "working",
    "needs_evidence", "evidence_kind", "agency",
)  # fmt: skip


@transaction.atomic
def redraft(directive_id: int, draft: Draft, who: Who, *, seen: str = "") -> Directive:
    """Make a draft what ``draft`` says. The same again changes nothing.

    ``seen`` is ``updated_at`` of what the change was made from: one that somebody else
    has changed since is refused. Raises NotAllowedError, NotFoundError, RefusedError.
    """
    if not who.drafts():
        raise NotAllowedError(_("Your role may not draft directives."))
    directive = services.lock(directive_id, who)
    if directive.status != rules.DRAFT:
        raise RefusedError(_("It has been signed already and is changed no more."))
    values = services.values_of(draft, who)
    changed = {
        name: value
        for name, value in values.items()
        if name not in KEPT and getattr(directive, name) != value
    }
    tasks = [services.task_of(directive, task, draft) for task in draft.tasks]
    before = list(directive.tasks.order_by("pk"))
    same_tasks = list(map(_told, tasks)) == list(map(_told, before))
    if not changed and same_tasks:
        return directive
    if seen and seen != directive.updated_at.isoformat():
        raise RefusedError(
            _("Somebody else has changed this draft meanwhile. Load it again.")
        )
    for name, value in changed.items():
        setattr(directive, name, value)
    directive.save()
    if not same_tasks:
        directive.tasks.all().delete()
        Task.objects.bulk_create(tasks)
    _note(directive, sorted(changed), before, tasks, who)
    return directive


def _told(task: Task) -> tuple[Any, ...]:
    return tuple(getattr(task, name) for name in TASK)


def _note(
    directive: Directive,
    changed: list[str],
    before: list[Task],
    tasks: list[Task],
    who: Who,
) -> None:
    tree = units.tree()
    old = {task.unit_id for task in before if task.unit_id is not None}
    new = {task.unit_id for task in tasks if task.unit_id is not None}
    gone, come = old - new, new - old
    names = [f"+ {tree.title(unit)}" for unit in sorted(come)]
    names += [f"− {tree.title(unit)}" for unit in sorted(gone)]
    log.note(
        directive,
        KIND,
        timezone.now(),
        old={"units": [task.unit_id for task in before]},
        new={"units": [task.unit_id for task in tasks], "fields": changed},
        reason=", ".join(names),
        actor_id=who.id,
    )
