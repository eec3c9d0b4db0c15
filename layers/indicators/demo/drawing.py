"""Made-up values of one series: years, and the months that add up to them.

Pure: no database. Values are whole numbers of the last decimal shown, so sums hold
to the digit. The same random stream gives the same values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
FIRST_YEAR = 2019
# A count of this size or less falls on months at random, a larger one is shared out.
RANDOM_UP_TO = 5_000
# How far plans lie apart from what was to be expected, at most.
PLAN_SPREAD = 0.04


@dataclass(frozen=True, slots=True)
class Place:
    """What a value depends on; ``parent`` is the district that most of it was."""

    code: str
    zone: str
    people: int
    parent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A row of ``district_series.csv``."""

    code: str
    facet: str
    unit: str
    per_1000: bool
    base: Mapping[str, float | None]
    growth: float
    noise: float
    low: float
    high: float
    decimals: int
    shape: str
    communes: str
    plan: str

    @classmethod
    def of(cls, row: Mapping[str, str]) -> Spec:
        zones = ("mountain", "plain", "coast")
        return cls(
            code=row["code"],
            facet=row["facet"],
            unit=row["unit"],
            per_1000=row["scale"] == "per_1000",
            base={z: float(row[z]) if row[z] else None for z in zones},
            growth=float(row["growth"] or 0),
            noise=float(row["noise"] or 0),
            low=float(row["low"]),
            high=float(row["high"] or "inf"),
            decimals=int(row["decimals"]),
            shape=row["shape"],
            communes=row["communes"],
            plan=row["plan"],
        )

    @property
    def name(self) -> str:
        return f"{self.code} {self.facet}".strip()

    @property
    def running(self) -> str:
        """The code whose course through the year this one follows, or ""."""
        return self.shape.removeprefix("of ") if self.shape.startswith("of ") else ""

    def rounded(self, values: Floats) -> Ints:
        kept = np.clip(values, self.low, self.high)
        return np.rint(kept * 10**self.decimals).astype(np.int64)

    def whole(self, value: float) -> int:
        """One value in units of the last decimal."""
        kept = min(max(value, self.low), self.high)
        return round(kept * 10**self.decimals)


@dataclass(frozen=True, slots=True)
class Part:
    """Months ``first`` to ``last`` of a year; ``value`` in the last decimal."""

    first: int
    last: int
    value: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """Of some places over some years: ``years`` (places, years) and, where there
    are months, ``months`` (places, years, 12), in units of the last decimal."""

    spec: Spec
    years: Ints
    months: Ints | None
    trend: Floats

    def planned(
        self, rng: np.random.Generator, drawn: Mapping[tuple[str, str], Drawn]
    ) -> Floats:
        """(places, years) plan values. ``/KT08`` is the amount of which the year's
        value is that per cent; ``cut 0.9`` nine tenths of the expected yearly
        decrease; a number is a share of the trend."""
        rule = self.spec.plan
        if rule.startswith("/"):
            share = drawn[rule[1:], ""]
            per_cent = share.years / 10**share.spec.decimals
            return self.years / 10**self.spec.decimals / (per_cent / 100)
        spread = min(self.spec.noise / 2, PLAN_SPREAD)
        shaken = rng.normal(1, spread, self.trend.shape)
        if rule.startswith("cut "):
            cut = self.trend / (1 + self.spec.growth) - self.trend
            return cut * float(rule[4:]) * shaken
        plan = self.trend * float(rule) * shaken
        return np.clip(plan, self.spec.low, self.spec.high)


def own_factors(
    rng: np.random.Generator, spec: Spec, districts: Sequence[str]
) -> dict[str, float]:
    """How each district differs from its zone, every year."""
    drawn = rng.normal(1, spec.noise, len(districts))
    return dict(zip(districts, drawn.tolist(), strict=True))


def draw(
    rng: np.random.Generator,
    spec: Spec,
    places: Sequence[Place],
    years: Sequence[int],
    own: Mapping[str, float],
    shapes: Mapping[str, Floats],
    drawn: Mapping[tuple[str, str], Drawn],
) -> Drawn:
    """``own`` by code of the district; ``drawn`` are the series before this one,
    which ``of KT27`` and ``sum`` refer to. Random numbers are drawn for every place,
    also where the zone has none, so that one zone does not shift another."""
    base = np.array([spec.base[place.zone] or 0 for place in places])
    if spec.per_1000:
        base = base * np.array([place.people for place in places]) / 1000
    apart = np.array([own[place.parent] for place in places])
    nearer = rng.normal(1, spec.noise / 3, len(places))
    apart *= np.where([p.code == p.parent for p in places], 1.0, nearer)
    grown = (1 + spec.growth) ** (np.array(years) - FIRST_YEAR)
    trend = (base * apart)[:, None] * grown[None, :]
    shaken = trend * rng.normal(1, spec.noise / 3, trend.shape)
    whole = spec.rounded(shaken)
    if spec.shape == "sum":
        return _sum(spec, drawn, trend)
    if spec.running:
        months = follow(whole, drawn[spec.running, ""])
        return Drawn(spec, whole, months, trend)
    if not spec.shape:
        return Drawn(spec, whole, None, trend)
    return Drawn(spec, whole, share_out(rng, spec, whole, shapes[spec.shape]), trend)


def _sum(spec: Spec, drawn: Mapping[tuple[str, str], Drawn], trend: Floats) -> Drawn:
    of_code = [d for (code, facet), d in drawn.items() if code == spec.code and facet]
    parts = [part.months for part in of_code if part.months is not None]
    months = np.sum(parts, axis=0)
    return Drawn(spec, months.sum(axis=2), months, trend)


def follow(whole: Ints, other: Drawn) -> Ints:
    """At the end of each month: the year's value, as far as the other has come."""
    if other.months is None:
        raise ValueError(f"{other.spec.code} has no months")
    total = np.maximum(other.months.sum(axis=2, keepdims=True), 1)
    come = other.months.cumsum(axis=2) / total
    return np.rint(whole[:, :, None] * come).astype(np.int64)


def parts_of_year(
    rng: np.random.Generator, one: Drawn, place: int, year: int, every: int
) -> Iterator[Part]:
    """The parts of ``every`` months: sums of a flow, the last month of what runs
    through the year, or the year's level with a little of its own."""
    spec = one.spec
    for last in range(every, 13, every):
        first = last - every + 1
        if one.months is None:
            level = int(one.years[place, year]) / 10**spec.decimals
            value = spec.whole(level * rng.normal(1, spec.noise / 8))
        elif spec.running:
            first, value = 1, one.months[place, year, last - 1]
        else:
            value = one.months[place, year, first - 1 : last].sum()
        yield Part(first, last, int(value))


def totals_of_year(one: Drawn, place: int, year: int, every: int) -> Iterator[Part]:
    """A flow since 1 January at the end of each part but the first and the last."""
    if one.months is not None and not one.spec.running:
        months = one.months[place, year]
        for last in range(2 * every, 12, every):
            yield Part(1, last, int(months[:last].sum()))


def share_out(rng: np.random.Generator, spec: Spec, whole: Ints, shape: Floats) -> Ints:
    """Months that add up to ``whole`` exactly, near the shape of the year."""
    weights = shape * rng.lognormal(0, 0.06, (*whole.shape, 12))
    weights /= weights.sum(axis=-1, keepdims=True)
    if spec.decimals == 0 and whole.max(initial=0) <= RANDOM_UP_TO:
        return rng.multinomial(whole, weights)
    exact = whole[..., None] * weights
    floor = np.floor(exact).astype(np.int64)
    left = whole - floor.sum(axis=-1)
    # what is left goes to the months with the largest remainders
    rank = np.argsort(np.argsort(floor - exact, axis=-1), axis=-1)
    return floor + (rank < left[..., None])
