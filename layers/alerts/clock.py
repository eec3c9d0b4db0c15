"""Rules that the clock evaluates, and shelved alerts whose time is over."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from layers.core.spec import Layer, registry

from . import ruleset, services
from .evaluation import look_by_clock
from .kinds import kinds
from .models import Alert, Rule
from .sight import of_live, time_column

# One process at a time; any number that no other part of the system uses.
LOCK = 0x10C_A1E7


def tick() -> int:
    """Evaluate every timed rule; how many crossings were new."""
    timed = [kind.slug for kind in kinds.values() if kind.timed]
    slugs = set(
        Rule.objects.filter(kind__in=timed, enabled=True).values_list(
            "layer", flat=True
        )
    )
    return sum(
        _tick_layer(registry[slug]) for slug in sorted(slugs) if slug in registry
    )


def _tick_layer(layer: Layer) -> int:
    if not time_column(layer):
        return 0
    now = timezone.now().timestamp()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        rules = [rule for rule in ruleset.of_layer(layer.slug) if rule.kind.timed]
        if not rules:
            return 0
        sight = of_live(layer)
        return sum(look_by_clock(layer, rule, sight, now) for rule in rules)


def unshelve_due() -> int:
    """Bring back the alerts whose shelf time has ended; how many."""
    due = Alert.objects.filter(
        closed_at=None, shelved_until__lte=timezone.now()
    ).values_list("pk", flat=True)
    for alert_id in list(due):
        services.unshelve(alert_id, services.SYSTEM)
    return len(due)
