"""VN_WQI of surface water stations at hours and days."""

from __future__ import annotations

from datetime import date

import numpy as np

from layers.stations.models import IndexMethod
from layers.stations.models.indices import IndexKind, Period

from . import inputs, reasons, vn_wqi
from .inputs import MEAN, Inputs
from .knots import half_up
from .results import Results, Words, names_at, records
from .targets import CLOCKS, LOCAL_S, Floats, Ints, split
from .units import water_factor

SUBSTANCES = (*vn_wqi.GROUPS["I"], *vn_wqi.GROUPS["IV"], *vn_wqi.GROUPS["V"])
PARAMETERS = (*SUBSTANCES, "Temp")
REACH = {Period.HOUR: 1, Period.DAY: 1}
DEFAULT = vn_wqi.WEIGHTED
# Enough that a stored variant rounds to the same whole number as the exact one.
DECIMALS = 6


def compute(period: Period, keys: Ints) -> Results:
    """The index at sorted keys; those without any value are left out.

    ``parts``: score of each parameter, and the index by both ways of aggregating;
    which of them is ``value`` says the :class:`IndexMethod` of the day.
    """
    found = inputs.read(period, keys, PARAMETERS, water_factor)
    values = {name: found.at(found.values[name][MEAN], keys) for name in PARAMETERS}
    temperature = values.pop("Temp")
    index = vn_wqi.compute(values, temperature)
    exact = np.stack([index.variants[name] for name in vn_wqi.VARIANTS])
    chosen = exact[_variants(period, keys), np.arange(len(keys))]
    result = Results(
        keys=keys,
        value=half_up(chosen),
        parameter=names_at(list(index.scores), index.worst()),
        parts=records(index.scores | index.variants, DECIMALS, keys),
        reason=np.where(np.isnan(chosen), _why(found, keys), ""),
    )
    came = np.any([found.at(found.came[name], keys) for name in SUBSTANCES], axis=0)
    return result.take(came)


def _variants(period: Period, keys: Ints) -> Ints:
    """Position in VARIANTS of the way that holds on the day of each key."""
    rows = list(
        IndexMethod.objects.filter(kind=IndexKind.VN_WQI)
        .order_by("valid_from")
        .values_list("valid_from", "variant")
    )
    from_day = [(day - date(1970, 1, 1)).days for day, _ in rows]
    chosen = [DEFAULT, *(variant for _, variant in rows)]
    ends = CLOCKS[period].ends(split(keys)[1]) + LOCAL_S
    day = (ends - 1) // 86_400
    positions = np.array([vn_wqi.VARIANTS.index(name) for name in chosen])
    return positions[np.searchsorted(from_day, day, side="right")]


def _why(found: Inputs, keys: Ints) -> Words:
    four = vn_wqi.GROUPS["IV"]

    def any_of(table: dict[str, inputs.Bools]) -> inputs.Bools:
        return np.any([found.at(table[name], keys) for name in four], axis=0)

    oxygen: Floats = found.at(found.values["DO"][MEAN], keys)
    return np.select(
        [
            ~any_of(found.measured) | ~any_of(found.came),
            ~any_of(found.readable),
            ~np.isnan(oxygen),
        ],
        [reasons.NO_GROUP_IV, reasons.UNIT, reasons.NO_TEMPERATURE],
        reasons.TOO_FEW_VALUES,
    )
