"""Who must be told of an alert, as CAP areas.

The unit of the place with its outline and its code in the set of units of the day, and
the zone that it is about. Something far off the coast has a circle around it besides.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import shapely
from django.db import connection
from psycopg import sql

from layers.alerts.models import Alert
from layers.core import units
from layers.core.cap.model import Area, Circle, Ring
from layers.core.db import execute
from layers.core.spec import by_role, registry

OUTLINE = (Path(__file__).parent / "outline.sql").read_text()
# A message is read by phones: about 100 m, and the greatest parts only.
TOLERANCE_DEG = 0.001
MOST_PARTS = 12
AROUND_KM = 5.0


def areas_of(alert: Alert) -> tuple[Area, ...]:
    """At least one area: the schema allows none, but then nobody is told."""
    found = [*_unit(alert), *_zone(alert)]
    if not found and alert.geom is not None:
        point = alert.geom.point_on_surface
        circle = Circle(point.x, point.y, AROUND_KM)
        title = alert.feature_title or alert.title
        found.append(Area(description=title, circles=(circle,)))
    return tuple(found)


def _unit(alert: Alert) -> list[Area]:
    node = units.tree().nodes.get(alert.unit_id or 0)
    if node is None:
        return []
    shape = _outline(by_role(units.ROLE).relation, node.id)
    circles: tuple[Circle, ...] = ()
    if alert.geom is not None and shape is not None:
        point = alert.geom.point_on_surface
        if not shape.contains(shapely.Point(point.x, point.y)):
            circles = (Circle(point.x, point.y, AROUND_KM),)
    return [
        Area(
            description=node.title,
            polygons=rings(shape),
            circles=circles,
            geocodes=((geocode_name(node), node.code),) if node.code else (),
        )
    ]


def geocode_name(node: units.UnitNode) -> str:
    """The name of the code list: codes have been used again, so it has a date."""
    since = node.valid_from.isoformat() if node.valid_from else "undated"
    return f"VN:GSO:{node.kind}:{since}"


def _zone(alert: Alert) -> list[Area]:
    if not alert.zone_id or alert.zone_layer not in registry:
        return []
    shape = _outline(registry[alert.zone_layer].relation, alert.zone_id)
    polygons = rings(shape)
    if not polygons:
        return []
    return [Area(description=alert.zone_title or alert.title, polygons=polygons)]


def _outline(relation: str, feature_id: int) -> Any:
    statement = sql.SQL(OUTLINE).format(relation=sql.Identifier(relation))
    with connection.cursor() as cursor:
        execute(cursor, statement, [TOLERANCE_DEG, feature_id])
        row = cursor.fetchone()
    return shapely.from_wkb(bytes(row[0])) if row and row[0] else None


def rings(shape: Any) -> tuple[Ring, ...]:
    """The outer rings of the greatest parts: CAP has no holes."""
    if shape is None:
        return ()
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    parts.sort(key=lambda part: -part.area)
    return tuple(
        tuple((float(x), float(y)) for x, y in part.exterior.coords)
        for part in parts[:MOST_PARTS]
        if len(part.exterior.coords) >= 4
    )
