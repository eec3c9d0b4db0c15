"""What the lines of a directive's timeline say besides their kind: from whom to whom,
who was told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from layers.core import units
from layers.core.delivery import told
from layers.core.models import Event

from . import log
from .access import Who
from .models import Directive, Task
from .playbook_editor.words import RUNGS

READDRESSED = "task.readdressed"
ESCALATED = "task.escalated"


def note_passed(
    directive: Directive, task: Task, old: int | None, who: Who, now: datetime
) -> None:
    """That a task which was returned goes to another unit than ``old`` now."""
    if old == task.unit_id:
        return
    log.note(
        directive,
        READDRESSED,
        now,
        old={"task": task.pk, "unit": old},
        new={"task": task.pk, "unit": task.unit_id, **who.stamp},
        actor_id=who.id,
        key=f"{READDRESSED}:{task.pk}:{now.timestamp():.6f}",
    )


def detail(lines: Iterable[Event]) -> None:
    """Complete ``shown`` and ``unit_title`` of what was passed on or escalated."""
    found = [event for event in lines if event.kind in (READDRESSED, ESCALATED)]
    keys = {event.key for event in found if event.kind == ESCALATED}
    names = told.names_of(keys) if keys else {}
    for event in found:
        if event.kind == READDRESSED:
            event.unit_title = _passed(event)  # type: ignore[attr-defined]
        else:
            event.shown = _escalated(  # type: ignore[attr-defined]
                event, names.get(event.key, [])
            )


def _passed(event: Event) -> str:
    tree = units.tree()
    ends = ((event.old or {}).get("unit"), (event.new or {}).get("unit"))
    return " → ".join(tree.title(unit_id) or "—" for unit_id in ends)


def _escalated(event: Event, names: list[str]) -> str:
    new = event.new or {}
    text = _("Escalated to level %(level)s, %(whom)s") % {
        "level": new.get("level", "?"),
        "whom": dict(RUNGS).get(new.get("to", ""), new.get("to", "")),
    }
    # of several things that passed at once each person is told of the last alone
    return f"{text}: {', '.join(names)}" if names else text
