"""VN_AQI of air stations at hours and days, from what their series came to."""

from __future__ import annotations

import numpy as np

from layers.stations.models.indices import Period

from . import inputs, reasons, vn_aqi
from .inputs import LARGEST_1H, LARGEST_8H, MEAN, Bools, Inputs
from .results import Results, Words, names_at, records
from .targets import Floats, Ints, behind
from .units import air_factor

PARAMETERS = tuple(vn_aqi.BREAKPOINTS)
# An hour enters the NowCast of itself and of the eleven after it.
REACH = {Period.HOUR: vn_aqi.NOWCAST_HOURS, Period.DAY: 1}
DECIMALS = 1


def compute(period: Period, keys: Ints) -> Results:
    """The index at sorted keys; those without any value in reach are left out."""
    reach = REACH[period]
    found = inputs.read(period, behind(keys, reach), PARAMETERS, air_factor)
    came = np.any(
        [
            found.window(found.came[name], keys, reach).any(axis=1)
            for name in PARAMETERS
        ],
        axis=0,
    )
    indices = _hourly(found, keys) if period == Period.HOUR else _daily(found, keys)
    result = Results(
        keys=keys,
        value=indices.value,
        parameter=names_at(list(indices.parts), indices.dominant),
        parts=records(indices.parts, DECIMALS, keys),
        reason=np.where(np.isnan(indices.value), _why(period, found, keys), ""),
    )
    return result.take(came)


def _hourly(found: Inputs, keys: Ints) -> vn_aqi.Indices:
    hours = {
        name: found.window(found.values[name][MEAN], keys, vn_aqi.NOWCAST_HOURS)
        for name in PARAMETERS
    }
    return vn_aqi.hourly(hours)


def _daily(found: Inputs, keys: Ints) -> vn_aqi.Indices:
    def column(name: str, which: int) -> Floats:
        return found.at(found.values[name][which], keys)

    gases = [name for name in PARAMETERS if name not in vn_aqi.PARTICLES]
    return vn_aqi.daily(
        {name: column(name, MEAN) for name in vn_aqi.PARTICLES},
        {name: column(name, LARGEST_1H) for name in gases},
        column("O3", LARGEST_8H),
    )


def _why(period: Period, found: Inputs, keys: Ints) -> Words:
    """The reason why there is no index, as if there were none at all."""

    def any_of(tables: dict[str, Bools]) -> Bools:
        both = [found.at(tables[name], keys) for name in vn_aqi.PARTICLES]
        return np.logical_or(*both)

    recent = vn_aqi.RECENT_HOURS if period == Period.HOUR else 1
    needed = vn_aqi.RECENT_NEEDED if period == Period.HOUR else 1
    heard = np.max(
        [
            found.window(found.came[name], keys, recent).sum(axis=1)
            for name in vn_aqi.PARTICLES
        ],
        axis=0,
    )
    late = reasons.TWO_OF_THREE if period == Period.HOUR else reasons.NO_PARTICLES
    return np.select(
        [~any_of(found.measured), ~any_of(found.readable), heard >= needed],
        [reasons.NO_PARTICLES, reasons.UNIT, reasons.TOO_FEW_VALUES],
        late,
    )
