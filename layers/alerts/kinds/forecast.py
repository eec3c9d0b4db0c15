"""Kind ``forecast``: a value that will reach a limit soon if it goes on like this.

The line through the last values is that of Theil and Sen (the median of the slopes
between all pairs), which up to 29 % of wild values do not move.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from .base import (
    Batch,
    Bools,
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
from .rate import HOUR_S, LEAST_SHARE, lookback, screen
from .series import NAME, Held, first_new, judge, since_index

# Values of a window that are looked at, evenly chosen; rows taken at a time.
MOST_VALUES, MOST_ROWS = 24, 512
SIDES = (
    ("above", _("from below")),
    ("below", _("from above")),
)


class ForecastParams(Held):
    """Raised when the line through the values of ``field`` of the last
    ``window_minutes`` reaches ``limit`` within ``ahead_minutes``, or is beyond it;
    over once it would take longer by ``deadband_minutes``, or never gets there.
    Fewer than ``least`` values, or such that span less than half of the window, say
    nothing."""

    field: Annotated[str, Shown(_("Value"), role="number")] = Field(pattern=NAME)
    direction: Annotated[
        Literal["above", "below"], Shown(_("Reaches the limit"), choices=SIDES)
    ] = "above"
    limit: Annotated[float, Shown(_("Limit"))] = Field(allow_inf_nan=False)
    ahead_minutes: Annotated[float, Shown(_("Within"), _("min"))] = Field(
        120, gt=0, le=43_200
    )
    window_minutes: Annotated[float, Shown(_("Measured over"), _("min"))] = Field(
        60, gt=0, le=10_080
    )
    least: Annotated[
        int, Shown(_("From so many values"), help=_("Fewer make no line."))
    ] = Field(4, ge=3, le=MOST_VALUES)
    deadband_minutes: Annotated[
        float,
        Shown(_("Dead band"), _("min"), _("It ends once it would take longer by so.")),
    ] = Field(0, ge=0, le=43_200)


def lines(
    batch: Batch, params: ForecastParams, wanted: Bools
) -> tuple[Ints, Floats, Floats]:
    """The robust line at each of the rows: (row, slope per second, level on the line
    at the row's time), only where enough values are known."""
    value = batch.column(params.field)
    usable = np.flatnonzero(~np.isnan(value))
    first = since_index(batch, usable, params.window_minutes * 60)
    at, value = batch.at[usable], value[usable]
    place = np.arange(len(usable))
    enough = wanted[usable] & (place - first + 1 >= params.least)
    enough &= at - at[first] >= params.window_minutes * 60 * LEAST_SHARE
    place, first = place[enough], first[enough]
    parts = [
        _theil_sen(at, value, first[k : k + MOST_ROWS], place[k : k + MOST_ROWS])
        for k in range(0, len(place), MOST_ROWS)
    ]
    if not parts:
        return usable[place], np.zeros(0), np.zeros(0)
    slope, level = (np.concatenate(part) for part in zip(*parts, strict=True))
    return usable[place], slope, level


def _theil_sen(
    at: Floats, value: Floats, first: Ints, last: Ints
) -> tuple[Floats, Floats]:
    """Median slope and level at ``last`` of the values from ``first`` to ``last``."""
    share = np.linspace(0, 1, MOST_VALUES)
    spot = first[:, None] + np.rint((last - first)[:, None] * share).astype(np.int64)
    # of a short window each value is taken once
    spot[:, 1:] = np.where(spot[:, 1:] == spot[:, :-1], -1, spot[:, 1:])
    x = np.where(spot < 0, np.nan, at[spot] - at[last][:, None])
    y = np.where(spot < 0, np.nan, value[spot])
    one, two = np.triu_indices(MOST_VALUES, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = (y[:, two] - y[:, one]) / (x[:, two] - x[:, one])
    slopes[~np.isfinite(slopes)] = np.nan
    slope = np.nanmedian(slopes, axis=1)
    return slope, np.nanmedian(y - slope[:, None] * x, axis=1)


def evaluate(
    params: ForecastParams, zones: Zones, states: States, batch: Batch
) -> tuple[States, Transitions]:
    """Values with their history against the limit ahead."""
    row, slope, level = lines(batch, params, batch.at >= first_new(batch))
    sign = 1.0 if params.direction == "above" else -1.0
    gap = sign * (params.limit - level)
    with np.errstate(divide="ignore", invalid="ignore"):
        takes = np.where(sign * slope > 0, gap / (sign * slope), np.inf)
    takes[gap <= 0] = 0.0
    ahead, band = params.ahead_minutes * 60, params.deadband_minutes * 60
    cls = np.zeros(len(batch), dtype=np.int64)
    cls[row] = np.where(takes <= ahead, 1, np.where(takes > ahead + band, -1, 0))
    new, found = judge(states, batch, cls, params.confirm, recast=True)
    facts = {
        int(r): {
            "level": float(v),
            "per_hour": float(s * HOUR_S),
            "limit": params.limit,
            "reached_at": float(batch.at[r] + t) if np.isfinite(t) else None,
        }
        for r, s, v, t in zip(row, slope, level, takes, strict=True)
        if r in set(found.row.tolist())
    }
    found.evidence = [facts.get(int(r)) for r in found.row]
    return new, found


def fields(params: Any) -> tuple[str, ...]:
    return (params.field,)


KIND = kinds.register(
    RuleKind(
        slug="forecast",
        title=_("Value that will reach a limit"),
        params=ForecastParams,
        evaluate=evaluate,
        verbs=("forecast.near", "forecast.averted"),
        needs=Needs(numbers=1, stored=True),
        columns=fields,
        lookback=lookback,
        screen=screen,
        order=24,
    )
)
