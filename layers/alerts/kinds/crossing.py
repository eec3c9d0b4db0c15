"""Kind ``crossing``: beyond a line or outline, tested between two fixes.

What is proven and what is only possible are kept apart. A fix that lies beyond by
more than its error proves it. It is possible when a fix lies beyond within its
error, when the straight way between two fixes on the near side leads beyond, or, if
the rule says so, when the way could have led there at the greatest speed.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from .base import (
    Batch,
    Ints,
    Params,
    RuleKind,
    Shown,
    States,
    Transitions,
    Zones,
    kinds,
    merged,
)
from .debounce import Confirm, expand, fold, gather
from .geometry import offset_m
from .presence import before_edit, settle
from .proof import errors_m, evidence, farthest_m, ways_into
from .screening import Areas, pairs_of
from .uniting import by_zone
from .zone import FIXES, FIXES_SHOWN, codes, with_contacts

DIRECTIONS = (
    ("outward", _("when it is beyond the line or outside of the area")),
    ("inward", _("when it is on the near side or inside")),
)
POSSIBLE = (
    ("no", _("not at all")),
    ("segment", _("when the straight way between two fixes leads beyond")),
    ("reach", _("when it could have been beyond at the greatest speed")),
)
SEVERITIES = (
    ("critical", _("Critical")),
    ("high", _("High")),
    ("medium", _("Medium")),
    ("low", _("Low")),
)


class CrossingParams(Params):
    """Raised when something is ``outward`` of the zone: outside of an area, on the
    side beyond a line; ``inward``: inside, or on the near side. It must be so by
    more than the error of the fix and ``tolerance_m``. ``possible`` says what raises
    an alert of ``possible_severity``: nothing (``no``), the straight way between two
    fixes (``segment``) or the farthest that ``max_speed_kn`` allows (``reach``)."""

    direction: Annotated[
        Literal["outward", "inward"], Shown(_("Raised"), choices=DIRECTIONS)
    ] = "outward"
    tolerance_m: Annotated[
        float,
        Shown(_("Tolerance"), _("m"), _("Beyond by no more than this is nothing.")),
    ] = Field(50, ge=0, le=20_000)
    max_speed_kn: Annotated[
        float,
        Shown(
            _("Greatest speed"),
            _("kn"),
            _("How far it can have gone between two fixes."),
        ),
    ] = Field(12, gt=0, le=100)
    fixes: Annotated[int, FIXES_SHOWN] = Field(1, ge=1, le=20)
    possible: Annotated[
        Literal["no", "segment", "reach"],
        Shown(_("What is only possible counts"), choices=POSSIBLE),
    ] = "segment"
    possible_severity: Annotated[
        Literal["critical", "high", "medium", "low"],
        Shown(_("Severity of what is only possible"), choices=SEVERITIES),
    ] = "low"


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
    found.evidence = evidence(
        params.max_speed_kn, zones, batch, entries[found.state], found.row
    )
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
    row, entry, shape = ways_into(
        zones.search, batch, params.possible == "reach", params.max_speed_kn
    )
    lon, lat = batch.column("before_lon"), batch.column("before_lat")
    was = shapely.intersects_xy(zones.area[entry], lon[row], lat[row])
    held = zones.holds(entry, batch.at[row])
    fresh = held & ~was & ~np.isin(codes(zones, entry, row), proven)
    row, entry, shape = row[fresh], entry[fresh], shape[fresh]
    # what is beyond only within the tolerance is nothing at all
    far = farthest_m(zones, entry, shape) > params.tolerance_m
    return row[far], entry[far]


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
        evidence=evidence(params.max_speed_kn, zones, batch, entry, row, proven=False),
    )


class Screen:
    """Rows in the areas of many rules, or whose way from the fix before may have led
    there."""

    def __init__(self, params: list[CrossingParams], zones: list[Zones]) -> None:
        groups: dict[tuple[str, str, float], list[int]] = {}
        for rule, entry in enumerate(params):
            speed = entry.max_speed_kn if entry.possible == "reach" else 0.0
            groups.setdefault((entry.direction, entry.possible, speed), []).append(rule)
        self.groups = [
            (how, speed, np.array(rules), Areas([zones[rule] for rule in rules]))
            for (_side, how, speed), rules in groups.items()
        ]

    def __call__(self, batch: Batch) -> tuple[Ints, Ints]:
        parts = []
        for how, speed, rules, areas in self.groups:
            found = [areas(batch)]
            if how != "no":
                row, area, _way = ways_into(areas.search, batch, how == "reach", speed)
                found.append(areas.owners(row, area))
            parts += [(rules[rule], row) for rule, row in found]
        return pairs_of(parts)


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
        screen=Screen,
        unite=by_zone(evaluate),
        order=15,
    )
)
