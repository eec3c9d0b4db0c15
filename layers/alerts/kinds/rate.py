"""Kind ``rate``: a value that changes too fast."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from .base import (
    Batch,
    Floats,
    Ints,
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
from .uniting import ByValue, Union, alike

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

    def change(self, batch: Batch) -> Floats:
        """How fast each row changes in the direction meant, per hour."""
        rate = rates(batch, self.field, self.window_minutes * 60)
        return {"rise": rate, "fall": -rate, "either": np.abs(rate)}[self.direction]

    def evidence(self, batch: Batch, row: Ints) -> list[dict[str, Any] | None]:
        """The change at rows; -1: no row tells it."""
        rate = rates(batch, self.field, self.window_minutes * 60)
        return [{"per_hour": float(rate[at])} if at >= 0 else None for at in row]


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
    cls = classes(params.change(batch) - params.limit, params.deadband)
    new, found = judge(states, batch, cls, params.confirm, recast=True)
    found.evidence = params.evidence(batch, found.row)
    return new, found


def unite(
    params: list[RateParams], zones: list[Zones]
) -> list[tuple[list[int], Union]]:
    """Rules over one change, with limits of their own."""
    keys = [
        (entry.field, entry.window_minutes, entry.direction, entry.confirm)
        for entry in params
    ]
    return [(mine, _united([params[at] for at in mine])) for mine in alike(keys)]


def _united(params: list[RateParams]) -> Union:
    first = params[0]
    limit = np.array([entry.limit for entry in params])
    deadband = np.array([entry.deadband for entry in params])

    def said(batch: Batch, rule: Ints, row: Ints) -> Ints:
        return classes(first.change(batch)[row] - limit[rule], deadband[rule])

    return ByValue(said, first.confirm, recast=True, shown=first.evidence)


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
        unite=unite,
        order=22,
    )
)
