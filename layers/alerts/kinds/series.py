"""What kinds over measured values share: when a value counts, what came before it."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from layers.core.shown import Params, Shown

from .columns import Batch, States, Transitions, with_features
from .debounce import Confirm, expand, fold, gather
from .search import Floats, Ints

# The name of a field of the layer or of its observations.
NAME = r"^[a-z][a-z0-9_]*$"


class Held(Params):
    """How long a condition must be so before it counts."""

    fixes: Annotated[
        int,
        Shown(
            _("Values in a row"),
            help=_("So many must say so one after the other, to begin and to end."),
        ),
    ] = Field(1, ge=1, le=20)
    minutes: Annotated[
        float,
        Shown(_("For"), _("min"), _("It begins once it has been so for this long.")),
    ] = Field(0, ge=0, le=43_200)
    minutes_off: Annotated[
        float | None,
        Shown(
            _("Back for"),
            _("min"),
            _("It ends once it has been back for this long; empty: as to begin."),
        ),
    ] = Field(None, ge=0, le=43_200)

    @property
    def confirm(self) -> Confirm:
        off = self.minutes if self.minutes_off is None else self.minutes_off
        return Confirm((self.fixes, self.fixes), (self.minutes * 60, off * 60))


def judge(
    states: States, batch: Batch, cls: Ints, confirm: Confirm, *, recast: bool = False
) -> tuple[States, Transitions]:
    """What each row says (+1, -1, 0) through the machine; one state a feature.

    ``recast``: what a row says depends on those before it, so rows that come late
    change what was said after them. The rows from each feature's first new one on
    are then taken from the batch, which holds them all, and not from memory.
    """
    use = np.ones(len(batch), dtype=bool)
    if recast:
        begins = first_new(batch)
        use = batch.at >= begins
        states = _without_tail(states, batch, begins)
    states = with_features(states, batch.feature_id[(cls > 0) & use])
    pair, row = expand(states, batch)
    pair, row = pair[use[row]], row[use[row]]
    return fold(states, gather(states, pair, row, batch.at[row], cls[row]), confirm)


def first_new(batch: Batch) -> Floats:
    """For every row the time of its feature's first row that is new; inf: none."""
    new = np.flatnonzero(~batch.known)
    begins = np.full(len(batch), np.inf)
    ids, first = np.unique(batch.feature_id[new], return_index=True)
    spot = np.searchsorted(ids, batch.feature_id)
    spot = np.minimum(spot, max(len(ids) - 1, 0))
    if len(ids):
        mine = ids[spot] == batch.feature_id
        begins[mine] = batch.at[new[first[spot[mine]]]]
    return begins


def _without_tail(states: States, batch: Batch, begins: Floats) -> States:
    """Tails cut off at the moment from which the batch tells all."""
    if not len(states):
        return states
    cut = begins[batch.newest_of(states.feature_id)]
    drop = (states.tail_class != 0) & (states.tail_at >= cut[:, None])
    if not drop.any():
        return states
    new = states.take(np.arange(len(states)))
    new.tail_at[drop], new.tail_class[drop] = np.nan, 0
    return new


def since_index(batch: Batch, usable: Ints, span_s: float) -> Ints:
    """For each of the rows ``usable`` the place among them of its feature's first one
    that is at most ``span_s`` older. Shape (u,)."""
    feature, at = batch.feature_id[usable], batch.at[usable]
    if not len(feature):
        return np.zeros(0, dtype=np.int64)
    _ids, number = np.unique(feature, return_inverse=True)
    begin = at.min()
    stride = at.max() - begin + span_s + 1.0
    key = number * stride + (at - begin)
    return np.searchsorted(key, key - span_s - 1e-6, side="left")
