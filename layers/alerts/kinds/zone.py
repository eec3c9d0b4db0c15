"""Kind ``zone``: a feature enters, leaves or is inside an area."""

from __future__ import annotations

from typing import Literal

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from .base import (
    Batch,
    Floats,
    Ints,
    Objects,
    Params,
    RuleKind,
    States,
    Transitions,
    Zones,
    blank_states,
    concat,
    kinds,
)
from .debounce import Confirm, expand, fold, forget_pending, gather

EARTH_RADIUS_M = 6_378_137.0


class ZoneParams(Params):
    """``inside``: the alert lasts while the feature is inside; ``enter``/``exit``:
    a momentary alert at the crossing. A change counts after ``fixes`` fixes that
    span at least ``minutes``; outside means farther than ``hysteresis_m``."""

    on: Literal["inside", "enter", "exit"] = "inside"
    fixes: int = Field(1, ge=1, le=20)
    minutes: float = Field(0, ge=0, le=1_440)
    hysteresis_m: float = Field(0, ge=0, le=20_000)


def grown(areas: Objects, metres: float) -> Objects:
    """Areas widened by ``metres``, in degrees.

    Web-mercator distances are stretched by 1 / cos(latitude); taken at the middle
    of each area, which is within a few percent for zones up to two degrees high.
    """
    result = []
    for area in areas:
        middle = np.radians((area.bounds[1] + area.bounds[3]) / 2)
        flat = shapely.transform(area, _to_mercator)
        wide = shapely.buffer(flat, metres / np.cos(middle))
        result.append(shapely.transform(wide, _to_degrees))
    found = np.empty(len(result), dtype=object)
    found[:] = result
    shapely.prepare(found)
    return found


def _to_mercator(points: Floats) -> Floats:
    lon, lat = np.radians(points).T
    y = np.log(np.tan(np.pi / 4 + lat / 2))
    return EARTH_RADIUS_M * np.column_stack([lon, y])


def _to_degrees(points: Floats) -> Floats:
    x, y = points.T / EARTH_RADIUS_M
    return np.degrees(np.column_stack([x, 2 * np.arctan(np.exp(y)) - np.pi / 2]))


def touching(areas: Objects, lon: Floats, lat: Floats) -> tuple[Ints, Ints]:
    """Which points lie in which areas: (point index, area index), border included.

    Boxes first, then prepared polygons on the points in the box. Shapes: (k,), (k,).
    """
    points: list[Ints] = []
    zones: list[Ints] = []
    for number, (west, south, east, north) in enumerate(shapely.bounds(areas)):
        near = np.flatnonzero(
            (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        )
        if len(near):
            near = near[shapely.intersects_xy(areas[number], lon[near], lat[near])]
            points.append(near)
            zones.append(np.full(len(near), number))
    if not points:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    return np.concatenate(points), np.concatenate(zones)


def with_contacts(
    states: States, zones: Zones, batch: Batch, point: Ints, zone: Ints
) -> States:
    """The states and blank ones for pairs that met for the first time."""
    known = set(zip(states.feature_id.tolist(), states.zone_id.tolist(), strict=True))
    met = {
        (feature, number)
        for feature, number in zip(
            batch.feature_id[point].tolist(), zone.tolist(), strict=True
        )
        if (feature, int(zones.id[number])) not in known
    }
    if not met:
        return states
    features, numbers = np.array(sorted(met), dtype=np.int64).T
    return concat(
        states, blank_states(features, zones.id[numbers], zones.version[numbers])
    )


def at_present_version(states: States, zones: Zones) -> States:
    """States moved to the present outline of their zone (-1: the zone is gone)."""
    spot = np.searchsorted(zones.id, states.zone_id)
    spot = np.minimum(spot, max(len(zones) - 1, 0))
    if len(zones):
        there = zones.id[spot] == states.zone_id
        version = np.where(there, zones.version[spot], -1)
    else:
        version = np.full(len(states), -1)
    edited = version != states.zone_version
    if not edited.any():
        return states
    new = forget_pending(states, edited)
    new.zone_version[edited] = version[edited]
    return new


def evaluate(
    params: ZoneParams, zones: Zones, states: States, batch: Batch
) -> tuple[States, Transitions]:
    """Positions against areas. Returns states of every pair looked at."""
    point, zone = touching(zones.area, batch.lon, batch.lat)
    states = with_contacts(at_present_version(states, zones), zones, batch, point, zone)
    pair, row = expand(states, batch)
    cls = np.full(len(pair), -1, dtype=np.int64)
    code = _codes(states.zone_id[pair], row, zones)
    if params.hysteresis_m:
        if params.hysteresis_m not in zones.grown:
            zones.grown[params.hysteresis_m] = grown(zones.area, params.hysteresis_m)
        near = touching(zones.grown[params.hysteresis_m], batch.lon, batch.lat)
        cls[np.isin(code, _codes(zones.id[near[1]], near[0], zones))] = 0
    cls[np.isin(code, _codes(zones.id[zone], point, zones))] = 1
    cls[np.isnan(batch.lon[row])] = 0
    seconds = params.minutes * 60
    confirm = Confirm((params.fixes, params.fixes), (seconds, seconds))
    return fold(states, gather(states, pair, row, batch.at[row], cls), confirm)


def _codes(zone_id: Ints, row: Ints, zones: Zones) -> Ints:
    """One number per (zone, observation); unknown zones share one without contacts."""
    spot = np.searchsorted(zones.id, zone_id)
    spot = np.where(
        (spot < len(zones)) & (zones.id[np.minimum(spot, len(zones) - 1)] == zone_id)
        if len(zones)
        else np.zeros(len(zone_id), dtype=bool),
        spot,
        len(zones),
    )
    return row * (len(zones) + 1) + spot


def raises(params: ZoneParams) -> tuple[bool, bool]:
    return params.on != "exit", params.on == "inside"


KIND = kinds.register(
    RuleKind(
        slug="zone",
        title=_("Enters, leaves or is inside a zone"),
        params=ZoneParams,
        evaluate=evaluate,
        verbs=("zone.enter", "zone.exit"),
        needs_zone=True,
        raises=raises,
        order=10,
    )
)
