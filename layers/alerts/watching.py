"""Presence in zones as time goes by and as zones and rules change.

Nobody has to move for it: a season that ends lets everyone out, one that begins
finds those who are there, a redrawn zone or a rule switched off ends what it no
longer means. The clock looks; the moment told is the one at which it happened.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from layers.core.spec import Layer, registry
from layers.core.versions import hold

from . import ruleset, series, storage
from .crossings import Crossing, Outcome
from .evaluation import conclude, look
from .kinds.base import Floats, States, Transitions, merged
from .kinds.presence import settle
from .models import Alert, Rule, RuleState
from .raising import apply
from .ruleset import LoadedRule
from .sight import Sight, matching, of_live, taken, time_column

# What was heard of within so many seconds before a zone came into force is still
# there: a vessel must report every two hours, and is silent after six.
STILL_THERE_S = 6 * 3_600.0
# A zone that came into force longer ago has been looked at.
LOOK_BACK_S = 86_400.0

SWITCHED_OFF = gettext_noop("the rule was switched off")
NOT_MEANT = gettext_noop("the rule no longer concerns it")


def tick() -> int:
    """Look at every layer that has rules; how many changes were new."""
    slugs = Rule.objects.order_by("layer").values_list("layer", flat=True).distinct()
    return sum(_tick_layer(registry[slug]) for slug in slugs if slug in registry)


def _tick_layer(layer: Layer) -> int:
    now = timezone.now().timestamp()
    count = 0
    for rule in ruleset.of_layer(layer.slug):
        if rule.kind.evaluate is None or (rule.kind.timed and not rule.kind.heard):
            continue  # events tell it, or the clock looks at all of it every time
        if not _due(layer, rule, now):
            continue
        with transaction.atomic():
            hold(layer.slug)
            count += _settle(layer, rule, now)
            if rule.kind.needs_zone and time_column(layer):
                count += _begun(layer, rule, now)
    for row in Rule.objects.filter(layer=layer.slug, enabled=False):
        count += _switch_off(layer, row)
    return count


def _due(layer: Layer, rule: LoadedRule, now: float) -> bool:
    """Whether anything may have ended or begun without an observation."""
    if len(_starting(rule, now)):
        return True
    states = storage.load_rule(rule.row.pk, layer.slug)
    if (rule.row.feature_filter or rule.row.parts) and states.active.any():
        return True
    zones = rule.zones
    if not rule.kind.needs_zone or not states.active.any():
        return False
    own = zones.entry(states.zone_id, states.zone_version)
    over = own < 0
    over[own >= 0] = zones.ends[own[own >= 0]] <= now
    return bool((over & states.active).any())


def _settle(layer: Layer, rule: LoadedRule, now: float) -> int:
    """End what is over: by its zone, or because the rule means others now."""
    old = storage.load_rule(rule.row.pk, layer.slug)
    if not len(old):
        return 0
    sight = of_live(layer, ids=old.feature_id)
    new, parts = old, []
    if rule.kind.needs_zone:
        at = np.full(len(old), now)
        new, ended = settle(old, rule.zones, at, *_places(old, sight))
        parts.append(ended)
    new, left = _unwanted(layer, rule, new, now)
    found = merged([*parts, left])
    if not len(found) and new is old:
        return 0
    return conclude(layer, rule, old, new, found, sight)


def _places(states: States, sight: Sight) -> tuple[Floats, Floats]:
    """Where the feature of each state was last; off the map when it is gone."""
    row = np.array(
        [-1 if (at := sight.row_of(int(f))) is None else at for f in states.feature_id],
        dtype=np.int64,
    )
    lon, lat = np.full(len(states), 999.0), np.full(len(states), 999.0)
    lon[row >= 0] = sight.batch.lon[row[row >= 0]]
    lat[row >= 0] = sight.batch.lat[row[row >= 0]]
    return lon, lat


def _unwanted(
    layer: Layer, rule: LoadedRule, states: States, now: float
) -> tuple[States, Transitions]:
    """Active states of features and parts that the rule leaves out now: over, when
    the rule was changed, or now when it was the feature."""
    asked = np.unique(states.feature_id[states.active]).tolist()
    wanted = sorted(matching(layer, rule.row.feature_filter, asked))
    out = states.active & ~np.isin(states.feature_id, wanted)
    if rule.row.parts:
        out |= states.active & ~series.of_parts(states.feature_id, rule.row.parts)
    edited = rule.row.updated_at.timestamp()
    when = np.where(edited >= states.last_at, edited, now)
    return _ended(states, out, np.clip(when, states.since, now), NOT_MEANT)


def _ended(
    states: States, over: np.ndarray, when: Floats, reason: str
) -> tuple[States, Transitions]:
    """``over`` states ended at ``when``."""
    which = np.flatnonzero(over)
    new = states
    if len(which):
        new = states.take(np.arange(len(states)))
        new.active[which] = new.base_active[which] = False
        new.since[which] = new.base_at[which] = when[which]
        new.base_class[which] = new.base_count[which] = 0
        new.tail_at[which], new.tail_class[which] = np.nan, 0
    return new, Transitions(
        state=which,
        row=np.full(len(which), -1),
        at=when[which],
        on=np.zeros(len(which), dtype=bool),
        late=np.zeros(len(which), dtype=bool),
        reason=[reason] * len(which),
    )


def _starting(rule: LoadedRule, now: float) -> Floats:
    """The moments of late at which zones of the rule came into force."""
    starts = np.unique(rule.zones.starts)
    return starts[(starts > now - LOOK_BACK_S) & (starts <= now)]


def _begun(layer: Layer, rule: LoadedRule, now: float) -> int:
    """Find those who were inside when a zone came into force, and silent since:
    their last fix counts as one of that moment."""
    count = 0
    for start in _starting(rule, now):
        columns = rule.kind.columns(rule.params)
        sight = of_live(layer, columns, since=float(start) - STILL_THERE_S)
        there = np.flatnonzero(sight.batch.at < start)
        if not len(there):
            continue
        sight = taken(sight, there)
        moved = replace(sight.batch, at=np.full(len(there), float(start)))
        sight = replace(sight, batch=moved)
        known = storage.load(layer.slug, np.unique(moved.feature_id))
        count += look(layer, rule, known.of(rule.row.pk), sight)
    return count


def _switch_off(layer: Layer, row: Rule) -> int:
    """End what a rule that is off still holds to be so."""
    alerts = Alert.objects.filter(rule=row, active=True, closed_at=None)
    if not RuleState.objects.filter(rule=row).exists() and not alerts.exists():
        return 0
    with transaction.atomic():
        hold(layer.slug)
        rule = ruleset.switched_off(row)
        if rule is None:
            return 0
        if rule.kind.evaluate is None:
            return _switch_off_alerts(layer, rule)
        old = storage.load_rule(row.pk, layer.slug)
        sight = of_live(layer, ids=old.feature_id)
        edited = np.full(len(old), row.updated_at.timestamp())
        when = np.fmax(edited, old.since)
        new, found = _ended(old, old.active, when, SWITCHED_OFF)
        count = conclude(layer, rule, old, new, found, sight)
        RuleState.objects.filter(rule=row).delete()
        return count


def _switch_off_alerts(layer: Layer, rule: LoadedRule) -> int:
    """The same for a rule over events, whose memory is its alerts."""
    crossings = [
        Crossing(
            feature_id=alert.feature_id,
            part=alert.part,
            part_title=alert.part_title,
            group=alert.group_key,
            title=alert.feature_title,
            unit_id=alert.unit_id,
            lon=None,
            lat=None,
            zone_id=None,
            zone_version=0,
            zone_title="",
            at=max(rule.row.updated_at, alert.last_at).timestamp(),
            on=False,
            late=False,
            reason=SWITCHED_OFF,
        )
        for alert in Alert.objects.filter(rule=rule.row, active=True, closed_at=None)
    ]
    apply(Outcome(layer=layer, rule=rule, crossings=crossings, active=set()), crossings)
    return len(crossings)
