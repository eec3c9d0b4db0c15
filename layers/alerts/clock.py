"""What the clock evaluates: timed rules over the newest rows, rules over layers to
which no observations come, what time itself ends, and shelved alerts whose time is
over."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from layers.core.spec import Layer, registry
from layers.core.versions import hold

from . import hearing, ruleset, services, watching
from .evaluation import look_by_clock
from .kinds import kinds
from .kinds.base import Batch
from .models import Alert, Rule
from .ruleset import LoadedRule
from .sight import Sight, matching, of_live, taken

# One process at a time; any number that no other part of the system uses.
LOCK = 0x10C_A1E7


def tick() -> int:
    """Evaluate every rule that the clock looks at and end what is over; how many
    changes were new."""
    count = look(timezone.now().timestamp())
    return count + watching.tick() + _expire()


def look(now: float) -> int:
    """The rules that the clock looks at, at the moment ``now``; how many changes were
    new."""
    slugs = Rule.objects.filter(enabled=True).values_list("layer", "kind").distinct()
    due = {slug for slug, kind in slugs if slug in registry and _by_clock(slug, kind)}
    return sum(_tick_layer(registry[slug], now) for slug in sorted(due))


def _by_clock(slug: str, kind_slug: str) -> bool:
    kind = kinds.get(kind_slug)
    if kind is None or kind.evaluate is None:
        return False
    return kind.timed or not registry[slug].ingest


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


def _tick_layer(layer: Layer, now: float) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        rules = [
            rule
            for rule in ruleset.of_layer(layer.slug)
            if _by_clock(layer.slug, rule.kind.slug)
        ]
        if not rules:
            return 0
        hold(layer.slug)  # no observation may end meanwhile what begins here
        columns = {name for rule in rules for name in rule.kind.columns(rule.params)}
        sight = of_live(layer, sorted(columns))
        return sum(_look(layer, rule, sight, now) for rule in rules)


def _look(layer: Layer, rule: LoadedRule, sight: Sight, now: float) -> int:
    """One rule on the rows that its filter passes; how many changes were new."""
    sight = _chosen(layer, rule.row.feature_filter, sight)
    batch = replace(sight.batch, others=_others(layer, rule))
    if not rule.kind.timed:
        # nobody tells when such rows change: they are as they are now
        batch = replace(batch, at=np.full(len(batch), round(now, 3)))
    return look_by_clock(layer, rule, replace(sight, batch=batch), now)


def _chosen(layer: Layer, text: str, sight: Sight) -> Sight:
    if not text:
        return sight
    wanted = sorted(matching(layer, text, sight.batch.feature_id.tolist()))
    keep = np.isin(sight.batch.feature_id, np.array(wanted, dtype=np.int64))
    return taken(sight, np.flatnonzero(keep))


def _others(layer: Layer, rule: LoadedRule) -> Batch | None:
    """What a rule over pairs compares with; None: its own features."""
    slug, text = rule.kind.others(rule.params)
    if not (slug or text):
        return None
    other = registry[slug] if slug else layer
    columns = rule.kind.columns(rule.params)
    return _chosen(other, text, of_live(other, columns)).batch


def unshelve_due() -> int:
    """Bring back the alerts whose shelf time has ended; how many."""
    due = Alert.objects.filter(
        closed_at=None, shelved_until__lte=timezone.now()
    ).values_list("pk", flat=True)
    for alert_id in list(due):
        services.unshelve(alert_id, services.SYSTEM)
    return len(due)
