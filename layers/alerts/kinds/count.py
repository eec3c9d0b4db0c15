"""Kind ``count``: many features at one time in one place."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from django.utils.translation import gettext_lazy as _
from pydantic import Field, model_validator

from .base import (
    Batch,
    Needs,
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
from .debounce import Confirm, fold, gather
from .presence import settle


class CountParams(Params):
    """Raised when ``at_least`` features that were heard of in the last
    ``window_minutes`` are in a zone (without zones: anywhere), for ``minutes``; over
    once they are fewer than ``below`` (as many as to begin, when it is not given)."""

    at_least: Annotated[int, Shown(_("So many or more"))] = Field(ge=1, le=1_000_000)
    below: Annotated[
        int | None,
        Shown(_("Over with fewer than"), help=_("Empty: as many as to begin.")),
    ] = Field(None, ge=1, le=1_000_000)
    window_minutes: Annotated[
        float,
        Shown(_("Heard of in the last"), _("min"), _("Older rows are not counted.")),
    ] = Field(60, gt=0, le=525_600)
    minutes: Annotated[
        float, Shown(_("For"), _("min"), _("It must be so for this long."))
    ] = Field(0, ge=0, le=1_440)

    @model_validator(mode="after")
    def _ordered(self) -> CountParams:
        if self.below is not None and self.below > self.at_least:
            raise ValueError("below must not be more than at_least")
        return self


def counts(params: CountParams, zones: Zones, batch: Batch) -> dict[int, int]:
    """How many features are in each zone that is in force; zone 0: in the layer."""
    # a row without a time is as it is now
    rows = batch.take(~(batch.now - batch.at > params.window_minutes * 60))
    if zones.everywhere:
        return {0: len(np.unique(rows.feature_id))}
    entries = np.arange(len(zones))
    held = zones.holds(entries, np.full(len(zones), batch.now))
    found = {int(zone): 0 for zone in zones.id[held]}
    point, entry, _deep = zones.search.points(rows.lon, rows.lat)
    point, entry = point[held[entry]], entry[held[entry]]
    pairs = np.column_stack([zones.id[entry], rows.feature_id[point]])
    met, number = np.unique(np.unique(pairs, axis=0)[:, 0], return_counts=True)
    return found | dict(zip(met.tolist(), number.tolist(), strict=True))


def evaluate(
    params: CountParams, zones: Zones, states: States, batch: Batch
) -> tuple[States, Transitions]:
    """All rows of the layer that pass the filter, counted at ``batch.now``.

    The states are about places: their ``feature_id`` is 0.
    """
    number = counts(params, zones, batch)
    met = {zone for zone, many in number.items() if many >= params.at_least}
    states = _with_zones(states, zones, sorted(met), batch.now)
    m = len(states)
    place = np.arange(m)
    known = np.array([number.get(int(zone), -1) for zone in states.zone_id], dtype=int)
    below = params.at_least if params.below is None else params.below
    cls = np.where(known >= params.at_least, 1, np.where(known < below, -1, 0))
    cls[known < 0] = 0
    seen = gather(states, place, place, np.full(m, batch.now), cls)
    new, found = fold(states, seen, Confirm((1, 1), (params.minutes * 60, 0.0)))
    # no row tells it: it is about the place
    found.row = np.full(len(found), -1)
    found.evidence = [
        {"count": int(known[state]), "at_least": params.at_least}
        for state in found.state
    ]
    if zones.everywhere:
        return new, found
    nowhere = np.full(m, np.nan)
    new, ended = settle(new, zones, np.full(m, batch.now), nowhere, nowhere)
    return new, merged([found, ended])


def _with_zones(states: States, zones: Zones, met: list[int], now: float) -> States:
    fresh = np.setdiff1d(np.array(met, dtype=np.int64), states.zone_id)
    if not len(fresh):
        return states
    version = np.zeros(len(fresh), dtype=np.int64)
    if not zones.everywhere:
        version = zones.version[zones.entry_at(fresh, np.full(len(fresh), now))]
    blank = blank_states(np.zeros(len(fresh), dtype=np.int64), fresh, version)
    return concat(states, blank)


KIND = kinds.register(
    RuleKind(
        slug="count",
        title=_("Many in one place"),
        params=CountParams,
        evaluate=evaluate,
        verbs=("count.reached", "count.fallen"),
        may_zone=True,
        needs=Needs(time=True),
        timed=True,
        total=True,
        order=40,
    )
)
