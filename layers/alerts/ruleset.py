"""The rules of a layer ready for use: parameters parsed, zones in memory.

Read again when the alerts layer or a layer of zones has another version, so an
edit counts from the next batch on.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
import xxhash
from django.db import connection
from psycopg import sql
from pydantic import ValidationError

from layers.core import filters, versions
from layers.core.db import execute
from layers.core.spec import by_role, registry

from .kinds import kinds
from .kinds.base import RuleKind, Zones, no_zones
from .models import Rule

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
    found = []
    for row in known[1]:
        if row.zone_layer and row.zone_layer not in zone_versions:
            zone_versions[row.zone_layer] = versions.current(row.zone_layer)
        loaded = _load(row, zone_versions.get(row.zone_layer))
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
        loaded = LoadedRule(
            row=row,
            kind=kind,
            params=kind.params.model_validate(row.params),
            zones=zones_of(row) if kind.needs_zone else no_zones(),
        )
    except (LookupError, ValidationError, filters.FilterError) as error:
        log.error("rule %s is not evaluated: %s", row.slug, error)
        return None
    _loaded[key] = (token, loaded)
    return loaded


def zones_of(row: Rule) -> Zones:
    """The areas that the rule names, from the layer that holds them.

    Raises LookupError for an unknown layer, FilterError for a bad filter.
    """
    layer = registry[row.zone_layer]
    where: list[sql.Composable] = [sql.SQL("ST_Dimension(geom) = 2")]
    values: list[Any] = []
    if row.zone_id is not None:
        where.append(sql.SQL("id = %s"))
        values.append(row.zone_id)
    if row.zone_filter:
        fragment, bound = filters.to_sql(layer, row.zone_filter)
        where.append(fragment)
        values += bound
    statement = sql.SQL(
        "SELECT id, title, ST_AsBinary(geom) FROM {} WHERE {} ORDER BY id"
    ).format(sql.Identifier(layer.relation), sql.SQL(" AND ").join(where))
    with connection.cursor() as cursor:
        execute(cursor, statement, values)
        rows = cursor.fetchall()
    area = np.empty(len(rows), dtype=object)
    area[:] = [shapely.from_wkb(bytes(wkb)) for _id, _title, wkb in rows]
    shapely.prepare(area)
    return Zones(
        id=np.array([number for number, _title, _wkb in rows], dtype=np.int64),
        version=np.array(
            [xxhash.xxh64_intdigest(bytes(wkb)) >> 1 for _id, _title, wkb in rows],
            dtype=np.int64,
        ),
        title=[title for _id, title, _wkb in rows],
        area=area,
    )


def now_suppressed(row: Rule, now: datetime) -> bool:
    return row.suppressed_until is not None and row.suppressed_until > now
