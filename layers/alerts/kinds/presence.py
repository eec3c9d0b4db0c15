"""What becomes of "inside" when it is the zone that changes, not the place.

A zone may expire, be redrawn, removed or no longer be meant by its rule. Presence
in it then ends at that moment with the reason, or goes on in the new outline
without a word.
"""

from __future__ import annotations

import numpy as np
import shapely
from django.utils.translation import gettext_noop

from .base import Batch, Bools, Floats, Ints, States, Transitions, Zones
from .debounce import forget_pending

EXPIRED = gettext_noop("the zone is no longer in force")
REDRAWN = gettext_noop("the zone was redrawn")
REMOVED = gettext_noop("the zone was removed or the rule no longer means it")


def settle(
    states: States, zones: Zones, at: Floats, lon: Floats, lat: Floats
) -> tuple[States, Transitions]:
    """States moved to the zones as they are at ``at``, and what ended by that.

    ``at``, ``lon`` and ``lat`` have one entry per state: the moment that is looked
    at, and where the feature was when its zone changed (NaN: nobody knows, and the
    next fix has to tell).
    """
    own = zones.entry(states.zone_id, states.zone_version)
    now = zones.entry_at(states.zone_id, at)
    ended = own >= 0
    ended[ended] = zones.ends[own[ended]] <= at[ended]
    lost = own < 0
    kept = lost & (now >= 0)
    kept[kept] = np.isnan(lon[kept]) | shapely.intersects_xy(
        zones.area[now[kept]], lon[kept], lat[kept]
    )
    over = states.active & (ended | lost & ~kept)
    moved = (ended | lost) & (now != own)
    if not (moved.any() or over.any()):
        return states, _closed(states, over, states.since, [])
    when = zones.gone(states.zone_id)
    when[now >= 0] = zones.changed[now[now >= 0]]
    when[ended] = zones.ends[own[ended]]
    when = np.clip(when, states.since, at)
    new = forget_pending(states, moved)
    new.zone_version[moved] = -1
    new.zone_version[moved & (now >= 0)] = zones.version[now[moved & (now >= 0)]]
    new.active[over] = new.base_active[over] = False
    new.since[over] = when[over]
    new.base_at[over] = when[over]
    new.base_count[over] = new.base_class[over] = 0
    new.tail_at[over], new.tail_class[over] = np.nan, 0
    names = np.where(ended, EXPIRED, np.where(now >= 0, REDRAWN, REMOVED))
    return new, _closed(states, over, when, names[over].tolist())


def _closed(
    states: States, over: Bools, when: Floats, reasons: list[str]
) -> Transitions:
    which = np.flatnonzero(over)
    return Transitions(
        state=which,
        row=np.full(len(which), -1),
        at=when[which],
        on=np.zeros(len(which), dtype=bool),
        late=np.zeros(len(which), dtype=bool),
        reason=reasons,
    )


def before_edit(states: States, zones: Zones, batch: Batch) -> tuple[Floats, Floats]:
    """Where each state's feature was when its zone was edited: its fix before the
    first of the batch, when all of the batch came after. NaN: nobody knows."""
    first = np.searchsorted(batch.feature_id, states.feature_id, side="left")
    newest = batch.at[batch.newest_of(states.feature_id)]
    now = zones.entry_at(states.zone_id, newest)
    edited = np.full(len(states), np.inf)
    edited[now >= 0] = zones.changed[now[now >= 0]]
    known = edited <= batch.at[first]
    lon = np.where(known, batch.column("before_lon")[first], np.nan)
    lat = np.where(known, batch.column("before_lat")[first], np.nan)
    return lon, lat


def began_inside(
    zones: Zones, batch: Batch, entry: Ints, row: Ints, inside: Bools
) -> Ints:
    """Of (entry, row) pairs those whose zone came into force between the fix before
    and this one, with both inside: places in ``row``."""
    spot = np.flatnonzero(inside & (entry >= 0))
    starts, at = zones.starts[entry[spot]], batch.at[row[spot]]
    before = batch.column("before_at")[row[spot]]
    spot = spot[(before < starts) & (starts < at)]
    if not len(spot):
        return spot
    lon, lat = batch.column("before_lon")[row], batch.column("before_lat")[row]
    there = shapely.intersects_xy(zones.area[entry[spot]], lon[spot], lat[spot])
    return np.asarray(spot[there])
