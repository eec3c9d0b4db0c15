"""What the explorer is built from: which indicators have figures, which sets of
units there were, and small outlines of a set for maps of a few hundred pixels."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext, gettext_noop
from psycopg import sql

from layers.core import bands, units
from layers.core.scope import Grant
from layers.core.spec import by_role
from layers.core.versions import cached_by_version

from .models import Indicator, Subsystem
from .models.figures import NATIONAL

_SQL = Path(__file__).parent / "sql"
_KNOWN = (_SQL / "known_series.sql").read_text()
_OUTLINES = (_SQL / "outlines.sql").read_text()
# drawn for a map of this zoom: about 600 m to the pixel
ZOOM = 8
METRES_PER_STEP = 100
DAY = timedelta(days=1)

# How often figures come, named so that they can be translated. They are data: one
# that is missing here is shown as it is written.
PERIODS = (
    gettext_noop("minute"),
    gettext_noop("hour"),
    gettext_noop("day"),
    gettext_noop("week"),
    gettext_noop("month"),
    gettext_noop("quarter"),
    gettext_noop("season"),
    gettext_noop("semester"),
    gettext_noop("year"),
    gettext_noop("10 years"),
    gettext_noop("once"),
    gettext_noop("case"),
    gettext_noop("5 min"),
    gettext_noop("10 min"),
)


@dataclass(frozen=True, slots=True)
class UnitSet:
    """The units of a level from ``start`` (None: as far back as is known) to
    ``end`` (None: today and on); both days belong to it."""

    start: date | None
    end: date | None
    count: int


@cached_by_version("indicators")
def _series() -> list[tuple[int, str, int, date]]:
    """Every series: indicator id, facet, unit id, last day of its newest figure."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN)
        return cursor.fetchall()


def catalogue(grant: Grant) -> list[dict[str, Any]]:
    """Every indicator with the levels and facets that have figures for the caller.

    ``levels`` maps a kind of unit to the last day of its newest figure (ISO).
    """
    nodes = units.tree().nodes
    levels: dict[int, dict[str, date]] = defaultdict(dict)
    facets: dict[int, set[str]] = defaultdict(set)
    for indicator_id, facet, unit_id, end in _series():
        node = nodes.get(unit_id)
        if node is None or not grant.sees_unit(unit_id) or facet == NATIONAL:
            continue
        newest = levels[indicator_id]
        newest[node.kind] = max(newest.get(node.kind, end), end)
        if node.kind != "province":
            facets[indicator_id].add(facet)
    return [
        _entry(indicator, levels[indicator.pk], facets[indicator.pk])
        for indicator in Indicator.objects.order_by("subsystem", "code")
    ]


def _entry(
    indicator: Indicator, newest: dict[str, date], facets: set[str]
) -> dict[str, Any]:
    return {
        "code": indicator.code,
        "name": indicator.name,
        "group": str(Subsystem(indicator.subsystem).label),
        "unit": gettext(indicator.unit) if indicator.unit else "",
        "decimals": indicator.decimals,
        "period": "/".join(gettext(part) for part in _parts(indicator.period)),
        "direction": indicator.direction,
        "bands": bool(indicator.green or indicator.red),
        "headline": indicator.headline,
        "facets": sorted(facets),
        "levels": {kind: day.isoformat() for kind, day in sorted(newest.items())},
    }


def _parts(period: str) -> list[str]:
    """``month/year`` -> month, year."""
    return [part.strip() for part in period.split("/") if part.strip()]


def unit_sets(tree: units.UnitTree, kind: str) -> list[UnitSet]:
    """The sets of units of a level, oldest first; spans without units are left out."""
    nodes = [node for node in tree.nodes.values() if node.kind == kind]
    changes = {node.valid_from for node in nodes if node.valid_from}
    changes |= {node.valid_to + DAY for node in nodes if node.valid_to}
    starts: list[date | None] = [None, *sorted(changes)]
    found = []
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        day = start or (following - DAY if following else date.max)
        count = sum(node.valid_on(day) for node in nodes)
        if count:
            found.append(UnitSet(start, following - DAY if following else None, count))
    return found


def outlines(kind: str, day: date) -> dict[str, Any]:
    """Outlines of the units of ``kind`` valid on ``day``, for small maps.

    ``size`` is the width and height of all in steps of 100 m (web mercator);
    ``units`` have ``id``, ``path`` (SVG path data in these steps, y downwards),
    ``at`` ([lon, lat] inside the unit) and ``box`` ([west, south, east, north]).
    """
    layer = by_role(units.ROLE)
    query = sql.SQL(_OUTLINES).format(
        relation=sql.Identifier(layer.relation),
        shape=sql.Identifier(bands.column(ZOOM)),
        anchor=sql.Identifier(bands.ANCHOR),
    )
    given: dict[str, str | date | int] = {
        "kind": kind,
        "day": day,
        "step": METRES_PER_STEP,
    }
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        rows = cursor.fetchall()
    return {
        "size": [rows[0][7], rows[0][8]] if rows else [1, 1],
        "units": [
            {"id": row[0], "path": row[1], "at": row[2], "box": list(row[3:7])}
            for row in rows
        ],
    }
