"""Kind ``deadline``: a date or time that a row names has come, or will soon."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from pydantic import Field, model_validator

from .base import (
    Batch,
    Floats,
    Needs,
    Params,
    RuleKind,
    Shown,
    States,
    Transitions,
    Zones,
    kinds,
    merged,
    with_features,
)
from .series import NAME

MOVED = gettext_noop("the date was moved")
GONE = gettext_noop("the row is gone or no longer meant")


class DeadlineParams(Params):
    """Raised ``minutes_before`` the moment in ``field`` (``minutes_after`` it), as long
    as the row is there, passes the rule's filter and has that date. A day ends with
    its last minute. What is past for longer than ``until_minutes`` is nobody's
    business any longer."""

    field: Annotated[str, Shown(_("Date or time"), role="moment")] = Field(pattern=NAME)
    minutes_before: Annotated[float, Shown(_("Raised before it by"), _("min"))] = Field(
        0, ge=0, le=525_600
    )
    minutes_after: Annotated[float, Shown(_("Or after it by"), _("min"))] = Field(
        0, ge=0, le=525_600
    )
    until_minutes: Annotated[
        float,
        Shown(
            _("But not later than"),
            _("min"),
            _("What was due longer ago raises nothing."),
        ),
    ] = Field(43_200, gt=0, le=5_256_000)

    @model_validator(mode="after")
    def _ordered(self) -> DeadlineParams:
        if self.minutes_before and self.minutes_after:
            raise ValueError("give either minutes_before or minutes_after")
        if self.until_minutes <= self.minutes_after:
            raise ValueError("until_minutes must be more than minutes_after")
        return self


def evaluate(
    params: DeadlineParams, zones: Zones, states: States, batch: Batch
) -> tuple[States, Transitions]:
    """All rows of the layer that pass the filter, against ``batch.now``.

    A state whose date was moved away is kept with the moment of that (``base_class``
    1), so that a date moved back begins anew.
    """
    now = batch.now
    due = batch.column(params.field)
    begins = due + (params.minutes_after - params.minutes_before) * 60
    over = (begins <= now) & (now < due + params.until_minutes * 60)
    states = with_features(states, batch.feature_id[over])
    new = states.take(np.arange(len(states)))
    row = _row_of(states, batch)
    there = row >= 0
    holds, begun = np.zeros(len(states), dtype=bool), np.full(len(states), np.nan)
    holds[there], begun[there] = over[row[there]], begins[row[there]]
    # an old one stays as long as its row is late, however late
    holds[there] |= states.active[there] & (begun[there] <= now)
    on = np.flatnonzero(holds & ~states.active)
    off = np.flatnonzero(~holds & states.active)
    when = np.maximum(
        begun[on], np.where(states.base_class[on] > 0, states.since[on], 0)
    )
    new.active[on], new.since[on] = True, when
    new.active[off], new.since[off] = False, now
    new.base_class[on], new.base_class[off] = 0, np.where(there[off], 1, 0)
    new.base_class[~there] = 0
    new.last_at[on] = new.last_at[off] = now
    state = np.concatenate([off, on])
    reasons = [MOVED if there[at] else GONE for at in off] + [""] * len(on)
    found = Transitions(
        state=state,
        row=row[state],
        at=np.concatenate([np.full(len(off), now), when]),
        on=np.repeat([False, True], [len(off), len(on)]),
        late=np.zeros(len(state), dtype=bool),
        reason=reasons,
        evidence=[_due(due, int(at)) for at in row[state]],
    )
    return new, merged([found])


def _due(due: Floats, row: int) -> dict[str, float] | None:
    known = row >= 0 and bool(np.isfinite(due[row]))
    return {"due": float(due[row])} if known else None


def _row_of(states: States, batch: Batch) -> np.ndarray:
    if not len(batch):
        return np.full(len(states), -1)
    spot = np.searchsorted(batch.feature_id, states.feature_id)
    spot = np.minimum(spot, len(batch) - 1)
    return np.where(batch.feature_id[spot] == states.feature_id, spot, -1)


KIND = kinds.register(
    RuleKind(
        slug="deadline",
        title=_("A date has come"),
        params=DeadlineParams,
        evaluate=evaluate,
        verbs=("deadline.passed", "deadline.lifted"),
        needs=Needs(moments=1),
        timed=True,
        columns=lambda params: (params.field,),
        order=35,
    )
)
