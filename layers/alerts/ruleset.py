"""The rules of a layer ready for use: parameters parsed, zones in memory.

Read again when the alerts layer or a layer of zones has another version, so an
edit counts from the next batch on, and every month for the seasons to come.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from operator import is_
from typing import Any

import numpy as np
from django.utils import timezone
from pydantic import ValidationError

from layers.core import filters, versions
from layers.core.spec import by_role

from .kinds import kinds
from .kinds.base import Ints, Look, RuleKind, Zones, no_zones
from .models import Rule
from .zoning import zones_of

log = logging.getLogger(__name__)

ROLE = "alerts"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoadedRule:
    """One enabled rule: the row, its kind, typed parameters and zones."""

    row: Rule
    kind: RuleKind
    params: Any
    zones: Zones


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """The rules of a layer over observations, and what tells for many at once which
    rows concern which (``screens``: places in ``rules`` with their look)."""

    rules: list[LoadedRule]
    columns: frozenset[str]
    screens: list[tuple[Ints, Look]]
    unscreened: list[int]


_plans: dict[str, tuple[list[LoadedRule], Plan]] = {}
_rules: dict[str, tuple[Any, list[Rule]]] = {}
_loaded: dict[tuple[int, int], tuple[Any, LoadedRule]] = {}


def forget() -> None:
    """Empty the memory (tests roll transactions back)."""
    _rules.clear()
    _loaded.clear()
    _plans.clear()


def of_layer(slug: str) -> list[LoadedRule]:
    """Enabled rules for ``slug``, ordered by code; broken ones are logged and left."""
    version = versions.current(by_role(ROLE).slug)
    known = _rules.get(slug)
    if known is None or known[0] != version:
        rows = list(Rule.objects.filter(layer=slug, enabled=True).order_by("slug"))
        _rules[slug] = known = (version, rows)
    zone_versions: dict[str, tuple[int, int]] = {}
    month = timezone.localdate().strftime("%Y-%m")
    found = []
    for row in known[1]:
        if row.zone_layer and row.zone_layer not in zone_versions:
            zone_versions[row.zone_layer] = versions.current(row.zone_layer)
        loaded = _load(row, (zone_versions.get(row.zone_layer), month))
        if loaded is not None:
            found.append(loaded)
    return found


def plan(slug: str) -> Plan:
    """What observations of ``slug`` concern, made anew when a rule or zone changed."""
    rules = [rule for rule in of_layer(slug) if _observes(rule.kind)]
    known = _plans.get(slug)
    if known is not None and _same(known[0], rules):
        return known[1]
    places: dict[str, list[int]] = defaultdict(list)
    for place, rule in enumerate(rules):
        places[rule.kind.slug if not rule.kind.timed else ""].append(place)
    places.pop("", None)  # only the clock begins those
    screens, unscreened = [], []
    for kind, mine in places.items():
        screen = kinds[kind].screen
        if screen is None:
            unscreened += mine
            continue
        params, zones = ([getattr(rules[at], x) for at in mine] for x in FED)
        screens.append((np.array(mine, dtype=np.int64), screen(params, zones)))
    columns = frozenset(c for rule in rules for c in rule.kind.columns(rule.params))
    found = Plan(rules=rules, columns=columns, screens=screens, unscreened=unscreened)
    _plans[slug] = rules, found
    return found


FED = ("params", "zones")


def _observes(kind: RuleKind) -> bool:
    """Whether observations matter to rules of a kind."""
    return kind.evaluate is not None and (not kind.timed or kind.heard)


def _same(first: list[LoadedRule], second: list[LoadedRule]) -> bool:
    return len(first) == len(second) and all(map(is_, first, second))


def ready(row: Rule) -> LoadedRule:
    """A rule with its zones as they are now. Raises LookupError, pydantic's
    ValidationError or FilterError when it cannot be evaluated."""
    kind = kinds[row.kind]
    params = kind.params.model_validate(row.params)
    zoned = kind.needs_zone or (kind.may_zone and row.zone_layer)
    zones = zones_of(row, kind.side(params)) if zoned else no_zones()
    return LoadedRule(row=row, kind=kind, params=params, zones=zones)


def _load(row: Rule, zone_version: Any) -> LoadedRule | None:
    key = (row.pk, row.version)
    token = (zone_version, row.updated_at)
    known = _loaded.get(key)
    if known is not None and known[0] == token:
        return known[1]
    try:
        loaded = ready(row)
    except (LookupError, ValidationError, filters.FilterError) as error:
        log.error("rule %s is not evaluated: %s", row.slug, error)
        return None
    _loaded[key] = (token, loaded)
    return loaded


def switched_off(row: Rule) -> LoadedRule | None:
    """A rule that is off, with no zones, to end what it has begun."""
    try:
        kind = kinds[row.kind]
        params = kind.params.model_validate(row.params)
    except (LookupError, ValidationError) as error:
        log.error("rule %s cannot be ended: %s", row.slug, error)
        return None
    return LoadedRule(row=row, kind=kind, params=params, zones=no_zones())


def now_suppressed(row: Rule, now: datetime) -> bool:
    return row.suppressed_until is not None and row.suppressed_until > now
