"""Who could come to a place, or see it: cameras, boats, ambulances, nearest first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from layers.core import nearby
from layers.core.assets import KMH_PER_KN, Force
from layers.core.scope import Grant
from layers.core.spec import Layer

COUNT = 5
# A boat farther away is not called; the list says that none is near.
WITHIN_M = 200_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Available:
    """A feature that can be sent. ``eta_min``: whole minutes at ``speed_kmh`` over the
    straight line times the detour, None for what does not move. ``reaches``: it sees
    or serves the place from where it is."""

    feature_id: int
    title: str
    lon: float
    lat: float
    distance_m: float
    bearing_deg: float
    speed_kmh: float | None
    eta_min: int | None
    reaches: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One kind of force with its nearest."""

    force: Force
    layer: Layer
    found: tuple[Available, ...]


def forces(grant: Grant, lon: float, lat: float, *, count: int = COUNT) -> list[Group]:
    """The nearest of every kind of force that the caller may see, now."""
    return [
        Group(
            force=force,
            layer=layer,
            found=tuple(_nearest(layer, force, grant, lon, lat, count)),
        )
        for layer in grant.visible_layers
        for force in layer.assets.forces
    ]


def _nearest(
    layer: Layer, force: Force, grant: Grant, lon: float, lat: float, count: int
) -> list[Available]:
    lately = force.fresh and layer.freshness is not None
    found = nearby.nearest(
        layer,
        grant,
        lon,
        lat,
        count=count,
        within_m=WITHIN_M,
        filter=force.filter,
        since=timezone.now() - layer.freshness if lately else None,  # type: ignore[operator]
    )
    return [_available(force, near) for near in found]


def _available(force: Force, near: nearby.Near) -> Available:
    values = near.feature["properties"]
    lon, lat = near.feature["geometry"]["coordinates"]
    speed = speed_of(force, values)
    reach = values.get(force.reach) if force.reach else None
    return Available(
        feature_id=near.feature["id"],
        title=values["title"],
        lon=lon,
        lat=lat,
        distance_m=near.distance_m,
        bearing_deg=near.bearing_deg,
        speed_kmh=speed,
        eta_min=eta(near.distance_m, speed, force.detour),
        reaches=reach is not None and near.distance_m <= reach,
    )


def speed_of(force: Force, values: dict[str, Any]) -> float | None:
    """km/h on the way: the cruise speed, or its present speed where that is more."""
    if not force.cruise_kmh:
        return None
    present = values.get(force.speed) if force.speed else None
    return max(force.cruise_kmh, (present or 0.0) * KMH_PER_KN)


def eta(distance_m: float, speed_kmh: float | None, detour: float) -> int | None:
    """Whole minutes, rounded up."""
    if speed_kmh is None:
        return None
    return math.ceil(distance_m * detour / 1_000 / speed_kmh * 60)
