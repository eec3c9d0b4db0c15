"""Kind ``zone``: a feature enters, leaves or is inside an area."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from django.utils.translation import gettext_lazy as _
from pydantic import Field, model_validator

from .base import (
    Batch,
    Bools,
    Floats,
    Ints,
    Params,
    RuleKind,
    Shown,
    States,
    Transitions,
    Zones,
    blank_states,
    concat,
    kinds,
    merged,
)
from .debounce import Confirm, expand, fold, forget_pending, gather
from .geometry import KN_M_S, distance_m, grown, offset_m
from .presence import before_edit, began_inside, settle
from .screening import in_areas
from .search import Search
from .uniting import by_zone

FIXES = ("error_m", "before_at", "before_lon", "before_lat")
WHEN = (
    ("inside", _("while it is inside")),
    ("enter", _("when it comes in")),
    ("exit", _("when it goes out")),
)
FIXES_SHOWN = Shown(
    _("Fixes in a row"), help=_("So many must say so, to begin and to end.")
)
HYSTERESIS_SHOWN = Shown(
    _("Margin"), _("m"), _("Outside means farther from the outline than this.")
)


class ZoneParams(Params):
    """``inside``: the alert lasts while the feature is inside; ``enter``/``exit``:
    a momentary alert at the crossing. A change counts after ``fixes`` fixes that
    span at least ``minutes``, the coming in also only after ``dwell_minutes``;
    outside means farther than ``hysteresis_m``. A fix whose own error reaches over
    the outline says nothing. With speeds (knots, both included) only fixes of such
    a speed count as inside: a boat that passes through is not fishing there."""

    on: Annotated[
        Literal["inside", "enter", "exit"], Shown(_("Raised"), choices=WHEN)
    ] = "inside"
    fixes: Annotated[int, FIXES_SHOWN] = Field(1, ge=1, le=20)
    minutes: Annotated[
        float,
        Shown(_("For"), _("min"), _("Fixes in a row must span at least so long.")),
    ] = Field(0, ge=0, le=1_440)
    dwell_minutes: Annotated[
        float,
        Shown(_("Stay"), _("min"), _("Inside for so long before it counts.")),
    ] = Field(0, ge=0, le=43_200)
    hysteresis_m: Annotated[float, HYSTERESIS_SHOWN] = Field(0, ge=0, le=20_000)
    speed_min_kn: Annotated[float | None, Shown(_("Speed from"), _("kn"))] = Field(
        None, ge=0, le=100
    )
    speed_max_kn: Annotated[float | None, Shown(_("Speed to"), _("kn"))] = Field(
        None, ge=0, le=100
    )
    speed_deadband_kn: Annotated[
        float,
        Shown(
            _("Dead band of the speed"),
            _("kn"),
            _("Speeds outside of the range by no more than this say nothing."),
        ),
    ] = Field(0, ge=0, le=20)

    @model_validator(mode="after")
    def _ordered(self) -> ZoneParams:
        low, high = self.speed_min_kn, self.speed_max_kn
        if low is not None and high is not None and low > high:
            raise ValueError("speed_min_kn must not be more than speed_max_kn")
        return self

    @property
    def by_speed(self) -> bool:
        return self.speed_min_kn is not None or self.speed_max_kn is not None


def with_contacts(
    states: States, zones: Zones, batch: Batch, point: Ints, entry: Ints
) -> States:
    """The states and blank ones for pairs that met for the first time.

    Of the spans of time of one zone the last that was met counts; a state that is
    over goes on with it.
    """
    spot = {
        pair: at
        for at, pair in enumerate(
            zip(states.feature_id.tolist(), states.zone_id.tolist(), strict=True)
        )
    }
    met = {
        (feature, int(zones.id[number])): number
        for number, feature in sorted(
            set(zip(entry.tolist(), batch.feature_id[point].tolist(), strict=True))
        )
    }
    version = states.zone_version.copy()
    for pair in met.keys() & spot.keys():
        version[spot[pair]] = zones.version[met[pair]]
    moved = (version != states.zone_version) & ~states.active
    if moved.any():
        states = forget_pending(states, moved)
        states.zone_version[moved] = version[moved]
    fresh = sorted(met.keys() - spot.keys())
    if not fresh:
        return states
    features, numbers = np.array(fresh, dtype=np.int64).T
    versions = zones.version[[met[pair] for pair in fresh]]
    return concat(states, blank_states(features, numbers, versions))


def evaluate(
    params: ZoneParams, zones: Zones, states: States, batch: Batch
) -> tuple[States, Transitions]:
    """Positions against areas. Returns states of every pair looked at."""
    states, gone = _settled(states, zones, batch)
    point, entry, _deep = zones.search.points(batch.lon, batch.lat)
    held = zones.holds(entry, batch.at[point])
    point, entry = point[held], entry[held]
    states = with_contacts(states, zones, batch, point, entry)
    pair, row = expand(states, batch)
    own = zones.entry(states.zone_id, states.zone_version)[pair]
    inside = np.isin(codes(zones, own, row), codes(zones, entry, point))
    cls = _classes(params, zones, batch, own, row, inside)
    began = (
        np.zeros(0, dtype=np.int64)
        if params.by_speed
        else began_inside(zones, batch, own, row, inside)
    )
    seconds, stay = params.minutes * 60, params.dwell_minutes * 60
    confirm = Confirm((params.fixes, params.fixes), (max(seconds, stay), seconds))
    seen = gather(
        states,
        np.concatenate([pair, pair[began]]),
        np.concatenate([row, row[began]]),
        np.concatenate([batch.at[row], zones.starts[own[began]]]),
        np.concatenate([cls, np.ones(len(began), dtype=np.int64)]),
    )
    new, found = fold(states, seen, confirm)
    new, ended = _settled(new, zones, batch)
    return new, merged([gone, found, ended])


def _settled(states: States, zones: Zones, batch: Batch) -> tuple[States, Transitions]:
    """The states of a batch's features in the zones as they are at its end."""
    newest = batch.at[batch.newest_of(states.feature_id)]
    return settle(states, zones, newest, *before_edit(states, zones, batch))


def codes(zones: Zones, entry: Ints, row: Ints) -> Ints:
    """One number per (entry, observation); -1 as entry is a number of its own."""
    return np.asarray(row * (len(zones) + 1) + entry + 1)


def _classes(
    params: ZoneParams, zones: Zones, batch: Batch, own: Ints, row: Ints, inside: Bools
) -> Ints:
    """What each (pair, fix) says: 1 inside, -1 outside, 0 nothing."""
    cls = np.where(inside, 1, -1)
    if params.by_speed:
        cls[inside] = _by_speed(params, batch, row[inside])
    error = batch.column("error_m")[row]
    coarse = np.flatnonzero((error > 0) & (own >= 0) & ~np.isnan(batch.lon[row]))
    if len(coarse):
        place = row[coarse]
        offset = offset_m(zones.edge[own[coarse]], batch.lon[place], batch.lat[place])
        cls[coarse[offset <= error[coarse]]] = 0
    if params.hysteresis_m:
        wide = zones.keep(
            ("grown", params.hysteresis_m),
            lambda: Search(grown(zones.area, params.hysteresis_m)),
        )
        point, entry, _deep = wide.points(batch.lon, batch.lat)
        near = np.isin(codes(zones, own, row), codes(zones, entry, point))
        cls[near & ~inside] = 0
    cls[np.isnan(batch.lon[row])] = 0
    # outside of its time a zone is nowhere; when that ends presence, see settle
    known = own >= 0
    cls[known] = np.where(zones.holds(own[known], batch.at[row[known]]), cls[known], 0)
    return np.asarray(cls, dtype=np.int64)


def _by_speed(params: ZoneParams, batch: Batch, row: Ints) -> Ints:
    speed = speeds(batch)[row]
    low, high = params.speed_min_kn, params.speed_max_kn
    fits = (speed >= (0 if low is None else low)) & (
        speed <= (np.inf if high is None else high)
    )
    near = (speed >= (0 if low is None else low) - params.speed_deadband_kn) & (
        speed <= (np.inf if high is None else high) + params.speed_deadband_kn
    )
    return np.where(fits, 1, np.where(near | np.isnan(speed), 0, -1))


def speeds(batch: Batch) -> Floats:
    """Speed over ground, knots; where none was said, that since the fix before."""
    seconds = batch.at - batch.column("before_at")
    lon, lat = batch.column("before_lon"), batch.column("before_lat")
    with np.errstate(divide="ignore", invalid="ignore"):
        made = distance_m(lon, lat, batch.lon, batch.lat) / seconds / KN_M_S
    made[~(seconds > 0)] = np.nan
    said = batch.column("speed_kn")
    return np.where(np.isnan(said), made, said)


def raises(params: ZoneParams) -> tuple[bool, bool]:
    return params.on != "exit", params.on == "inside"


def columns(params: ZoneParams) -> tuple[str, ...]:
    return (*FIXES, "speed_kn") if params.by_speed else FIXES


KIND = kinds.register(
    RuleKind(
        slug="zone",
        title=_("Enters, leaves or is inside a zone"),
        params=ZoneParams,
        evaluate=evaluate,
        verbs=("zone.enter", "zone.exit"),
        needs_zone=True,
        raises=raises,
        columns=columns,
        screen=in_areas,
        unite=by_zone(evaluate),
        order=10,
    )
)
