"""Clocks of directives under way: what is due soon, what is overdue."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from layers.core.versions import begin_change

from . import log, rules
from .models import Directive
from .services import due


def tick() -> int:
    """Bring the clocks up to date, with an event for each change; how many."""
    now = timezone.now()
    stale = [
        directive.pk
        for directive in Directive.objects.filter(status__in=sorted(rules.RUNNING))
        if _clock(directive) != directive.clock
    ]
    if not stale:
        return 0
    with transaction.atomic():
        begin_change(log.SLUG)
        changed = 0
        for directive in Directive.objects.select_for_update().filter(pk__in=stale):
            old, new = directive.clock, _clock(directive)
            if old == new:
                continue
            directive.clock = new
            directive.save(update_fields=["clock", "updated_at"])
            log.note(
                directive,
                f"clock.{new}",
                due(directive) if new == "overdue" else now,  # type: ignore[arg-type]
                old={"clock": old},
                new={"clock": new},
            )
            changed += 1
    return changed


def _clock(directive: Directive) -> str:
    return rules.clock_of(
        directive.status, directive.issued_at, due(directive), timezone.now()
    )
