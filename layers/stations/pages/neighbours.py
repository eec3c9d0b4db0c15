"""What lies around a station: others of its kind, the river, the wind, a camera."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pyproj import Geod

from layers.core import nearby
from layers.core.nearby import Near
from layers.core.queries import FeatureQuery, features
from layers.core.scope import Grant
from layers.core.spec import by_role
from layers.stations.kinds import Kind
from layers.stations.layer import LAYER
from layers.stations.models import Latest

from .rivers import Point, next_to

GEOD = Geod(ellps="WGS84")
ALIKE = 3
CAMERAS = 2
CAMERA_WITHIN_M = 10_000
ON_RIVERS = (Kind.RIVER.value, Kind.SURFACE_WATER.value, Kind.EFFLUENT.value)
WIND = ("WindDir", "WindSpeed")
# Older wind says nothing about the air of now.
WIND_HOLDS = timedelta(hours=1)
COMPASS = (
    gettext_noop("north"), gettext_noop("north-east"), gettext_noop("east"),
    gettext_noop("south-east"), gettext_noop("south"), gettext_noop("south-west"),
    gettext_noop("west"), gettext_noop("north-west"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hint:
    """A station on the same river. ``side``: upstream, downstream or beside (which
    way the river flows is not known)."""

    side: str
    feature: dict[str, Any]
    distance_km: float

    @property
    def title(self) -> str:
        return {
            "upstream": _("Upstream"),
            "downstream": _("Downstream"),
            "beside": _("On the same river"),
        }[self.side]


def alike(feature: dict[str, Any], grant: Grant) -> list[Near]:
    """The nearest stations of the same kind, nearest first."""
    kind = feature["properties"]["kind"]
    lon, lat = feature["geometry"]["coordinates"]
    found = nearby.nearest(
        LAYER, grant, lon, lat, count=ALIKE + 1, filter=f"kind = '{kind}'"
    )
    return [near for near in found if near.feature["id"] != feature["id"]][:ALIKE]


def cameras(feature: dict[str, Any], grant: Grant) -> list[dict[str, Any]]:
    """The nearest cameras within ten kilometres that the caller may see."""
    try:
        layer = by_role("cameras")
    except LookupError:
        return []
    if not grant.allows(layer):
        return []
    lon, lat = feature["geometry"]["coordinates"]
    found = nearby.nearest(
        layer, grant, lon, lat, count=CAMERAS, within_m=CAMERA_WITHIN_M
    )
    return [
        {
            "title": near.feature["properties"]["title"],
            "distance_km": near.distance_km,
            "layer": layer.slug,
            "id": near.feature["id"],
        }
        for near in found
    ]


def river(feature: dict[str, Any], grant: Grant) -> list[Hint]:
    """The next stations on the same river, upstream first; see :mod:`.rivers`."""
    values = feature["properties"]
    if values["kind"] not in ON_RIVERS or not values["river"]:
        return []
    named = str(values["river"]).replace("'", "''")
    kinds = ", ".join(f"'{kind}'" for kind in ON_RIVERS)
    query = FeatureQuery(filter=f"river = '{named}' AND kind IN ({kinds})", limit=200)
    rows = {row["id"]: row for row in features(LAYER, grant, query) if row["geometry"]}
    if feature["id"] not in rows:
        return []
    found = next_to(feature["id"], [_point(row) for row in rows.values()])
    sides = ("upstream", "downstream") if found.sure else ("beside", "beside")
    here = feature["geometry"]["coordinates"]
    return [
        Hint(side, rows[pk], _distance_km(here, rows[pk]["geometry"]["coordinates"]))
        for side, pk in zip(sides, (found.upstream, found.downstream), strict=True)
        if pk is not None
    ]


def wind(station_id: int) -> dict[str, Any] | None:
    """Where the wind comes from (degrees) and how fast (m/s), if the station says."""
    since = timezone.now() - WIND_HOLDS
    found = {
        row.series.parameter: row
        for row in Latest.objects.select_related("series").filter(
            series__station_id=station_id,
            series__parameter__in=WIND,
            at__gt=since,
            status=0,
            value__isnull=False,
        )
    }
    if WIND[0] not in found:
        return None
    towards, speed = found[WIND[0]], found.get(WIND[1])
    degrees = float(towards.value or 0.0) % 360
    return {
        "from_deg": degrees,
        "from": _(COMPASS[round(degrees / 45) % 8]),
        "speed_ms": speed.value if speed else None,
        "at": towards.at,
    }


def _point(row: dict[str, Any]) -> Point:
    lon, lat = row["geometry"]["coordinates"]
    return Point(row["id"], lon, lat, row["properties"]["level_m"])


def _distance_km(a: list[float], b: list[float]) -> float:
    _az, _back, metres = GEOD.inv(a[0], a[1], b[0], b[1])
    return float(metres) / 1_000
