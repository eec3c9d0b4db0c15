"""Kind ``pace``: a value behind its plan."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from pydantic import Field, model_validator

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
from .series import NAME, Held, judge
from .threshold import classes

MONTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}
PERIODS = (
    ("whole", _("all of the plan")),
    ("year", _("the share of the year that is over")),
    ("half", _("the share of the half-year that is over")),
    ("quarter", _("the share of the quarter that is over")),
    ("month", _("the share of the month that is over")),
)


class PaceParams(Held):
    """Raised when ``value`` is less than ``limit_pct`` percent of what the plan expects
    by now; over once it is back by ``deadband_pct``. The plan is the field ``plan`` or
    the number ``plan_value``. Expected by now is all of it, a share by the calendar
    (``period``), or the percentage in the field ``expected``. With less than
    ``from_pct`` percent expected nothing is said: a year begins slowly."""

    value: Annotated[str, Shown(_("Value"), role="number")] = Field(pattern=NAME)
    plan: Annotated[str, Shown(_("Plan"), role="number")] = Field(
        "", pattern=rf"^$|{NAME}"
    )
    plan_value: Annotated[float | None, Shown(_("Or the plan as a number"))] = Field(
        None, gt=0, allow_inf_nan=False
    )
    expected: Annotated[
        str,
        Shown(_("Expected by now"), _("%"), _("Percent of the plan."), role="number"),
    ] = Field("", pattern=rf"^$|{NAME}")
    period: Annotated[
        Literal["whole", "year", "half", "quarter", "month"],
        Shown(_("Or expected by now"), choices=PERIODS),
    ] = "whole"
    limit_pct: Annotated[float, Shown(_("Behind below"), _("%"))] = Field(
        90, gt=0, le=1_000
    )
    deadband_pct: Annotated[
        float,
        Shown(_("Dead band"), _("%"), _("It ends once it is back by this.")),
    ] = Field(0, ge=0, le=100)
    from_pct: Annotated[
        float,
        Shown(_("Not before"), _("%"), _("Of the plan must be expected by now.")),
    ] = Field(0, ge=0, le=100)

    @model_validator(mode="after")
    def _one_plan(self) -> PaceParams:
        if bool(self.plan) == (self.plan_value is not None):
            raise ValueError("give either plan or plan_value")
        if self.expected and self.period != "whole":
            raise ValueError("give either expected or period")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for name in (self.value, self.plan, self.expected) if name)


def elapsed(at: Floats, period: str) -> Floats:
    """The share of the calendar's period that is over at each moment, local time."""
    if period == "whole":
        return np.ones(len(at))
    moments, back = np.unique(at, return_inverse=True)
    return np.array([_elapsed(float(at), period) for at in moments])[back]


def _elapsed(at: float, period: str) -> float:
    zone = ZoneInfo(settings.TIME_ZONE)
    now = datetime.fromtimestamp(at, UTC).astimezone(zone)
    length = MONTHS[period]
    month = (now.month - 1) // length * length
    begin = datetime(now.year, month + 1, 1, tzinfo=zone)
    after = month + length
    end = datetime(now.year + after // 12, after % 12 + 1, 1, tzinfo=zone)
    return (now - begin) / (end - begin)


def evaluate(
    params: PaceParams, zones: Zones, states: States, batch: Batch
) -> tuple[States, Transitions]:
    """Values against what the plan expects at their time."""
    if params.plan:
        plan = batch.column(params.plan)
    else:
        plan = np.full(len(batch), params.plan_value)
    share = elapsed(batch.at, params.period)
    if params.expected:
        share = batch.column(params.expected) / 100
    with np.errstate(divide="ignore", invalid="ignore"):
        pct = batch.column(params.value) / (plan * share) * 100
    pct[~((plan > 0) & (share > 0) & (share * 100 >= params.from_pct))] = np.nan
    cls = classes(params.limit_pct - pct, params.deadband_pct)
    new, found = judge(states, batch, cls, params.confirm)
    found.evidence = [
        {"pct": float(pct[row]), "expected_pct": float(share[row] * 100)}
        if row >= 0
        else None
        for row in found.row
    ]
    return new, found


def screen(params: list[PaceParams], zones: list[Zones]) -> Present:
    return Present([entry.columns for entry in params])


KIND = kinds.register(
    RuleKind(
        slug="pace",
        title=_("Behind the plan"),
        params=PaceParams,
        evaluate=evaluate,
        verbs=("pace.behind", "pace.caught_up"),
        needs=Needs(numbers=1),
        columns=lambda params: params.columns,
        screen=screen,
        order=26,
    )
)
