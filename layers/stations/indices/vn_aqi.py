"""VN_AQI: the air quality index of Decision 1459/QD-TCMT (12 Nov 2019). Pure.

Break points in µg/m³ at 25 °C. PM2.5 and PM10 agree in several public
implementations, CO in two, the other gases come from one complete implementation.
Knots are 0, 50, 100 … (not 51, 101): between neighbours the index is linear.
Not read in the decision itself, taken from practice: which share of an hour or a
day must be there ([C]; :data:`SHARE_NEEDED`), and that a gas without values is
left out rather than making the index void.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .knots import Floats, half_up, interpolate

Ints = npt.NDArray[np.int64]

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
# [C] of the values of an hour, and of the hours of a day
SHARE_NEEDED = 0.75
DAY_HOURS_NEEDED = 18

# (highest index of the band, slug, legal colour)
BANDS: tuple[tuple[int, str, str], ...] = (
    (50, "good", "#00E400"),
    (100, "moderate", "#FFFF00"),
    (150, "poor", "#FF7E00"),
    (200, "bad", "#FF0000"),
    (300, "very_bad", "#8F3F97"),
    (500, "hazardous", "#7E0023"),
)


@dataclass(frozen=True, slots=True)
class Indices:
    """Indices of one shape. ``value``: whole numbers, NaN = not computed.

    ``parts``: sub-index of each pollutant, not rounded, NaN = none. ``dominant``:
    position in ``parts`` of the pollutant that makes the index, -1 without one.
    """

    value: Floats
    dominant: Ints
    parts: dict[str, Floats]

    def parameter(self, place: tuple[int, ...] = ()) -> str:
        """The dominant pollutant at a place of the shape, "" without an index."""
        position = int(self.dominant[place])
        return list(self.parts)[position] if position >= 0 else ""


def sub_index(parameter: str, concentration: npt.ArrayLike) -> Floats:
    """Index of one pollutant, not rounded; 500 above the last knot, NaN stays.

    ``concentration`` in µg/m³: NowCast or 24 h mean for particles, 1 h mean for
    gases; below zero counts as nothing. Raises KeyError for a parameter that the
    index does not know.
    """
    return interpolate(concentration, BREAKPOINTS[parameter], KNOTS)


def sub_index_ozone_8h(concentration: npt.ArrayLike) -> Floats:
    """Index of the largest 8 h mean of ozone, µg/m³; NaN above 400."""
    found = np.asarray(concentration, dtype=np.float64)
    index = interpolate(found, OZONE_8H, KNOTS[: len(OZONE_8H)])
    return np.where(found > OZONE_8H[-1], np.nan, index)


def nowcast(hours: npt.ArrayLike) -> Floats:
    """NowCast of hourly means: shape (…, 12), newest first, NaN = no valid hour.

    The normalised form: weights w^(i-1), w = least / largest but at least 0.5.
    No result (NaN) unless two of the three newest hours exist; hours after the
    twelfth are not looked at. Below zero counts as nothing; all zero gives 0.
    """
    values = np.atleast_2d(np.asarray(hours, dtype=np.float64))[..., :NOWCAST_HOURS]
    valid = np.isfinite(values)
    values = np.maximum(np.where(valid, values, 0.0), 0.0)
    enough = valid[..., :RECENT_HOURS].sum(-1) >= RECENT_NEEDED
    low = np.where(valid, values, np.inf).min(-1)
    high = np.where(valid, values, -np.inf).max(-1)
    ratio = np.divide(low, high, out=np.ones_like(high), where=enough & (high > 0))
    weight = np.maximum(ratio, MIN_WEIGHT)[..., None] ** np.arange(values.shape[-1])
    weight = np.where(valid, weight, 0.0)
    share = weight.sum(-1)
    result = np.divide(
        (weight * values).sum(-1), share, out=np.full_like(share, np.nan),
        where=share > 0,
    )  # fmt: skip
    return np.where(enough, result, np.nan)


def hourly(hours: Mapping[str, npt.ArrayLike]) -> Indices:
    """Hourly index: ``hours`` by pollutant, shape (…, 12), newest first, µg/m³.

    Particles enter by NowCast, gases by the newest hour alone (a gas may be given
    with that hour only), ozone by its 1 h column. Shape of the result: (…).
    """
    parts = {}
    for name in BREAKPOINTS:
        if name not in hours:
            continue
        window = np.atleast_2d(np.asarray(hours[name], dtype=np.float64))
        now = nowcast(window) if name in PARTICLES else window[..., 0]
        parts[name] = sub_index(name, now)
    return overall(parts)


def daily(
    means_24h: Mapping[str, npt.ArrayLike],
    largest_1h: Mapping[str, npt.ArrayLike],
    ozone_8h: npt.ArrayLike = np.nan,
) -> Indices:
    """Daily index, µg/m³: 24 h means of particles, largest 1 h means of gases.

    Of ozone the larger of the results of the largest 1 h mean and of ``ozone_8h``,
    the largest 8 h mean, which is dropped above 400. All of one shape.
    """
    parts = {}
    for name in BREAKPOINTS:
        given = means_24h if name in PARTICLES else largest_1h
        if name in given:
            parts[name] = np.atleast_1d(sub_index(name, given[name]))
    eight = np.atleast_1d(sub_index_ozone_8h(ozone_8h))
    if not np.isnan(eight).all():
        parts["O3"] = np.fmax(parts.get("O3", eight), eight)
    return overall(parts)


def round_index(index: npt.ArrayLike) -> Floats:
    """Half up to a whole number, as the decision rounds: only at the end."""
    return half_up(index)


def overall(parts: Mapping[str, Floats]) -> Indices:
    """The largest sub-index, rounded; void unless PM2.5 or PM10 has a value.

    Of equal ones the first pollutant of ``parts`` makes the index.
    """
    names = list(parts)
    if not any(name in names for name in PARTICLES):
        shape = next(iter(parts.values())).shape if parts else (1,)
        return Indices(np.full(shape, np.nan), np.full(shape, -1), dict(parts))
    table = np.stack([parts[name] for name in names])
    particles = [names.index(name) for name in PARTICLES if name in names]
    known = ~np.isnan(table[particles]).all(axis=0)
    filled = np.where(np.isnan(table), -np.inf, table)
    top = np.where(known, filled.max(axis=0), np.nan)
    dominant = np.where(known, filled.argmax(axis=0), -1).astype(np.int64)
    return Indices(round_index(top), dominant, dict(parts))


def band(index: float) -> tuple[str, str]:
    """(slug, legal colour) of an index."""
    for highest, slug, colour in BANDS:
        if index <= highest:
            return slug, colour
    return BANDS[-1][1:]
