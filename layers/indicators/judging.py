"""Judging a figure by its indicator's bands. Pure; nothing is ever guessed.

A band whose comparand is missing gives no verdict, and neither does a value that
lies between two bands (100.5 beside ``<=100`` and ``101-150``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from statistics import fmean, stdev
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .bandtext import REST, Band, Bounds, parse
from .contract import Caution, Status, Verdict

ORDER: tuple[Status, ...] = ("green", "amber", "red")
# A mean of years is taken over as many as the texts of the catalogue name.
HISTORY_YEARS = 5
# Counts below this change by a fifth by chance alone (Poisson: 1/sqrt(30)), so a
# change of some per cent says little.
SMALL_BASE = 30
# A count that grows by half or more within a year is as often a new way of counting.
NEAR_DOUBLING = 1.5
COUNTS = frozenset({"count", "cases", "persons"})
CAUTIONS: dict[Caution, Promise] = {
    "small_base": _("Compared with a small number: chance alone moves it this far"),
    "near_doubling": _("Grown by half or more: check that it is counted as before"),
}


class Judged(Protocol):
    """What judging reads of an indicator."""

    green: str
    amber: str
    red: str
    unit: str
    bands_for: str
    parts: list[str]


@dataclass(frozen=True, slots=True)
class Bands:
    """The bands of an indicator, the best first."""

    bands: tuple[tuple[Status, Band], ...]

    @property
    def named(self) -> frozenset[str]:
        """What they compare with: ``plan``, ``pro-rata``, ``yoy``, ``national``,
        ``mean``, ``cut``, ``limit`` …; empty when all are numbers."""
        terms = chain.from_iterable(band.terms for _status, band in self.bands)
        return frozenset(term.name for term in terms if term.name)

    @property
    def count(self) -> int:
        """How many parts they tell apart."""
        return max((len(band.parts) for _status, band in self.bands), default=1)


@lru_cache(maxsize=1024)
def bands(green: str, amber: str, red: str) -> Bands:
    """Raises :class:`~.bandtext.BandError`."""
    best = parse(green)
    found = (("green", best), ("amber", parse(amber, best)), ("red", parse(red, best)))
    kept: list[tuple[Status, Band]] = []
    for status, band in found:
        if band is not None:
            kept.append((status, band))  # type: ignore[arg-type]
    return Bands(tuple(kept))


def of(indicator: Judged) -> Bands:
    return bands(indicator.green, indicator.amber, indicator.red)


def judge(
    indicator: Judged,
    value: float,
    *,
    level: str,
    measure: str,
    facet: str = "",
    plan: float | None = None,
    pace: float | None = None,
    same_period: float | None = None,
    national: float | None = None,
    history: Sequence[float] = (),
    limits: Mapping[str, float] | None = None,
) -> Verdict | None:
    """The band that ``value`` (in ``measure``) of a unit of ``level`` lies in.

    ``plan`` is the plan of the same period (of a yearly cut: the cut); ``pace``
    what the plan asks to have been reached by the end of the period
    (:mod:`.pace`); ``same_period`` the figure a year before; ``national`` that of
    the country; ``history`` those of the same period in past years, oldest first;
    ``limits`` values of the place (``limit``, alarm levels ``I``, ``II``, ``III``).
    None: no bands, they do not hold here, a comparand is missing, or no band holds.
    """
    found = of(indicator)
    if not found.bands or indicator.bands_for not in ("", level):
        return None
    if not found.named and not _same_measure(measure, indicator.unit):
        return None  # a number in thousand tonnes says nothing about dong
    known = comparands(
        plan=plan,
        pace=pace,
        same_period=same_period,
        national=national,
        history=history,
        limits=limits or {},
    )
    places = _places(found, indicator.parts, facet)
    answers = {_status(found, known, value, place) for place in places}
    answer = answers.pop() if len(answers) == 1 else None
    if answer is None:
        return None
    status, band = answer
    return _verdict(status, band, found, known, value, measure)


def comparands(
    *,
    plan: float | None,
    pace: float | None,
    same_period: float | None,
    national: float | None,
    history: Sequence[float],
    limits: Mapping[str, float],
) -> dict[str, float]:
    """What is known by the name that bands use."""
    known = {
        "plan": plan,
        "pro-rata": pace,
        "yoy": same_period,
        "national": national,
        **limits,
    }
    if plan is not None and same_period is not None:
        known["cut"] = same_period - plan
    if len(history) >= HISTORY_YEARS:
        years = history[-HISTORY_YEARS:]
        known |= {"mean": fmean(years), "sd": stdev(years)}
    return {name: float(value) for name, value in known.items() if value is not None}


def _same_measure(measure: str, unit: str) -> bool:
    """Of an indicator with two units (``bn VND; % yoy``) the last one is judged."""
    return measure in (unit, unit.split(";")[-1].strip())


def _places(found: Bands, parts: Sequence[str], facet: str) -> range:
    """Which of the bounds for parts count: all, when the part is not known."""
    if found.count == len(parts) and facet in parts:
        place = parts.index(facet)
        return range(place, place + 1)
    return range(found.count)


def _status(
    found: Bands, known: Mapping[str, float], value: float, place: int
) -> tuple[Status, str] | None:
    """The status and the text of its band; None when nobody can tell.

    Of bands that share an edge the better one holds; one that begins inside of a
    better one (``>0.8*limit`` in ``<=limit``, ``>limit`` in that) ends it there.
    """
    holding: list[tuple[Status, str, tuple[Bounds, ...]]] = []
    rest: tuple[Status, str] | None = None
    for status, band in found.bands:
        if not band.parts:
            rest = (status, band.text)
            continue
        intervals = band.parts[place if len(band.parts) > 1 else 0]
        bounds = tuple(interval.bounds(known) for interval in intervals)
        whole = tuple(bound for bound in bounds if bound is not None)
        if len(whole) < len(bounds):
            return None
        if any(bound.holds(value) for bound in whole):
            holding.append((status, band.text, whole))
    if not holding:
        return rest
    best = holding[0]
    for worse in holding[1:]:
        if any(w.cuts(b) for w in worse[2] for b in best[2]):
            best = worse
    return best[0], best[1]


def _verdict(
    status: Status,
    band: str,
    found: Bands,
    known: Mapping[str, float],
    value: float,
    measure: str,
) -> Verdict:
    """With the comparand of the band; of ``missed`` that of the band it missed."""
    by_text = {entry.text: entry for _status, entry in found.bands}
    name = by_text[band].name
    if band in REST:
        name = next((b.name for _s, b in found.bands if b.name), "")
    cautions: list[Caution] = []
    against = known.get(name)
    if name == "yoy" and against is not None and measure in COUNTS:
        if min(abs(against), abs(value)) < SMALL_BASE:
            cautions.append("small_base")
        elif value >= NEAR_DOUBLING * against > 0:
            cautions.append("near_doubling")
    basis = {"cut": "plan", "mean": "history"}.get(name, name)
    return Verdict(
        status=status,
        band=band,
        against=against,
        basis=basis,
        cautions=tuple(cautions),
    )
