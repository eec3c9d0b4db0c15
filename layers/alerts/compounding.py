"""Compound rules: alerts of two other rules near each other raise one of their own.

Whenever alerts of one of the two change, all of theirs that may still count are
compared. What is found depends on the alerts alone, not on the order in which they
came, and a change told again has a known key.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from math import nan
from typing import Any

import numpy as np
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.core.models import Event
from layers.core.spec import by_role
from layers.core.versions import hold

from . import ruleset
from .crossings import Crossing, Outcome, tell
from .kinds import kinds
from .kinds.compound import Met, Spells, pair
from .models import Alert, Rule
from .ruleset import LoadedRule

# What ended longer ago than this meets nothing any more, whatever a rule says.
MOST_BACK = timedelta(days=60)
CLEARED = "alert.cleared"
LIFE = ("alert.raised", "alert.repeated", CLEARED)


def run(events: list[Event]) -> None:
    """The event listener: what became of alerts against the compound rules."""
    slug = by_role(ruleset.ROLE).slug
    alerts = {e.feature_id for e in events if e.layer == slug and e.feature_id}
    rules = [rule for rule in ruleset.of_layer(slug) if rule.kind.pairs is not None]
    if not alerts or not rules:
        return
    moved = set(
        Alert.objects.filter(pk__in=alerts).values_list("rule__slug", flat=True)
    )
    for rule in in_order(rules):
        first, second = rule.kind.pairs(rule.params)  # type: ignore[misc]
        if moved & {first, second} and look(rule):
            moved.add(rule.row.slug)


def in_order(rules: Iterable[LoadedRule]) -> list[LoadedRule]:
    """Compound rules after those whose alerts they are about; by code otherwise."""
    left = {rule.row.slug: rule for rule in rules}
    found: list[LoadedRule] = []
    while left:
        free = [
            slug
            for slug, rule in sorted(left.items())
            if not set(rule.kind.pairs(rule.params)) & left.keys()  # type: ignore[misc]
        ]
        # a cycle cannot be saved; should there be one, each is looked at once
        for slug in free or sorted(left):
            found.append(left.pop(slug))
    return found


def look(rule: LoadedRule) -> int:
    """One compound rule on the alerts of its two rules; how many changes were new."""
    layer = by_role(ruleset.ROLE)
    hold(layer.slug)
    codes = rule.kind.pairs(rule.params)  # type: ignore[misc]
    first, second = (_alerts(code, rule.params.minutes) for code in codes)
    met = pair(rule.params, _spells(first), _spells(second))
    crossings = list(_crossings(first, second, met))
    active = {first[place].pk for place in met.one[met.active].tolist()}
    told = {crossing.feature_id for crossing in crossings if not crossing.on}
    crossings += _ends(rule, active | told)
    if not crossings:
        return 0
    outcome = Outcome(layer=layer, rule=rule, crossings=crossings, active=set(active))
    return tell(outcome)


def _alerts(code: str, minutes: float) -> list[Alert]:
    """Alerts of a rule that are active, or ended so lately that they may still meet.
    Suppressed ones do not count: they are known not to be so."""
    since = timezone.now() - min(timedelta(minutes=minutes) * 2, MOST_BACK)
    return list(
        Alert.objects.filter(rule__slug=code, suppressed=False, geom__isnull=False)
        .filter(Q(closed_at=None) & Q(active=True) | Q(cleared_at__gte=since))
        .order_by("raised_at", "pk")
    )


def _spells(alerts: list[Alert]) -> Spells:
    begun = _begun([alert.pk for alert in alerts])
    places = [alert.geom.coords if alert.geom else (nan, nan) for alert in alerts]
    return Spells(
        id=np.array([alert.pk for alert in alerts], dtype=np.int64),
        begins=np.array(
            [begun.get(alert.pk, alert.raised_at.timestamp()) for alert in alerts]
        ),
        ends=np.array([_end(alert) for alert in alerts]),
        lon=np.array([place[0] for place in places]),
        lat=np.array([place[1] for place in places]),
    )


def _begun(ids: list[int]) -> dict[int, float]:
    """Since when each alert is (or last was) active: one that was over and came again
    begins anew, one that is only told again does not."""
    found: dict[int, float] = {}
    over: set[int] = set()
    told = Event.objects.filter(
        layer=by_role(ruleset.ROLE).slug, feature_id__in=ids, kind__in=LIFE
    ).order_by("happened_at", "pk")
    for pk, kind, at in told.values_list("feature_id", "kind", "happened_at"):
        if pk is None:
            continue
        if kind == CLEARED:
            over.add(pk)
        elif pk not in found or pk in over:
            found[pk] = at.timestamp()
            over.discard(pk)
    return found


def _end(alert: Alert) -> float:
    if alert.active and alert.closed_at is None:
        return float("inf")
    ended = alert.cleared_at or alert.closed_at or alert.last_at
    return float(ended.timestamp())


def _crossings(first: list[Alert], second: list[Alert], met: Met) -> Iterable[Crossing]:
    """Where two met, and where they parted. One alert about each of the first, begun
    by the earliest of the second that it met."""
    order = np.lexsort((met.two, met.at))
    for place in order.tolist():
        one, two = first[met.one[place]], second[met.two[place]]
        facts = {
            "first": one.pk,
            "second": two.pk,
            "second_title": two.title,
            "metres": round(float(met.metres[place])),
        }
        yield _crossing(one, two, float(met.at[place]), facts, on=True)
        if np.isfinite(met.until[place]):
            yield _crossing(one, two, float(met.until[place]), facts, on=False)


def _crossing(
    one: Alert, two: Alert | None, at: float, facts: dict[str, Any] | None, *, on: bool
) -> Crossing:
    return Crossing(
        feature_id=one.pk,
        title=one.title,
        unit_id=one.unit_id,
        lon=one.geom.x if one.geom else None,
        lat=one.geom.y if one.geom else None,
        zone_id=None,
        # tells the pairs of one alert apart in the keys of their events
        zone_version=two.pk if two is not None else 0,
        zone_title="",
        at=at,
        on=on,
        late=False,
        evidence=facts,
    )


def _ends(rule: LoadedRule, known: set[int | None]) -> list[Crossing]:
    """Open compound alerts whose alert meets nothing any more: suppressed meanwhile,
    gone or long over."""
    slug = by_role(ruleset.ROLE).slug
    held = Alert.objects.filter(
        rule=rule.row, layer=slug, active=True, closed_at=None
    ).exclude(feature_id__in=known)
    now = timezone.now().timestamp()
    ids = [alert.feature_id for alert in held]
    ones = Alert.objects.in_bulk([pk for pk in ids if pk is not None])
    return [
        _crossing(ones[pk], None, min(_end(ones[pk]), now), None, on=False)
        for pk in ids
        if pk in ones
    ]


def check(rule: Rule) -> None:
    """Refuse a compound rule about rules that are not there, or about itself by way
    of others. Raises ValidationError."""
    kind = kinds.get(rule.kind)
    if kind is None or kind.pairs is None:
        return
    codes = kind.pairs(kind.params.model_validate(rule.params))
    known = {row.slug: row for row in Rule.objects.all()}
    for code in codes:
        if code not in known:
            text = _("There is no rule with the code %(code)s.") % {"code": code}
            raise ValidationError({"params": text})
    seen: set[str] = set()
    left = list(codes)
    while left:
        code = left.pop()
        if code == rule.slug:
            text = _("A compound rule must not be about itself, by way of others.")
            raise ValidationError({"params": text})
        row = known.get(code)
        if row is None or code in seen:
            continue
        seen.add(code)
        under = kinds.get(row.kind)
        if under is not None and under.pairs is not None:
            left += under.pairs(under.params.model_validate(row.params))
