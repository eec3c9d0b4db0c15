"""How a unit stands among those of its level.

Only published figures are compared, of one period and one unit of measure: those
that most units have. Whatever was cast is no achievement of anybody.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from layers.core.spec import by_role
from layers.core.versions import current
from layers.indicators.contract import Figure

from . import facts
from .facts import AsOf, Series

_NOW = facts.statement("level_now")
_THEN = facts.statement("level")
# Levels and days that a process remembers; a leader goes back and forth between few.
MOST_KEPT = 16


@dataclass(frozen=True, slots=True)
class Level:
    """The values of the units of a level, ascending, for the period most have."""

    start: date
    end: date
    measure: str
    amounts: tuple[float, ...]

    def has(self, got: Figure) -> bool:
        same = (got.start, got.end, got.measure) == (self.start, self.end, self.measure)
        return same and got.how == "own"


@dataclass(frozen=True, slots=True)
class Standing:
    """Mean over the units of the level, their number, and the place: 1 is best."""

    mean: float
    of: int
    rank: int


Levels = dict[int, dict[str, Level]]
_kept: dict[tuple[object, ...], Levels] = {}


def standings(
    found: Mapping[Series, Figure], peers: Sequence[int], as_of: AsOf
) -> dict[Series, Standing]:
    """Each figure among the newest ones of ``peers`` as of the same day; one of
    another period than most have stands nowhere.

    Rank 1 is the best by the indicator's direction, the largest where it has none.
    """
    levels = level(peers, {series[0] for series in found}, as_of)
    by_id = facts.catalogue().by_id
    standing = {}
    for series, got in found.items():
        among = levels.get(series[0], {}).get(series[2])
        if among is not None and among.has(got):
            down = by_id[series[0]].direction == "down"
            standing[series] = _standing(among.amounts, got.value, down=down)
    return standing


def _standing(amounts: Sequence[float], value: float, *, down: bool) -> Standing:
    better = bisect_left(amounts, value)
    if not down:
        better = len(amounts) - bisect_right(amounts, value)
    return Standing(sum(amounts) / len(amounts), len(amounts), 1 + better)


def level(peers: Sequence[int], indicators: Iterable[int], as_of: AsOf) -> Levels:
    """Values by indicator id and part. They are kept until figures change."""
    version = current(by_role("indicators").slug)
    key = (version, tuple(peers), as_of)
    known = _kept.pop(key, {})
    wanted = sorted(set(indicators) - known.keys())
    if wanted:
        known = {**known, **{pk: {} for pk in wanted}}
        values = {
            "peers": list(peers),
            "indicators": wanted,
            "date": as_of.date,
            "known": as_of.known,
        }
        text = _NOW if as_of == facts.NOW else _THEN
        for pk, facet, start, end, measure, amounts in facts.fetch(text, values):
            known[pk][facet] = Level(start, end, measure, tuple(amounts))
    _keep(key, known, version)
    return known


def _keep(key: tuple[object, ...], known: Levels, version: object) -> None:
    """Most recently used last; what an older version of the figures said goes."""
    for old in [other for other in _kept if other[0] != version]:
        _kept.pop(old, None)
    _kept[key] = known
    while len(_kept) > MOST_KEPT:
        _kept.pop(next(iter(_kept)), None)
