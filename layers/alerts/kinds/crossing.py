"""Kind ``crossing``: beyond a line or outline, tested between two fixes.

What is proven and what is only possible are kept apart. A fix that lies beyond by
more than its error proves it. It is possible when a fix lies beyond within its
error, when the straight way between two fixes on the near side leads beyond, or, if
the rule says so, when the way could have led there at the greatest speed.
"""

from __future__ import annotations

from typing import Any, Literal

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
    kinds,
    merged,
)
from .debounce import Confirm, expand, fold, gather
from .geometry import offset_m, reachable
from .presence import before_edit, settle
from .zone import FIXES, codes, with_contacts

# 95 % radius of a GPS fix of which nothing else is said (IMO A.915: 10 m; a margin
# for the antenna's place on board).
GPS_M = 15.0


class CrossingParams(Params):
    """Raised when something is ``outward`` of the zone: outside of an area, on the
    side beyond a line; ``inward``: inside, or on the near side. It must be so by
    more than the error of the fix and ``tolerance_m``. ``possible`` says what raises
    an alert of ``possible_severity``: nothing (``no``), the straight way between two
    fixes (``segment``) or the farthest that ``max_speed_kn`` allows (``reach``)."""

    direction: Literal["outward", "inward"] = "outward"
    tolerance_m: float = Field(50, ge=0, le=20_000)
    max_speed_kn: float = Field(12, gt=0, le=100)
    fixes: int = Field(1, ge=1, le=20)
    possible: Literal["no", "segment", "reach"] = "segment"
    possible_severity: Literal["critical", "high", "medium", "low"] = "low"


def errors_m(batch: Batch) -> Floats:
    """95 % radius of every fix, metres."""
    said = batch.column("error_m")
    return np.where(np.isnan(said), GPS_M, said)


def evaluate(
    params: CrossingParams, zones: Zones, states: States, batch: Batch
) -> tuple[States, Transitions]:
    """Fixes and the ways between them against the far sides of lines and areas."""
    at_end = batch.at[batch.newest_of(states.feature_id)]
    states, gone = settle(states, zones, at_end, *before_edit(states, zones, batch))
    point, entry, deep = zones.search.points(batch.lon, batch.lat)
    held = zones.holds(entry, batch.at[point])
    point, entry, deep = point[held], entry[held], deep[held]
    margin = errors_m(batch) + params.tolerance_m
    proven = deep & (zones.search.step_m > margin[point])
    close = np.flatnonzero(~proven)
    place = point[close]
    offset = offset_m(zones.edge[entry[close]], batch.lon[place], batch.lat[place])
    proven[close] = offset > margin[place]
    beyond = codes(zones, entry, point)
    states = with_contacts(states, zones, batch, point[proven], entry[proven])
    pair, row = expand(states, batch)
    own = zones.entry(states.zone_id, states.zone_version)[pair]
    cls = _classes(zones, batch, own, row, beyond, beyond[proven])
    confirm = Confirm((params.fixes, params.fixes), (0.0, 0.0))
    new, found = fold(states, gather(states, pair, row, batch.at[row], cls), confirm)
    at_end = batch.at[batch.newest_of(new.feature_id)]
    new, ended = settle(new, zones, at_end, *before_edit(new, zones, batch))
    entries = zones.entry(new.zone_id, new.zone_version)
    found.evidence = evidence(params, zones, batch, entries[found.state], found.row)
    if params.possible == "no":
        return new, merged([gone, found, ended])
    doubt = _doubtful(params, zones, batch, beyond, beyond[proven])
    new, maybe = _possible(params, zones, new, batch, *doubt)
    return new, merged([gone, found, ended, maybe])


def _classes(
    zones: Zones, batch: Batch, own: Ints, row: Ints, beyond: Ints, proven: Ints
) -> Ints:
    """What each (pair, fix) says: 1 beyond for certain, -1 back, 0 nothing."""
    code = codes(zones, own, row)
    cls = np.where(np.isin(code, proven), 1, np.where(np.isin(code, beyond), 0, -1))
    known = (own >= 0) & ~np.isnan(batch.lon[row])
    cls[~known] = 0
    known[known] = zones.holds(own[known], batch.at[row[known]])
    cls[~known] = 0
    back = np.flatnonzero(cls < 0)
    lon, lat = batch.lon[row[back]], batch.lat[row[back]]
    near = offset_m(zones.edge[own[back]], lon, lat) <= errors_m(batch)[row[back]]
    aside = shapely.intersects_xy(zones.shadow[own[back]], lon, lat)
    cls[back[near | aside]] = 0
    return np.asarray(cls, dtype=np.int64)


def _doubtful(
    params: CrossingParams, zones: Zones, batch: Batch, beyond: Ints, proven: Ints
) -> tuple[Ints, Ints]:
    """(row, entry) of fixes whose way from the fix before may have led beyond."""
    lon, lat = batch.column("before_lon"), batch.column("before_lat")
    seconds = batch.at - batch.column("before_at")
    usable = np.flatnonzero(
        (seconds > 0) & ~np.isnan(lon) & ~np.isnan(lat) & ~np.isnan(batch.lon)
    )
    first = np.column_stack([lon, lat])[usable]
    second = np.column_stack([batch.lon, batch.lat])[usable]
    slack = 2 * errors_m(batch)[usable]
    low, high = np.minimum(first, second), np.maximum(first, second)
    if params.possible == "reach":
        ways = reachable(first, second, seconds[usable], params.max_speed_kn, slack)
        bounds = shapely.bounds(ways)
        low, high = bounds[:, :2], bounds[:, 2:]
    near = zones.search.boxes(low, high)
    if params.possible == "reach":
        shapes = ways[near]
    else:
        shapes = shapely.linestrings(np.stack([first[near], second[near]], axis=1))
    way, entry = zones.search.shapes(shapes)
    row, shape = usable[near[way]], shapes[way]
    was = shapely.intersects_xy(zones.area[entry], lon[row], lat[row])
    held = zones.holds(entry, batch.at[row])
    fresh = held & ~was & ~np.isin(codes(zones, entry, row), proven)
    row, entry, shape = row[fresh], entry[fresh], shape[fresh]
    # what is beyond only within the tolerance is nothing at all
    far = _farthest_m(zones, entry, shape) > params.tolerance_m
    return row[far], entry[far]


def _farthest_m(zones: Zones, entry: Ints, shapes: Objects) -> Floats:
    """How far beyond its zone's edge each shape reaches, metres."""
    if not len(shapes):
        return np.zeros(0)
    inside = shapely.intersection(shapes, zones.area[entry])
    points, which = shapely.get_coordinates(
        shapely.segmentize(inside, 0.01), return_index=True
    )
    far = np.zeros(len(shapes))
    offsets = offset_m(zones.edge[entry[which]], points[:, 0], points[:, 1])
    np.maximum.at(far, which, offsets)
    return far


def _possible(
    params: CrossingParams,
    zones: Zones,
    states: States,
    batch: Batch,
    row: Ints,
    entry: Ints,
) -> tuple[States, Transitions]:
    """Momentary changes for what is only possible; the states stay as they are, and
    do not matter: two fixes alone decide, so a replay finds the same."""
    states = with_contacts(states, zones, batch, row, entry)
    spot = {
        pair: at
        for at, pair in enumerate(
            zip(states.feature_id.tolist(), states.zone_id.tolist(), strict=True)
        )
    }
    state = np.array(
        [
            spot[int(batch.feature_id[at]), int(zones.id[number])]
            for at, number in zip(row, entry, strict=True)
        ],
        dtype=np.int64,
    )
    return states, Transitions(
        state=state,
        row=row,
        at=batch.at[row],
        on=np.ones(len(row), dtype=bool),
        late=np.zeros(len(row), dtype=bool),
        maybe=np.ones(len(row), dtype=bool),
        evidence=evidence(params, zones, batch, entry, row, proven=False),
    )


def evidence(
    params: CrossingParams,
    zones: Zones,
    batch: Batch,
    entry: Ints,
    row: Ints,
    *,
    proven: bool = True,
) -> list[dict[str, Any] | None]:
    """For (entry, row) pairs: both fixes, and how far beyond it was at least and at
    most between them. None where no fix of this batch tells it."""
    told: list[dict[str, Any] | None] = [None] * len(row)
    known = np.flatnonzero((row >= 0) & (entry >= 0))
    entry, row = entry[known], row[known]
    error = errors_m(batch)[row]
    lon, lat, at = batch.lon[row], batch.lat[row], batch.at[row]
    was_at, was_lon, was_lat = (batch.column(name)[row] for name in FIXES[1:])
    offset = offset_m(zones.edge[entry], lon, lat)
    is_beyond = shapely.intersects_xy(zones.area[entry], lon, lat)
    most = np.where(is_beyond, offset + error, 0.0)
    way = np.flatnonzero(at > was_at)
    ways = reachable(
        np.column_stack([was_lon, was_lat])[way],
        np.column_stack([lon, lat])[way],
        (at - was_at)[way],
        params.max_speed_kn,
        2 * error[way],
    )
    most[way] = np.maximum(most[way], _farthest_m(zones, entry[way], ways))
    least = np.where(is_beyond, np.maximum(offset - error, 0.0), 0.0)
    for spot, place in enumerate(known):
        told[place] = {
            "certainty": "proven" if proven else "possible",
            "from": _fix(was_at[spot], was_lon[spot], was_lat[spot]),
            "to": _fix(at[spot], lon[spot], lat[spot]),
            "beyond_least_m": round(least[spot]),
            "beyond_most_m": round(most[spot]),
            "error_m": round(error[spot]),
            "max_speed_kn": params.max_speed_kn,
        }
    return told


def _fix(at: float, lon: float, lat: float) -> dict[str, float] | None:
    if not np.isfinite([at, lon, lat]).all():
        return None
    return {
        "at": round(float(at), 3),
        "lon": round(float(lon), 6),
        "lat": round(float(lat), 6),
    }


KIND = kinds.register(
    RuleKind(
        slug="crossing",
        title=_("Crosses a line or an outline"),
        params=CrossingParams,
        evaluate=evaluate,
        verbs=("crossing.beyond", "crossing.back"),
        maybe_verb="crossing.possible",
        maybe_severity=lambda params: params.possible_severity,
        needs_zone=True,
        columns=lambda params: FIXES,
        side=lambda params: params.direction,
        order=15,
    )
)
