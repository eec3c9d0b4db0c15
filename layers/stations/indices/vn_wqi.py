"""VN_WQI: the water quality index of Decision 1460/QD-TCMT (12 Nov 2019). Pure.

Substances in mg/L, temperature in °C, bacteria in MPN/100 mL. Groups: I pH, II
pesticides, III metals, IV oxygen and nutrients, V bacteria. Marked [C], to be
checked against the decision:

- the aggregation: :data:`VARIANTS`, since the sources differ; both are given;
- a group without values (but IV) is left out: the factor of I, II or III is then 1,
  and without V the core is the mean of IV. The rule "three of the five groups, three
  parameters of IV" is remembered only and not applied: an automatic station
  measures groups I and IV;
- nitrite has two scores only; ammonium, nitrate and bacteria jump at one end;
- knots of groups II and III were not found: scores of these groups may be given,
  concentrations are not turned into scores.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .knots import Floats, half_up, interpolate

WEIGHTED, EQUAL = "weighted", "equal"
VARIANTS = (WEIGHTED, EQUAL)

GROUPS: dict[str, tuple[str, ...]] = {
    "I": ("pH",),
    "II": ("Aldrin", "BHC", "Dieldrin", "DDTs", "Heptachlor"),
    "III": ("As", "Cd", "Pb", "Cr6", "Cu", "Zn", "Hg"),
    "IV": ("DO", "BOD5", "COD", "TOC", "NH4", "NO3", "NO2", "PO4"),
    "V": ("Coliform", "EColi"),
}
SCORES = (100, 75, 50, 25, 10)
BEST, WORST = 100.0, 10.0
# Knots of the scores 100, 75, 50, 25, 10; falling, linear between neighbours.
KNOTS: dict[str, tuple[float, ...]] = {
    "BOD5": (4, 6, 15, 25, 50),
    "TOC": (4, 6, 15, 25, 50),
    "COD": (10, 15, 30, 50, 150),
    "PO4": (0.1, 0.2, 0.3, 0.5, 4),
}
# Below the first knot 100, there 75: a step.
AMMONIUM = (0.3, 0.6, 0.9, 5)
# Knots of 100, 75, 50, 25; above the last one 10: a step.
STEP_AT_END: dict[str, tuple[float, ...]] = {
    "NO3": (2, 5, 10, 15),
    "Coliform": (2_500, 5_000, 7_500, 10_000),
    "EColi": (20, 50, 100, 200),
}
NITRITE = 0.05
PH = (5.5, 6, 8.5, 9)
PH_SCORES = (50, 100, 100, 50)
SATURATION = (20, 50, 75, 88, 112, 125, 150, 200)
SATURATION_SCORES = (25, 50, 75, 100, 100, 75, 50, 25)
# Water outside these temperatures is no river's, and the formula does not hold.
COLDEST_C, WARMEST_C = 0.0, 50.0

# (lowest index of the band, slug, colour); red, green and blue of [C] but the first
BANDS: tuple[tuple[int, str, str], ...] = (
    (91, "excellent", "#3333FF"),
    (76, "good", "#00E400"),
    (51, "moderate", "#FFFF00"),
    (26, "poor", "#FF7E00"),
    (10, "bad", "#FF0000"),
    (0, "very_bad", "#7E0023"),
)


@dataclass(frozen=True, slots=True)
class WaterIndex:
    """Indices of one shape by variant, not rounded; NaN = not computed.

    ``scores``: sub-index of each parameter, NaN = none.
    """

    variants: dict[str, Floats]
    scores: dict[str, Floats]

    def rounded(self, variant: str = WEIGHTED) -> Floats:
        """Whole numbers, half up."""
        return half_up(self.variants[variant])

    def worst(self) -> npt.NDArray[np.int64]:
        """Position in ``scores`` of the lowest score, -1 where there is no index."""
        void = np.isnan(self.variants[WEIGHTED])
        if not self.scores:
            return np.full(void.shape, -1)
        table = np.stack(list(self.scores.values()))
        lowest = np.where(np.isnan(table), np.inf, table).argmin(axis=0)
        return np.where(void, -1, lowest).astype(np.int64)


def saturation(temperature_c: npt.ArrayLike) -> Floats:
    """Dissolved oxygen of saturated fresh water, mg/L; NaN outside 0 to 50 °C."""
    t = np.asarray(temperature_c, dtype=np.float64)
    found = 14.652 - 0.41022 * t + 0.007991 * t**2 - 0.000077774 * t**3
    return np.where((t >= COLDEST_C) & (t <= WARMEST_C), found, np.nan)


def saturation_percent(
    oxygen_mg_l: npt.ArrayLike, temperature_c: npt.ArrayLike
) -> Floats:
    """Dissolved oxygen in per cent of saturation."""
    oxygen = np.asarray(oxygen_mg_l, dtype=np.float64)
    return np.asarray(oxygen / saturation(temperature_c) * 100.0)


def score_oxygen(percent: npt.ArrayLike) -> Floats:
    """Score of dissolved oxygen from its saturation in per cent: 10 outside 20-200."""
    found = np.asarray(percent, dtype=np.float64)
    score = interpolate(found, SATURATION, SATURATION_SCORES)
    return _outside(found, SATURATION[0], SATURATION[-1], score)


def score_ph(ph: npt.ArrayLike) -> Floats:
    """Score of pH: 100 within 6-8.5, 50 at 5.5 and 9, 10 outside; NaN off 0-14."""
    found = np.asarray(ph, dtype=np.float64)
    score = _outside(found, PH[0], PH[-1], interpolate(found, PH, PH_SCORES))
    return np.where((found < 0) | (found > 14), np.nan, score)


def score(parameter: str, value: npt.ArrayLike) -> Floats:
    """Score (10 to 100) of a parameter of groups I, IV or V; NaN stays.

    ``value`` of DO is its saturation in per cent; below zero counts as nothing.
    Raises KeyError for a parameter without knots.
    """
    if parameter == "DO":
        return score_oxygen(value)
    if parameter == "pH":
        return score_ph(value)
    found = np.maximum(np.asarray(value, dtype=np.float64), 0.0)
    if parameter == "NO2":
        return np.where(
            np.isnan(found), np.nan, np.where(found <= NITRITE, BEST, WORST)
        )
    if parameter == "NH4":
        falling = interpolate(found, AMMONIUM, SCORES[1:])
        return np.where(found < AMMONIUM[0], BEST, falling)
    if parameter in STEP_AT_END:
        knots = STEP_AT_END[parameter]
        falling = interpolate(found, knots, SCORES[:-1])
        return np.where(found > knots[-1], WORST, falling)
    return interpolate(found, KNOTS[parameter], SCORES)


def compute(
    values: Mapping[str, npt.ArrayLike],
    temperature_c: npt.ArrayLike = np.nan,
    scores: Mapping[str, npt.ArrayLike] | None = None,
) -> WaterIndex:
    """VN_WQI of concentrations, all of one shape; NaN = not measured.

    ``values``: pH, and mg/L of the parameters of IV (DO too: it needs
    ``temperature_c``), MPN/100 mL of V. ``scores``: of groups II and III, ready.
    Without any parameter of group IV there is no index.
    """
    found = {name: np.atleast_1d(s) for name, s in (scores or {}).items()}
    for name, given in values.items():
        value = np.atleast_1d(np.asarray(given, dtype=np.float64))
        if name == "DO":
            value = np.atleast_1d(saturation_percent(value, temperature_c))
        found[name] = score(name, value)
    return WaterIndex({name: aggregate(found, name) for name in VARIANTS}, found)


def aggregate(scores: Mapping[str, npt.ArrayLike], variant: str = WEIGHTED) -> Floats:
    """Index of the scores of parameters: factors of I, II, III times the core.

    ``weighted``: cube root of (mean of IV squared times mean of V); ``equal``:
    square root of their product; [C] the mean of IV alone without any of V.
    """
    groups = {
        name: [np.atleast_1d(scores[p]) for p in members if p in scores]
        for name, members in GROUPS.items()
    }
    shape = next((part.shape for parts in groups.values() for part in parts), (1,))
    four, five = (_mean(groups[name], shape) for name in ("IV", "V"))
    if variant == WEIGHTED:
        both = np.cbrt(four**2 * five)
    elif variant == EQUAL:
        both = np.sqrt(four * five)
    else:
        raise ValueError(f"unknown variant {variant!r}")
    result = np.where(np.isnan(five), four, both)
    for name in ("I", "II", "III"):
        logs = [np.log(part) for part in groups[name]]
        factor = np.exp(_mean(logs, shape)) / 100.0
        result = result * np.where(np.isnan(factor), 1.0, factor)
    return np.asarray(result)


def band(index: float) -> tuple[str, str]:
    """(slug, colour) of an index."""
    for lowest, slug, colour in BANDS:
        if index >= lowest:
            return slug, colour
    return BANDS[-1][1:]


def _outside(found: Floats, low: float, high: float, score: Floats) -> Floats:
    return np.where((found < low) | (found > high), WORST, score)


def _mean(parts: list[Floats], shape: tuple[int, ...]) -> Floats:
    """Mean of those that are there, NaN without any."""
    if not parts:
        return np.full(shape, np.nan)
    table = np.stack(parts)
    there = ~np.isnan(table)
    total, count = np.where(there, table, 0.0).sum(axis=0), there.sum(axis=0)
    return np.divide(total, count, out=np.full(shape, np.nan), where=count > 0)
