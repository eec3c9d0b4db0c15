"""The rules of a layer ready for use: parameters parsed, zones in memory.

Read again when the alerts layer or a layer of zones has another version, so an
edit counts from the next batch on, and every month for the seasons to come.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from pydantic import ValidationError

from layers.core import filters, versions
from layers.core.spec import by_role

from .kinds import kinds
from .kinds.base import RuleKind, Zones, no_zones
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


_rules: dict[str, tuple[Any, list[Rule]]] = {}
_loaded: dict[tuple[int, int], tuple[Any, LoadedRule]] = {}


def forget() -> None:
    """Empty the memory (tests roll transactions back)."""
    _rules.clear()
    _loaded.clear()


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


def _load(row: Rule, zone_version: Any) -> LoadedRule | None:
    key = (row.pk, row.version)
    token = (zone_version, row.updated_at)
    known = _loaded.get(key)
    if known is not None and known[0] == token:
        return known[1]
    try:
        kind = kinds[row.kind]
        params = kind.params.model_validate(row.params)
        zones = zones_of(row, kind.side(params)) if kind.needs_zone else no_zones()
        loaded = LoadedRule(row=row, kind=kind, params=params, zones=zones)
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
