"""Kind ``threshold``: a measured value beyond a limit, with dead band and duration."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from django.utils.translation import gettext_lazy as _
from pydantic import Field, model_validator

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
from .debounce import Confirm
from .screening import over_limits
from .series import NAME, Held, judge
from .uniting import Beyond, ByValue, Said, Union, alike

SIDES = (
    ("above", _("above the limit")),
    ("below", _("below the limit")),
    ("outside", _("outside of the band")),
)


class ThresholdParams(Held):
    """Raised when ``field`` is above (below) ``limit`` for ``fixes`` values that
    span ``minutes``; over once it is back by more than ``deadband``. ``outside``: above
    ``limit`` or below ``lower``. With ``of`` it takes ``fixes`` of the last ``of``
    values, in no run, and ends once that many can no longer say so."""

    field: Annotated[str, Shown(_("Value"), role="number")] = Field(pattern=NAME)
    direction: Annotated[
        Literal["above", "below", "outside"],
        Shown(_("Raised when it is"), choices=SIDES),
    ] = "above"
    limit: Annotated[float, Shown(_("Limit"))] = Field(allow_inf_nan=False)
    lower: Annotated[
        float | None,
        Shown(_("Lower limit"), help=_("Only for a band: its lower end.")),
    ] = Field(None, allow_inf_nan=False)
    deadband: Annotated[
        float,
        Shown(
            _("Dead band"), help=_("It ends once the value is back by more than this.")
        ),
    ] = Field(0, ge=0, allow_inf_nan=False)
    of: Annotated[
        int | None,
        Shown(
            _("Of the last"),
            help=_("So many values are counted; empty: values in a row."),
        ),
    ] = Field(None, ge=2, le=16)

    @model_validator(mode="after")
    def _consistent(self) -> ThresholdParams:
        if (self.direction == "outside") != (self.lower is not None):
            raise ValueError("lower is for direction outside, which needs it")
        if self.lower is not None and self.lower + 2 * self.deadband >= self.limit:
            raise ValueError("lower must be less than limit by twice the dead band")
        if self.of is not None and self.of < self.fixes:
            raise ValueError("of must not be less than fixes")
        if self.of is not None and (self.minutes or self.minutes_off):
            raise ValueError("of counts values: without minutes and minutes_off")
        return self

    @property
    def counted(self) -> Confirm:
        """Which values it takes to believe them."""
        if self.of is None:
            return self.confirm
        return Confirm(self.confirm.fixes, (0.0, 0.0), self.of)

    @property
    def limits(self) -> tuple[float, float]:
        """Upper and lower limit; infinite: none."""
        if self.direction == "below":
            return np.inf, self.limit
        return self.limit, -np.inf if self.lower is None else self.lower

    def beyond(self, value: Floats) -> Floats:
        """By how much values are beyond the limit; NaN: no value."""
        upper, lower = self.limits
        return np.maximum(value - upper, lower - value)


def evaluate(
    params: ThresholdParams, zones: Zones, states: States, batch: Batch
) -> tuple[States, Transitions]:
    """Values against the limit; NaN is no evidence. A batch without the field
    changes nothing."""
    over = params.beyond(batch.column(params.field))
    return judge(states, batch, classes(over, params.deadband), params.counted)


def unite(
    params: list[ThresholdParams], zones: list[Zones]
) -> list[tuple[list[int], Union]]:
    """Rules whose values count in one way."""
    return [
        (mine, ByValue(_said([params[at] for at in mine]), params[mine[0]].counted))
        for mine in alike([entry.counted for entry in params])
    ]


def _said(params: list[ThresholdParams]) -> Said:
    beyond = Beyond([(entry.field, *entry.limits) for entry in params])
    deadband = np.array([entry.deadband for entry in params])
    return lambda batch, rule, row: classes(beyond(batch, rule, row), deadband[rule])


def classes(over: Floats, deadband: float | Floats) -> Ints:
    """+1 beyond, -1 back by the dead band, 0 in between or unknown."""
    cls = np.where(over > 0, 1, np.where(over <= -deadband, -1, 0))
    cls[np.isnan(over)] = 0
    return cls


KIND = kinds.register(
    RuleKind(
        slug="threshold",
        title=_("Value beyond a limit"),
        params=ThresholdParams,
        evaluate=evaluate,
        verbs=("threshold.exceeded", "threshold.returned"),
        needs=Needs(numbers=1),
        columns=lambda params: (params.field,),
        screen=over_limits,
        unite=unite,
        order=20,
    )
)
