"""Kind ``threshold``: a measured value beyond a limit, with dead band and duration."""

from __future__ import annotations

from typing import Literal

import numpy as np
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from .base import (
    Batch,
    Params,
    RuleKind,
    States,
    Transitions,
    Zones,
    blank_states,
    concat,
    kinds,
)
from .debounce import Confirm, expand, fold, gather


class ThresholdParams(Params):
    """Raised when ``field`` is above (below) ``limit`` for ``fixes`` values that
    span ``minutes``; over once it is back by more than ``deadband``."""

    field: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    direction: Literal["above", "below"] = "above"
    limit: float = Field(allow_inf_nan=False)
    deadband: float = Field(0, ge=0, allow_inf_nan=False)
    fixes: int = Field(1, ge=1, le=20)
    minutes: float = Field(0, ge=0, le=43_200)


def evaluate(
    params: ThresholdParams, zones: Zones, states: States, batch: Batch
) -> tuple[States, Transitions]:
    """Values against the limit; NaN is no evidence. A batch without the field
    changes nothing."""
    value = batch.values.get(params.field)
    if value is None:
        value = np.full(len(batch), np.nan)
    beyond = (value - params.limit) * (1 if params.direction == "above" else -1)
    states = _with_new(states, batch, beyond > 0)
    pair, row = expand(states, batch)
    over = beyond[row]
    cls = np.where(over > 0, 1, np.where(over <= -params.deadband, -1, 0))
    cls[np.isnan(over)] = 0
    seconds = params.minutes * 60
    confirm = Confirm((params.fixes, params.fixes), (seconds, seconds))
    return fold(states, gather(states, pair, row, batch.at[row], cls), confirm)


def _with_new(states: States, batch: Batch, beyond: np.ndarray) -> States:
    met = np.setdiff1d(batch.feature_id[beyond], states.feature_id)
    if not len(met):
        return states
    nowhere = np.zeros(len(met), dtype=np.int64)
    return concat(states, blank_states(met, nowhere, nowhere.copy()))


KIND = kinds.register(
    RuleKind(
        slug="threshold",
        title=_("Value beyond a limit"),
        params=ThresholdParams,
        evaluate=evaluate,
        verbs=("threshold.exceeded", "threshold.returned"),
        columns=lambda params: (params.field,),
        order=20,
    )
)
