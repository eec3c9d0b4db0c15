"""The rules of a layer ready for use: parameters parsed, zones in memory.

Read again when the alerts layer or a layer of zones has another version, so an
edit counts from the next batch on, and every month for the seasons to come.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone
from pydantic import ValidationError

from layers.core import filters, versions
from layers.core.spec import by_role

from .kinds import kinds
from .kinds.base import Ints, Look, RuleKind, Zones, no_zones
from .kinds.uniting import Alone, Union, alike
from .models import Rule
from .zoning import zones_of

log = logging.getLogger(__name__)

ROLE = "alarms"
# Which rows there are, and which writing of each.
MARK = """
SELECT coalesce(md5(string_agg(concat_ws(' ', id, xmin, ctid), ',' ORDER BY id)), '')
FROM alerts_rule WHERE layer = %s AND enabled
"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoadedRule:
    """One enabled rule: the row, its kind, typed parameters and zones."""

    row: Rule
    kind: RuleKind
    params: Any
    zones: Zones


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bundle:
    """Rules that are evaluated as one; all have the filter and the parts of the first
    and look back equally far."""

    rules: list[LoadedRule]
    run: Union
    lookback: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """The rules of a layer over observations, and what tells for many at once which
    rows concern which (``screens``: places in ``rules`` with their look).

    ``bundle`` and ``within`` are the bundle of each rule and its place there; ``pk``
    are the ids of rules in order, of those at the places ``by_pk``.
    """

    rules: list[LoadedRule]
    columns: frozenset[str]
    screens: list[tuple[Ints, Look]]
    unscreened: list[int]
    bundles: list[Bundle]
    bundle: Ints
    within: Ints
    pk: Ints
    by_pk: Ints


_plans: dict[str, tuple[list[LoadedRule], Plan]] = {}
_rules: dict[str, tuple[Any, tuple[list[Rule], list[str], str]]] = {}
_ready: dict[str, tuple[Any, list[LoadedRule]]] = {}
_loaded: dict[tuple[int, int], tuple[Any, LoadedRule]] = {}


def forget() -> None:
    """Empty the memory (tests roll transactions back)."""
    _rules.clear()
    _ready.clear()
    _loaded.clear()
    _plans.clear()


def of_layer(slug: str) -> list[LoadedRule]:
    """Enabled rules for ``slug``, ordered by code; broken ones are logged and left."""
    rows, zoned, mark = _rows(slug)
    zones = {layer: versions.current(layer) for layer in zoned}
    month = timezone.localdate().strftime("%Y-%m")
    token = (mark, zones, month)
    ready = _ready.get(slug)
    if ready is None or ready[0] != token:
        loaded = [_load(row, (zones.get(row.zone_layer), month)) for row in rows]
        _ready[slug] = ready = (token, [rule for rule in loaded if rule is not None])
    return ready[1]


def _rows(slug: str) -> tuple[list[Rule], list[str], str]:
    """Enabled rules, the layers of their zones, and the mark of the rows as they are.
    They are read again when that is another: the version of the layer of alerts
    changes with every alert."""
    version = versions.current(by_role(ROLE).slug)
    known = _rules.get(slug)
    if known is not None and known[0] == version:
        return known[1]
    with connection.cursor() as cursor:
        cursor.execute(MARK, [slug])
        mark = cursor.fetchone()[0]
    if known is None or known[1][2] != mark:
        rows = list(Rule.objects.filter(layer=slug, enabled=True).order_by("slug"))
        zoned = sorted({row.zone_layer for row in rows if row.zone_layer})
        _rules[slug] = version, (rows, zoned, mark)
    else:
        _rules[slug] = version, known[1]
    return _rules[slug][1]


def plan(slug: str) -> Plan:
    """What observations of ``slug`` concern, made anew when a rule or zone changed."""
    loaded = of_layer(slug)
    known = _plans.get(slug)
    if known is not None and known[0] is loaded:
        return known[1]
    found = _planned([rule for rule in loaded if _observes(rule.kind)])
    _plans[slug] = loaded, found
    return found


def _planned(rules: list[LoadedRule]) -> Plan:
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
        screens.append((np.array(mine, dtype=np.int64), screen(*_fed(rules, mine))))
    pk = np.array([rule.row.pk for rule in rules], dtype=np.int64)
    by_pk = np.argsort(pk)
    bundles, bundle, within = _bundled(rules)
    return Plan(
        rules=rules,
        columns=frozenset(c for rule in rules for c in rule.kind.columns(rule.params)),
        screens=screens,
        unscreened=unscreened,
        bundles=bundles,
        bundle=bundle,
        within=within,
        pk=pk[by_pk],
        by_pk=by_pk,
    )


def _bundled(rules: list[LoadedRule]) -> tuple[list[Bundle], Ints, Ints]:
    """The rules put together, with the bundle of each and its place there."""
    bundles: list[Bundle] = []
    bundle, within = np.zeros((2, len(rules)), dtype=np.int64)
    row = [rule.row for rule in rules]
    keys = [(r.kind, r.feature_filter, tuple(r.parts)) for r in row]
    for mine in alike(keys):
        for places, union in _unions(rules[mine[0]].kind, *_fed(rules, mine)):
            chosen = [mine[place] for place in places]
            bundle[chosen], within[chosen] = len(bundles), np.arange(len(chosen))
            first = rules[chosen[0]]
            back = first.kind.lookback(first.params)
            them = [rules[place] for place in chosen]
            bundles.append(Bundle(rules=them, run=union, lookback=back))
    return bundles, bundle, within


def _unions(
    kind: RuleKind, params: list[Any], zones: list[Zones]
) -> list[tuple[list[int], Union]]:
    if kind.unite is not None:
        return kind.unite(params, zones)
    evaluate = kind.evaluate
    if evaluate is None:
        raise LookupError(f"rules of kind {kind.slug} look at no observations")
    return [
        ([place], Alone(evaluate, *fed))
        for place, fed in enumerate(zip(params, zones, strict=True))
    ]


def _fed(rules: list[LoadedRule], places: list[int]) -> tuple[list[Any], list[Zones]]:
    """Parameters and zones of some rules."""
    mine = [rules[place] for place in places]
    return [rule.params for rule in mine], [rule.zones for rule in mine]


def _observes(kind: RuleKind) -> bool:
    """Whether observations matter to rules of a kind."""
    return kind.evaluate is not None and (not kind.timed or kind.heard)


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
