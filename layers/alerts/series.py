"""Which series of a feature: the feature and the part of it in one number.

A rule looks at each part of a feature (a parameter, an indicator) as if it were a
feature of its own, so kinds never see parts. The number of a series is that of the
feature with the place of the part's name above it; a feature without parts is its own
series. The places are of this process alone: they are never stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import Lock

import numpy as np

from .kinds.base import Ints

# Bits below are the feature, bits above the part.
SHIFT = 48
FEATURE = (1 << SHIFT) - 1
MOST = 1 << 14
# As stored with states and alerts.
LENGTH, TITLE_LENGTH = 60, 120

_names = [""]
_places = {"": 0}
_lock = Lock()


def place_of(part: str) -> int:
    """The place of a part's name. Raises OverflowError beyond all reason."""
    part = part[:LENGTH]
    known = _places.get(part)
    if known is not None:
        return known
    with _lock:
        if part not in _places:
            if len(_names) >= MOST:
                raise OverflowError("too many parts of features")
            _names.append(part)
            _places[part] = len(_names) - 1
        return _places[part]


def numbers(feature_id: Ints, part: Sequence[str] | None) -> Ints:
    """The series of features and their parts, row by row."""
    if part is None:
        return feature_id
    places = {name: place_of(name) for name in set(part)}
    above = np.fromiter((places[name] for name in part), np.int64, len(part))
    return np.asarray(feature_id | (above << SHIFT))


def features(series: Ints) -> Ints:
    """The features of series."""
    return np.asarray(series & FEATURE)


def parts(series: Ints) -> list[str]:
    """The parts of series."""
    return [_names[place] for place in (series >> SHIFT).tolist()]


def split(series: int) -> tuple[int, str]:
    """Feature and part of one series."""
    return series & FEATURE, _names[series >> SHIFT]


def of_parts(series: Ints, wanted: Iterable[str]) -> np.ndarray:
    """Which series are of one of the wanted parts."""
    return np.isin(series >> SHIFT, [place_of(part) for part in wanted])
