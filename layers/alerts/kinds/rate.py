"""Kind ``rate``: a value that changes too fast."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from .base import (
    Batch,
    Floats,
    Needs,
    RuleKind,
    Shown,
    States,
    Transitions,
    Zones,
    kinds,
)
from .screening import Present
from .series import NAME, Held, judge, since_index
from .threshold import classes

HOUR_S = 3_600.0
# A change over less than this share of the window says nothing of a rate.
LEAST_SHARE = 0.5
WAYS = (
    ("rise", _("rises faster")),
    ("fall", _("falls faster")),
    ("either", _("changes faster either way")),
)


class RateParams(Held):
    """Raised when ``field`` changes by more than ``limit`` an hour, measured from the
    oldest value of the last ``window_minutes``; over once it is slower by
    ``deadband``. Values that span less than half of the window say nothing."""

    field: Annotated[str, Shown(_("Value"), role="number")] = Field(pattern=NAME)
    direction: Annotated[
        Literal["rise", "fall", "either"], Shown(_("Raised when it"), choices=WAYS)
    ] = "rise"
    limit: Annotated[float, Shown(_("Change in an hour"))] = Field(
        gt=0, allow_inf_nan=False
    )
    window_minutes: Annotated[float, Shown(_("Measured over"), _("min"))] = Field(
        60, gt=0, le=10_080
    )
    deadband: Annotated[
        float,
        Shown(_("Dead band"), help=_("It ends once the change is less by this.")),
    ] = Field(0, ge=0, allow_inf_nan=False)


def rates(batch: Batch, field: str, window_s: float) -> Floats:
    """Change of a field per hour at each row; NaN where too little is known."""
    value = batch.column(field)
    usable = np.flatnonzero(~np.isnan(value))
    first = since_index(batch, usable, window_s)
    span = batch.at[usable] - batch.at[usable][first]
    known = span >= window_s * LEAST_SHARE
    found = np.full(len(batch), np.nan)
    change = value[usable] - value[usable][first]
    found[usable[known]] = change[known] / span[known] * HOUR_S
    return found


def evaluate(
    params: RateParams, zones: Zones, states: States, batch: Batch
) -> tuple[States, Transitions]:
    """Values against those of a window before. The batch holds that history."""
    rate = rates(batch, params.field, params.window_minutes * 60)
    sides = {"rise": rate, "fall": -rate, "either": np.abs(rate)}
    cls = classes(sides[params.direction] - params.limit, params.deadband)
    new, found = judge(states, batch, cls, params.confirm, recast=True)
    found.evidence = [
        {"per_hour": float(rate[row])} if row >= 0 else None for row in found.row
    ]
    return new, found


def screen(params: list[RateParams], zones: list[Zones]) -> Present:
    """Rows with the value: how fast it changed is known only with its history."""
    return Present([(entry.field,) for entry in params])


def lookback(params: Any) -> float:
    return float(params.window_minutes * 60)


KIND = kinds.register(
    RuleKind(
        slug="rate",
        title=_("Value that changes fast"),
        params=RateParams,
        evaluate=evaluate,
        verbs=("rate.exceeded", "rate.returned"),
        needs=Needs(numbers=1, stored=True),
        columns=lambda params: (params.field,),
        lookback=lookback,
        screen=screen,
        order=22,
    )
)
