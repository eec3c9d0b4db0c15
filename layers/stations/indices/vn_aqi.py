"""VN_AQI: the hourly air quality index of Decision 1459/QD-TCMT (12 Nov 2019).

Break points in µg/m³. PM2.5 and PM10 agree in several public implementations,
CO in two, the other gases come from one complete implementation. Knots are
0, 50, 100 … (not 51, 101): between neighbours the index is linear.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

KNOTS = (0, 50, 100, 150, 200, 300, 400, 500)
BREAKPOINTS: dict[str, tuple[float, ...]] = {
    "PM2.5": (0, 25, 50, 80, 150, 250, 350, 500),
    "PM10": (0, 50, 150, 250, 350, 420, 500, 600),
    "O3": (0, 160, 200, 300, 400, 800, 1_000, 1_200),
    "SO2": (0, 125, 350, 550, 800, 1_600, 2_100, 2_630),
    "NO2": (0, 100, 200, 700, 1_200, 2_350, 3_100, 3_850),
    "CO": (0, 10_000, 30_000, 45_000, 60_000, 90_000, 120_000, 150_000),
}
# 8 h mean of ozone, daily index only; above the last knot the branch is dropped.
OZONE_8H = (0, 100, 120, 170, 210, 400)

PARTICLES = ("PM2.5", "PM10")
NOWCAST_HOURS = 12
RECENT_HOURS, RECENT_NEEDED = 3, 2
MIN_WEIGHT = 0.5

# (highest index of the band, slug, legal colour)
BANDS: tuple[tuple[int, str, str], ...] = (
    (50, "good", "#00E400"),
    (100, "moderate", "#FFFF00"),
    (150, "poor", "#FF7E00"),
    (200, "bad", "#FF0000"),
    (300, "very_bad", "#8F3F97"),
    (500, "hazardous", "#7E0023"),
)


def sub_index(parameter: str, concentration: npt.ArrayLike) -> Floats:
    """Index of one pollutant, not rounded; 500 above the last knot, NaN stays.

    ``concentration`` in µg/m³: NowCast for particles, 1 h mean for gases.
    Raises KeyError for a parameter that the index does not know.
    """
    found = np.asarray(concentration, dtype=np.float64)
    return np.interp(found, BREAKPOINTS[parameter], KNOTS)


def sub_index_ozone_8h(concentration: npt.ArrayLike) -> Floats:
    """Index of the largest 8 h mean of ozone; NaN above 400 µg/m³."""
    found = np.asarray(concentration, dtype=np.float64)
    index = np.interp(found, OZONE_8H, KNOTS[: len(OZONE_8H)])
    return np.where(found > OZONE_8H[-1], np.nan, index)


def nowcast(hours: npt.ArrayLike) -> Floats:
    """NowCast of hourly means: shape (…, 12), newest first, NaN = no valid hour.

    No result (NaN) unless two of the three newest hours exist.
    """
    values = np.atleast_2d(np.asarray(hours, dtype=np.float64))
    valid = ~np.isnan(values)
    enough = valid[..., :RECENT_HOURS].sum(-1) >= RECENT_NEEDED
    low = np.where(valid, values, np.inf).min(-1)
    high = np.where(valid, values, -np.inf).max(-1)
    usable = enough & (high > 0)
    ratio = np.divide(low, high, out=np.ones_like(high), where=usable)
    weight = np.maximum(ratio, MIN_WEIGHT)[..., None] ** np.arange(values.shape[-1])
    weight = np.where(valid, weight, 0.0)
    total = (weight * np.where(valid, values, 0.0)).sum(-1)
    share = weight.sum(-1)
    result = np.divide(total, share, out=np.full_like(share, np.nan), where=share > 0)
    result = np.where(enough & (high <= 0), 0.0, result)
    return np.where(enough, result, np.nan)


def round_index(index: npt.ArrayLike) -> Floats:
    """Half up to a whole number, as the decision rounds: only at the end."""
    return np.floor(np.asarray(index, dtype=np.float64) + 0.5)


def overall(parts: Mapping[str, Floats]) -> tuple[Floats, npt.NDArray[np.int64]]:
    """(index, position of the dominant pollutant in ``parts``), row by row.

    NaN and -1 unless PM2.5 or PM10 has a value.
    """
    names = list(parts)
    table = np.stack([parts[name] for name in names])
    particles = [names.index(name) for name in PARTICLES if name in names]
    if not particles:
        empty = np.full(table.shape[1:], np.nan)
        return empty, np.full(empty.shape, -1, dtype=np.int64)
    known = ~np.isnan(table[particles]).all(axis=0)
    filled = np.where(np.isnan(table), -np.inf, table)
    top = np.where(known, filled.max(axis=0), np.nan)
    dominant = np.where(known, filled.argmax(axis=0), -1)
    return round_index(top), dominant


def band(index: float) -> tuple[str, str]:
    """(slug, legal colour) of an index."""
    for highest, slug, colour in BANDS:
        if index <= highest:
            return slug, colour
    return BANDS[-1][1:]
