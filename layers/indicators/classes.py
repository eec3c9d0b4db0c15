"""Classes of a choropleth and their colours. Pure.

Colours are made in Oklab (Ottosson 2020), where equal steps look equal: one quiet
hue whose lightness alone tells the order, so that it survives colour blindness, grey
printing and a washed-out wall. The hue lies away from red, orange, yellow and cyan,
which mean alarms here. Where nothing is known there is no class: that is hatched.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, isfinite, radians, sin
from typing import Literal

import numpy as np
import numpy.typing as npt

Method = Literal["bands", "quantiles", "equal", "natural"]
METHODS: tuple[Method, ...] = ("bands", "quantiles", "equal", "natural")
LEAST, MOST = 3, 7

Floats = npt.NDArray[np.float64]

# lightness from the least to the most, chroma at both ends, hue in degrees
_RAMPS = {"dark": (0.36, 0.92, 0.05, 0.055), "light": (0.93, 0.40, 0.025, 0.10)}
_HUE = 305.0
# change around nothing: one hue down, another up, grey in between
_DOWN, _UP = 280.0, 80.0
_MIDDLE = {"dark": 0.36, "light": 0.94}
_FAR = {"dark": 0.86, "light": 0.42}


def breaks(values: Sequence[float], method: Method, count: int) -> list[float]:
    """Bounds of at most ``count`` classes, ascending: class ``i`` holds what is not
    less than ``bounds[i]`` and less than the next, the last one its upper bound too.

    Fewer classes come back when there are fewer distinct values; one distinct value
    gives one class of no width, no values an empty list. ``bands`` has no bounds of
    its own here. Raises ValueError for a count outside 3 to 7.
    """
    if not LEAST <= count <= MOST:
        raise ValueError(f"{LEAST} to {MOST} classes, not {count}")
    known = np.unique(np.array([v for v in values if isfinite(v)], dtype=np.float64))
    if len(known) == 0:
        return []
    if len(known) == 1:
        return [float(known[0])] * 2
    count = min(count, len(known))
    if method == "equal":
        found = np.linspace(known[0], known[-1], count + 1)
    elif method == "natural":
        found = _natural(np.sort(np.array(values, dtype=np.float64)), known, count)
    else:
        found = _quantiles(np.sort(np.array(values, dtype=np.float64)), count)
    return [float(bound) for bound in found]


def _quantiles(values: Floats, count: int) -> Floats:
    """Equally full classes. Equal values are never parted, so a class that ties
    would leave empty is dropped."""
    inner = np.quantile(values, np.arange(1, count) / count, method="higher")
    inner = np.unique(inner)
    inner = inner[inner > values[0]]
    return np.concatenate([values[:1], inner, values[-1:]])


def _natural(values: Floats, known: Floats, count: int) -> Floats:
    """Least squares within classes (Fisher 1958, known as Jenks), by distinct
    values; exact by dynamic programming."""
    weights = np.array([np.count_nonzero(values == v) for v in known], dtype=np.float64)
    ones, firsts, squares = (
        np.concatenate([[0.0], np.cumsum(weights * known**power)]) for power in range(3)
    )
    size = len(known)
    cost = np.full((count + 1, size + 1), np.inf)
    cost[0, 0] = 0.0
    cut = np.zeros((count + 1, size + 1), dtype=np.int64)
    for classes in range(1, count + 1):
        for end in range(classes, size + 1):
            start = np.arange(classes - 1, end)
            amount = ones[end] - ones[start]
            spread = squares[end] - squares[start]
            spread = spread - (firsts[end] - firsts[start]) ** 2 / amount
            total = cost[classes - 1, start] + spread
            best = int(np.argmin(total))
            cost[classes, end], cut[classes, end] = total[best], start[best]
    bounds, end = [known[-1]], size
    for classes in range(count, 0, -1):
        end = int(cut[classes, end])
        bounds.append(known[end])
    return np.array(bounds[::-1])


def place(value: float, bounds: Sequence[float]) -> int | None:
    """Index of the class of ``value``; None outside all of them."""
    if len(bounds) < 2 or not bounds[0] <= value <= bounds[-1]:
        return None
    found = int(np.searchsorted(bounds, value, side="right")) - 1
    return min(found, len(bounds) - 2)


def ramp(count: int, theme: str) -> list[str]:
    """``count`` colours from the least to the most, as ``#rrggbb``."""
    low, high, dull, full = _RAMPS[theme]
    steps = np.linspace(0.0, 1.0, count) if count != 1 else np.array([0.6])
    return [_hex(low + (high - low) * t, dull + (full - dull) * t, _HUE) for t in steps]


def diverging(count: int, theme: str) -> list[str]:
    """An odd number of colours around nothing: less, the same, more."""
    if count % 2 == 0:
        raise ValueError("a ramp around nothing has an odd number of colours")
    side = count // 2
    found = []
    for step in range(-side, side + 1):
        t = abs(step) / max(side, 1)
        light = _MIDDLE[theme] + (_FAR[theme] - _MIDDLE[theme]) * t
        found.append(_hex(light, 0.09 * t, _UP if step > 0 else _DOWN))
    return found


def _hex(lightness: float, chroma: float, hue: float) -> str:
    """sRGB of Oklch, its chroma reduced until it can be shown."""
    while chroma > 0:
        linear = _linear(lightness, chroma, hue)
        if (linear >= -1e-4).all() and (linear <= 1.0001).all():
            break
        chroma -= 0.002
    linear = np.clip(_linear(lightness, max(chroma, 0.0), hue), 0, 1)
    coded = np.where(
        linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055
    )
    red, green, blue = np.round(coded * 255).astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"


_TO_CONE = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ]
)
_TO_LINEAR = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


def _linear(lightness: float, chroma: float, hue: float) -> Floats:
    turn = radians(hue)
    lab = np.array([lightness, chroma * cos(turn), chroma * sin(turn)])
    return np.asarray(_TO_LINEAR @ (_TO_CONE @ lab) ** 3, dtype=np.float64)
