"""QARTOD tests that look at a value among those before and after it.

See :mod:`.single` for names, flags and units. Rows are ordered by series and time;
``series`` (one code per row) keeps them apart, without it all are one series. Values
that are missing have no neighbours; a neighbour more than ``gap_s`` away is none.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from layers.stations.parameters import FAIL, GOOD, MISSING, NOT_EVALUATED, SUSPECT

from .single import Flags, Floats, flagged

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int64] | None


def _joined(at: Floats, series: Codes, gap_s: float) -> npt.NDArray[np.bool_]:
    """Whether each row follows the one before it in the same series; n values."""
    joined = np.zeros(len(at), bool)
    joined[1:] = np.diff(at) <= gap_s
    if series is not None:
        joined[1:] &= series[1:] == series[:-1]
    return joined


def spike_distance(
    value: Floats,
    at: Floats,
    method: str = "average",
    series: Codes = None,
    gap_s: float = np.inf,
) -> Floats:
    """How far each value sticks out; NaN without a neighbour on either side.

    ``average``: distance from the midpoint of its neighbours. ``differential``: the
    smaller of the two steps, 0 unless they go in opposite directions: a value that
    stays on its new level is none.
    """
    if method not in ("average", "differential"):
        raise ValueError("method must be average or differential")
    found = np.full(len(value), np.nan)
    if len(value) < 3:
        return found
    joined = _joined(at, series, gap_s)
    before, mine, after = value[:-2], value[1:-1], value[2:]
    if method == "average":
        inner = np.abs(mine - (before + after) / 2)
    else:
        up, down = mine - before, after - mine
        inner = np.where(up * down < 0, np.minimum(np.abs(up), np.abs(down)), 0.0)
        inner[np.isnan(up) | np.isnan(down)] = np.nan
    found[1:-1] = np.where(joined[1:-1] & joined[2:], inner, np.nan)
    return found


def spike(
    value: Floats,
    at: Floats,
    suspect: npt.ArrayLike,
    fail: npt.ArrayLike,
    method: str = "average",
    series: Codes = None,
    gap_s: float = np.inf,
) -> Flags:
    """Sticks out by more than a threshold (one, or one per row)."""
    distance = spike_distance(value, at, method, series, gap_s)
    with np.errstate(invalid="ignore"):
        flags = flagged(
            value, distance > np.asarray(suspect), distance > np.asarray(fail)
        )
    flags[np.isnan(distance) & ~np.isnan(value)] = NOT_EVALUATED
    return flags


def local_mad(
    value: Floats,
    at: Floats,
    rows: Ints,
    beside: int,
    window_s: float,
    series: Codes = None,
) -> tuple[Floats, Floats]:
    """Median and median absolute deviation around some rows.

    Of at most ``beside`` values on either side, none farther away than ``window_s``,
    the row itself left out. NaN where there are fewer than four.
    """
    steps = np.array([n for n in range(-beside, beside + 1) if n])
    place = rows[:, None] + steps
    inside = (place >= 0) & (place < len(value))
    place = np.clip(place, 0, max(len(value) - 1, 0))
    inside &= np.abs(at[place] - at[rows][:, None]) <= window_s
    if series is not None:
        inside &= series[place] == series[rows][:, None]
    around = np.where(inside, value[place], np.nan)
    middle = _median(around)
    return middle, _median(np.abs(around - middle[:, None]))


def _median(table: Floats, least: int = 4) -> Floats:
    """Median of each row without its NaN; faster than nanmedian by far."""
    count = (~np.isnan(table)).sum(axis=1)
    ordered = np.sort(table, axis=1)
    rows = np.arange(len(table))
    low, high = np.maximum(count - 1, 0) // 2, count // 2
    high = np.minimum(high, table.shape[1] - 1)
    middle = (ordered[rows, low] + ordered[rows, high]) / 2
    return np.where(count >= least, middle, np.nan)


def rate_of_change(
    value: Floats,
    at: Floats,
    suspect: float,
    fail: float | None = None,
    series: Codes = None,
    gap_s: float = np.inf,
) -> Flags:
    """Changes faster than so much per second since the value before it."""
    rate = np.zeros(len(value))
    joined = _joined(at, series, gap_s)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate[1:] = np.abs(np.diff(value) / np.diff(at))
        rate[~joined] = 0.0
        return flagged(value, rate > suspect, rate > (np.inf if fail is None else fail))


def flat_line(
    value: Floats,
    at: Floats,
    suspect_s: float,
    fail_s: float,
    tolerance: float = 0.0,
    series: Codes = None,
    gap_s: float = np.inf,
) -> Flags:
    """Range over the last seconds, up to the value itself, below ``tolerance``, or 0.

    Before so many seconds have gone by (in a series, after a gap) it is good.
    """
    start = np.flatnonzero(~_joined(at, series, gap_s))
    first = np.repeat(start, np.diff(np.append(start, len(value))))
    flat = [
        _flat(value, at, first, seconds, tolerance) for seconds in (suspect_s, fail_s)
    ]
    return flagged(value, flat[0], flat[1])


def _flat(
    value: Floats, at: Floats, first: Ints, seconds: float, tolerance: float
) -> npt.NDArray[np.bool_]:
    """``first``: where the run of each row begins."""
    since = _last_until(at, first, seconds)
    rows = np.flatnonzero(since >= first)
    found = np.zeros(len(value), bool)
    if len(rows):
        least = _extreme(value, since[rows], rows, np.minimum)
        largest = _extreme(value, since[rows], rows, np.maximum)
        spread = largest - least
        found[rows] = (spread < tolerance) | (spread == 0)
    return found


def _last_until(at: Floats, first: Ints, seconds: float) -> Ints:
    """Of each row the last one at least ``seconds`` before it, wherever that is."""
    # runs one after the other on one axis that only ever grows
    starts = np.flatnonzero(np.r_[True, first[1:] != first[:-1]]) if len(at) else first
    shift = np.zeros(len(at))
    if len(starts) > 1:
        ends = at[starts[1:] - 1]
        jumps = ends - at[starts[1:]] + 2 * seconds + 1.0
        shift[starts[1:]] = jumps
        shift = np.cumsum(shift)
    axis = at + shift
    return np.searchsorted(axis, axis - seconds, side="right") - 1


def _extreme(value: Floats, since: Ints, until: Ints, pick: np.ufunc) -> Floats:
    """Least or largest of value[since:until + 1], by a table of powers of two."""
    length = until - since + 1
    power = np.frexp(length.astype(float))[1] - 1
    found = np.full(len(since), np.nan)
    level = value
    for step in range(int(power.max()) + 1 if len(power) else 0):
        if step:
            half = 1 << (step - 1)
            level = pick(level[:-half], level[half:])
        mine = power == step
        found[mine] = pick(level[since[mine]], level[until[mine] - (1 << step) + 1])
    return found


def attenuated_signal(
    value: Floats,
    at: Floats,
    suspect: float,
    fail: float,
    period_s: float,
    least: int = 1,
    check: str = "std",
    series: Codes = None,
) -> Flags:
    """Standard deviation (or range) of the last ``period_s`` seconds below a threshold.

    With fewer than ``least`` values in them nothing is said.
    """
    if check not in ("std", "range"):
        raise ValueError("check must be std or range")
    codes = np.zeros(len(value), np.int64) if series is None else series
    start = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]][: len(value)])
    first = np.repeat(start, np.diff(np.append(start, len(value))))
    # the period is open at its beginning
    since = np.maximum(_last_until(at, first, period_s) + 1, first)
    rows = np.arange(len(value))
    known = ~np.isnan(value)
    count = _sums(known.astype(float), since, rows)
    if check == "std":
        spread = _deviation(value, known, first, since, rows, count)
    else:
        low = _extreme(np.where(known, value, np.inf), since, rows, np.minimum)
        high = _extreme(np.where(known, value, -np.inf), since, rows, np.maximum)
        spread = high - low
    flags = np.full(len(value), GOOD, np.int8)
    flags[spread < suspect] = SUSPECT
    flags[spread < fail] = FAIL
    flags[count < max(least, 1)] = NOT_EVALUATED
    if check == "range":
        # a value that is missing may have been the largest
        flags[count < rows - since + 1] = NOT_EVALUATED
    flags[~known] = MISSING
    return flags


def _sums(table: Floats, since: Ints, until: Ints) -> Floats:
    total = np.r_[0.0, np.cumsum(table)]
    return total[until + 1] - total[since]


def _deviation(
    value: Floats,
    known: npt.NDArray[np.bool_],
    first: Ints,
    since: Ints,
    rows: Ints,
    count: Floats,
) -> Floats:
    """Standard deviation; about the mean of each series, lest squares lose digits."""
    plain = np.where(known, value, 0.0)
    starts = np.unique(first)
    if not len(starts):
        return np.zeros(0)
    number = np.searchsorted(starts, first)
    sizes = np.add.reduceat(known.astype(float), starts)
    means = np.add.reduceat(plain, starts) / np.maximum(sizes, 1)
    centred = np.where(known, value - means[number], 0.0)
    size = np.maximum(count, 1)
    mean = _sums(centred, since, rows) / size
    square = _sums(centred**2, since, rows) / size
    spread = np.sqrt(np.maximum(square - mean**2, 0.0))
    # what is no more than the rounding of sums is no spread
    return np.where(spread < 1e-7 * np.abs(centred).max(initial=0.0), 0.0, spread)
