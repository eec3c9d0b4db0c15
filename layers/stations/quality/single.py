"""QARTOD tests that look at a value, a time or a place by itself.

Names and outcomes are those of ioos_qc 3.0 (U.S. IOOS, Manuals for Real-Time Quality
Control of Oceanographic Data); decision 18 says where these differ. Every function is
pure, takes arrays of one length and gives the flags of QARTOD: 1 good, 2 not
evaluated, 3 suspect, 4 fail, 9 missing. Times are seconds since 1970 UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyproj import Geod

from layers.stations.parameters import FAIL, GOOD, MISSING, NOT_EVALUATED, SUSPECT

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.int8]
Bounds = tuple[float, float]

GEOD = Geod(ellps="WGS84")
DAY_S = 86_400
# The worst comes last: a failed test outweighs all others.
PRIORITY = (MISSING, NOT_EVALUATED, GOOD, SUSPECT, FAIL)
_RANK = np.zeros(10, np.int8)
_RANK[list(PRIORITY)] = np.arange(1, 6)


def worst(*flags: Flags) -> Flags:
    """The primary flag: of every row the worst by QARTOD's priority."""
    table = np.stack(flags)
    return np.take_along_axis(table, _RANK[table].argmax(axis=0)[None], axis=0)[0]


def flagged(value: Floats, suspect: npt.ArrayLike, fail: npt.ArrayLike) -> Flags:
    """Good, suspect where the first mask says so, failed by the second, missing."""
    flags = np.full(len(value), GOOD, np.int8)
    flags[np.asarray(suspect, bool)] = SUSPECT
    flags[np.asarray(fail, bool)] = FAIL
    flags[np.isnan(value)] = MISSING
    return flags


def _outside(value: Floats, bounds: Bounds | None) -> npt.NDArray[np.bool_]:
    if bounds is None:
        return np.zeros(len(value), bool)
    low, high = sorted(bounds)
    return (value < low) | (value > high)


def gross_range(value: Floats, fail: Bounds, suspect: Bounds | None = None) -> Flags:
    """Outside what the instrument can say: fail; what is likely: suspect.

    Raises ValueError when the suspect bounds reach beyond the others.
    """
    if suspect is not None and (min(suspect) < min(fail) or max(suspect) > max(fail)):
        raise ValueError("the suspect range must lie within the fail range")
    return flagged(value, _outside(value, suspect), _outside(value, fail))


@dataclass(frozen=True, slots=True)
class Season:
    """What is usual in a part of the year: ``first`` to ``last`` of ``period`` (one of
    PERIODS), both included."""

    period: str
    first: int
    last: int
    suspect: Bounds
    fail: Bounds | None = None


PERIODS = ("month", "quarter", "week", "dayofyear", "dayofweek", "year")


def part_of_year(at: Floats, period: str, utc_offset_s: float = 0.0) -> Floats:
    """Number of the month, week … that each time lies in; Monday is 0.

    Raises ValueError for an unknown period.
    """
    days = np.floor((at + utc_offset_s) / DAY_S).astype(np.int64).astype("M8[D]")
    years, months = days.astype("M8[Y]"), days.astype("M8[M]")
    month = (months - years).astype(np.int64) + 1
    weekday = (days.astype(np.int64) + 3) % 7
    if period == "week":
        # ISO 8601: the week belongs to the year of its Thursday
        thursday = days + (3 - weekday)
        start = thursday.astype("M8[Y]").astype("M8[D]")
        return ((thursday - start).astype(np.int64) // 7 + 1).astype(float)
    found = {
        "month": month,
        "quarter": (month - 1) // 3 + 1,
        "dayofyear": (days - years.astype("M8[D]")).astype(np.int64) + 1,
        "dayofweek": weekday,
        "year": years.astype(np.int64) + 1970,
    }
    if period not in found:
        raise ValueError(f"period must be one of {', '.join(PERIODS)}")
    return found[period].astype(float)


def climatology(
    value: Floats, at: Floats, seasons: Sequence[Season], utc_offset_s: float = 0.0
) -> Flags:
    """Outside what is usual at that time of the year; where seasons overlap the last
    one counts, outside of all of them nothing is said."""
    flags = np.full(len(value), NOT_EVALUATED, np.int8)
    for season in seasons:
        part = part_of_year(at, season.period, utc_offset_s)
        rows = (part >= season.first) & (part <= season.last)
        mine = flagged(
            value, _outside(value, season.suspect), _outside(value, season.fail)
        )
        flags[rows] = mine[rows]
    flags[np.isnan(value)] = MISSING
    return flags


def percentile_range(
    value: Floats, low: float = 5, high: float = 95, pad: float = 0.0
) -> Flags:
    """Beyond two percentiles of the values given: suspect."""
    known = value[~np.isnan(value)]
    if not len(known):
        return np.full(len(value), MISSING, np.int8)
    least, largest = np.percentile(known, [low, high])
    return flagged(value, (value < least - pad) | (value > largest + pad), False)


def location(lon: Floats, lat: Floats, farthest_m: float | None = None) -> Flags:
    """No place on Earth, or half a place: fail; farther than ``farthest_m`` from the
    place before it: suspect."""
    flags = np.full(len(lon), GOOD, np.int8)
    no_lon, no_lat = np.isnan(lon), np.isnan(lat)
    flags[no_lon & no_lat] = MISSING
    if farthest_m is not None and len(lon) > 1:
        known = ~(no_lon | no_lat)
        pairs = known[1:] & known[:-1]
        pairs &= (np.abs(lat[1:]) <= 90) & (np.abs(lat[:-1]) <= 90)
        moved = np.zeros(len(lon) - 1)
        _, _, moved[pairs] = GEOD.inv(
            lon[:-1][pairs], lat[:-1][pairs], lon[1:][pairs], lat[1:][pairs]
        )
        flags[1:][moved > farthest_m] = SUSPECT
    flags[(no_lon != no_lat) | (np.abs(lat) > 90) | (np.abs(lon) > 180)] = FAIL
    return flags


def impossible_date(at: Floats, now: npt.ArrayLike, first: float = -np.inf) -> Flags:
    """Later than ``now`` (one time, or the reception of each) or before ``first``."""
    return flagged(at, False, (at > np.asarray(now)) | (at < first))


def data_reception(
    at: Floats, now: float, fail_s: float, suspect_s: float | None = None
) -> Flags:
    """Older at ``now`` than it may be."""
    age = now - at
    late = False if suspect_s is None else age > suspect_s
    return flagged(at, late, age > fail_s)


def time_gap(at: Floats, fail_s: float, series: npt.ArrayLike | None = None) -> Flags:
    """Longer after the one before it than ``fail_s``; the first of a series has the
    flag of the second."""
    same = np.zeros(len(at), bool)
    codes = np.zeros(len(at)) if series is None else np.asarray(series)
    same[1:] = codes[1:] == codes[:-1]
    gap = np.diff(at, prepend=np.nan)
    flags = flagged(at, False, same & (gap > fail_s))
    flags[same & ~np.isnan(at) & np.isnan(gap)] = NOT_EVALUATED
    if len(at) > 1:
        firsts = np.flatnonzero(~same[:-1] & same[1:] & ~np.isnan(at[:-1]))
        second = flags[firsts + 1]
        flags[firsts] = np.where(second == MISSING, NOT_EVALUATED, second)
    return flags


def syntax(lines: Sequence[str], length: int, delimiter: str = "") -> Flags:
    """Not ``length`` characters long, or not of so many parts: fail."""
    sizes = [len(line.split(delimiter) if delimiter else line) for line in lines]
    return np.where(np.asarray(sizes) == length, GOOD, FAIL).astype(np.int8)
