"""Rules that the clock evaluates, what time itself ends, and shelved alerts whose
time is over."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from layers.core.spec import Layer, registry
from layers.core.versions import hold

from . import hearing, ruleset, services, watching
from .evaluation import look_by_clock
from .kinds import kinds
from .models import Alert, Rule
from .sight import of_live, time_column

# One process at a time; any number that no other part of the system uses.
LOCK = 0x10C_A1E7


def tick() -> int:
    """Evaluate every timed rule and end what is over; how many changes were new."""
    timed = [kind.slug for kind in kinds.values() if kind.timed]
    slugs = Rule.objects.filter(kind__in=timed, enabled=True)
    count = sum(
        _tick_layer(registry[slug])
        for slug in sorted(set(slugs.values_list("layer", flat=True)))
        if slug in registry
    )
    return count + watching.tick() + _expire()


def _expire() -> int:
    """Alerts over events that last for a time only."""
    hearers = [kind.slug for kind in kinds.values() if kind.hears is not None]
    rows = Rule.objects.filter(kind__in=hearers, enabled=True)
    count = 0
    for slug in sorted(set(rows.values_list("layer", flat=True))):
        for rule in ruleset.of_layer(slug):
            if rule.kind.hears is not None:
                with transaction.atomic():
                    count += hearing.over_by_time(rule)
    return count


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
        hold(layer.slug)  # no observation may end meanwhile what begins here
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
