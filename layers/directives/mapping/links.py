"""Lines from the place of each open directive to whom it was sent, and its clock.

A line ends at the feature that is addressed, else inside the unit. Only what the
caller may see: directives in scope, features in theirs; units are public.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from django.db import connection
from django.utils import timezone
from psycopg import sql

from layers.core import queries as core
from layers.core import units
from layers.core.db import execute
from layers.core.queries import FeatureQuery
from layers.core.scope import Grant
from layers.core.spec import by_role, registry
from layers.directives import queries, rules, timing
from layers.directives.models import Directive, Task

SQL = Path(__file__).parent / "sql"
PLACES = (SQL / "places.sql").read_text()
OUTLINES = (SQL / "outlines.sql").read_text()
MOST = 500

Place = tuple[float, float]


def collection(grant: Grant) -> dict[str, Any]:
    """GeoJSON of every open directive with a place: ``kind`` is ``link`` (line from it
    to whom it went), ``end`` (their place) or ``clock`` (its own place)."""
    # drafts were sent to nobody
    states = sorted(rules.OPEN - {rules.DRAFT})
    rows = queries.visible(grant).filter(status__in=states).exclude(geom=None)
    found = list(rows.order_by("pk")[:MOST])
    tasks = {entry.pk: list(entry.tasks.all()) for entry in found}
    everyone = [task for group in tasks.values() for task in group]
    ends = _ends(grant, everyone)
    features: list[dict[str, Any]] = []
    now = timezone.now()
    for directive in found:
        if directive.geom is None:
            continue
        # what is stored is as old as the last look of the beat
        timing.derive(directive, tasks[directive.pk], now)
        point = directive.geom.point_on_surface
        here = (point.x, point.y)
        features.append(_clock(directive, tasks[directive.pk], here))
        for task in tasks[directive.pk]:
            features += _links(directive, task, here, ends)
    return {"type": "FeatureCollection", "features": features}


def _ends(grant: Grant, tasks: Iterable[Task]) -> dict[tuple[str, int], Place]:
    """Where each addressee is, by ("", unit id) or (layer, feature id)."""
    wanted: dict[str, set[int]] = defaultdict(set)
    unit_ids: set[int] = set()
    for task in tasks:
        unit_ids |= {unit for unit in (task.unit_id, *task.co_units) if unit}
        if task.feature_layer in registry and task.feature_id:
            wanted[task.feature_layer].add(task.feature_id)
    found = {("", unit_id): place for unit_id, place in unit_places(unit_ids).items()}
    for slug, ids in wanted.items():
        query = FeatureQuery(ids=tuple(sorted(ids)), limit=len(ids))
        for feature in core.features(registry[slug], grant, query):
            geometry = feature["geometry"]
            if geometry and geometry["type"] == "Point":
                lon, lat = geometry["coordinates"][:2]
                found[slug, feature["id"]] = (lon, lat)
    return found


def unit_places(unit_ids: Iterable[int]) -> dict[int, Place]:
    """A place (lon, lat) inside each unit that has an outline."""
    ids = sorted(unit_ids)
    if not ids:
        return {}
    relation = sql.Identifier(by_role(units.ROLE).relation)
    with connection.cursor() as cursor:
        execute(cursor, sql.SQL(PLACES).format(units=relation), [ids])
        return {row[0]: (row[2], row[3]) for row in cursor.fetchall()}


def unit_outlines(unit_ids: Iterable[int]) -> list[dict[str, Any]]:
    """The outlines of units as GeoJSON geometries, the greatest first."""
    relation = sql.Identifier(by_role(units.ROLE).relation)
    with connection.cursor() as cursor:
        execute(cursor, sql.SQL(OUTLINES).format(units=relation), [sorted(unit_ids)])
        return [orjson.loads(row[0]) for row in cursor.fetchall()]


def _clock(directive: Directive, tasks: list[Task], here: Place) -> dict[str, Any]:
    """``due_at`` and how long the clock runs in all (``span_s``) are those of the task
    whose clock the directive shows."""
    task = timing.leading(tasks)
    return _feature(
        "Point",
        here,
        kind="clock",
        directive=directive.pk,
        number=directive.number,
        title=directive.title,
        status=directive.status,
        clock=directive.clock,
        severity=directive.severity,
        due_at=_epoch(timing.due(task or directive)),
        span_s=round(timing.minutes(task) * 60) if task else None,
        running=directive.status in rules.RUNNING,
    )


def _links(
    directive: Directive, task: Task, here: Place, ends: dict[tuple[str, int], Place]
) -> list[dict[str, Any]]:
    """The lead unit (or what is addressed through it) and those who co-operate."""
    tree = units.tree()
    asked = [(("", unit_id), tree.title(unit_id), False) for unit_id in task.co_units]
    if task.feature_layer and task.feature_id:
        key = (task.feature_layer, task.feature_id)
        asked.append((key, task.feature_title, True))
        if key not in ends and task.unit_id:
            asked[-1] = (("", task.unit_id), tree.title(task.unit_id), True)
    elif task.unit_id:
        asked.append((("", task.unit_id), tree.title(task.unit_id), True))
    found = []
    for key, title, leads in asked:
        place = ends.get(key)
        if place is None:
            continue
        said = {
            "directive": directive.pk,
            "task": task.pk,
            "title": title,
            "leads": leads,
            "status": task.status,
            "clock": task.clock,
        }
        found.append(_feature("LineString", [here, place], kind="link", **said))
        found.append(_feature("Point", place, kind="end", **said))
    return found


def _feature(geometry: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": geometry, "coordinates": coordinates},
        "properties": properties,
    }


def _epoch(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
