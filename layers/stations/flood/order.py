"""The order sheet of a station over or near a level: whom it is for, where it leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import shapely
from django.http import HttpRequest
from django.utils import timezone

from layers.core import queries as features
from layers.core.drawer import starters
from layers.core.queries import FeatureQuery
from layers.core.scope import Grant
from layers.core.spec import by_role
from layers.stations.layer import LAYER

from .board import River, one
from .queries import Area, area_of

ALARMS = "alarms"
MOST = 1_000
# So many corners of an area fit into an address.
CORNERS = 48


@dataclass(frozen=True, slots=True)
class Sheet:
    """The order for one station: what it says, and whom it is for. ``alert`` is the
    open alert about the water, None: none; ``url`` begins a directive, "": not to
    this caller."""

    river: River
    area: Area | None
    alert: int | None
    url: str
    made_at: datetime

    @property
    def number(self) -> str:
        """Of the draft: station, level and time of the value."""
        at = timezone.localtime(self.river.at or self.made_at)
        return f"{self.river.id}-{self.river.standing or 0}/{at:%Y%m%d-%H%M}"

    @property
    def alert_url(self) -> str:
        slug = by_role(ALARMS).slug
        return f"/#layers={slug}&open={slug}/{self.alert}"

    @property
    def commune_names(self) -> list[str]:
        return [entry.title for entry in self.area.communes] if self.area else []


def sheet(
    request: HttpRequest, station_id: int, at: datetime | None = None
) -> Sheet | None:
    """The order sheet of a station; None: no such river station of the caller."""
    grant: Grant = request.grant  # type: ignore[attr-defined]
    river = one(station_id, grant, at)
    if river is None:
        return None
    area = area_of(station_id, grant, at)
    alert = alert_of(river, grant) if at is None else None
    url = _begin(request, area, alert)
    return Sheet(river, area, alert, url, at or timezone.now())


def alert_of(river: River, grant: Grant) -> int | None:
    """The gravest open alert about a station's water that the caller sees: one that
    rests on the law of its alarm levels."""
    layer = by_role(ALARMS)
    if not grant.allows(layer):
        return None
    laws = {gap.level.legal_source for gap in river.gaps} - {""}
    query = FeatureQuery(
        filter=f"layer = '{LAYER.slug}' AND state <> 'closed'",
        fields=("feature_id", "severity", "legal_basis"),
        limit=MOST,
    )
    rows = [
        row
        for row in features.features(layer, grant, query)
        if row["properties"]["feature_id"] == river.id
        and any(law in (row["properties"]["legal_basis"] or "") for law in laws)
    ]
    order = {"critical": 0, "high": 1, "medium": 2, "low": 3}
    rows.sort(key=lambda row: (order[row["properties"]["severity"]], -row["id"]))
    return rows[0]["id"] if rows else None


def _begin(request: HttpRequest, area: Area | None, alert: int | None) -> str:
    """Where a directive to the communes begins, with alert and area."""
    links = [entry.run(request) for entry in starters.values()]
    link = next((entry for entry in links if entry is not None), None)
    if link is None:
        return ""
    asked = [f"alert={alert}"] if alert else []
    if area is not None:
        asked.append(f"area={corners(area.outline)}")
    return f"{link.url}?{'&'.join(asked)}"


def corners(outline: str) -> str:
    """An outline (GeoJSON) as numbers of an address: one ring, few corners, nothing of
    it left out."""
    shape = shapely.from_geojson(outline)
    if shape.geom_type != "Polygon":
        shape = shape.convex_hull
    ring = shapely.Polygon(shape.exterior)
    for tolerance in (0.001, 0.002, 0.004, 0.008, 0.016):
        if len(ring.exterior.coords) <= CORNERS:
            break
        ring = ring.buffer(tolerance).simplify(tolerance)
    points = ring.exterior.coords[:-1]
    return ",".join(f"{value:.4f}" for point in points for value in point[:2])
